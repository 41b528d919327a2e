"""What is disclosed of discarded goods: number, weight, ground, and the share of each treatment.

Regulation (EU) 2024/1781 art. 24(1): by type or category; reasons and derogations; proportions
delivered to preparing for re-use, recycling, other recovery, and disposal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from returnstation.domain.cases import Item
from returnstation.domain.dispositions import Disposition


class Treatment(StrEnum):
    """Where discarded goods are delivered to."""

    REUSE = "preparing_for_reuse"
    RECYCLING = "recycling"
    DISPOSAL = "disposal"


TREATMENTS: Mapping[Disposition, Treatment] = {
    Disposition.HARVEST_PARTS: Treatment.REUSE,
    Disposition.RECYCLE: Treatment.RECYCLING,
    Disposition.DISPOSE: Treatment.DISPOSAL,
    Disposition.DESTROY: Treatment.DISPOSAL,
}
"""Ways out that discard goods. Other recovery is the waste firm's word; no desk knows it."""

NO_GROUND = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """Goods of one item that were discarded.

    Attributes:
        ground: Code of the derogation, or ``none`` where none was needed.
        grams: Of all units; None when nobody knows.
    """

    merchant: str
    category: str
    treatment: Treatment
    ground: str
    units: int
    grams: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """One line of the figures.

    Attributes:
        unweighed: Units whose weight nobody knows; they are not in ``grams``.
        percent: Of the units of the merchant's category, delivered to this treatment for this
            ground, with two decimals rounded down.
    """

    merchant: str
    category: str
    treatment: Treatment
    ground: str
    units: int
    grams: int
    unweighed: int
    percent: Fraction


def discarded(item: Item, merchant: str) -> Discarded | None:
    """Return what an item adds to the figures; None when it is not discarded."""
    treatment = None if item.disposition is None else TREATMENTS.get(item.disposition)
    if treatment is None:
        return None
    known = None if item.unit_g is None else item.unit_g * item.quantity
    return Discarded(
        merchant=merchant,
        category=item.category,
        treatment=treatment,
        ground=item.derogation or NO_GROUND,
        units=item.quantity,
        grams=known if item.grams is None else item.grams,
    )


def disclosed(goods: Iterable[Discarded]) -> Iterable[Disclosed]:
    """Yield the figures, ordered by merchant, category, treatment and ground."""
    ordered = sorted(goods, key=_line)
    for _, of_category in groupby(ordered, key=lambda one: (one.merchant, one.category)):
        together = list(of_category)
        units = sum(one.units for one in together)
        for _, same in groupby(together, key=_line):
            yield _added(list(same), units)


def _line(one: Discarded) -> tuple[str, str, str, str]:
    return one.merchant, one.category, one.treatment.value, one.ground


def _added(same: list[Discarded], of_all: int) -> Disclosed:
    first, units = same[0], sum(one.units for one in same)
    return Disclosed(
        merchant=first.merchant,
        category=first.category,
        treatment=first.treatment,
        ground=first.ground,
        units=units,
        grams=sum(one.grams or 0 for one in same),
        unweighed=sum(one.units for one in same if one.grams is None),
        percent=Fraction(units * 10000 // of_all, 100),
    )
