"""What is refunded and what is kept is what was paid, to the cent, in any currency."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from money_scenarios import Scenario, an_order, parcels
from returnstation.domain.facts import RefundInstructed
from returnstation.domain.money import Money
from returnstation.domain.pay import ACCEPTED, instruction
from returnstation.domain.refunds import given_for

CURRENCIES = ("EUR", "JPY", "KRW", "KWD")


def text(minor: int, currency: str) -> str:
    return Money(minor, currency).decimal()


@st.composite
def _orders(draw: st.DrawFn) -> dict[str, Any]:
    currency = draw(st.sampled_from(CURRENCIES))
    lines = []
    for number in range(draw(st.integers(1, 3))):
        quantity = draw(st.integers(1, 5))
        price = draw(st.integers(0, 20_000))
        lines.append(
            {
                "sku": f"S{number}",
                "quantity": quantity,
                "price": text(price, currency),
                "discount": text(draw(st.integers(0, price * quantity)), currency),
                "tax_rate": draw(st.sampled_from(["19", "7", "5.5"])),
            }
        )
    order: dict[str, Any] = {"currency": currency, "lines": lines}
    order["shipping"] = text(draw(st.integers(0, 1_000)), currency)
    order["duties"] = text(draw(st.integers(0, 3_000)), currency)
    paid = an_order(order).paid().minor
    cut = draw(st.integers(0, paid))
    order["tenders"] = [
        {"kind": "card", "amount": text(paid - cut, currency)},
        {"kind": "gift_card", "amount": text(cut, currency)},
    ]
    return order


@st.composite
def _scenarios(draw: st.DrawFn, methods: tuple[str, ...] = ("original_payment",)) -> Scenario:
    order = draw(_orders())
    left = {line["sku"]: line["quantity"] for line in order["lines"]}
    split = []
    while any(left.values()):
        here = {sku: draw(st.integers(0, count)) for sku, count in left.items()}
        here = here if any(here.values()) else dict(left)
        split.append({sku: count for sku, count in here.items() if count})
        left = {sku: count - here[sku] for sku, count in left.items()}
    fees = draw(
        st.dictionaries(
            st.sampled_from(["restocking_fee", "cancellation_fee", "return_shipping"]),
            st.integers(0, 30_000).map(lambda fee: text(fee, order["currency"])),
        )
    )
    chosen = {line["sku"]: {"method": draw(st.sampled_from(methods))} for line in order["lines"]}
    told = {"parcels": split, "choose": chosen}
    verdict = {"methods": ["original_payment"], "fees": fees}
    return Scenario("drawn", order, verdict, told, {})


@settings(max_examples=60)
@given(_scenarios())
def test_refunds_and_fees_of_all_parcels_are_what_was_paid(scenario: Scenario) -> None:
    order = an_order(scenario.order)
    refunded, kept = 0, 0

    for _, refund in parcels(scenario):
        refunded += refund.total.minor
        kept += sum(amount.minor for line in refund.lines for _, amount in line.deductions)

    assert refunded + kept == order.paid().minor


@settings(max_examples=60)
@given(_scenarios(("original_payment", "store_credit", "exchange")))
def test_no_means_of_payment_gets_back_more_than_it_paid(scenario: Scenario) -> None:
    order = an_order(scenario.order)
    back: Counter[int] = Counter()

    for _, refund in parcels(scenario):
        for part in refund.tenders:
            back[part.number] += part.amount.minor

    assert set(back) <= {0, 1, 2}
    for number, tender in enumerate(order.tenders, start=1):
        assert back[number] <= tender.amount.minor


@settings(max_examples=60)
@given(_scenarios(("original_payment", "store_credit", "exchange")))
def test_every_line_explains_itself_and_no_share_is_given_twice(scenario: Scenario) -> None:
    shares: Counter[str] = Counter()
    paid = {f"O-1/{n}": share.minor for n, share in an_order(scenario.order).paid_shares().items()}

    for _, refund in parcels(scenario):
        for line in refund.lines:
            assert sum(term.amount.minor for term in line.terms) == given_for(line).minor
            assert line.outcome == ACCEPTED
            shares[line.line_id] += 0 if line.share is None else line.share.minor
        assert sum(share.gross.minor for share in refund.taxes) == refund.total.minor
        assert all(0 <= share.tax.minor <= share.gross.minor for share in refund.taxes)

    assert dict(shares) == paid


@settings(max_examples=40)
@given(_scenarios(), st.decimals(Decimal("0.0001"), Decimal(2000), places=4))
def test_what_the_merchant_is_told_is_told_once(scenario: Scenario, rate: Decimal) -> None:
    order = {**scenario.order, "settled_in": "USD", "rate": format(rate, "f")}

    for case, refund in parcels(replace(scenario, order=order)):
        told = instruction(case, refund)
        if told is None:
            assert not refund.total
            continue
        assert isinstance(told, RefundInstructed)
        assert told.total == refund.total
        assert told.settlement == refund.settlement
        assert instruction(replace(case, instructed=(told,)), refund) is None
