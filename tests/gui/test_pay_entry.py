"""Amounts and articles entered on the settlement: whole in every language, by key and by touch."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from builders import SHOES_GTIN, a_line, an_order, an_rma, euros
from gui import views
from gui.conftest import OpenWindow
from gui.looking import cut_off, outside
from gui.stands import ScriptedDesk
from gui.test_screens import _picture, _show, _spoken
from returnstation.application.view import Step, ValueView, View
from returnstation.domain.messages import say
from returnstation.gui.widgets.pin_pad import ERASE, PinKey
from returnstation.gui.widgets.settle_rows import ChangeButton
from returnstation.gui.window import StationWindow
from returnstation.gui.words import SCREEN_LANGUAGES
from stations import Worker, a_station

LOSS = ValueView(say("pay.enter-share"), "EUR", is_number=True, start="45.00", signs=".%")


def asking(entry: ValueView) -> View:
    """Return a view that asks for a value and offers nothing to choose."""
    return replace(views.settle(), step=Step.REASON, settle=None, options=(), entry=entry)


def touch(window: StationWindow, *keys: str) -> None:
    for key in keys:
        found = next(
            k for k in window.findChildren(PinKey) if k.isVisible() and k.accessibleName() == key
        )
        found.click()


def edit_of(window: StationWindow) -> QLineEdit:
    return next(e for e in window.findChildren(QLineEdit, "value_edit") if e.isVisible())


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_the_entries_are_whole(language: str, open_window: OpenWindow, tmp_path: Path) -> None:
    order = an_order(lines=(a_line(unit_price=euros(15000)),))
    with a_station(tmp_path, [order], [an_rma()]) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.through(SHOES_GTIN[1:])
        asked = worker.desk.choose("1")
        key = next(o.key for o in asked.options if getattr(o.title, "key", "") == "method.exchange")
        article = worker.desk.choose(key)
        difference = worker.desk.typed("DP2-BK")
    shown = {"article": article, "difference": difference, "loss": asking(LOSS)}
    window = open_window(ScriptedDesk(), language=language)
    window.resize(QSize(1280, 800))
    faults: dict[str, list[str]] = {}

    for name, view in shown.items():
        _show(window, _spoken(replace(view, waiting=()), language))
        _picture(window, f"pay-{name}-{language}-1280")
        faults[name] = cut_off(window) + outside(window)

    assert faults == {name: [] for name in shown}


def test_what_stands_there_is_replaced_by_what_is_touched(open_window: OpenWindow) -> None:
    desk = ScriptedDesk()
    window = open_window(desk)
    _show(window, asking(LOSS))
    first = edit_of(window).text()

    touch(window, "1", "2", "0", ERASE, "%")
    window.act_by_key("Enter")
    QTest.qWait(50)

    assert first == "45.00"
    assert ("typed", "12%") in desk.acts()


@pytest.mark.parametrize(("signs", "seen"), [("", []), (".", ["."]), (".%", [".", "%"])])
def test_only_the_signs_an_amount_may_have_are_there(
    signs: str, seen: list[str], open_window: OpenWindow
) -> None:
    window = open_window(ScriptedDesk())

    _show(window, asking(replace(LOSS, signs=signs)))

    names = [k.accessibleName() for k in window.findChildren(PinKey) if k.isVisible()]
    assert [name for name in names if name in ".%"] == seen


def test_an_article_is_typed_without_a_keypad(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk())

    _show(window, asking(ValueView(say("pay.enter-article"), None, is_number=False)))

    assert not any(key.isVisible() for key in window.findChildren(PinKey))


@pytest.mark.parametrize("key", ["0", "1"])
def test_keys_of_the_settlement_choose(key: str, open_window: OpenWindow) -> None:
    desk = ScriptedDesk()
    window = open_window(desk)
    view = views.settle()
    assert view.settle is not None
    _show(window, replace(view, settle=replace(view.settle, postage_key="0")))

    window.press(key)
    QTest.qWait(50)

    assert ("choose", key) in desk.acts()


def test_postage_is_touched_only_where_it_may_be_stated(open_window: OpenWindow) -> None:
    window = open_window(ScriptedDesk())
    view = views.settle()
    assert view.settle is not None
    seen = []

    for key in ("", "0"):
        _show(window, replace(view, settle=replace(view.settle, postage_key=key)))
        button = window.findChild(ChangeButton, "postage_button")
        assert button is not None
        seen.append(button.isVisible())

    assert seen == [False, True]
