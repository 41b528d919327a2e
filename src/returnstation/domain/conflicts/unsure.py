"""A case of which nobody knows whether it was opened before a deadline or after it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from returnstation.domain.conflicts.values import CaseTold, Conflict, ConflictKind
from returnstation.domain.facts import LineJudged
from returnstation.domain.verdicts import Verdict

_AS_GOOD_AS_ONE_DAY = 1
"""Days further apart than this are told apart; a clock near midnight is left to the desk."""

_LAST_DAY = "last_day"


class _Parted(NamedTuple):
    """A last day that parts answers, and the first day on which the line may have come."""

    last_day: date
    first: date


def of_clock(told: CaseTold, days: tuple[date, date]) -> Conflict | None:
    """Return that law or terms may say something else of a case than its desk was told.

    The buyer gave notice on the day the case was opened, unless an earlier one was announced. A
    last day that lies between two days on which that may have been, the one the desk believed
    in among them, parts answers.

    Args:
        told: The case.
        days: The first and the last on which it may have been opened, where the buyer lives.
    """
    unsure = dict(_unsure(told, days))
    if not unsure:
        return None
    return Conflict(
        kind=ConflictKind.CLOCK_UNSURE,
        group=told.case.case_id,
        cases=(told.case.case_id,),
        since=max(each.at for each in told.facts if isinstance(each.fact, LineJudged)),
        merchant_id=told.case.opened.merchant_id,
        details={
            "lines": ", ".join(sorted(unsure)),
            "last_day": min(each.last_day for each in unsure.values()).isoformat(),
            "first": min(each.first for each in unsure.values()).isoformat(),
            "last": days[1].isoformat(),
        },
    )


def _unsure(told: CaseTold, days: tuple[date, date]) -> Iterator[tuple[str, _Parted]]:
    """Yield lines of which something is here, and what parts the answers."""
    for recorded in told.facts:
        fact = recorded.fact
        if not isinstance(fact, LineJudged) or not told.case.items_of(fact.line_id):
            continue
        if fact.verdict != told.case.verdicts.get(fact.line_id):
            continue  # it was judged again
        came = _came(fact.sale, days)
        noticed = _notices(fact.sale, came)
        first, last = min(noticed), max(noticed)
        parting = [day for day in _last_days(fact.verdict) if first <= day < last]
        if parting and (last - first).days > _AS_GOOD_AS_ONE_DAY:
            yield fact.line_id, _Parted(min(parting), came[0])


def _came(sale: Mapping[str, object], days: tuple[date, date]) -> tuple[date, date]:
    """Return when a line may have come back: not before it was bought."""
    first, last = days
    bought = _day(sale.get("purchased_on"))
    return (bought, last) if bought is not None and first < bought <= last else days


def _notices(sale: Mapping[str, object], came: tuple[date, date]) -> tuple[date, ...]:
    """Return the days on which the buyer may have given notice, as the desk believed, too."""
    asked, returned = _day(sale.get("requested_on")), _day(sale.get("returned_on"))
    if asked is None:
        return came
    if returned is not None and asked < returned:  # it was announced
        return asked, *(min(asked, day) for day in came)
    return asked, *came


def _last_days(verdict: Verdict) -> Iterator[date]:
    if verdict.last_day is not None:
        yield verdict.last_day
    for reason in verdict.reasons:
        told = reason.values.get(_LAST_DAY)
        day = _day(told.get("on") if isinstance(told, Mapping) else None)
        if day is not None:
            yield day


def _day(told: object) -> date | None:
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
