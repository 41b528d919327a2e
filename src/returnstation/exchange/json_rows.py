"""Rows of JSON Lines: flat objects, or orders with their lines and shipments inside."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import Row
from returnstation.exchange.text_files import Overlong, encoding_of, lines_of, opened


class JsonSource:
    """A file with one JSON object per line.

    Objects within objects become columns with dots (``customer.name``); the list the profile
    names in ``nested_rows`` gives a row each; objects in other lists become lists of their
    values (``shipments.tracking``).

    Args:
        path: The file.
        profile: Tells which list gives rows.
    """

    def __init__(self, path: Path, profile: Profile) -> None:
        self._path = path
        self._nested = profile.nested_rows
        self._whole = profile.known_columns()
        self.encoding = profile.encoding or encoding_of(path)
        self.size = path.stat().st_size
        self.position = 0
        self.columns: tuple[str, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Yield the rows; empty lines are passed over."""
        with opened(self._path) as file:
            for number, text in enumerate(lines_of(file, self.encoding), start=1):
                self.position = file.tell()
                if isinstance(text, Overlong):
                    yield _broken(number, text, "line-too-long")
                elif text.strip():
                    yield from self._rows(number, text.strip())

    def _rows(self, line: int, text: str) -> Iterator[Row]:
        try:
            record = msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            yield _broken(line, text, "no-json")
            return
        if not isinstance(record, dict):
            yield _broken(line, text, "no-object")
            return
        inner = record.pop(self._nested, None) if self._nested else None
        head = dict(self._flat(record, ""))
        if not isinstance(inner, list) or not inner:
            yield Row(line, head)
            return
        for each in inner:
            if isinstance(each, dict):
                yield Row(line, head | dict(self._flat(each, f"{self._nested}.")))
            else:
                yield _broken(line, text, "no-object")

    def _flat(self, record: Mapping[str, Any], before: str) -> Iterator[tuple[str, Any]]:
        for key, value in record.items():
            name = f"{before}{key}"
            if isinstance(value, dict) and name not in self._whole:
                yield from self._flat(value, f"{name}.")
            elif isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
                columns = dict.fromkeys(inner for each in value for inner in each)
                for column in columns:
                    yield f"{name}.{column}", [each.get(column) for each in value]
            else:
                yield name, value


def _broken(line: int, text: str, code: str) -> Row:
    return Row(line, {}, code, text.rstrip("\r\n"))
