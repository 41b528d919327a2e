"""Bring the rows of a file in, a thousand records at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from returnstation.exchange.rejects import RejectedFile
from returnstation.exchange.rows import Accepted, Problem, Rejected, Row, Source

T = TypeVar("T")

AT_ONCE = 1000
"""Records in one transaction: an interruption costs no more than those."""

MOST_SHOWN = 50
"""Problems kept for showing; the rejected file has them all."""


class Counts(Protocol):
    """How many records were new, changed or already there."""

    @property
    def new(self) -> int:
        """Records that were not there."""

    @property
    def changed(self) -> int:
        """Records that were there and said something else."""

    @property
    def same(self) -> int:
        """Records that were there."""


Keep = Callable[[Sequence[T]], Counts]
"""Keep records in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes(Generic[T]):
    """How a file is brought in.

    Attributes:
        read: Makes records of rows, and says which rows make none.
        keep: Keeps records.
        rejected_to: The original's path, beside which the rejected file is written; None writes
            none.
        progress: Called with how many bytes of the file have been read.
    """

    read: Callable[[Iterator[Row]], Iterator[Accepted[T] | Rejected]]
    keep: Keep[T]
    rejected_to: Path | None = None
    progress: Callable[[int], None] = lambda _position: None

    def at(self, rejected_to: Path | None, progress: Callable[[int], None]) -> "Wishes[T]":
        """Return the same with a place for rejected rows and somebody to tell."""
        return replace(self, rejected_to=rejected_to, progress=progress)


@dataclass(slots=True)
class Report:
    """What came of a file: ``read`` rows are ``accepted`` plus ``rejected`` ones.

    Attributes:
        new, changed, same: Records, not rows.
        problems: The first of them.
    """

    accepted: int = 0
    rejected: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    rejected_file: Path | None = None

    @property
    def read(self) -> int:
        """Rows in the file, without empty ones."""
        return self.accepted + self.rejected

    def refuse(self, problem: Problem) -> None:
        """Count a row that does not go in."""
        self.rejected += 1
        if len(self.problems) < MOST_SHOWN:
            self.problems.append(problem)

    def count(self, counts: Counts) -> None:
        """Count records that were kept."""
        self.new += counts.new
        self.changed += counts.changed
        self.same += counts.same


def import_rows(source: Source, wishes: Wishes[T]) -> Report:
    """Bring a file in and return what came of it.

    Raises:
        Trouble: File, disk or database; what was kept before stays, and importing again goes on.
    """
    report = Report()
    beside = wishes.rejected_to
    with RejectedFile(source, beside or Path("none")) as rejects:
        batch: list[T] = []
        for result in wishes.read(source.rows()):
            if isinstance(result, Rejected):
                report.refuse(result.problem)
                if beside is not None:
                    rejects.add(result)
                continue
            batch.append(result.record)
            report.accepted += result.rows
            if len(batch) >= AT_ONCE:
                report.count(wishes.keep(batch))
                batch = []
                wishes.progress(source.position)
        if batch:
            report.count(wishes.keep(batch))
        wishes.progress(source.size)
    report.rejected_file = rejects.path if rejects.is_written else None
    return report
