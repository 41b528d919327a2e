"""Blind parcels are compared again when a file brings orders in."""

from pathlib import Path

import pytest

from returnstation.cli import main
from stations import Worker, a_station

HEAD = (
    "merchant_id,order_number,ordered_on,currency,jurisdiction,line_number,sku,title,quantity,"
    "unit_price,tracking,delivered_on"
)
ORDER = "ds,{number},2026-11-01,KRW,KR,1,S1,운동화,1,100,{tracking},2026-11-03"
UNKNOWN = "994455667788"


def imported(folder: Path, *lines: str, words: tuple[str, ...] = ()) -> int:
    file = folder / "orders.csv"
    file.write_text("\n".join((HEAD, *lines, "")), encoding="utf-8")
    return main(["--home", str(folder / "home"), "import", "orders", str(file), *words])


def blind_parcel(folder: Path) -> None:
    with a_station(folder / "home") as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.hold("later")


def is_found(folder: Path) -> bool:
    with a_station(folder / "home") as station, station.database.look() as work:
        (row,), _ = work.cases.blind(5)
        return row.is_found


def test_an_imported_order_marks_the_blind_parcel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blind_parcel(tmp_path)

    code = imported(tmp_path, ORDER.format(number="DS-9", tracking=UNKNOWN))

    assert code == 0
    assert "1" in capsys.readouterr().err
    assert is_found(tmp_path)


def test_an_order_with_another_number_marks_nothing(tmp_path: Path) -> None:
    blind_parcel(tmp_path)

    imported(tmp_path, ORDER.format(number="DS-9", tracking=f"{UNKNOWN}1"))

    assert not is_found(tmp_path)


def test_a_trial_import_marks_nothing(tmp_path: Path) -> None:
    blind_parcel(tmp_path)

    imported(tmp_path, ORDER.format(number="DS-9", tracking=UNKNOWN), words=("--dry-run",))

    assert not is_found(tmp_path)


def test_a_running_desk_notices_what_another_program_imports(tmp_path: Path) -> None:
    with a_station(tmp_path / "home") as station:
        desk = Worker(station).desk
        desk.scan(UNKNOWN)
        desk.hold("later")
        desk.state()
        imported(tmp_path, ORDER.format(number="DS-9", tracking=UNKNOWN))
        idle = desk.state().idle

    assert idle is not None
    assert [row.is_answered for row in idle.held] == [True]
