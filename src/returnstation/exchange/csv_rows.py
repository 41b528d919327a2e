"""Rows of CSV files as people and shops really write them.

A quote that is never closed would swallow the rest of the file. A row may therefore span only
so many lines; when it does not end by then, its first line alone is rejected and reading goes on
with the next one.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from returnstation.application.troubles import Refused
from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import RAW, Row
from returnstation.exchange.text_files import Overlong, encoding_of, lines_of, opened

MOST_LINES = 100
"""Physical lines of one row: a comment field may hold line breaks."""

_DELIMITERS = ",;\t"


class CsvSource:
    """A CSV file with a head line.

    Args:
        path: The file.
        profile: May fix delimiter and encoding.

    Raises:
        Refused: A column the profile reads stands in the head line twice.
    """

    def __init__(self, path: Path, profile: Profile) -> None:
        self._path = path
        self.encoding = profile.encoding or encoding_of(path)
        self.size = path.stat().st_size
        self.position = 0
        with opened(path) as file:
            head = next(lines_of(file, self.encoding), "")
        self.delimiter = profile.delimiter or max(_DELIMITERS, key=head.count)
        with opened(path) as file:
            records = _Records(lines_of(file, self.encoding), self.delimiter)
            self.columns = tuple(name.strip() for name in next(records).cells or ())
        twice = {name for name in self.columns if self.columns.count(name) > 1}
        if twice & profile.known_columns():
            raise Refused("import-column-twice", file=path.name, columns=", ".join(sorted(twice)))

    def rows(self) -> Iterator[Row]:
        """Yield the rows; lines with nothing in them are passed over."""
        with opened(self._path) as file:
            records = _Records(lines_of(file, self.encoding), self.delimiter)
            next(records)
            for record in records:
                self.position = file.tell()
                row = self._row(record)
                if row is not None:
                    yield row

    def _row(self, record: "_Record") -> Row | None:
        cells = record.cells
        if cells is None:
            return Row(record.line, {RAW: record.raw}, record.broken, record.raw)
        if not any(cells):
            return None
        while len(cells) > len(self.columns) and not cells[-1]:
            cells.pop()
        if len(cells) != len(self.columns):
            return Row(record.line, {RAW: record.raw}, "column-count", record.raw)
        return Row(record.line, dict(zip(self.columns, cells, strict=True)))


@dataclass(slots=True)
class _Record:
    """Cells of one row, or the line that could not be split."""

    line: int
    raw: str
    cells: list[str] | None = None
    broken: str = ""


@dataclass(slots=True)
class _Records:
    """Splits lines into records, and begins anew behind a line that breaks the rules."""

    lines: Iterator[str]
    delimiter: str
    _number: int = 0
    _taken: list[str] = field(default_factory=list)
    _again: deque[str] = field(default_factory=deque)
    _reader: Iterator[list[str]] | None = None

    def __iter__(self) -> "_Records":
        return self

    def __next__(self) -> _Record:
        self._taken = []
        if self._reader is None:
            self._reader = csv.reader(self._feed(), delimiter=self.delimiter, strict=True)
        try:
            cells = next(self._reader)
        except csv.Error:
            is_long = isinstance(self._taken[0], Overlong)
            return self._broken("line-too-long" if is_long else "broken-quotes")
        first = self._number + 1
        self._number += len(self._taken)
        return _Record(first, "".join(self._taken).rstrip("\r\n"), cells)

    def _feed(self) -> Iterator[str]:
        while True:
            if len(self._taken) >= MOST_LINES:
                raise csv.Error("a quote is never closed")
            line = self._again.popleft() if self._again else next(self.lines, None)
            if line is None:
                return
            self._taken.append(line)
            if isinstance(line, Overlong):
                raise csv.Error("too long for a row")
            yield line

    def _broken(self, code: str) -> _Record:
        """Give up the first line only; those behind it may be rows."""
        raw, *rest = self._taken
        self._again.extendleft(reversed(rest))
        self._reader = None
        self._number += 1
        return _Record(self._number, raw.rstrip("\r\n"), None, code)
