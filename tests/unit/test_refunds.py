"""What the customer gets: never more than was paid, nothing for what is refused."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_case_line, a_verdict, euros, opened, told
from returnstation.domain.cases import Case
from returnstation.domain.dispositions import Disposition
from returnstation.domain.facts import (
    CaseLine,
    Fact,
    ItemAdded,
    ItemOverridden,
    LineJudged,
    RefundResolved,
)
from returnstation.domain.folding import fold
from returnstation.domain.money import Money
from returnstation.domain.policy import Eligible, MerchantOffer, RefundMethod
from returnstation.domain.refunds import ACCEPTED, REFUSED, REVIEW, resolve
from returnstation.domain.verdicts import Verdict, VerdictDeduction, VerdictReason

GOODWILL = (VerdictReason("merchant:p1", "grants", "merchant_window", "policy"),)


def a_case(
    lines: Sequence[CaseLine],
    verdicts: Sequence[Verdict | None],
    here: Sequence[int],
    *more: Fact,
    **changes: Any,
) -> Case:
    facts: list[Fact] = [
        LineJudged(line_id=line.line_id, verdict=verdict)
        for line, verdict in zip(lines, verdicts, strict=True)
        if verdict is not None
    ]
    facts += [
        ItemAdded(item_id=f"{line.line_id}-{n}", line_id=line.line_id, finding="expected", title="")
        for line, count in zip(lines, here, strict=True)
        for n in range(count)
    ]
    return fold(told(opened(*lines, **changes), *facts, *more))


def one_line(verdict: Verdict | None, here: int = 1, **changes: Any) -> RefundResolved:
    return resolve(a_case([a_case_line(**changes)], [verdict], [here]))


verdicts = st.sampled_from(list(Eligible)).flatmap(
    lambda eligible: st.lists(
        st.tuples(
            st.sampled_from(["restocking_fee", "return_shipping", "diminished_value"]),
            st.integers(0, 50_000) | st.none(),
        ),
        max_size=3,
    ).map(
        lambda fees: a_verdict(
            eligible=eligible,
            deductions=tuple(
                VerdictDeduction(kind, None if fee is None else euros(fee)) for kind, fee in fees
            ),
        )
    )
)


@given(st.data())
def test_several_parcels_of_an_order_never_get_back_more_than_was_paid(data: st.DataObject) -> None:
    paid = data.draw(st.lists(st.integers(0, 100_000), min_size=1, max_size=4))
    units = [data.draw(st.integers(1, 5)) for _ in paid]
    shipping = euros(data.draw(st.integers(0, 2_000)))
    left = list(units)
    refunded = 0

    while any(left):
        here = [data.draw(st.integers(0, n)) for n in left]
        if not any(here):
            here = list(left)
        # Each parcel is opened for the units announced in it, as Opening does.
        coming = [index for index, count in enumerate(here) if count]
        lines = [
            a_case_line(
                line_id=str(index),
                quantity=here[index],
                paid=euros(paid[index]).share(Fraction(here[index], units[index])),
            )
            for index in coming
        ]
        case = a_case(
            lines,
            [data.draw(verdicts) for _ in lines],
            [here[index] for index in coming],
            shipping=shipping if here == units else None,
        )
        refunded += resolve(case).total.minor
        left = [n - count for n, count in zip(left, here, strict=True)]

    assert 0 <= refunded <= sum(paid) + shipping.minor


@given(st.integers(0, 100_000), st.integers(1, 7), st.integers(1, 9), verdicts)
def test_fees_never_exceed_the_share_and_nothing_is_negative(
    paid: int, quantity: int, here: int, verdict: Verdict
) -> None:
    (line,) = one_line(verdict, here, paid=euros(paid), quantity=quantity).lines

    fees = sum(amount.minor for _, amount in line.deductions)
    share = paid * min(here, quantity) // quantity
    assert line.amount.minor >= 0
    if line.outcome != REFUSED:
        assert line.amount.minor + fees == share


def test_units_that_did_not_come_are_not_paid() -> None:
    assert one_line(a_verdict(), 2, quantity=3, paid=euros(1000)).total == euros(666)


def test_a_unit_more_than_sold_pays_nothing_more() -> None:
    refund = one_line(a_verdict(), 3, quantity=2, paid=euros(1000))

    assert refund.lines[0].amount == euros(1000)


def test_what_is_refused_gets_nothing() -> None:
    refund = one_line(a_verdict(eligible=Eligible.NO))

    assert refund.lines[0].outcome == REFUSED
    assert refund.lines[0].amount == euros(0)
    assert refund.total == euros(0)


def test_what_a_supervisor_must_see_is_reckoned_but_not_paid() -> None:
    refund = one_line(a_verdict(eligible=Eligible.REVIEW))

    assert refund.lines[0].outcome == REVIEW
    assert refund.lines[0].amount == euros(12900)
    assert refund.total == euros(0)


def test_without_a_verdict_a_supervisor_must_look() -> None:
    assert one_line(None).lines[0].outcome == REVIEW


def test_units_with_different_outcomes_wait_for_a_supervisor() -> None:
    refused = ItemOverridden(
        item_id="1-0", outcome=REFUSED, disposition=Disposition.SHIP_BACK, reason="worn"
    )
    case = a_case([a_case_line(line_id="1", quantity=2)], [a_verdict()], [2], refused)

    assert resolve(case).lines[0].outcome == REVIEW


def test_a_supervisors_word_goes_before_the_verdict() -> None:
    accepted = ItemOverridden(
        item_id="1-0", outcome=ACCEPTED, disposition=Disposition.RESTOCK_NEW, reason="goodwill"
    )
    case = a_case(
        [a_case_line(line_id="1")], [a_verdict(eligible=Eligible.NO)], [1], accepted, shipping=None
    )

    assert resolve(case).total == euros(12900)


@pytest.mark.parametrize(
    ("kind", "amount", "left"),
    [
        ("restocking_fee", euros(900), 12000),
        ("cancellation_fee", euros(20_000), 0),
        ("return_shipping", Money(900, "USD"), 12900),  # another currency is never guessed
        ("return_shipping", None, 12900),  # must be assessed
        ("diminished_value", euros(900), 12900),  # needs a person's evidence
    ],
)
def test_only_fixed_fees_in_the_same_currency_are_taken_off(
    kind: str, amount: Money | None, left: int
) -> None:
    verdict = a_verdict(deductions=(VerdictDeduction(kind, amount),))

    assert one_line(verdict).lines[0].amount == euros(left)


def test_the_delivery_cost_comes_back_with_the_whole_order_by_right() -> None:
    lines = [a_case_line(line_id="1"), a_case_line(line_id="2")]
    law, goodwill = a_verdict(), a_verdict(reasons=GOODWILL)
    no = a_verdict(eligible=Eligible.NO)

    assert resolve(a_case(lines, [law, law], [1, 1])).shipping == euros(490)
    assert resolve(a_case(lines, [law, law], [1, 0])).shipping == euros(0)
    assert resolve(a_case(lines, [law, goodwill], [1, 1])).shipping == euros(0)
    assert resolve(a_case(lines, [law, no], [1, 1])).shipping == euros(0)
    assert resolve(a_case(lines, [law, None], [1, 1])).shipping == euros(0)
    assert resolve(a_case(lines, [law, law], [1, 1], shipping=None)).shipping == euros(0)


def test_the_first_method_of_the_verdict_is_taken() -> None:
    credit = a_verdict(methods=(RefundMethod.STORE_CREDIT, RefundMethod.EXCHANGE))

    assert one_line(credit).lines[0].method == "store_credit"
    assert one_line(a_verdict()).lines[0].method == "original_payment"


def test_a_blind_case_comes_to_nothing() -> None:
    case = fold(told(opened(lines=(), currency=None, shipping=None)))

    assert resolve(case).total == Money(0, "XXX")


def the_way_back(minor: int, **changes: Any) -> Verdict:
    return a_verdict(deductions=(VerdictDeduction("return_shipping", euros(minor)),), **changes)


def test_the_way_back_is_charged_once_however_many_lines_came() -> None:
    lines = [a_case_line(line_id="a"), a_case_line(line_id="b")]

    resolved = resolve(a_case(lines, [the_way_back(490), the_way_back(490)], [1, 1]))

    assert [line.amount for line in resolved.lines] == [euros(12410), euros(12900)]
    assert [line.deductions for line in resolved.lines] == [(("return_shipping", euros(490)),), ()]


def test_what_one_line_cannot_bear_the_next_one_does() -> None:
    lines = [a_case_line(line_id="a", paid=euros(300)), a_case_line(line_id="b")]

    resolved = resolve(a_case(lines, [the_way_back(490), the_way_back(490)], [1, 1]))

    assert [line.amount for line in resolved.lines] == [euros(0), euros(12710)]


def test_a_refused_line_bears_nothing() -> None:
    lines = [a_case_line(line_id="a"), a_case_line(line_id="b")]
    verdicts = [the_way_back(490, eligible=Eligible.NO), the_way_back(490)]

    resolved = resolve(a_case(lines, verdicts, [1, 1]))

    assert [line.amount for line in resolved.lines] == [euros(0), euros(12410)]


@pytest.mark.parametrize(("here", "fee"), [(1, 333), (2, 666), (3, 1000)])
def test_a_lines_fee_is_charged_for_the_units_that_came(here: int, fee: int) -> None:
    verdict = a_verdict(deductions=(VerdictDeduction("restocking_fee", euros(1000)),))

    (line,) = one_line(verdict, here, quantity=3, paid=euros(9000)).lines

    assert line.deductions == (("restocking_fee", euros(fee)),)
    assert line.amount == euros(3000 * here - fee)


def a_bonus(percent: str, **changes: Any) -> Verdict:
    offer = MerchantOffer(policy="p", store_credit_bonus=Decimal(percent))
    return a_verdict(merchant=offer, **changes)


def test_store_credit_is_worth_the_bonus_more_rounded_down() -> None:
    (line,) = one_line(a_bonus("7.5"), paid=euros(1001)).lines

    assert (line.amount, line.credit) == (euros(1001), euros(1076))


def test_without_a_bonus_store_credit_is_not_spoken_of() -> None:
    (line,) = one_line(a_verdict()).lines

    assert line.credit is None


@pytest.mark.parametrize("eligible", [Eligible.NO, Eligible.REVIEW])
def test_what_is_not_paid_has_no_bonus(eligible: Eligible) -> None:
    (line,) = one_line(a_bonus("10", eligible=eligible)).lines

    assert line.credit is None


def test_a_bonus_never_changes_what_is_paid_back() -> None:
    assert one_line(a_bonus("50")).total == one_line(a_verdict()).total
