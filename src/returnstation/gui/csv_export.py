"""Write the filtered inspections to a file, a slice at a time, so that scans go on between."""

from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from returnstation.application.inspections import Filter, Reviews
from returnstation.gui.tasks import Tasks

_LINES_AT_ONCE = 2000


class CsvExport(QObject):
    """One export to one file.

    Signals:
        done: The whole file is written; carries the number of rows.
        failed: It could not be written; carries the exception.
    """

    done = Signal(int)
    failed = Signal(object)

    def __init__(self, reviews: Reviews, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reviews = reviews
        self._tasks = tasks
        self._lines: Iterator[str] = iter(())
        self._file: TextIOWrapper | None = None
        self._path = Path()
        self._count = 0

    def start(self, wanted: Filter, path: Path) -> None:
        """Write to ``path``, which is complete or is not there at all."""
        self._path = path
        self._count = 0
        self._tasks.run(lambda: self._open(wanted), self._go_on, self._fail)

    def _open(self, wanted: Filter) -> int:
        self._lines = self._reviews.export(wanted)
        # The mark at the start makes spreadsheets read Korean and Japanese as UTF-8.
        self._file = self._part.open("w", encoding="utf-8-sig", newline="")
        return self._write()

    def _write(self) -> int:
        """Write one slice and return how many lines it had; the last one is short."""
        if self._file is None:
            return 0
        lines = list(islice(self._lines, _LINES_AT_ONCE))
        self._file.writelines(f"{line.rstrip()}\r\n" for line in lines)
        if len(lines) < _LINES_AT_ONCE:
            self._file.close()
            self._part.replace(self._path)
        return len(lines)

    def _go_on(self, lines: int) -> None:
        self._count += lines
        if lines < _LINES_AT_ONCE:
            self.done.emit(max(self._count - 1, 0))  # without the head line
        else:
            self._tasks.run(self._write, self._go_on, self._fail)

    def _fail(self, error: Exception) -> None:
        if self._file is not None:
            self._file.close()
        self._part.unlink(missing_ok=True)
        self.failed.emit(error)

    @property
    def _part(self) -> Path:
        return self._path.with_name(f"{self._path.name}.part")
