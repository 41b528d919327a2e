"""The rejected file: what did not go in, in the form of the original, with the reason."""

import csv
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import msgspec

from returnstation.exchange.cells import Formula
from returnstation.exchange.outfiles import whole_file, writing_to
from returnstation.exchange.rows import NUMBER, RAW, REASON, Problem, Rejected, Row, Source


class RejectedFile:
    """Collects rejected rows; the file appears when the first one comes.

    Args:
        source: Where the rows come from.
        path: Of the original.
    """

    def __init__(self, source: Source, path: Path) -> None:
        is_sheet = path.suffix.lower() in {".xlsx", ".xlsm"}
        self.path = path.with_name(f"{path.name}.rejected{'.csv' if is_sheet else ''}")
        self.is_written = False
        self._source = source
        self._delimiter = getattr(source, "delimiter", ",")
        self._stack = ExitStack()
        self._file: TextIO | None = None

    def __enter__(self) -> "RejectedFile":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What was rejected before an interruption is not lost with it.
        self._stack.close()

    def add(self, rejected: Rejected) -> None:
        """Write one row with its reason.

        Raises:
            Trouble: ``disk-full`` or ``file-unwritable``.
        """
        with writing_to(self.path):
            file = self._opened()
            if self._source.columns:
                self._line(self._csv_row(rejected.row, rejected.problem))
            else:
                file.write(_json_row(rejected.row, rejected.problem) + "\n")

    def _opened(self) -> TextIO:
        if self._file is None:
            self._file = self._stack.enter_context(whole_file(self.path, self._source.encoding))
            self.is_written = True
            if self._source.columns:
                self._line(self._head())
        return self._file

    def _head(self) -> list[str]:
        own = self._source.columns
        return [*own, *(name for name in (REASON, NUMBER, RAW) if name not in own)]

    def _csv_row(self, row: Row, problem: Problem) -> list[str]:
        cells = {name: _plain(value) for name, value in row.cells.items()}
        cells[REASON] = reason(problem)
        return [cells.get(name, "") for name in self._head()]

    def _line(self, cells: list[str]) -> None:
        if self._file is not None:
            csv.writer(self._file, delimiter=self._delimiter).writerow(cells)


def reason(problem: Problem) -> str:
    """Return a problem as the rejected file names it: ``quantity: no-whole-number``."""
    return f"{problem.column}: {problem.code}" if problem.column else problem.code


def _json_row(row: Row, problem: Problem) -> str:
    record: dict[str, Any] = {**row.cells, REASON: reason(problem)}
    if row.raw:
        record[RAW] = row.raw
    # Half a character cannot be written as JSON; it was the reason for the refusal.
    safe = {_sound(name): _sound(value) for name, value in record.items()}
    return msgspec.json.encode(safe).decode()


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value


def _plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case Formula():
            return "=?"
        case date():
            return value.isoformat()
    return str(value)
