"""``returnstation`` without a command: open the station's window."""

from collections.abc import Callable
from contextlib import closing

from returnstation.app import open_station


def open_window(home: str | None, when_ready: Callable[[], None]) -> int:
    """Open the window and return when it is closed.

    Args:
        home: The station's folder; None for the usual one.
        when_ready: Called when the window has its first view.
    """
    # Qt is imported here, so that every other command runs without display libraries.
    from returnstation.app.window import run_window

    with closing(open_station(home)) as station:
        return run_window(station, when_ready)
