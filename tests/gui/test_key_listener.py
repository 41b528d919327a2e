from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from returnstation.gui.key_listener import KeyListener

_FAST, _SLOW = 4, 300
_KEYS = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}


class Desk(QWidget):
    """A window with something of everything, and an ear."""

    def __init__(self) -> None:
        super().__init__()
        self.button, self.field, self.box = QPushButton("Accept"), QLineEdit(), QComboBox()
        self.button.setAutoDefault(True)
        self.box.addItems(["one", "two"])
        layout = QVBoxLayout(self)
        for widget in (self.button, self.field, self.box):
            layout.addWidget(widget)
        self.scans: list[str] = []
        self.keys: list[str] = []
        self.acts: list[str] = []
        self.clicks: list[bool] = []
        self.at = 10_000
        self.listener = KeyListener()
        self.listener.scanned.connect(self.scans.append)
        self.listener.pressed.connect(self.keys.append)
        self.listener.acted.connect(self.acts.append)
        self.button.clicked.connect(lambda: self.clicks.append(True))

    def type(self, text: str, gap: int = _SLOW) -> None:
        for character in text:
            self.key(_KEYS.get(character, Qt.Key.Key_unknown), character, gap)

    def key(self, code: Qt.Key, text: str = "", gap: int = _SLOW, kind: str = "") -> None:
        self.at += gap
        event = QKeyEvent(
            QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, text, kind == "repeat"
        )
        event.setTimestamp(self.at)
        target = QApplication.activePopupWidget() or self
        handle = target.windowHandle()
        assert handle is not None
        QCoreApplication.sendEvent(handle, event)

    def scan(self, code: str) -> None:
        self.at += _SLOW
        self.type(code + "\r", _FAST)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk()
    qtbot.addWidget(desk)
    with qtbot.waitExposed(desk):
        desk.show()
    desk.activateWindow()
    desk.button.setFocus()
    desk.listener.listen()
    yield desk
    desk.listener.stop()


def test_a_scan_is_heard_once_and_presses_no_button(desk: Desk) -> None:
    desk.scan("RMA12345")

    assert desk.scans == ["RMA12345"]
    assert not desk.clicks


def test_a_scan_keeps_its_group_separators(desk: Desk) -> None:
    desk.scan("0108801234567893\x1d21A7")

    assert desk.scans == ["0108801234567893\x1d21A7"]


def test_a_digit_alone_acts_after_a_moment(desk: Desk, qtbot: QtBot) -> None:
    desk.type("1")
    assert desk.keys == []

    qtbot.waitUntil(lambda: desk.keys == ["1"])


def test_the_first_digit_of_a_scan_answers_nothing(desk: Desk, qtbot: QtBot) -> None:
    desk.scan("1234567")
    qtbot.wait(120)

    assert desk.keys == []
    assert desk.scans == ["1234567"]


def test_two_fast_digits_and_enter_do_nothing(desk: Desk, qtbot: QtBot) -> None:
    desk.type("12\r", _FAST)
    qtbot.wait(120)

    assert (desk.keys, desk.scans, desk.acts, desk.clicks) == ([], [], [], [])


def test_function_keys_escape_and_enter_are_acts(desk: Desk) -> None:
    desk.key(Qt.Key.Key_F4)
    desk.key(Qt.Key.Key_Escape, "\x1b")
    desk.type("\r")

    assert desk.acts == ["F4", "Esc", "Enter"]
    assert not desk.clicks


def test_a_person_types_into_a_field(desk: Desk) -> None:
    desk.field.setFocus()

    desk.type("R-77\r")

    assert desk.field.text() == "R-77"
    assert desk.acts == ["Enter"]
    assert desk.scans == []


def test_a_scan_into_a_field_is_taken_out_of_it_again(desk: Desk) -> None:
    desk.field.setFocus()
    desk.type("dirty")
    desk.field.setCursorPosition(2)

    desk.scan("8801234567893")

    assert desk.field.text() == "dirty"
    assert desk.field.cursorPosition() == 2
    assert desk.scans == ["8801234567893"]


def test_a_scan_closes_an_open_list(desk: Desk, qtbot: QtBot) -> None:
    desk.box.showPopup()
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)

    desk.scan("8801234567893")

    assert desk.scans == ["8801234567893"]
    assert QApplication.activePopupWidget() is None


def test_a_key_held_down_is_no_scan(desk: Desk) -> None:
    desk.type("1")
    for _ in range(20):
        desk.key(Qt.Key.Key_1, "1", 30, "repeat")
    desk.type("\r", 30)

    assert desk.scans == []


def test_space_alone_presses_the_focused_button(desk: Desk, qtbot: QtBot) -> None:
    desk.key(Qt.Key.Key_Space, " ")

    qtbot.waitUntil(lambda: len(desk.clicks) == 1)


def test_a_slow_scanner_is_heard_with_a_longer_gap(desk: Desk) -> None:
    slow = KeyListener(max_gap=0.12)
    heard: list[str] = []
    slow.scanned.connect(heard.append)
    desk.listener.stop()
    slow.listen()

    desk.type("8801234567893\r", 100)
    slow.stop()

    assert heard == ["8801234567893"]


def test_a_window_opened_later_is_heard(desk: Desk, qtbot: QtBot) -> None:
    later = QWidget()
    qtbot.addWidget(later)
    with qtbot.waitExposed(later):
        later.show()
    later.activateWindow()

    handle = later.windowHandle()
    assert handle is not None
    for character in "4711\r":
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, character
        )
        event.setTimestamp(desk.at)
        QCoreApplication.sendEvent(handle, event)

    assert desk.scans == ["4711"]


def test_nothing_is_heard_after_stopping(desk: Desk) -> None:
    desk.listener.stop()
    desk.listener.stop()

    desk.scan("RMA12345")

    assert desk.scans == []


def test_a_line_feed_behind_the_return_of_a_scan_does_nothing(desk: Desk) -> None:
    desk.scan("R-77421")
    desk.key(Qt.Key.Key_unknown, "\n", _FAST)

    assert desk.scans == ["R-77421"]
    assert desk.acts == []


def test_a_scanner_that_ends_with_nothing_is_heard_after_a_pause(qtbot: QtBot) -> None:
    desk = Desk()
    qtbot.addWidget(desk)
    desk.listener = KeyListener(ends=frozenset())
    desk.listener.scanned.connect(desk.scans.append)
    with qtbot.waitExposed(desk):
        desk.show()
    desk.listener.listen()
    desk.button.setFocus()

    desk.type("R-77421", _FAST)
    before = list(desk.scans)
    qtbot.waitUntil(lambda: desk.scans == ["R-77421"])
    desk.listener.stop()

    assert before == []
