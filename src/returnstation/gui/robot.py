"""Work the real window as a person with a scanner would: keys in, pictures out.

The demonstration shift and the tests use it. It sends key events to the window itself, with the
timing of a scanner or of a person, and waits until the answer is painted.
"""

import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from returnstation.application.view import View
from returnstation.gui.widgets.option_row import OptionRow
from returnstation.gui.window import StationWindow

_SCANNER_GAP_MS = 4
_PAUSE_MS = 400  # between two things a person does, as the key events tell it
_LOOK_UP_MS = 20  # at the latest, whatever happens
_NAMED_KEYS = {"Enter": Qt.Key.Key_Return, "Esc": Qt.Key.Key_Escape, "Space": Qt.Key.Key_Space} | {
    f"F{number}": Qt.Key(Qt.Key.Key_F1 + number - 1) for number in range(1, 13)
}
_NAMED_TEXTS = {"Enter": "\r", "Space": " "}


class NothingHappened(Exception):
    """The window did not answer in time."""


class Robot:
    """Hands for a window that is shown.

    Keys go to the window itself, or to the dialog ``over`` it.
    """

    def __init__(
        self, window: StationWindow, over: QWidget | None = None, patience: float = 5.0
    ) -> None:
        self._window = window
        self._target = over or window
        self._patience = patience
        self._clock_ms = int(time.monotonic() * 1000)
        self._answers: list[View] = []
        window.answered.connect(self._answers.append)

    def scan(self, text: str) -> View:
        """Scan a code and return the view painted for it.

        Raises:
            NothingHappened: No view came in time.
        """
        self.send_scan(text)
        return self._wait_for_view()

    def send_scan(self, text: str) -> None:
        """Send a scan's keys without waiting for the answer."""
        self._pause()
        for character in text:
            self._send(Qt.Key.Key_unknown, character)
            self._clock_ms += _SCANNER_GAP_MS
        self._send(Qt.Key.Key_Return, "\r")

    def press(self, key: str) -> View:
        """Press a key, ``1`` or ``F4`` or ``Enter``, and return the view painted for it.

        Raises:
            NothingHappened: No view came in time.
        """
        self.send_key(key)
        return self._wait_for_view()

    def touch(self, key: str) -> View:
        """Touch the option that carries a key, and return the view painted for it.

        Raises:
            NothingHappened: There is none, or no view came in time.
        """
        self._pause()
        for row in self._window.findChildren(OptionRow):
            if row.isVisible() and row.accessibleName().startswith(f"{key}:"):
                row.click()
                return self._wait_for_view()
        raise NothingHappened(f"no option {key}")

    def send_key(self, key: str) -> None:
        """Press a key without waiting for an answer."""
        self._pause()
        code = _NAMED_KEYS.get(key, Qt.Key.Key_unknown)
        text = _NAMED_TEXTS.get(key, "" if key in _NAMED_KEYS else key)
        self._send(code, text)

    def do(self, name: str) -> View:
        """Do an act by its name, e.g. ``language-en``, and return the view painted for it.

        Raises:
            NothingHappened: No view came in time.
        """
        self._pause()
        self._window.do(name)
        return self._wait_for_view()

    def paste(self, picture: bytes) -> View:
        """Paste a picture and return the view painted for it.

        Raises:
            NothingHappened: No view came in time.
        """
        QApplication.clipboard().setImage(QImage.fromData(picture))
        self._pause()
        self._window.paste()
        return self._wait_for_view()

    def type(self, text: str) -> None:
        """Type a text at a person's speed into the field that has the focus."""
        for character in text:
            self.send_key(character)

    def wait(self, seconds: float) -> None:
        """Let the window live for a while."""
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()

    def picture(self, file: Path) -> None:
        """Save what the window shows as a PNG."""
        QApplication.processEvents()
        self._window.grab().save(str(file))

    def _pause(self) -> None:
        self._answers.clear()
        # Real time may run ahead of the pauses told; timestamps never go back.
        self._clock_ms = max(self._clock_ms + _PAUSE_MS, int(time.monotonic() * 1000))

    def _send(self, code: Qt.Key, text: str) -> None:
        target = self._target.windowHandle()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text)
            event.setTimestamp(self._clock_ms)
            QCoreApplication.sendEvent(target, event)

    def _wait_for_view(self) -> View:
        """Wait until the desk is idle and its last answer is on the screen."""
        end = time.monotonic() + self._patience
        # Asleep between events: a loop that asks all the time would take the time the desk needs.
        alarm = QTimer(interval=_LOOK_UP_MS)
        alarm.start()
        while not (self._answers and self._window.is_idle):
            if time.monotonic() > end:
                raise NothingHappened(f"no answer within {self._patience} s")
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        return self._answers[-1]
