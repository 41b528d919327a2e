"""One page is in front; the others rest and are not measured."""

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from returnstation.gui.widgets.page_stack import PageStack


@pytest.fixture
def stack(qtbot: QtBot) -> PageStack:
    stack = PageStack()
    qtbot.addWidget(stack)
    stack.resize(400, 300)
    with qtbot.waitExposed(stack):
        stack.show()
    return stack


def test_one_page_is_shown_and_fills_the_place(stack: PageStack) -> None:
    first, second = QWidget(), QWidget()
    stack.add(first)
    stack.add(second)

    stack.show_page(first)
    stack.show_page(second)

    assert not first.isVisible()
    assert second.isVisible()
    assert stack.front is second
    assert second.geometry() == stack.rect()


def test_the_page_in_front_follows_the_place(stack: PageStack) -> None:
    page = QWidget()
    stack.add(page)
    stack.show_page(page)

    stack.resize(640, 480)
    QApplication.processEvents()

    assert page.size() == stack.size()


def test_the_focus_goes_with_the_pages_and_never_to_what_stands_beside(stack: PageStack) -> None:
    first, second = QPushButton(), QPushButton()
    stack.add(first)
    stack.add(second)
    stack.activateWindow()
    stack.show_page(first)

    stack.show_page(second)

    assert QApplication.focusWidget() is second
