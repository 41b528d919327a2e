from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from gui import views
from gui.conftest import OpenWindow
from gui.stands import MemoryReviews, NowTasks, ScriptedDesk, SlowTasks
from returnstation.application.inspections import Filter, ReviewState
from returnstation.application.view import Act
from returnstation.domain.messages import say
from returnstation.gui.forms import child
from returnstation.gui.review_history import Override
from returnstation.gui.review_table import COLUMNS, WINDOW, InspectionTable
from returnstation.gui.robot import Robot
from returnstation.gui.widgets.texts import Text
from returnstation.gui.window import StationWindow
from returnstation.gui.words import Words
from returnstation.i18n import load_catalog

MANY = 100_000


def _open(open_window: OpenWindow, reviews: MemoryReviews) -> StationWindow:
    act = Act(6, "F9", say("window.back"), "show-review")
    window = open_window(
        ScriptedDesk(replace(views.ready(), acts=(act,))), reviews=reviews, tasks=NowTasks()
    )
    window.act_by_key("F9")
    return window


def _table(reviews: MemoryReviews, tasks: SlowTasks | NowTasks) -> InspectionTable:
    table = InspectionTable(reviews, tasks)
    table.speak(Words(load_catalog("ko")))
    return table


def _cell(table: InspectionTable, row: int, column: str) -> object:
    return table.data(table.index(row, COLUMNS.index(column)))


def test_the_rows_in_sight_are_read_and_no_others(qtbot: QtBot) -> None:
    reviews = MemoryReviews(MANY)
    table = _table(reviews, NowTasks())
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(table)
    view.resize(800, 500)
    with qtbot.waitExposed(view):
        view.show()

    table.show_rows(Filter())
    view.scrollTo(table.index(60_000, 0))
    qtbot.waitUntil(lambda: _cell(table, 60_000, "number") == "R-137361")

    starts = {start for start, _ in reviews.windows}
    assert table.rowCount() == MANY
    assert starts <= {0, 59_800, 60_000}
    assert {length for _, length in reviews.windows} == {WINDOW}


def test_a_row_is_empty_until_it_is_read() -> None:
    tasks = SlowTasks()
    table = _table(MemoryReviews(MANY), tasks)
    table.show_rows(Filter())
    tasks.work_on()

    before = _cell(table, 5, "number")
    tasks.work_on()

    assert before is None
    assert _cell(table, 5, "number") == "R-77366"


def test_while_one_window_is_read_the_last_one_asked_for_comes_next() -> None:
    reviews, tasks = MemoryReviews(MANY), SlowTasks()
    table = _table(reviews, tasks)
    table.show_rows(Filter())
    tasks.work_on()

    for row in (0, 30_000, 60_000, 90_000):
        table.row(row)
    tasks.work_on()
    tasks.work_on()

    assert reviews.windows == [(0, WINDOW), (90_000, WINDOW)]


def test_rows_of_an_old_filter_are_not_shown() -> None:
    tasks = SlowTasks()
    table = _table(MemoryReviews(MANY), tasks)
    table.show_rows(Filter())
    tasks.work_on()
    table.row(0)

    table.show_rows(Filter(state=ReviewState.WAITING))
    while tasks.waiting:
        tasks.work_on()

    assert table.rowCount() == 7


def test_old_windows_make_room_for_new_ones() -> None:
    table = _table(MemoryReviews(MANY), NowTasks())
    table.show_rows(Filter())

    for row in range(0, MANY, WINDOW):
        table.row(row)

    assert len(table._windows) <= 24


def test_the_first_case_is_open_and_its_number_is_the_instruction(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryReviews())

    shown = [text.accessibleName() for text in window.findChildren(Text) if text.isVisible()]
    assert "다음은 R-77361 건을 결정하세요" in shown
    assert "R-77361 · 달빛 페이스 2 GPS 시계 0" in shown
    assert "결함" in " ".join(shown)


