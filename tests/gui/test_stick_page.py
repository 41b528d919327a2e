"""The page that walks a supervisor through the stick."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import ONE, TWO, MemorySticks, ScriptedDesk, SlowTasks
from gui.views import person
from returnstation.application.troubles import Refused
from returnstation.application.view import HubView, View
from returnstation.domain.messages import say
from returnstation.gui.forms import child
from returnstation.gui.hub_page import HubPage
from returnstation.gui.stick_page import StickPage
from returnstation.gui.widgets.entries import Entries
from returnstation.gui.widgets.texts import Text
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES, without_joiners
from returnstation.i18n import load_catalog

AWAY = HubView(state="offline", text=say("hub.offline"), help=say("hub.offline.help"))


def ready(role: str = "supervisor", language: str = "en") -> View:
    who = replace(person(language), role=role)
    return replace(views.ready(), person=who, hub=AWAY)


def opened(open_window: OpenWindow, sticks: MemorySticks, **more: object) -> StationWindow:
    window = open_window(ScriptedDesk(ready()), language="en", sticks=sticks, **more)
    window.do("show-hub")
    window.act_by_key("F4")
    return window


def told(window: StationWindow) -> str:
    page = child(window, StickPage)
    shown = [each.text() for each in page.findChildren(Text) if each.isVisibleTo(page)]
    return without_joiners(" ".join(shown))


def acts(window: StationWindow) -> set[str]:
    return {act.do for act in child(window, StickPage).acts()}


KEYS = {"write": "Enter", "read": "F5", "look": "F2", "other": "F3"}


def test_the_steps_are_said_and_a_stick_is_named(open_window: OpenWindow) -> None:
    window = opened(open_window, MemorySticks())

    assert "Stick: ONE" in told(window)
    assert "Take it to the hub" in told(window)
    assert acts(window) == {"close", "look", "read", "write"}


def test_without_a_stick_nothing_can_be_written(open_window: OpenWindow) -> None:
    sticks = MemorySticks(found=())
    window = opened(open_window, sticks)

    window.act_by_key(KEYS["write"])
    assert "No stick is in" in told(window)
    assert acts(window) == {"close", "look"}

    sticks.found = (TWO,)
    window.act_by_key(KEYS["look"])
    assert "Stick: TWO" in told(window)
    assert sticks.done == []


def test_what_was_written_and_read_is_said(open_window: OpenWindow) -> None:
    sticks = MemorySticks()
    window = opened(open_window, sticks)

    window.act_by_key(KEYS["write"])
    assert "facts 12, photos 3" in told(window)
    page = child(window, StickPage)
    assert page.instruction().help == say("window.stick.carry")
    window.act_by_key(KEYS["read"])
    assert "up to fact 12. New here: 5" in told(window)
    assert sticks.done == [("write", "ONE"), ("read", "ONE")]


def standing_out(window: StationWindow) -> list[str]:
    """The steps that are shown strongly."""
    entries = child(child(window, StickPage), Entries, "step_entries")
    texts = (value for value in entries.findChildren(Text) if value.property("role") == "strong")
    return [text.accessibleName() for text in texts]


def test_the_step_that_comes_next_is_the_one_that_stands_out(open_window: OpenWindow) -> None:
    sticks = MemorySticks(found=())
    window = opened(open_window, sticks)
    steps = [standing_out(window)]

    sticks.found = (ONE,)
    window.act_by_key(KEYS["look"])
    steps.append(standing_out(window))
    window.act_by_key(KEYS["write"])
    steps.append(standing_out(window))

    texts = [
        load_catalog("en").text(f"window.stick.{name}") for name in ("insert", "do-write", "carry")
    ]
    assert steps == [[text] for text in texts]


def test_another_stick_may_be_chosen(open_window: OpenWindow) -> None:
    sticks = MemorySticks(found=(ONE, TWO))
    window = opened(open_window, sticks)

    window.act_by_key(KEYS["other"])
    window.act_by_key(KEYS["write"])

    assert sticks.done == [("write", "TWO")]


def test_while_a_stick_is_written_nothing_else_begins(open_window: OpenWindow) -> None:
    sticks, tasks = MemorySticks(), SlowTasks()
    window = opened(open_window, sticks, long_tasks=tasks)

    window.act_by_key(KEYS["write"])
    window.act_by_key(KEYS["read"])
    assert "leave the stick in" in told(window)
    assert acts(window) == {"close"}
    tasks.work_on()

    assert sticks.done == [("write", "ONE")]
    assert "write" in acts(window)


def test_what_is_wrong_with_a_stick_is_said(open_window: OpenWindow) -> None:
    window = opened(open_window, MemorySticks(error=Refused("stick-differs", file="a.rsb")))

    window.act_by_key(KEYS["write"])

    assert "does not hold what was written: a.rsb" in told(window)
    assert "Use another stick" in told(window)


@pytest.mark.parametrize(("role", "is_there"), [("supervisor", True), ("operator", False)])
def test_only_supervisors_carry_sticks(
    open_window: OpenWindow, role: str, *, is_there: bool
) -> None:
    window = open_window(ScriptedDesk(ready(role)), language="en", sticks=MemorySticks())
    window.do("show-hub")

    assert ("stick" in {act.do for act in child(window, HubPage).acts()}) is is_there


@pytest.mark.parametrize("size", [QSize(1280, 800), QSize(1920, 1080)], ids=str)
@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_the_page_is_whole_in_every_language(
    language: str, size: QSize, open_window: OpenWindow
) -> None:
    sticks = MemorySticks(found=(ONE, TWO))
    window = open_window(ScriptedDesk(ready(language=language)), language=language, sticks=sticks)
    window.resize(size)
    window.do("show-stick")
    faults: list[str] = []
    for key, error in (("Enter", None), ("F5", None), ("F5", Refused("bundle-behind"))):
        sticks.error = error
        window.act_by_key(key)
        QApplication.processEvents()
        faults += cut_off(window) + outside(window)
    window.do("close")
    window.do("show-hub")
    QApplication.processEvents()
    faults += cut_off(window) + outside(window)

    assert faults == []
