"""Hear a keyboard-wedge scanner wherever the focus is, and tell it from a person's keys."""

import time
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QWindow
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from returnstation.gui.image_source import has_image
from returnstation.scanning.wedge import TERMINATORS, KeystrokeBurst

_ALONE_AFTER_MS = 60
_SOME_MS = 10
_ACT_KEYS = {
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
} | {Qt.Key(Qt.Key.Key_F1 + number): f"F{number + 1}" for number in range(12)}
# Control characters a scanner may send inside a code: GS, RS and EOT of GS1 and ISO 15434.
_IN_CODES = frozenset("\x1d\x1e\x04")


@dataclass(frozen=True, slots=True)
class _Field:
    """A text field as it was before the first key of a burst."""

    edit: QLineEdit
    text: str
    cursor: int

    def restore(self) -> None:
        self.edit.setText(self.text)
        self.edit.setCursorPosition(self.cursor)


class KeyListener(QObject):
    """An event filter at each window of the application.

    A filter of the application itself would be shown every event of every widget, hundreds for
    each view, and each key twice: at the window, then at the widget.

    Signals:
        scanned: A scanner sent this text.
        pressed: A person pressed this printable key, and no second one followed.
        acted: A person pressed ``Esc``, ``Enter`` or ``F1`` .. ``F12``.
        pasted: A person pasted, and no text field is to have it.
    """

    scanned = Signal(str)
    pressed = Signal(str)
    acted = Signal(str)
    pasted = Signal()

    def __init__(
        self,
        max_gap: float = 0.05,
        ends: frozenset[str] = TERMINATORS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._burst = KeystrokeBurst(max_gap, ends=ends)
        self._max_gap, self._ends, self._key_at = max_gap, ends, 0.0
        self._pause = QTimer(self, singleShot=True, interval=round(max_gap * 1000) + _SOME_MS)
        self._pause.timeout.connect(self._after_pause)
        self._field: _Field | None = None
        self._alone = QTimer(self, singleShot=True, interval=_ALONE_AFTER_MS)
        self._alone.timeout.connect(self._let_second_key_come)
        self._key = ""
        self._listens = False

    def listen(self) -> None:
        """Hear the windows that are there, and each that comes later once it has the focus."""
        if self._listens:
            return
        self._listens = True
        self._hear_all()
        app = _application()
        app.focusWindowChanged.connect(self._hear)
        app.focusChanged.connect(self._hear_list)

    def stop(self) -> None:
        """Hear nothing more."""
        if not self._listens:
            return
        self._listens = False
        app = _application()
        app.focusWindowChanged.disconnect(self._hear)
        app.focusChanged.disconnect(self._hear_list)
        for window in QGuiApplication.allWindows():
            window.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.isAutoRepeat():  # a key held down repeats as fast as a scanner types
            return _text_field() is None and bool(event.text())
        if event.matches(QKeySequence.StandardKey.Paste):
            return self._paste()
        if _is_typing(event):
            return self._character(event)
        return self._act_key(event)

    def _hear(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def _hear_all(self) -> None:
        for window in QGuiApplication.allWindows():
            self._hear(window)

    def _hear_list(self) -> None:
        # An open list takes keys without its window having the focus everywhere.
        if QApplication.activePopupWidget() is not None:
            self._hear_all()

    def _character(self, event: QKeyEvent) -> bool:
        self._alone.stop()
        text, self._key_at = event.text(), _seconds(event)
        if self._burst.trails(text, self._key_at):
            return True
        if not self._ends:
            self._pause.start()
        followed = self._burst.pending(_seconds(event))
        field = _field_now()
        scan = self._burst.feed(text, _seconds(event))
        if text in TERMINATORS:
            return self._end(event, scan, followed)
        if self._burst.length == 1:
            self._field = field
            self._key = text
            if _text_field() is None:
                self._alone.start()
        return _text_field() is None

    def _after_pause(self) -> None:
        """Take the scan of a scanner that ends with nothing."""
        scan = self._burst.expire(self._key_at + self._max_gap * 2)
        if scan is not None:
            self._take(scan)

    def _take(self, scan: str) -> None:
        self._close_lists()
        if self._field is not None:
            self._field.restore()
        self.scanned.emit(scan)

    def _end(self, event: QKeyEvent, scan: str | None, followed: int) -> bool:
        """Take the Enter or Tab that ends a scan, or that a person pressed."""
        if scan is not None:
            self._take(scan)
            return True  # the scanner's Enter must not press the focused button
        if followed and _text_field() is None:
            return True  # too short for a scan, too fast for a person
        return self._act_key(event)

    def _act_key(self, event: QKeyEvent) -> bool:
        name = _ACT_KEYS.get(Qt.Key(event.key()))
        if name is None or _is_in_list() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        self.acted.emit(name)
        return True

    def _let_second_key_come(self) -> None:
        # After a long paint the timer may be served before keys that are already here.
        QTimer.singleShot(0, self._act_alone)

    def _act_alone(self) -> None:
        if self._burst.length != 1 or self._alone.isActive():
            return
        focus = QApplication.focusWidget()
        if self._key == " " and isinstance(focus, QAbstractButton):
            focus.click()
        else:
            self.pressed.emit(self._key)

    def _paste(self) -> bool:
        if _text_field() is not None and not has_image(QApplication.clipboard().mimeData()):
            return False
        self.pasted.emit()
        return True

    def _close_lists(self) -> None:
        for open_list in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if open_list is not None:
                open_list.close()


def _application() -> QApplication:
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise TypeError("keys come to an application with widgets")
    return app


def _is_typing(event: QKeyEvent) -> bool:
    text = event.text()
    return bool(text) and (text.isprintable() or text in TERMINATORS or text in _IN_CODES)


def _seconds(event: QKeyEvent) -> float:
    # A platform without timestamps gives 0; then the time of arrival has to do.
    return event.timestamp() / 1000 if event.timestamp() else time.monotonic()


def _text_field() -> QLineEdit | None:
    focus = QApplication.focusWidget()
    if isinstance(focus, QLineEdit) and not focus.isReadOnly():
        return focus
    return None


def _field_now() -> _Field | None:
    edit = _text_field()
    return None if edit is None else _Field(edit, edit.text(), edit.cursorPosition())


def _is_in_list() -> bool:
    return bool(QApplication.activePopupWidget() or QApplication.activeModalWidget())
