"""Find values of a pack that are of the right sort and yet cannot be meant."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from returnstation.domain.calendar import CountingRule, ExtraDay, Unit
from returnstation.domain.money import BadAmount, parse_amount
from returnstation.domain.policy import Confidence
from returnstation.domain.policy.facts import FACTS
from returnstation.domain.policy.terms import CancellationFee, Terms, Threshold

_LONGEST = {
    Unit.CALENDAR_DAYS: 36_525,
    Unit.BUSINESS_DAYS: 2_600,
    Unit.MONTHS: 1_200,
    Unit.YEARS: 100,
}
"""No law counts longer than a hundred years, or ten in working days."""
_TIMED = (
    "window",
    "protected_window",
    "special_windows",
    "late_information",
    "refund",
    "guarantee",
)
"""The terms that hold lengths of time."""


def wrong_in_terms(terms: Terms, counting: Container[str]) -> Iterator[str]:
    """Yield what is wrong with the names, lengths and amounts of a version."""
    yield from _unknown("counting rule", _counting_names(terms), counting)
    yield from _unknown("fact", _fact_names(terms), FACTS)
    for name in _TIMED:
        yield from _lengths(getattr(terms, name), f"{name}.")
    for threshold in terms.thresholds:
        yield from _threshold("thresholds", threshold)
    if terms.business_up_to is not None:
        yield from _threshold("business_up_to", terms.business_up_to)
    if terms.fee is not None:
        yield from _fee(terms.fee)


def wrong_in_counting(rule: CountingRule) -> Iterator[str]:
    """Yield what is wrong with a counting rule."""
    if rule.confidence not in set(Confidence):
        yield f"confidence {rule.confidence}"
    for extra in rule.extra:
        yield from _extra(extra)


def _unknown(kind: str, names: Iterable[str], known: Container[str]) -> Iterator[str]:
    yield from (f"unknown {kind} {name}" for name in names if name not in known)


def _counting_names(terms: Terms) -> Iterator[str]:
    special = (one.window for one in terms.special_windows)
    parts = (terms.window, terms.protected_window, terms.refund, *special)
    yield from filter(None, (terms.counting, terms.grace_counting))
    yield from (part.counting for part in parts if part is not None and part.counting)


def _fact_names(terms: Terms) -> Iterator[str]:
    late = terms.late_information
    yield from terms.requires
    yield from filter(None, (terms.protected_requires, late.told_by if late else ""))
    for exemption in terms.exemptions:
        yield from (*exemption.when, *exemption.any_of, *filter(None, (exemption.unless,)))


@cache
def _lengths(part: Any, path: str) -> tuple[str, ...]:
    """Return every length of time that is negative or beyond reach, wherever it stands."""
    if isinstance(part, tuple):
        return tuple(wrong for each in part for wrong in _lengths(each, path))
    if not is_dataclass(part):
        return ()
    wrong = [
        each
        for field in fields(part)
        for each in _lengths(getattr(part, field.name), f"{path}{field.name}.")
    ]
    unit, length = getattr(part, "unit", None), getattr(part, "length", 0)
    if isinstance(unit, Unit) and not 0 <= length <= _LONGEST[unit]:
        wrong.append(f"{path}length {length} is out of reach")
    return tuple(wrong)


def _threshold(name: str, threshold: Threshold) -> Iterator[str]:
    limits = (threshold.at_least, threshold.more_than, threshold.up_to)
    if all(limit is None for limit in limits):
        yield f"{name} without an amount"
    for limit in limits:
        if limit is not None:
            yield from _amount(name, limit, threshold.currency)


def _fee(fee: CancellationFee) -> Iterator[str]:
    if not (fee.percent.is_finite() and 0 <= fee.percent <= 100):
        yield f"fee.percent {fee.percent} is out of reach"
    yield from _amount("fee.at_most", fee.at_most, fee.currency)


def _amount(name: str, amount: Decimal, currency: str) -> Iterator[str]:
    try:
        parse_amount(str(amount), currency)
    except BadAmount:
        yield f"{name} {amount} is no amount of {currency}"


def _extra(extra: ExtraDay) -> Iterator[str]:
    try:
        # 2027 is no leap year: a day that only some years have is no day of every year.
        date(2027, extra.month or 1, extra.through or extra.day or 1)
        date(2027, extra.month or 1, extra.day or 1)
    except ValueError:
        yield f"extra: there is no day {extra.month}-{extra.day}"
    if abs(extra.easter or 0) > 100:
        yield f"extra: easter {extra.easter} is out of reach"
