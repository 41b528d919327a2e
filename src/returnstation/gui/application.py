"""The Qt application a station's window lives in."""

import gc
from collections.abc import Sequence

from PySide6.QtWidgets import QApplication


def make_application(arguments: Sequence[str]) -> QApplication:
    """Return the one QApplication of the process, dressed the same on every system."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(list(arguments))
    app.setApplicationName("returnstation")
    # The style sheet covers what is seen; Fusion makes the rest equal on every system.
    app.setStyle("Fusion")
    return app


def keep_what_is_made() -> None:
    """Spare the collector what stays until the end: looking through it all takes 40 ms.

    It collects from now on, whether it rested before or not.
    """
    gc.freeze()
    gc.enable()
