"""Grades: functional F1 to F6 and cosmetic C0 to C9, and what a merchant calls them.

The two scales are independent, as in R2v3 / SERI REC v1.2, tables 3 and 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass

BEST_FUNCTIONAL = 6
BEST_COSMETIC = 9
FUNCTIONAL = tuple(f"F{number}" for number in range(1, BEST_FUNCTIONAL + 1))
COSMETIC = tuple(f"C{number}" for number in range(BEST_COSMETIC + 1))


@dataclass(frozen=True, slots=True)
class Grade:
    """Functional and cosmetic grade; None where the item was not graded."""

    functional: int | None
    cosmetic: int | None

    def __str__(self) -> str:
        return f"F{self.functional} · C{self.cosmetic}"


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """A merchant's grade, and the least an item must be for it."""

    name: str
    functional: int = 1
    cosmetic: int = 0


@dataclass(frozen=True, slots=True)
class GradeScale:
    """How a merchant names grades.

    Attributes:
        merchants: Ids of the merchants that use it; empty for all that have none of their own.
        steps: Best first; the last one takes what no other does.
    """

    scale_id: str
    merchants: tuple[str, ...]
    steps: tuple[ScaleStep, ...]

    def name(self, grade: Grade) -> str:
        """Return the merchant's name of a grade.

        >>> GradeScale("abc", (), (ScaleStep("A", 5, 8), ScaleStep("B"))).name(Grade(6, 7))
        'B'
        """
        functional, cosmetic = grade.functional or 0, grade.cosmetic or 0
        for step in self.steps:
            if functional >= step.functional and cosmetic >= step.cosmetic:
                return step.name
        return self.steps[-1].name


def scale_of(scales: Sequence[GradeScale], merchant_id: str | None) -> GradeScale | None:
    """Return the scale of a merchant: its own, else the one for everybody."""
    own = (scale for scale in scales if merchant_id in scale.merchants)
    shared = (scale for scale in scales if not scale.merchants)
    return next(own, next(shared, None))
