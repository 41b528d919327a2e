"""From starting the program to a window that is ready for the first scan."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from returnstation.cli.bench.figures import Figure, figure

TARGET_MS = 1000

_RUNS = 10
_READY = b"ready"

_STATION = """
import sys
from returnstation.cli import main

def say_so():
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    app = QApplication.instance()
    app.processEvents()
    print("ready", flush=True)
    QTimer.singleShot(0, app.quit)

sys.exit(main(["--home", sys.argv[1]], say_so))
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
    """Start the program again and again, with files in the system's cache.

    It runs from byte code, as an installed program does, even where none may be kept beside it.
    """
    with TemporaryDirectory(prefix="bench-code-") as code:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": code}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        _until_ready(_STATION, [str(home)], environment)
        times = [_until_ready(_STATION, [str(home)], environment) for _ in range(_RUNS)]
        _until_ready(_BARE, [], environment)
        bare = [_until_ready(_BARE, [], environment) for _ in range(_RUNS)]
    return figure(
        "start",
        times,
        target_ms=TARGET_MS,
        against=("a bare PySide6 window in a process of its own", bare),
    )


def _until_ready(program: str, arguments: Sequence[str], environment: Mapping[str, str]) -> float:
    return asyncio.run(_start(program, arguments, environment))


async def _start(program: str, arguments: Sequence[str], environment: Mapping[str, str]) -> float:
    start = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, *arguments, stdout=PIPE, stderr=PIPE, env=environment
    )
    line = b"" if process.stdout is None else await process.stdout.readline()
    took = (time.perf_counter() - start) * 1000
    _, said = await process.communicate()
    if line.strip() != _READY:
        raise NoWindow(said.decode(errors="replace")[-2000:])
    return took
