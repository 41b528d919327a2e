"""A window over stand-ins."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.stands import ScriptedDesk, window_parts
from returnstation.application.view import View
from returnstation.gui.window import StationWindow
from waiting import PATIENCE

# Of its own pytest-qt waits five seconds, which a busy machine may take for a rest.
for wait in (QtBot.waitUntil, QtBot.waitExposed, QtBot.waitSignal):
    wait.__kwdefaults__ = (wait.__kwdefaults__ or {}) | {"timeout": int(PATIENCE * 1000)}

OpenWindow = Callable[..., StationWindow]


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication) -> Iterator[OpenWindow]:
    """Return a function that shows a window over a desk and closes it in the end."""
    opened: list[StationWindow] = []

    def start(desk: ScriptedDesk, view: View | None = None, **parts: Any) -> StationWindow:
        if view is not None:
            desk.view = view
        window = StationWindow(window_parts(desk, **parts))
        opened.append(window)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        window.begin()
        QApplication.processEvents()
        return window

    yield start
    for window in opened:
        window.close()
        window.deleteLater()
    # An event loop would see to that; without one windows would gather, each with all its pages.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
