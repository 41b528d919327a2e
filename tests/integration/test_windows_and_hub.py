"""Two real windows on two stations, and a hub that comes and goes."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from builders import SHOES_GTIN
from hubs import HubProcess, a_hub
from returnstation.app import Station
from returnstation.app.window import OpenWindow
from returnstation.gui.conflicts_page import ConflictsPage
from returnstation.gui.forms import child
from returnstation.gui.widgets.option_row import OptionRow
from returnstation.gui.widgets.status_strip import StatusItem, StatusStrip
from stations import Worker, a_station
from waiting import until

SITE = "ICN3"
until_shown = partial(until, act=QApplication.processEvents)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    with a_hub(tmp_path / "hub") as process:
        yield process


@pytest.fixture
def windows(
    hub: HubProcess, tmp_path: Path, qapp: QApplication
) -> Iterator[tuple[OpenWindow, OpenWindow]]:
    with ExitStack() as stack:
        stations = [stack.enter_context(a_station(tmp_path / name)) for name in ("a", "b")]
        for station in stations:
            station.hub.enrol(hub.url, hub.code_for(SITE))
        opened = [OpenWindow(station) for station in stations]
        for window in opened:
            stack.callback(window.close)
            window.show()
        yield opened[0], opened[1]
    QApplication.processEvents()


def taken_in(station: Station, disposition: str) -> None:
    worker = Worker(station)
    worker.desk.scan("R-77421")
    worker.desk.scan(SHOES_GTIN[1:])
    worker.inspect_as_new()
    worker.clear_hints()
    worker.label(worker.desk.dispose(disposition, "safety"))
    worker.desk.do("finish")


def is_syncing(opened: OpenWindow) -> bool:
    return opened.station.syncing is not None


def strip(opened: OpenWindow) -> str:
    items = child(opened.window, StatusStrip).findChildren(StatusItem)
    return " | ".join(item.accessibleName() for item in items if item.isVisible())


def test_both_windows_show_a_conflict_until_one_settles_it(
    windows: tuple[OpenWindow, OpenWindow], hub: HubProcess
) -> None:
    one, other = windows
    hub.kill()
    for opened in windows:
        opened.start_syncing()
    taken_in(one.station, "restock_new")
    taken_in(other.station, "quarantine")
    until_shown(lambda: "오프라인" in strip(one) and "미전송" in strip(one))

    hub.start()
    for opened in windows:
        until_shown(partial(is_syncing, opened))
        opened._meet_hub()
    until_shown(lambda: "충돌 1건" in strip(one) and "충돌 1건" in strip(other))
    until_shown(lambda: "동기화" in strip(one) and "미전송" not in strip(one))

    Worker(one.station, "SUPERVISOR")
    child(one.window, StatusStrip).touched.emit("conflicts")
    page = child(one.window, ConflictsPage)
    until_shown(lambda: [row for row in page.findChildren(OptionRow) if row.isVisible()])
    one.window.press("1")
    one.window.press("1")

    until_shown(lambda: "충돌" not in strip(one) and "충돌" not in strip(other))
    assert not one.station.cache.conflicts()
    assert not other.station.cache.conflicts()
