"""From starting the program to a window that is ready for the first scan."""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path

from returnstation.cli.bench.figures import Figure, figure

TARGET_MS = 1000

_RUNS = 10
_READY = b"ready"

_STATION = """
import sys
from contextlib import closing
from PySide6.QtCore import QTimer
from returnstation.app import open_station
from returnstation.app.window import OpenWindow

def painted(view):
    opened.app.processEvents()
    print("ready", flush=True)
    QTimer.singleShot(0, opened.app.quit)

with closing(open_station(sys.argv[1])) as station, closing(OpenWindow(station, print)) as opened:
    opened.window.painted.connect(painted)
    opened.show()
    opened.app.exec()
"""
"""What ``returnstation`` does without a command, and says when its first view is painted."""

_BARE = """
from PySide6.QtWidgets import QApplication, QLabel

app = QApplication([])
label = QLabel("ready")
label.show()
app.processEvents()
print("ready", flush=True)
"""


class NoWindow(Exception):
    """The program ended before its window was ready; the message is what it said."""


def measure_start(home: Path) -> Figure:
    """Start the program again and again, with files in the system's cache."""
    _until_ready(_STATION, [str(home)])
    times = [_until_ready(_STATION, [str(home)]) for _ in range(_RUNS)]
    bare = [_until_ready(_BARE, []) for _ in range(_RUNS)]
    return figure(
        "start",
        times,
        target_ms=TARGET_MS,
        against=("a bare PySide6 window in a process of its own", bare),
    )


def _until_ready(program: str, arguments: Sequence[str]) -> float:
    return asyncio.run(_start(program, arguments))


async def _start(program: str, arguments: Sequence[str]) -> float:
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, *arguments, stdout=PIPE, stderr=PIPE
    )
    line = b"" if process.stdout is None else await process.stdout.readline()
    took = (time.perf_counter() - start) * 1000
    _, said = await process.communicate()
    if line.strip() != _READY:
        raise NoWindow(said.decode(errors="replace")[-2000:])
    return took
