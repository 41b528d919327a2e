"""One trial at a time on a thread of its own, watched from the window."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal

from returnstation.application.csv_lines import csv_line
from returnstation.application.trials import Examples, Trials
from returnstation.application.trying import (
    COLUMNS,
    Period,
    Stopped,
    Trial,
    TrialReport,
    cells,
)
from returnstation.domain.replays import Change
from returnstation.gui.draft_rows import PackedRows
from returnstation.gui.tasks import Tasks

FIRST_DAY = date(1970, 1, 1)
"""Begins the period of everything there is."""

_TELL_EVERY = 0.1
_BREATHE_EVERY, _BREATH = 0.002, 0.0005


@dataclass(frozen=True, slots=True)
class Found:
    """What a trial found, with rows to look at."""

    trial: Trial
    period: Period
    report: TrialReport
    examples: Examples


class _Watch:
    """Told of each return, on the trial's own thread; keeps what is to be shown and exported."""

    def __init__(self, tell: Callable[[int, int], None]) -> None:
        self.stop = Event()
        self.examples = Examples()
        self.cases = 0
        self._tell = tell
        self._told_at = self._breathed_at = time.monotonic()
        self.rows = PackedRows()
        self.rows.put(csv_line(COLUMNS))

    def __call__(self, cases: int, change: Change | None) -> None:
        """Take a return.

        Raises:
            Stopped: The person who started the trial ended it.
        """
        if self.stop.is_set():
            raise Stopped
        self.cases = cases
        if change is not None:
            self.examples.put(change)
            self.rows.put(csv_line(cells(change)))
        now = time.monotonic()
        if now - self._breathed_at >= _BREATHE_EVERY:
            # A thread that wants the interpreter waits 5 ms for it each time, unless it is let go:
            # the slowest of 90 scans took 45 ms beside a trial, and 220 ms without these breaths.
            time.sleep(_BREATH)
            self._breathed_at = now
        if now - self._told_at >= _TELL_EVERY:
            self._told_at = now
            self._tell(cases, self.rows.count - 1)


class DraftRun(QObject):
    """Runs trials, off the GUI thread.

    Args:
        open_trials: Returns the test bench; called off the GUI thread.
        tasks: Runs a trial without keeping the desk waiting.

    Signals:
        progressed: So many cases were looked at, of so many; so many returns change.
        done: The trial came to its end; carries what was ``Found``.
        stopped: It was ended after so many cases.
        failed: It could not be run, or its rows not be written; carries the exception.
        written: All changed returns were written; carries path and number of rows.
    """

    progressed = Signal(int, int, int)
    done = Signal(object)
    stopped = Signal(int)
    failed = Signal(object)
    written = Signal(str, int)

    def __init__(
        self, open_trials: Callable[[], Trials], tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._trials, self._tasks = open_trials, tasks
        self._watch: _Watch | None = None

    def start(self, trial: Trial, period: Period, size: int) -> None:
        """Begin a trial; whatever ran before is forgotten."""
        self.forget()
        watch = _Watch(lambda cases, changed: self.progressed.emit(cases, size, changed))
        self._watch = watch

        def work() -> TrialReport | None:
            try:
                return self._trials().run(trial, period, watch)
            except Stopped:
                return None

        def done(report: TrialReport | None) -> None:
            if watch is not self._watch:
                return
            if report is None:
                self.stopped.emit(watch.cases)
            else:
                self.done.emit(Found(trial, period, report, watch.examples))

        def failed(error: Exception) -> None:
            if watch is self._watch:
                self.failed.emit(error)

        self._tasks.run(work, done, failed)

    def stop(self) -> None:
        """End the trial that runs; ``stopped`` tells when it did."""
        if self._watch is not None:
            self._watch.stop.set()

    def forget(self) -> None:
        """End the trial that runs and drop what the last one found; nothing is told of it."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.stop.set()

    def export(self, folder: Path, name: str) -> None:
        """Write all changed returns to a new file in a folder."""
        watch = self._watch
        if watch is None:
            return

        def work() -> tuple[Path, int]:
            path = _unused(folder, name)
            watch.rows.write(path)
            return path, watch.rows.count - 1

        def done(found: tuple[Path, int]) -> None:
            self.written.emit(str(found[0]), found[1])

        self._tasks.run(work, done, self.failed.emit)


def _unused(folder: Path, name: str) -> Path:
    """Return a path nothing has yet: ``name.csv``, ``name-2.csv`` ..."""
    path, number = folder / f"{name}.csv", 2
    while path.exists():
        path, number = folder / f"{name}-{number}.csv", number + 1
    return path
