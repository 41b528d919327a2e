"""All legal days that run, a page at a time, from the idle page with one key."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui import views
from gui.conftest import OpenWindow
from gui.stands import MemoryDeadlines, NowTasks, ScriptedDesk
from returnstation.application.troubles import Trouble
from returnstation.gui.due_page import ROWS
from returnstation.gui.widgets.act_bar import ActButton
from returnstation.gui.widgets.idle_rows import DueLine
from returnstation.gui.window import StationWindow


class LockedDeadlines:
    """Cannot be read now."""

    def part(self, start: int, length: int) -> None:
        raise Trouble("database-locked", file=f"{start}-{length}")


def opened(open_window: OpenWindow, deadlines: object) -> StationWindow:
    window = open_window(ScriptedDesk(views.ready()), deadlines=deadlines, tasks=NowTasks())
    window.act_by_key("F5")
    return window


def numbers(window: StationWindow) -> list[str]:
    lines = [line for line in window.findChildren(DueLine) if line.isVisible()]
    texts = [label.text() for line in lines for label in line.findChildren(QLabel)]
    return [text.split()[0] for text in texts if text.startswith("R-77")]


def test_the_nearest_days_come_first_and_no_more_than_a_page(open_window: OpenWindow) -> None:
    window = opened(open_window, MemoryDeadlines(ROWS + 3))

    assert numbers(window) == [f"R-{77000 + place}" for place in range(ROWS)]


@pytest.mark.parametrize(("size", "has_more"), [(ROWS, False), (ROWS + 1, True)])
def test_a_key_for_more_is_there_only_when_there_are_more(
    size: int, has_more: object, open_window: OpenWindow
) -> None:
    window = opened(open_window, MemoryDeadlines(size))
    shown = {b.accessibleName() for b in window.findChildren(ActButton) if b.isVisible()}

    assert any("(F5)" in name for name in shown) is has_more


def test_later_and_earlier_turn_the_page(open_window: OpenWindow) -> None:
    window = opened(open_window, MemoryDeadlines(ROWS + 3))
    window.act_by_key("F5")
    last = numbers(window)
    window.act_by_key("F4")
    first = numbers(window)

    assert last == [f"R-{77000 + place}" for place in range(ROWS, ROWS + 3)]
    assert first == [f"R-{77000 + place}" for place in range(ROWS)]


def test_no_legal_day_is_said_in_words(open_window: OpenWindow) -> None:
    window = opened(open_window, MemoryDeadlines(0))

    assert numbers(window) == []
    assert any(
        label.isVisible() and "진행 중인 법정 기한" in label.text().replace("\u2060", "")
        for label in window.findChildren(QLabel)
    )


def test_a_database_that_is_busy_is_told_and_the_page_stays(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = opened(open_window, LockedDeadlines())
    qtbot.waitUntil(
        lambda: any(
            label.isVisible() and "database-locked" in label.text()
            for label in window.findChildren(QLabel)
        )
    )


def test_a_scan_closes_the_list(open_window: OpenWindow) -> None:
    window = opened(open_window, MemoryDeadlines(3))
    window.scan("R-77421")

    assert window.view is not None
    assert numbers(window) != [f"R-{77000 + place}" for place in range(3)]
