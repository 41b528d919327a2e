"""Every form in ui/ loads without a warning, and a broken one says what is wrong."""

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.stands import ScriptedDesk, window_parts
from returnstation.application.view import Step
from returnstation.datafiles import DataFileMissing
from returnstation.gui.forms import BrokenForm, child, load_form
from returnstation.gui.pages import Pages
from returnstation.gui.translator import CatalogTranslator
from returnstation.gui.widgets.page_stack import PageStack
from returnstation.i18n import load_catalog

OVERLAYS = (
    *("show-why", "show-type", "show-help", "show-review"),
    *("show-policy", "show-due", "show-draft"),
)


@pytest.mark.parametrize("step", list(Step))
def test_the_page_of_each_step_loads(step: Step, qtbot: QtBot) -> None:
    stack = PageStack()
    qtbot.addWidget(stack)

    page = Pages(stack, window_parts(ScriptedDesk())).of_step(step)

    assert page.layout() is not None


@pytest.mark.parametrize("name", OVERLAYS)
def test_each_of_the_windows_own_pages_loads(name: str, qtbot: QtBot) -> None:
    stack = PageStack()
    qtbot.addWidget(stack)

    assert Pages(stack, window_parts(ScriptedDesk())).overlay(name) is not None


def test_a_form_that_is_not_there_is_named(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)

    with pytest.raises(DataFileMissing, match=r"ui/nowhere_page\.ui"):
        load_form("nowhere_page", host)


def test_a_widget_that_is_not_there_is_named(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    host.setObjectName("Host")

    with pytest.raises(BrokenForm, match="Host: no QLabel called 'lost_label'"):
        child(host, QLabel, "lost_label")


def test_form_texts_follow_the_language_without_restart(qtbot: QtBot, qapp: QApplication) -> None:
    stack = PageStack()
    qtbot.addWidget(stack)
    page = Pages(stack, window_parts(ScriptedDesk())).of_step(Step.READY)
    head = child(page, QLabel, "today_head_label")
    before = head.text()
    translator = CatalogTranslator(load_catalog("de"))

    qapp.installTranslator(translator)
    try:
        qtbot.waitUntil(lambda: head.text() == "Heute")
    finally:
        qapp.removeTranslator(translator)

    assert before == "Today"


def test_a_text_without_translation_stays_as_it_is() -> None:
    translator = CatalogTranslator(load_catalog("ko"))

    assert translator.translate("ReadyPage", "Never heard of") is None