def test_enter_approves(open_window: OpenWindow) -> None:
    reviews = MemoryReviews()
    window = _open(open_window, reviews)

    window.act_by_key("Enter")

    assert reviews.decided == [("approve", "item-0")]


def test_an_override_without_a_reason_is_not_recorded(open_window: OpenWindow) -> None:
    reviews = MemoryReviews()
    window = _open(open_window, reviews)
    window.act_by_key("F4")

    window.act_by_key("Enter")

    assert reviews.decided == []
    shown = [text.accessibleName() for text in window.findChildren(Text) if text.isVisible()]
    assert "먼저 이유를 적으세요." in shown


def test_an_override_carries_outcome_disposition_and_reason(open_window: OpenWindow) -> None:
    reviews = MemoryReviews()
    window = _open(open_window, reviews)
    window.act_by_key("F4")
    override = child(window, Override)
    override.outcome.setCurrentIndex(override.outcome.findData("accept"))
    override.disposition.setCurrentIndex(override.disposition.findData("repair"))

    robot = Robot(window)
    robot.type("terms 4.2")
    robot.send_key("Enter")

    assert reviews.decided == [("override", "item-0", "accept", "repair", "terms 4.2")]


def test_escape_leaves_the_override_first_and_then_the_page(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryReviews())
    window.act_by_key("F4")

    window.act_by_key("Esc")
    still_open = child(window, QTableView).isVisible()
    window.act_by_key("Esc")

    assert still_open
    assert not child(window, QTableView).isVisible()


def test_arrows_open_the_next_case(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = _open(open_window, MemoryReviews())
    table = child(window, QTableView)

    table.selectRow(2)

    shown = [text.accessibleName() for text in window.findChildren(Text) if text.isVisible()]
    assert "다음은 R-77363 건을 결정하세요" in shown


def test_tabs_and_boxes_make_the_filter(open_window: OpenWindow) -> None:
    window = _open(open_window, MemoryReviews())
    table = child(window, InspectionTable)

    child(window, QPushButton, "today_button").click()
    country = child(window, QComboBox, "country_box")
    country.setCurrentIndex(country.findData("DE"))

    assert table.filter == Filter(since=views.NOW.date(), country="DE")


def test_typing_searches_after_a_moment(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = _open(open_window, MemoryReviews())
    table = child(window, InspectionTable)
    child(window, QAbstractButton, "all_button").click()
    child(window, QLineEdit, "search_edit").setFocus()

    Robot(window).type("DP2")

    qtbot.waitUntil(lambda: table.filter == Filter(text="DP2"))


def test_an_export_writes_every_row_of_the_filter(
    open_window: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window = _open(open_window, MemoryReviews(5_000))
    child(window, QPushButton, "all_button").click()
    file = tmp_path / "inspections.csv"

    window.act_by_key("F9")
    name = next(e for e in window.findChildren(QLineEdit) if e.text().endswith(".csv"))
    name.setText(str(file))
    window.act_by_key("Enter")

    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 5_001
    assert lines[1] == "R-77361,달빛 페이스 2"
    assert [other.name for other in tmp_path.iterdir()] == ["inspections.csv"]


def test_an_export_that_cannot_be_written_says_so(open_window: OpenWindow, tmp_path: Path) -> None:
    window = _open(open_window, MemoryReviews())

    window.act_by_key("F9")
    name = next(e for e in window.findChildren(QLineEdit) if e.text().endswith(".csv"))
    name.setText(str(tmp_path / "gone" / "inspections.csv"))
    window.act_by_key("Enter")

    shown = [text.accessibleName() for text in window.findChildren(Text) if text.isVisible()]
    assert any(text.startswith("되지 않았고") for text in shown)


@pytest.mark.parametrize(
    ("days", "tone"), [(-1, "refuse"), (0, "warn-fi"), (2, "warn"), (3, "ink2")]
)
def test_a_legal_day_is_coloured_by_how_near_it_is(days: int, tone: str) -> None:
    from returnstation.gui.review_cells import _day_roles

    assert _day_roles(days)[0] == tone
