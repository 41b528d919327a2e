"""Every page in every language: nothing cut off, and a picture for people to look at."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import ScriptedDesk
from gui.views import person
from returnstation.application.view import Act, View
from returnstation.domain.messages import say
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES

PICTURES = Path(__file__).parents[2] / "test-output" / "screens"
SIZES = (QSize(1280, 800), QSize(1920, 1080))
OVERLAYS = ("show-why", "show-type", "show-help", "show-review", "show-policy")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size.width()))
@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_nothing_is_cut_off(language: str, size: QSize, open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(), language=language)
    window.resize(size)
    faults: dict[str, list[str]] = {}

    for name, make in views.ALL.items():
        _show(window, _spoken(make(), language))
        faults[name] = cut_off(window) + outside(window)
        _picture(window, f"{name}-{language}-{size.width()}")

    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size.width()))
@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_the_windows_own_pages_are_whole(
    language: str, size: QSize, open_window: OpenWindow
) -> None:
    window = open_window(ScriptedDesk(), language=language)
    window.resize(size)
    faults: dict[str, list[str]] = {}

    for name in OVERLAYS:
        act = Act(2, "F1", say("window.back"), name)
        _show(window, replace(_spoken(views.matched(), language), acts=(act,)))
        window.act_by_key("F1")
        faults[name] = cut_off(window) + outside(window)
        _picture(window, f"{name}-{language}-{size.width()}")

    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("theme", ["dark", "contrast"])
def test_the_other_themes_are_whole(theme: str, open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk(), theme=theme)
    faults: dict[str, list[str]] = {}

    for name in (
        "ready",
        "matched",
        "question",
        "dispose",
        "label",
        "settle",
        "wrong-item",
        "choose",
    ):
        view = views.ALL[name]()
        _show(window, replace(view, person=person("ko", theme)))
        faults[name] = cut_off(window) + outside(window)
        _picture(window, f"{name}-ko-{theme}")

    assert {name: found for name, found in faults.items() if found} == {}


def _spoken(view: View, language: str) -> View:
    return view if view.person is None else replace(view, person=person(language))


def _show(window: StationWindow, view: View) -> None:
    desk = window._parts.desk
    assert isinstance(desk, ScriptedDesk)
    desk.view = view
    window.scan("code")
    QApplication.processEvents()


def _picture(window: StationWindow, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(PICTURES / f"{name}.png"))
