"""What does not go together is found from the facts, by what their writers had seen."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from builders import AT, a_case_line, a_verdict, an_order, opened
from returnstation.domain.checklists import Grade
from returnstation.domain.conflicts import (
    CaseTold,
    ConflictKind,
    Money,
    OnStale,
    PolicyInForce,
    counted_twice,
    forked,
    of_order,
    of_overrides,
    of_policy,
    of_users,
    same_parcel,
)
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import (
    CaseCancelled,
    Fact,
    ItemAdded,
    ItemDisposed,
    ItemGraded,
    ItemOverridden,
    LineJudged,
    Recorded,
)
from returnstation.domain.folding import fold

LINE = a_case_line().line_id
TOPIC = f"ds/{LINE}"


def case(name: str, *facts: Fact, station: str = "A", user: str | None = "kim") -> CaseTold:
    told = tuple(
        Recorded(n, f"{name}-{n}", AT + timedelta(seconds=n), user, name, fact)
        for n, fact in enumerate((opened(a_case_line(sold=1)), *facts), start=1)
    )
    return CaseTold(station, fold(told), told)


def item(item_id: str = "i") -> ItemAdded:
    return ItemAdded(item_id=item_id, line_id=LINE, finding="expected", title="t")


def graded(functional: int = 6, item_id: str = "i") -> ItemGraded:
    return ItemGraded(item_id=item_id, grade=Grade(functional, 9), findings=(), seconds=5)


def disposed(to: Disposition = Disposition.RESTOCK_NEW, item_id: str = "i") -> ItemDisposed:
    return ItemDisposed(item_id=item_id, disposition=to, proposed=to)


def overridden(*seen: str, to: Disposition = Disposition.LIQUIDATE) -> ItemOverridden:
    return ItemOverridden(
        item_id="i", outcome="accepted", disposition=to, reason="r", based_on=seen
    )


def inspected(name: str, station: str, *facts: Fact) -> CaseTold:
    return case(name, item(), *facts, station=station)


def test_what_was_sold_once_and_came_twice_at_two_stations_is_a_conflict() -> None:
    one = inspected("a", "A", graded(), disposed())
    other = inspected("b", "B", graded(3), disposed(Disposition.DESTROY))

    found = counted_twice(TOPIC, [one, other])

    assert found is not None
    assert (found.kind, found.money, found.is_open) == (
        ConflictKind.DOUBLE_INSPECTION,
        Money.WAITS,
        True,
    )
    assert found.effective == "a"  # restocking can be taken back, destruction cannot


@pytest.mark.parametrize(("functional", "is_open"), [(5, False), (4, True)])
def test_two_who_grade_one_step_apart_mean_the_same(functional: int, *, is_open: bool) -> None:
    one = inspected("a", "A", graded(6), disposed())
    other = inspected("b", "B", graded(functional), disposed())

    found = counted_twice(TOPIC, [one, other])

    assert found is not None
    assert found.is_open is is_open
    assert found.money is (Money.WAITS if is_open else Money.ONCE)


def test_a_conflict_is_the_same_in_whatever_order_its_cases_are_told() -> None:
    one, other = inspected("a", "A", graded()), inspected("b", "B", graded())

    assert counted_twice(TOPIC, [one, other]) == counted_twice(TOPIC, [other, one])


@pytest.mark.parametrize("last", [CaseCancelled(why="other_desk"), None])
def test_a_cancelled_case_goes_against_nobody(last: Fact | None) -> None:
    one = inspected("a", "A", graded())
    other = inspected("b", "B", graded(), *([last] if last else []))

    assert (counted_twice(TOPIC, [one, other]) is None) is (last is not None)


def test_two_units_of_one_station_are_counted_at_the_desk() -> None:
    assert counted_twice(TOPIC, [inspected("a", "A"), inspected("b", "A")]) is None


def blind(name: str, station: str) -> CaseTold:
    fact = replace(opened(), orders=(), lines=(), keys=("X1",))
    told = (Recorded(1, f"{name}-1", AT, None, name, fact),)
    return CaseTold(station, fold(told), told)


def test_a_parcel_nobody_knows_at_two_stations_is_one_parcel() -> None:
    assert same_parcel("X1", [blind("a", "A"), blind("b", "A")]) is None
    found = same_parcel("X1", [blind("b", "B"), blind("a", "A")])
    assert found is not None
    assert (found.cases, found.effective) == (("a", "b"), "a")


def kinds(told: CaseTold) -> Sequence[ConflictKind]:
    return [conflict.kind for conflict in of_overrides(told)]


def test_an_override_that_knew_every_grade_stands() -> None:
    assert kinds(case("a", item(), graded(), overridden("a-3"))) == []


@pytest.mark.parametrize(("late", "is_told"), [(6, False), (2, True)])
def test_a_late_inspection_that_says_something_new_is_looked_at(
    late: int, *, is_told: bool
) -> None:
    told = case("a", item(), graded(6), overridden("a-3"), graded(late))

    assert (kinds(told) == [ConflictKind.OVERRIDE_NEEDS_REVIEW]) is is_told


@pytest.mark.parametrize(
    ("seen", "to", "expected"),
    [
        (("a-3", "a-4"), Disposition.DONATE, []),
        (("a-3",), Disposition.LIQUIDATE, []),
        (("a-3",), Disposition.DONATE, [ConflictKind.TWO_OVERRIDES]),
    ],
)
def test_two_overrides_go_against_each_other_when_neither_had_seen_the_other(
    seen: tuple[str, ...], to: Disposition, expected: list[ConflictKind]
) -> None:
    told = case("a", item(), graded(), overridden("a-3"), overridden(*seen, to=to))

    assert kinds(told) == expected


@pytest.mark.parametrize(
    ("on_stale", "money", "is_open"),
    [
        (OnStale.HONOUR, Money.FLOWS, False),
        (OnStale.RECHECK, Money.FLOWS, True),
        (OnStale.BLOCK, Money.WAITS, True),
    ],
)
def test_terms_that_changed_before_the_decision_are_handled_as_the_merchant_wants(
    on_stale: OnStale, money: Money, *, is_open: bool
) -> None:
    judged = LineJudged(line_id=LINE, verdict=replace(a_verdict(), policy="old"))
    told = case("a", judged)

    found = of_policy(told, lambda _: PolicyInForce("new", on_stale))

    assert found is not None
    assert (found.money, found.is_open) == (money, is_open)
    assert of_policy(told, lambda _: PolicyInForce("old")) is None
    assert of_policy(told, lambda _: None) is None


def test_an_order_is_what_the_desk_saw_as_long_as_quantity_and_price_are() -> None:
    order = an_order()
    line = order.lines[0]
    seen = a_case_line(
        sold=line.quantity, sold_for=order.paid_shares()[line.number], number=line.number
    )
    told_facts = (Recorded(1, "a-1", AT, None, "a", opened(seen)),)
    told = CaseTold("A", fold(told_facts), told_facts)
    more = replace(order, lines=(replace(line, quantity=line.quantity + 1), *order.lines[1:]))

    assert of_order(told, {seen.order_number: order}) is None
    assert of_order(told, {}) is None
    for now in (more, None):
        found = of_order(told, {seen.order_number: now})
        assert found is not None
        assert found.money is Money.WAITS


def test_only_what_somebody_did_after_being_shut_out_is_looked_at() -> None:
    told = case("a", item())

    assert of_users(told, {"kim": AT + timedelta(hours=1)}) is None
    assert of_users(told, {"lee": AT}) is None
    found = of_users(told, {"kim": AT})
    assert found is not None
    assert found.details == {"users": "kim"}


def test_two_machines_under_one_name_are_its_business_and_stop_no_money() -> None:
    found = forked("ICN3-1", datetime(2026, 11, 1, tzinfo=UTC), 2)
    assert (found.owner, found.money) == ("it", Money.FLOWS)
