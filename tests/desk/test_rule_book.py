"""The rule book of a whole station: it opens where the work is."""

from pathlib import Path

from builders import SHOES_GTIN
from returnstation.application.policy_book import Asked, Shop
from returnstation.policydata import load_pack
from stations import Worker, a_station

EAN = SHOES_GTIN[1:]


def test_without_any_case_the_book_opens_at_the_site_and_with_no_merchant(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        home = station.book.home()

    assert home.left == "KR"
    assert home.right != "KR"
    assert home.shops == ()


def test_the_country_and_merchant_of_the_open_case_are_shown(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station, "SUPERVISOR")
        worker.desk.scan("R-77421")

        home = station.book.home()

    assert (home.left, home.right) == ("KR", "DE")
    assert home.shops == (Shop("ds", "달빛스포츠"),)


def test_the_country_and_merchant_of_the_last_case_are_shown(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.through(EAN)
        worker.desk.do("finish")

        home = station.book.home()
        sheet = station.book.sheet("DE", Asked(station.clock().date(), merchant_id="ds"))

    assert (home.left, home.right) == ("KR", "DE")
    assert home.shops == (Shop("ds", "달빛스포츠"),)
    assert sheet.pack == load_pack().version
    assert sheet.shop == ""  # it has no terms of its own
