"""From a scan's last key to the verdict painted, through the real window."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from pysqlite3 import dbapi2

from returnstation.app import Station
from returnstation.app.window import OpenWindow
from returnstation.cli.bench.figures import Figure, figure, percentile, timed
from returnstation.cli.bench.homes import BADGE, PIN
from returnstation.cli.bench.sales import parcel_codes
from returnstation.domain.barcodes import canonical
from returnstation.gui.robot import Robot
from returnstation.gui.window import StationWindow

TARGET_MS = 33
"""Two frames of a 60 Hz screen (design, the fast path)."""

_RUNS = 300
_WARM_UP = 20
_PATIENCE_MS = 10_000
_STRIDE = 104_729  # prime: the codes lie all over the cache

_LOOK_UP = "SELECT kind, target FROM identifier WHERE key = ?"
_BODY = "SELECT body FROM sale_order WHERE order_id = ?"


def measure_scan(home: Path, orders: int) -> Figure:
    """Scan parcels one after the other and put each aside again."""
    codes = _codes(orders)
    # The baseline goes first and reads other pages than the scans do: neither warms the other.
    bare = _bare_look_ups(home, codes[::-1][:_RUNS])
    with closing(Station(home)) as station:
        station.desk.sign_in(BADGE, PIN)
        with closing(OpenWindow(station)) as opened:
            opened.show()
            times = _scans(opened.window, codes)
    return figure(
        "scan",
        times,
        target_ms=TARGET_MS,
        against=("a bare SQLite look-up of code and order in the same file", bare),
        note="last key of the scan to verdict on the screen, case opened and durable",
    )


def measure_scan_beside(home: Path, orders: int, coming: int) -> Figure:
    """Scan while orders come in page by page into the next cache, and while none do.

    Args:
        home: With orders.
        orders: How many.
        coming: How many come in, again and again.
    """
    from returnstation.cli.bench.sync_down import orders_coming_in

    codes = _codes(orders)
    with closing(Station(home)) as station:
        station.desk.sign_in(BADGE, PIN)
        with closing(OpenWindow(station)) as opened:
            opened.show()
            idle = _scans(opened.window, codes)
            with orders_coming_in(home / "coming", coming):
                times = _scans(opened.window, codes[::-1])
    quiet = percentile(idle, 0.95)
    return figure(
        "scan-beside",
        times,
        target_ms=3 * quiet,
        against=("the same with nothing else to do", idle),
        note=f"while orders come in; p95 {percentile(times, 0.95) / quiet:.1f} times that of idle",
    )


class Stopwatch:
    """Waits until the window has painted an answer."""

    def __init__(self, window: StationWindow) -> None:
        self._loop = QEventLoop()
        self._limit = QTimer(singleShot=True, interval=_PATIENCE_MS)
        self._limit.timeout.connect(self._loop.quit)
        window.painted.connect(self._loop.quit)

    def until_painted(self, act: Callable[[], object]) -> float:
        """Return milliseconds from the act to the pixels."""
        start = time.perf_counter()
        act()
        self._limit.start()
        self._loop.exec()
        QApplication.processEvents()  # the widgets draw what the view has set
        return (time.perf_counter() - start) * 1000


def _scans(window: StationWindow, codes: Sequence[str]) -> list[float]:
    robot, watch = Robot(window), Stopwatch(window)
    robot.wait(1.0)
    times = []
    for number, code in enumerate(codes):
        took = watch.until_painted(partial(robot.send_scan, code))
        if number >= _WARM_UP:
            times.append(took)
        robot.press("F3")
        robot.press("1")
    return times


def _codes(orders: int) -> list[str]:
    found = []
    for number in range(_RUNS + _WARM_UP):
        several = parcel_codes(number * _STRIDE % orders)
        found.append(several[number % len(several)])
    return found


def _bare_look_ups(home: Path, codes: Sequence[str]) -> list[float]:
    file = next(home.glob("cache-*.db"))
    with closing(dbapi2.connect(str(file))) as connection:

        def look_up(code: str) -> None:
            for _kind, target in connection.execute(_LOOK_UP, (canonical(code),)).fetchall():
                connection.execute(_BODY, (target,)).fetchone()

        return timed(look_up, codes)
