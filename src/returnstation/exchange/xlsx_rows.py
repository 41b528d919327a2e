"""Rows of a sheet (XLSX), read as a stream."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from returnstation.application.troubles import Refused
from returnstation.exchange.cells import Formula
from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import RAW, Row
from returnstation.exchange.text_files import opened

_MOST_UNPACKED = 2_000_000_000
_MOST_TEXTS = 100_000_000
"""Bytes of the one part that is held in memory: the texts that cells share."""


class XlsxSource:
    """The first sheet of a workbook, or the one the profile names; its first row is the head.

    Args:
        path: The file.
        profile: May name the sheet.

    Raises:
        Refused: It is no workbook, too large, or lacks the sheet.
    """

    def __init__(self, path: Path, profile: Profile) -> None:
        self._path = path
        self._sheet = profile.sheet
        self.encoding = "utf-8-sig"
        self.size = path.stat().st_size
        self.position = 0
        self._refuse_bombs()
        head = next(self._values(), (1, []))[1]
        self.columns = tuple("" if cell is None else str(cell).strip() for cell in head)
        twice = {name for name in self.columns if self.columns.count(name) > 1}
        if twice & profile.known_columns():
            raise Refused("import-column-twice", file=path.name, columns=", ".join(sorted(twice)))

    def rows(self) -> Iterator[Row]:
        """Yield the rows; empty ones are passed over."""
        values = self._values()
        number, _ = next(values)
        try:
            for number, cells in values:
                if any(cell is not None and cell != "" for cell in cells):
                    yield self._row(number, cells)
        except Refused:
            yield Row(number + 1, {}, "sheet-damaged")

    def _row(self, number: int, cells: list[Any]) -> Row:
        width = len(self.columns)
        if any(cell is not None for cell in cells[width:]):
            raw = "\t".join("" if cell is None else str(cell) for cell in cells)
            return Row(number, {RAW: raw}, "column-count", raw)
        padded = [*cells, *[None] * (width - len(cells))][:width]
        return Row(number, dict(zip(self.columns, padded, strict=True)))

    def _values(self) -> Iterator[tuple[int, list[Any]]]:
        # openpyxl takes 200 ms to import, and most files are CSV.
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

        with opened(self._path) as file:
            try:
                book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
                sheet: Any = book[self._sheet] if self._sheet else book.worksheets[0]
                sheet.reset_dimensions()  # what the file says of its size may be wrong
                for number, row in enumerate(sheet.iter_rows(), start=1):
                    yield number, _values_of(row)
            # What openpyxl raises for parts that are missing or damaged.
            except (
                InvalidFileException, KeyError, IndexError, ValueError, TypeError, SyntaxError,
                AttributeError, zipfile.BadZipFile, zlib.error, EOFError,
            ) as error:  # fmt: skip
                raise Refused("import-no-sheet", file=self._path.name) from error

    def _refuse_bombs(self) -> None:
        try:
            with opened(self._path) as file, zipfile.ZipFile(file) as parts:
                sizes = {part.filename: part.file_size for part in parts.infolist()}
        except zipfile.BadZipFile as error:
            raise Refused("import-no-sheet", file=self._path.name) from error
        texts = sizes.get("xl/sharedStrings.xml", 0)
        if sum(sizes.values()) > _MOST_UNPACKED or texts > _MOST_TEXTS:
            raise Refused("import-too-large", file=self._path.name)


def _values_of(row: Sequence[Any]) -> list[Any]:
    return [Formula() if cell.data_type == "f" else cell.value for cell in row]
