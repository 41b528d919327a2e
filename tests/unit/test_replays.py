"""What a draft changes is counted once, and a refund is what rules alone pay back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from builders import euros
from returnstation.domain.money import Money
from returnstation.domain.policy import (
    Buyer,
    Category,
    Channel,
    Confidence,
    Decision,
    Deduction,
    DeductionKind,
    Eligible,
    MerchantPolicy,
    Pack,
    PolicySet,
    ReturnReason,
    ReturnWindow,
    Sale,
    WindowTerm,
)
from returnstation.domain.replays import Aspect, PastReturn, Replay, Rules, refund_by_rule

EMPTY = Pack("p", date(2026, 1, 1))
GRANTED = Decision(
    id="1",
    eligible=Eligible.YES,
    decided_by="R",
    ground=None,
    last_day=None,
    refund_methods=(),
    refund_due_on=None,
    return_shipping_payer=None,
    deductions=(),
    reasons=(),
    needs=(),
    confidence=Confidence.HIGH,
    pack="p",
)
SALE = Sale(
    id="1",
    jurisdiction="XX",
    buyer=Buyer.CONSUMER,
    channel=Channel.ONLINE,
    category=Category.GENERAL,
    reason=ReturnReason.CHANGE_OF_MIND,
    requested_on=date(2026, 11, 20),
    delivered_on=(date(2026, 11, 1),),
)


def a_return(**changes: Any) -> PastReturn:
    past = PastReturn(
        number="C-1",
        line_id="1",
        merchant_id="m",
        judged_on=date(2026, 11, 20),
        sale=SALE,
        paid=euros(5000),
        answered=Eligible.YES,
    )
    return replace(past, **changes)


def days(number: int) -> Rules:
    """Return rules of a merchant who takes goods back for so many days, and of no law."""
    window = WindowTerm(ReturnWindow.FINITE, number)
    policies = PolicySet((MerchantPolicy(window=window),))
    return Rules(EMPTY, lambda _, sale: replace(sale, merchant_policy=policies))


@pytest.mark.parametrize(
    ("eligible", "deductions", "expected"),
    [
        (Eligible.YES, (), 5000),
        (Eligible.NO, (), 0),
        (Eligible.REVIEW, (), None),
        (Eligible.YES, (Deduction(DeductionKind.RESTOCKING_FEE, Decimal("7.5"), "EUR"),), 4250),
        (Eligible.YES, (Deduction(DeductionKind.RESTOCKING_FEE, Decimal(60), "EUR"),), 0),
        (Eligible.YES, (Deduction(DeductionKind.RESTOCKING_FEE, Decimal(7), "USD"),), 5000),
        (Eligible.YES, (Deduction(DeductionKind.DIMINISHED_VALUE),), 5000),
    ],
)
def test_a_refund_is_what_rules_pay_without_anybodys_assessment(
    eligible: Eligible, deductions: tuple[Deduction, ...], expected: int | None
) -> None:
    decision = replace(GRANTED, eligible=eligible, deductions=deductions)

    refund = refund_by_rule(decision, euros(5000))

    assert refund == (None if expected is None else euros(expected))


def test_returns_between_the_old_and_the_new_last_day_change_and_no_others() -> None:
    found = Replay()
    for asked in (date(2026, 11, 11), date(2026, 11, 12), date(2026, 11, 15), date(2026, 11, 16)):
        found.put(a_return(sale=replace(SALE, requested_on=asked)), days(10), days(14))

    changed = [
        change.past.sale.requested_on.day
        for change in found.examples
        if change.kind[0] is Eligible.NO
    ]
    assert found.returns == 4
    assert found.aspects[Aspect.ANSWER] == 2
    assert [day for day in changed if day in {12, 15}] == [12, 15]
    assert found.sums["EUR"].refunded == [5000, 15000]


def test_currencies_are_never_added_up() -> None:
    found = Replay()
    for paid in (euros(100), Money(900, "KRW"), euros(50)):
        found.put(
            a_return(paid=paid, sale=replace(SALE, requested_on=date(2026, 11, 5))),
            days(10),
            days(10),
        )

    assert found.changed == 0
    assert {currency: sums.refunded for currency, sums in found.sums.items()} == {
        "EUR": [150, 150],
        "KRW": [900, 900],
    }


def test_what_was_answered_otherwise_then_is_counted_beside_the_draft() -> None:
    found = Replay()
    found.put(
        a_return(answered=Eligible.NO, sale=replace(SALE, requested_on=date(2026, 11, 5))),
        days(10),
        days(10),
    )

    assert (found.otherwise, found.changed) == (1, 0)


def test_a_million_changes_keep_only_some_examples() -> None:
    found = Replay()
    for _ in range(200):
        found.put(a_return(sale=replace(SALE, requested_on=date(2026, 11, 12))), days(10), days(14))

    assert found.changed == 200
    assert len(found.examples) == 50
