"""A pack of law is part of the program: a damaged one judges nothing, and is reported once."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from builders import an_order
from returnstation.app import Station
from returnstation.app.window import OpenWindow
from returnstation.crashes import BugReports
from returnstation.policydata import BadPack, load_pack_from
from stations import Worker, a_station
from waiting import until

SHIPPED = Path(__file__).parents[2] / "resources" / "policy"
TRACKING = an_order().shipments[0].tracking


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Station]:
    damaged = tmp_path / "policy"
    shutil.copytree(SHIPPED, damaged)
    (damaged / "KR" / "withdrawal.toml").write_bytes(b"\0" * 40)
    monkeypatch.setattr(
        "returnstation.policydata.later.load_pack", partial(load_pack_from, damaged)
    )
    with a_station(tmp_path / "station") as opened:
        yield opened


def test_a_damaged_pack_judges_nothing_and_nothing_is_recorded(station: Station) -> None:
    desk = Worker(station).desk
    with station.database.look() as work:
        before = work.facts.head()

    with pytest.raises(BadPack, match=r"KR/withdrawal\.toml"):
        desk.scan(TRACKING)

    with station.database.look() as work:
        assert work.facts.head() == before
    assert desk.state().case is None


@pytest.mark.bugs
def test_a_damaged_pack_is_reported_once_however_many_parcels_are_scanned(
    station: Station, tmp_path: Path, qapp: QApplication
) -> None:
    shown: list[object] = []

    with BugReports(tmp_path), closing(OpenWindow(station)) as opened:
        opened.window.crashed.connect(shown.append)
        opened.show()
        Worker(station)
        for _ in range(2):
            opened.window.scan(TRACKING)
            until(shown.__len__, act=qapp.processEvents)
            shown.clear()

    (report,) = (tmp_path / "crashes").iterdir()
    assert "BadPack" in report.read_text(encoding="utf-8")
