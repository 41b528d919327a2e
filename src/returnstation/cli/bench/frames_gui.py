"""How late the window's thread is while a camera is being read."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import cv2
from PySide6.QtCore import QEventLoop, Qt, QTimer

from returnstation.app import Station
from returnstation.app.window import OpenWindow
from returnstation.cli.bench.decoding.pictures import drawn_samples
from returnstation.cli.bench.decoding.shots import FRAME
from returnstation.cli.bench.figures import Figure, percentile
from returnstation.gui.window import StationWindow
from returnstation.settings import ScannerSettings, Settings, write_settings

MOST_MS = 16.0
"""A frame of a 60 Hz screen (issue 4)."""

_SECONDS = 12.0
_SETTLING = 8.0  # pages are made and rehearsed while nothing goes on
_RATE, _FRAMES = 30, 240
_LEAST_FRAMES = 40


def measure_gui(home: Path) -> Figure:
    """Watch a 1 ms timer of an idle window, without a camera, with one, and on its page."""
    home.mkdir(parents=True, exist_ok=True)
    alone = _lateness(home / "without", None)
    film = home / "labels.avi"
    _write_film(film)
    read = _lateness(home / "with", film)
    shown = _lateness(home / "shown", film, page="show-photo")
    return Figure(
        name="frame-gui",
        runs=len(shown),
        median_ms=percentile(shown, 0.5),
        p95_ms=percentile(shown, 0.95),
        p99_ms=percentile(shown, 0.99),
        target_ms=MOST_MS,
        baseline="the same window without a camera",
        baseline_ms=percentile(alone, 0.5),
        note="; ".join(
            f"{name} p95 {percentile(times, 0.95):.1f}, p99 {percentile(times, 0.99):.1f},"
            f" longest {max(times):.1f} ms"
            for name, times in (("no camera", alone), ("read", read), ("read and shown", shown))
        ),
    )


def _lateness(home: Path, film: Path | None, page: str = "") -> list[float]:
    """Return by how many milliseconds each tick of the window's thread came too late."""
    scanners = {"keyboard": ScannerSettings()}
    if film is not None:
        scanners["camera"] = ScannerSettings(camera=str(film))
    write_settings(home, Settings(site="Bench", desk="1", prefix="BN1", scanners=scanners))
    with closing(Station(home)) as station, _opened(station) as window:
        _ticks(_SETTLING)
        if page:
            window.do(page)
        return _ticks(_SECONDS)


@contextmanager
def _opened(station: Station) -> Iterator[StationWindow]:
    with closing(OpenWindow(station)) as opened:
        opened.show()
        yield opened.window


def _ticks(seconds: float) -> list[float]:
    loop, found = QEventLoop(), [time.perf_counter()]
    ticking = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
    ticking.timeout.connect(lambda: found.append(time.perf_counter()))
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    ticking.start()
    loop.exec()
    ticking.stop()
    return [max(0.0, (b - a) * 1000 - 1) for a, b in pairwise(found)]


def _write_film(file: Path) -> None:
    """Write labels as a camera passes them on, each in sight for a quarter of a second."""
    scenes: Sequence[cv2.typing.MatLike] = [
        cv2.cvtColor(each.pixels, cv2.COLOR_GRAY2BGR) for each in drawn_samples(_LEAST_FRAMES, 7)
    ]
    film = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"MJPG"), _RATE, FRAME)
    for number in range(_FRAMES):
        film.write(scenes[number // 8 % len(scenes)])
    film.release()
