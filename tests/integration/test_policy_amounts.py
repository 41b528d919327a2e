from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.policy import Decision, DeductionKind, decide
from returnstation.policydata import load_pack, parse_sale

_ISRAEL = {
    "jurisdiction": "IL",
    "contract_on": "2027-03-10",
    "delivered_on": ["2027-03-15"],
    "requested_on": "2027-03-16",
    "currency": "ILS",
}
_KOREA = {
    "jurisdiction": "KR",
    "contract_on": "2027-03-05",
    "delivered_on": ["2027-03-08"],
    "requested_on": "2027-03-10",
    "returned_on": "2027-03-11",
}


def decision(facts: dict[str, Any], **more: Any) -> Decision:
    sale = {
        "id": "1",
        "buyer": "consumer",
        "channel": "online",
        "category": "general",
        "reason": "change_of_mind",
    }
    return decide(parse_sale(sale | facts | more), load_pack())


def interest(found: Decision) -> list[object]:
    return [r.values["percent"] for r in found.reasons if r.code == "late_refund_interest"]


@pytest.mark.parametrize(
    ("price", "kept"),
    [
        ("500", "25.00"),
        ("2000", "100.00"),
        ("2000.01", "100.00"),
        ("9999", "100.00"),
        ("0.19", "0"),
    ],
)
def test_the_lower_of_share_and_cap_may_be_kept(price: str, kept: str) -> None:
    (fee,) = decision(_ISRAEL, price=price).deductions

    assert fee.kind is DeductionKind.CANCELLATION_FEE
    assert (fee.amount, fee.currency) == (Decimal(kept), "ILS")


@pytest.mark.parametrize("facts", [{}, {"price": "500", "currency": "USD"}])
def test_without_the_price_in_its_currency_the_fee_stays_open(facts: dict[str, str]) -> None:
    (fee,) = decision(_ISRAEL, **facts).deductions

    assert (fee.amount, fee.currency) == (None, None)


def test_faulty_goods_cost_no_fee() -> None:
    assert decision(_ISRAEL, price="500", reason="defective").deductions == ()


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_a_fee_never_exceeds_its_share_nor_its_cap(price: Decimal) -> None:
    (fee,) = decision(_ISRAEL, price=f"{price:f}").deductions

    assert fee.amount is not None
    assert 0 <= fee.amount <= min(price / 20, Decimal(100))


def test_a_late_refund_bears_the_interest_of_its_day() -> None:
    assert interest(decision(_KOREA)) == [15]
    earlier = {
        "contract_on": "2014-03-05",
        "delivered_on": ["2014-03-07"],
        "requested_on": "2014-03-10",
        "returned_on": "2014-03-11",
    }

    assert interest(decision(_KOREA, **earlier)) == [20]


def test_interest_is_told_only_with_a_day_the_refund_is_due() -> None:
    found = decision({name: day for name, day in _KOREA.items() if name != "returned_on"})

    assert found.refund_due_on is None
    assert interest(found) == []


def test_interest_names_the_decree_that_sets_it() -> None:
    (told,) = (r for r in decision(_KOREA).reasons if r.code == "late_refund_interest")

    assert "시행령 제21조의3" in told.source


def test_a_reason_cites_the_article_of_its_own_matter() -> None:
    sources = {reason.code: reason.source for reason in decision(_KOREA).reasons}

    assert sources["within_window"] == "전자상거래법 제17조 제1항"
    assert sources["refund_due"] == "전자상거래법 제18조 제2항, 시행령 제21조의3"
    assert sources["return_cost_consumer"] == "전자상거래법 제18조 제9항"
