"""The search page: the newest question wins, nothing is chosen before a person does it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import MemoryBlind, MemorySearch, NowTasks, ScriptedDesk
from gui.views import person
from returnstation.application.searching import FoundRow
from returnstation.application.view import Act
from returnstation.domain.messages import say
from returnstation.gui.blind_rows import BlindLine
from returnstation.gui.forms import child
from returnstation.gui.search_page import SearchPage
from returnstation.gui.search_rows import FoundLine
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES

PICTURES = Path(__file__).parents[2] / "test-output" / "screens"


def row(number: str) -> FoundRow:
    what = say("search.what", merchant="달빛스포츠", day=views.NOW.date(), goods="달빛 페이스 2")
    return FoundRow(number, "order", number, "김○늘, 06236 서울", what, say("search.case.held"))


ROWS = [row(f"DS-2026-{place}") for place in range(12)]


def picture(window: StationWindow, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(PICTURES / f"{name}.png"))


def with_act(name: str, language: str = "ko") -> ScriptedDesk:
    act = Act(2, "F1", say("window.back"), name)
    return ScriptedDesk(replace(views.ready(), person=person(language), acts=(act,)))


def opened(open_window: OpenWindow, search: MemorySearch) -> StationWindow:
    window = open_window(with_act("show-search"), search=search, tasks=NowTasks())
    window.act_by_key("F1")
    return window


def typed(window: StationWindow, text: str) -> SearchPage:
    page = child(window, SearchPage)
    child(page, QLineEdit, "words_edit").setText(text)
    page._typing.stop()
    page._ask()
    return page


def shown(window: StationWindow) -> list[str]:
    lines = [line for line in window.findChildren(FoundLine) if line.isVisible()]
    return [line.accessibleName().split()[0] for line in lines]


def test_rows_come_while_typing_and_no_more_than_eight(open_window: OpenWindow) -> None:
    window = opened(open_window, MemorySearch(ROWS))

    typed(window, "ds-2026")

    assert shown(window) == [found.number for found in ROWS[:8]]


def test_typing_waits_for_a_pause(open_window: OpenWindow, qtbot: QtBot) -> None:
    search = MemorySearch(ROWS)
    window = opened(open_window, search)
    edit = child(child(window, SearchPage), QLineEdit, "words_edit")

    for text in ("d", "ds", "ds-"):
        edit.setText(text)
    qtbot.waitUntil(lambda: bool(search.asked))

    assert search.asked == ["ds-"]


def test_only_the_newest_answer_is_shown(open_window: OpenWindow) -> None:
    answers: list[tuple[Any, Any]] = []

    class LateTasks(NowTasks):
        def run(self, work: Any, done: Any, failed: Any) -> None:
            answers.append((work, done))

    window = open_window(with_act("show-search"), search=MemorySearch(ROWS), tasks=NowTasks())
    window.act_by_key("F1")
    page = child(window, SearchPage)
    page._tasks = LateTasks()
    typed(window, "DS-2026-11")
    typed(window, "DS-2026-1")

    for work, done in reversed(answers):
        done(work())

    assert shown(window) == ["DS-2026-1", "DS-2026-10", "DS-2026-11"]


def test_enter_takes_what_was_typed_until_a_row_is_chosen(open_window: OpenWindow) -> None:
    window = opened(open_window, MemorySearch(ROWS))
    page = typed(window, "ds-2026")
    taken: list[str] = []
    page.typed.connect(taken.append)

    page.act("take")
    page._move(1)
    page._move(1)
    page.act("take")
    page._move(-5)
    page.act("take")

    assert taken == ["ds-2026", "DS-2026-1", "ds-2026"]


def test_a_touched_row_is_opened(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = opened(open_window, MemorySearch(ROWS))
    page = typed(window, "ds-2026")
    taken: list[str] = []
    page.typed.connect(taken.append)
    line = [line for line in window.findChildren(FoundLine) if line.isVisible()][2]

    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)

    assert taken == ["DS-2026-2"]


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_search_and_queue_are_whole(language: str, open_window: OpenWindow) -> None:
    faults: dict[str, list[str]] = {}
    for name in ("show-search", "show-blind"):
        window = open_window(
            with_act(name, language),
            language=language,
            search=MemorySearch(ROWS),
            blind=MemoryBlind(9),
            tasks=NowTasks(),
        )
        window.act_by_key("F1")
        if name == "show-search":
            faults[f"{name}-empty"] = cut_off(window) + outside(window)
            picture(window, f"{name}-empty-{language}")
            typed(window, "DS")
        faults[name] = cut_off(window) + outside(window)
        picture(window, f"{name}-{language}")
        window.close()

    assert {name: found for name, found in faults.items() if found} == {}


def test_a_parcel_of_the_queue_is_chosen_by_digit_and_opened(open_window: OpenWindow) -> None:
    desk = with_act("show-blind")
    window = open_window(desk, blind=MemoryBlind(3), tasks=NowTasks())
    window.act_by_key("F1")
    lines = window.findChildren(BlindLine)

    window.press("2")
    chosen = [line.property("state") for line in lines if line.isVisible()]
    window.act_by_key("Enter")

    assert chosen == ["normal", "current", "normal"]
    assert ("typed", "ICN3-C000001") in desk.asked


def test_enter_keeps_a_note_before_it_opens_anything(open_window: OpenWindow) -> None:
    desk, blind = with_act("show-blind"), MemoryBlind(2)
    window = open_window(desk, blind=blind, tasks=NowTasks())
    window.act_by_key("F1")
    child(window, QLineEdit, "note_edit").setText("전화함")

    window.act_by_key("Enter")

    assert blind.notes == [("case-0", "전화함")]
    assert [call for call in desk.asked if call[0] == "typed"] == []


def test_enter_attaches_the_order_of_a_finished_parcel(open_window: OpenWindow) -> None:
    desk, blind = with_act("show-blind"), MemoryBlind(2)
    blind.late.append("case-0")
    window = open_window(desk, blind=blind, tasks=NowTasks())
    window.act_by_key("F1")

    window.act_by_key("Enter")

    assert blind.late == []
    assert [call for call in desk.asked if call[0] == "typed"] == []


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_the_ready_page_leads_to_the_queue(language: str, open_window: OpenWindow) -> None:
    ready = views.ready()
    assert ready.idle is not None
    others = tuple(act for act in ready.acts if act.key != "F6")
    acts = (*others, Act(0, "F6", say("act.show-blind"), "show-blind"))
    idle = replace(ready.idle, blind_total=12)
    desk = ScriptedDesk(replace(ready, person=person(language), acts=acts, idle=idle))
    window = open_window(desk, language=language, blind=MemoryBlind(2), tasks=NowTasks())

    faults = cut_off(window) + outside(window)
    picture(window, f"ready-blind-{language}")
    window.act_by_key("F6")

    assert faults == []
    assert len([line for line in window.findChildren(BlindLine) if line.isVisible()]) == 2
