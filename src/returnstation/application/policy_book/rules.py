"""Which rights of a country answer for a sale as asked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from returnstation.application.policy_book.sheet import Asked
from returnstation.domain.calendar import CountingRule, Span, Unit
from returnstation.domain.policy import (
    Buyer,
    Category,
    Confidence,
    Pack,
    Region,
    ReturnReason,
    Right,
)
from returnstation.domain.policy.terms import Condition, Kind, Terms, Window

_WITHOUT_FAULT = (Kind.WITHDRAWAL, Kind.DISCLOSURE_DEFAULT, Kind.DISCLOSURE_DUTY)
_FOR_FAULT = (Kind.MISMATCH, Kind.SHORT_TERM_REJECTION, Kind.LEGAL_GUARANTEE)
# Roughly, to tell which of two periods is the longer one.
_DAYS_OF = {Unit.CALENDAR_DAYS: 1, Unit.BUSINESS_DAYS: 1, Unit.MONTHS: 30, Unit.YEARS: 365}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A right as it stands on the day asked for.

    Attributes:
        window: Of ordinary goods, bought as asked.
        condition: A failing of the merchant on which the right depends, bought as asked.
        is_sure: It is for this channel, whatever else may be found out.
    """

    right: Right
    terms: Terms
    window: Window | None
    counting: CountingRule
    condition: Condition | None
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Rulings:
    """What decides in a country.

    Attributes:
        change_of_mind: The right without a reason; None when there is none.
        none: The entry that says there is no such right.
        faults: Rights over faults, the first to turn to first.
        is_sure: The pack is sure enough of what it knows to say that there is no other right.
    """

    change_of_mind: Ruling | None
    none: Ruling | None
    faults: tuple[Ruling, ...]
    is_sure: bool = True


def rulings(pack: Pack, region: Region, asked: Asked) -> Rulings:
    """Return what decides in a region for a consumer who bought as asked."""
    free = list(_covering(pack, region, asked, ReturnReason.CHANGE_OF_MIND))
    willing = [ruling for ruling in free if ruling.right.kind in _WITHOUT_FAULT]
    none = (ruling for ruling in free if ruling.right.kind is Kind.NO_RIGHT)
    return Rulings(
        max(willing, key=_weight, default=None),
        next(none, None),
        _faults(list(_covering(pack, region, asked, ReturnReason.DEFECTIVE))),
        _is_sure(region, asked),
    )


def _is_sure(region: Region, asked: Asked) -> bool:
    in_force = (right.on(asked.day) for right in region.rights)
    return any(terms.confidence is not Confidence.LOW for terms in in_force if terms is not None)


def _covering(pack: Pack, region: Region, asked: Asked, reason: ReturnReason) -> Iterator[Ruling]:
    for right in region.rights:
        terms = right.on(asked.day)
        if terms is None or reason not in terms.reasons or Buyer.CONSUMER not in terms.buyers:
            continue
        if asked.channel in terms.channels | terms.unclear_channels:
            yield _ruling(pack, right, terms, asked)


def _ruling(pack: Pack, right: Right, terms: Terms, asked: Asked) -> Ruling:
    special = (one for one in terms.special_windows if one.covers(Category.GENERAL, asked.channel))
    found = next(special, None)
    window = terms.window if found is None else found.window
    return Ruling(
        right,
        terms,
        window,
        counting_of(pack, terms, window),
        terms.condition if asked.channel in terms.condition_channels else None,
        is_sure=asked.channel in terms.channels,
    )


def counting_of(pack: Pack, terms: Terms, window: Window | None) -> CountingRule:
    """Return the rule by which a window is counted."""
    own = "" if window is None else window.counting
    return pack.counting[own or terms.counting]


def _weight(ruling: Ruling) -> tuple[bool, bool, int, int]:
    """Rank a right as the engine does: the sure one first, then the longer, then the narrower."""
    return (
        ruling.is_sure,
        ruling.condition is None,
        0 if ruling.window is None else _days(ruling.window.span),
        -len(ruling.terms.channels),
    )


def _days(length: Span) -> int:
    return length.length * _DAYS_OF[length.unit]


def _faults(found: Collection[Ruling]) -> tuple[Ruling, ...]:
    """Return what a buyer turns to: a special right of the sale stands in for the guarantee."""
    by_kind = {kind: [r for r in found if r.right.kind is kind][:1] for kind in _FOR_FAULT}
    guarantee = [] if by_kind[Kind.MISMATCH] else by_kind[Kind.LEGAL_GUARANTEE]
    own = (*by_kind[Kind.MISMATCH], *by_kind[Kind.SHORT_TERM_REJECTION], *guarantee)
    # Some laws know no right over faults but let a buyer withdraw for one.
    free = [ruling for ruling in found if ruling.right.kind in _WITHOUT_FAULT]
    return own or tuple(sorted(free, key=_weight)[-1:])
