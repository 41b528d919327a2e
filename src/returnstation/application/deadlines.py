"""Every legal day that runs, nearest first: refunds that a law wants paid."""

from dataclasses import dataclass
from typing import Protocol

from returnstation.application.equipment import Equipment
from returnstation.application.showing.idle import shown_due
from returnstation.application.view import DueRow


@dataclass(frozen=True, slots=True)
class DuePart:
    """Some of the legal days, and how many there are in all."""

    rows: tuple[DueRow, ...]
    total: int


class Deadlines(Protocol):
    """The legal days, as the window needs them."""

    def part(self, start: int, length: int) -> DuePart:
        """Return ``length`` legal days from the ``start``-th on, counted from 0."""


@dataclass(frozen=True, slots=True)
class StationDeadlines:
    """The legal days of this station's open, held and undecided cases."""

    equipment: Equipment

    def part(self, start: int, length: int) -> DuePart:
        """Return ``length`` legal days from the ``start``-th on, counted from 0."""
        with self.equipment.look() as work:
            rows, total = work.cases.due(length, start)
        return DuePart(tuple(shown_due(self.equipment, row) for row in rows), total)
