"""Codes of carriers and of the site, from the scanner and from pictures, find their order."""

from pathlib import Path

import pytest
import zxingcpp

from builders import an_order
from picture_samples import a_code, a_desk, a_file
from returnstation.application.troubles import Trouble
from returnstation.domain.orders import Shipment
from stations import Worker, a_station, code

USPS = "9400111202555842332669"
CODE_128 = zxingcpp.BarcodeFormat.Code128
PATTERNS = """
[[number]]
kind = "order"
pattern = "WEB/(?P<number>DS-[0-9]{6})/[A-Z]{2}"
confidence = "sure"
[number.examples]
"WEB/DS-118402/KR" = "DS118402"
"""


def sent_by(carrier: str, tracking: str) -> Shipment:
    return Shipment(tracking=tracking, carrier=carrier)


@pytest.mark.parametrize("scan", [f"42090210{USPS}", f"]C142090210\x1d{USPS}", USPS])
def test_a_label_with_its_postcode_finds_the_order_of_its_parcel(scan: str, tmp_path: Path) -> None:
    with a_station(tmp_path, [an_order(shipments=(sent_by("usps", USPS),))]) as station:
        view = Worker(station).desk.scan(scan)

    assert view.case is not None
    assert "DS-118402" in [entry.value for entry in view.case.facts]


def test_a_sites_own_code_finds_its_order(tmp_path: Path) -> None:
    (tmp_path / "patterns.toml").write_text(PATTERNS, encoding="utf-8")

    with a_station(tmp_path) as station:
        view = Worker(station).desk.scan("WEB/DS-118402/KR")

    assert view.case is not None
    assert "DS-118402" in [entry.value for entry in view.case.facts]


def test_a_mistake_in_a_sites_patterns_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "patterns.toml").write_text("[[number]]", encoding="utf-8")

    with a_station(tmp_path) as station, pytest.raises(Trouble, match=r"patterns\.toml"):
        station.desk.state()


def test_of_a_picture_the_parcels_number_is_taken_and_its_route_is_not(tmp_path: Path) -> None:
    label = a_desk(a_code("2LDE53113+48000002", CODE_128), a_code(USPS, CODE_128))

    with a_station(tmp_path, [an_order(shipments=(sent_by("usps", USPS),))]) as station:
        view = Worker(station).desk.picture(a_file(label))

    assert view.case is not None
    assert "DS-118402" in [entry.value for entry in view.case.facts]


def test_a_picture_of_a_route_alone_holds_no_code(tmp_path: Path) -> None:
    label = a_desk(a_code("2LDE53113+48000002", CODE_128))

    with a_station(tmp_path) as station:
        view = Worker(station).desk.picture(a_file(label))

    assert code(view) == "picture-without-code"


def test_what_a_scanner_typed_into_another_layout_is_heard_as_it_was_meant(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        heard = station.heard("RSÖACCEPT")

    assert heard == ("RS:ACCEPT",)
