"""One row of a file, and where it ends: accepted or rejected with its problems."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from returnstation.domain.messages import Say, say

REASON, NUMBER, RAW = "_reason", "_number", "_raw"
"""Columns of a rejected file beside those of the original: why, the line's place in its order
where the file has no column for it, and the text of a row that could not be split."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file.

    Attributes:
        line: Where it begins, from 1; the head line counts.
        cells: Values by column.
        broken: Code of what keeps it from being split into cells; None when it was split.
        raw: The text of a row that could not be split.
    """

    line: int
    cells: Mapping[str, Any]
    broken: str | None = None
    raw: str = ""

    def with_cells(self, **cells: object) -> "Row":
        """Return the row with more cells, or other values in them."""
        return replace(self, cells={**self.cells, **cells})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of a row.

    Attributes:
        column: Name of our field; empty when the row as a whole is wrong.
        code: Stable, in kebab case; ``import.<code>`` says it to a person.
        value: What stands there, shortened.
    """

    line: int
    column: str
    code: str
    value: str = ""

    def say(self) -> Say:
        """Return what is wrong."""
        return say(f"import.{self.code}", value=self.value)


class BadField(ValueError):
    """A field cannot be used; ``code`` says why."""

    def __init__(self, column: str, code: str, value: str = "") -> None:
        super().__init__(f"{column}: {code}: {value[:80]!r}")
        self.column = column
        self.code = code
        self.value = value[:80]

    def at(self, line: int) -> Problem:
        """Return the problem of a row at this line."""
        return Problem(line, self.column, self.code, self.value)


@dataclass(frozen=True, slots=True)
class Accepted(Generic[T]):
    """A record, and from how many rows it was made."""

    record: T
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that goes into the rejected file."""

    row: Row
    problem: Problem


class Source(Protocol):
    """A file that gives rows."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The head line; empty where every row names its own columns."""

    @property
    def size(self) -> int:
        """Length of the file in bytes."""

    @property
    def position(self) -> int:
        """How many bytes have been read."""

    @property
    def encoding(self) -> str:
        """In which rejected rows are written."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows; the file is open meanwhile."""


def rejected(row: Row, bad: BadField) -> Rejected:
    """Return a row as rejected for this field."""
    return Rejected(row, bad.at(row.line))


def broken(row: Row) -> Rejected:
    """Return a row that could not be split as rejected."""
    return Rejected(row, Problem(row.line, "", row.broken or "broken", row.raw[:80]))
