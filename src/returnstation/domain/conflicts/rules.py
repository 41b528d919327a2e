"""The rules that find conflicts; each looks at cases as they are told, in any order."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations

from returnstation.domain.cases import CaseState, Item
from returnstation.domain.conflicts.values import (
    CaseTold,
    Conflict,
    ConflictKind,
    Money,
    OnStale,
    PolicyInForce,
)
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import (
    CaseLine,
    ItemGraded,
    ItemOverridden,
    LineJudged,
    Recorded,
)
from returnstation.domain.orders import Order

_IRREVERSIBLE = {
    Disposition.QUARANTINE: 0,
    Disposition.RESTOCK_NEW: 1,
    Disposition.RESTOCK_OPEN_BOX: 1,
    Disposition.TRANSFER: 1,
    Disposition.REWORK: 2,
    Disposition.REFURBISH: 2,
    Disposition.REPAIR: 2,
    Disposition.SHIP_BACK: 3,
    Disposition.RTV: 3,
    Disposition.LIQUIDATE: 4,
    Disposition.DONATE: 4,
    Disposition.HARVEST_PARTS: 5,
    Disposition.RECYCLE: 6,
    Disposition.DISPOSE: 6,
    Disposition.DESTROY: 6,
}
"""How hard it is to take a disposition back: a hold easily, destruction not at all."""

_ALIKE = 1
"""Functional grades of two people who mean the same may differ by one step."""


def counted_twice(line: str, told: Sequence[CaseTold]) -> Conflict | None:
    """Return the conflict of an order line of which more units came than were sold.

    Args:
        line: Merchant and line, as the group is called.
        told: Every case with items on this line.
    """
    living = _living(told)
    stations = {each.station for each in living}
    line_id = line.partition("/")[2]
    if len(stations) < 2 or not _is_over(line_id, living):
        return None
    is_same = _agree(line_id, living)
    first = min(
        living, key=lambda each: (_hardness(each, line_id), each.case.opened_at, each.case.case_id)
    )
    return Conflict(
        kind=ConflictKind.DOUBLE_INSPECTION,
        group=line,
        cases=_ids(living),
        since=_since(living),
        merchant_id=first.case.opened.merchant_id,
        effective=first.case.case_id,
        money=Money.ONCE if is_same else Money.WAITS,
        is_open=not is_same,
        details={"line": line_id, "came": str(_came(line_id, living))},
    )


def same_parcel(code: str, told: Sequence[CaseTold]) -> Conflict | None:
    """Return that several stations took in a parcel of this code without knowing its order."""
    living = [each for each in _living(told) if each.case.is_blind]
    if len({each.station for each in living}) < 2:
        return None
    first = min(living, key=lambda each: (each.case.opened_at, each.case.case_id))
    return Conflict(
        kind=ConflictKind.SAME_PARCEL,
        group=code,
        cases=_ids(living),
        since=_since(living),
        effective=first.case.case_id,
        money=Money.WAITS,
        details={"code": code},
    )


def of_overrides(told: CaseTold) -> Iterator[Conflict]:
    """Yield where a supervisor's word and an inspection, or two supervisors' words, part."""
    for item_id in told.case.items:
        overrides = _about(told, item_id, ItemOverridden)
        yield from _unseen(told, item_id, overrides)
        yield from _against(told, item_id, overrides)


def of_policy(
    told: CaseTold, in_force: Callable[[datetime], PolicyInForce | None]
) -> Conflict | None:
    """Return that a line was judged by other terms than the merchant had by then.

    Args:
        told: The case.
        in_force: Returns the terms of the case's merchant at a moment; None for none.
    """
    stale = [
        (recorded.at, fact.verdict.policy, now)
        for recorded in told.facts
        if isinstance(fact := recorded.fact, LineJudged)
        and (now := in_force(recorded.at)) is not None
        and fact.verdict.policy is not None
        and now.version != fact.verdict.policy
    ]
    if not stale or told.case.state is CaseState.CANCELLED:
        return None
    judged_at, judged_by, now = stale[-1]
    return Conflict(
        kind=ConflictKind.POLICY_CHANGED,
        group=told.case.case_id,
        cases=(told.case.case_id,),
        since=judged_at,
        merchant_id=told.case.opened.merchant_id,
        money=Money.WAITS if now.on_stale is OnStale.BLOCK else Money.FLOWS,
        is_open=now.on_stale is not OnStale.HONOUR,
        details={
            "judged_by": judged_by,
            "in_force": now.version,
            "on_stale": now.on_stale,
        },
    )


def of_order(told: CaseTold, orders: Mapping[str, Order | None]) -> Conflict | None:
    """Return that an order is not any more what the desk saw.

    Args:
        told: The case.
        orders: Orders of the case's merchant by number as the hub has them now: None for one
            that is gone; what the hub never knew is not among them.
    """
    if told.case.state is CaseState.CANCELLED:
        return None
    changed = sorted(
        line.line_id
        for line in told.case.opened.lines
        if line.sold_for is not None
        and line.order_number in orders
        and not _is_still(line, orders[line.order_number])
    )
    if not changed:
        return None
    return Conflict(
        kind=ConflictKind.ORDER_CHANGED,
        group=told.case.case_id,
        cases=(told.case.case_id,),
        since=told.case.opened_at,
        merchant_id=told.case.opened.merchant_id,
        details={"lines": ", ".join(changed)},
    )


def of_users(told: CaseTold, revoked: Mapping[str, datetime]) -> Conflict | None:
    """Return that somebody worked on after being shut out; the station did not know yet."""
    late = [
        recorded
        for recorded in told.facts
        if recorded.user in revoked and recorded.at > revoked[recorded.user or ""]
    ]
    if not late:
        return None
    return Conflict(
        kind=ConflictKind.USER_REVOKED,
        group=told.case.case_id,
        cases=(told.case.case_id,),
        since=late[-1].at,
        merchant_id=told.case.opened.merchant_id,
        details={"users": ", ".join(sorted({each.user or "" for each in late}))},
    )


def forked(station: str, at: datetime, branches: int) -> Conflict:
    """Return that several machines wrote under one name."""
    return Conflict(
        kind=ConflictKind.STATION_FORKED,
        group=station,
        cases=(),
        since=at,
        owner="it",
        money=Money.FLOWS,
        details={"station": station, "branches": str(branches)},
    )


def _unseen(told: CaseTold, item_id: str, overrides: Sequence[Recorded]) -> Iterator[Conflict]:
    graded = _about(told, item_id, ItemGraded)
    for override in overrides:
        seen = _seen(override)
        known = {_grade(each) for each in graded if each.fact_id in seen}
        new = [each for each in graded if each.fact_id not in seen and _grade(each) not in known]
        if seen and new:
            yield _item_conflict(
                ConflictKind.OVERRIDE_NEEDS_REVIEW, told, item_id, (override, new[-1])
            )
            return


def _against(told: CaseTold, item_id: str, overrides: Sequence[Recorded]) -> Iterator[Conflict]:
    for one, other in combinations(overrides, 2):
        if not _knew(one, other) and not _knew(other, one) and _word(one) != _word(other):
            yield _item_conflict(ConflictKind.TWO_OVERRIDES, told, item_id, (one, other))
            return


def _item_conflict(
    kind: ConflictKind, told: CaseTold, item_id: str, facts: tuple[Recorded, Recorded]
) -> Conflict:
    one, other = facts
    return Conflict(
        kind=kind,
        group=item_id,
        cases=(told.case.case_id,),
        since=max(one.at, other.at),
        merchant_id=told.case.opened.merchant_id,
        effective=one.fact_id,
        details={
            "item": told.case.items[item_id].lpn or item_id,
            "one": one.user or "",
            "other": other.user or "",
        },
    )


def _seen(override: Recorded) -> frozenset[str]:
    fact = override.fact
    return frozenset(fact.based_on if isinstance(fact, ItemOverridden) else ())


def _knew(recorded: Recorded, other: Recorded) -> bool:
    return other.fact_id in _seen(recorded)


def _word(recorded: Recorded) -> tuple[str, Disposition] | None:
    fact = recorded.fact
    return (fact.outcome, fact.disposition) if isinstance(fact, ItemOverridden) else None


def _grade(recorded: Recorded) -> object:
    return recorded.fact.grade if isinstance(recorded.fact, ItemGraded) else None


def _about(
    told: CaseTold, item_id: str, kind: type[ItemGraded] | type[ItemOverridden]
) -> list[Recorded]:
    return [
        recorded
        for recorded in told.facts
        if isinstance(recorded.fact, kind) and recorded.fact.item_id == item_id
    ]


def _living(told: Iterable[CaseTold]) -> list[CaseTold]:
    return sorted(
        (each for each in told if each.case.state is not CaseState.CANCELLED),
        key=lambda each: each.case.case_id,
    )


def _ids(told: Sequence[CaseTold]) -> tuple[str, ...]:
    return tuple(each.case.case_id for each in told)


def _since(told: Sequence[CaseTold]) -> datetime:
    return max(each.case.opened_at for each in told)


def _came(line_id: str, told: Sequence[CaseTold]) -> int:
    return sum(each.case.units_of(line_id) for each in told)


def _is_over(line_id: str, told: Sequence[CaseTold]) -> bool:
    sold = max(
        (line.sold for each in told for line in each.case.opened.lines if line.line_id == line_id),
        default=0,
    )
    return _came(line_id, told) > sold


def _agree(line_id: str, told: Sequence[CaseTold]) -> bool:
    looks = [[_look(item) for item in each.case.items_of(line_id)] for each in told]
    wanted = sorted(looks[0])
    return all(
        len(some) == len(wanted)
        and all(
            (a[0], a[1]) == (b[0], b[1]) and abs(a[2] - b[2]) <= _ALIKE
            for a, b in zip(sorted(some), wanted, strict=True)
        )
        for some in looks
    )


def _look(item: Item) -> tuple[str, str, int]:
    functional = 0 if item.grade is None else item.grade.functional or 0
    return (item.disposition or "", item.outcome or "", functional)


def _hardness(told: CaseTold, line_id: str) -> int:
    ways = [item.disposition for item in told.case.items_of(line_id)]
    return max((_IRREVERSIBLE.get(way, 0) for way in ways if way is not None), default=0)


def _is_still(line: CaseLine, order: Order | None) -> bool:
    if order is None:
        return False
    quantities = {each.number: each.quantity for each in order.lines}
    shares = order.paid_shares()
    return quantities.get(line.number) == line.sold and shares.get(line.number) == line.sold_for
