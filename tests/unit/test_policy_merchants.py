from decimal import Decimal

import pytest

from returnstation.domain.money import Money
from returnstation.domain.policy import (
    ItemCondition,
    MerchantScope,
    RefundType,
    RestockingFee,
    ReturnCost,
    ReturnFees,
    ReturnMethod,
    ReturnWindow,
    WindowTerm,
)
from returnstation.policydata import BadMerchantPolicy, merchant_policy_from


def test_terms_are_read_as_schema_org_writes_them() -> None:
    policy = merchant_policy_from(
        {
            "@type": "MerchantReturnPolicy",
            "@id": "shop",
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": 30,
            "returnFees": "https://schema.org/ReturnShippingFees",
            "returnShippingFeesAmount": {"value": "4.90", "currency": "EUR"},
            "refundType": ["FullRefund", {"@id": "schema:ExchangeRefund"}],
            "itemCondition": "https://schema.org/NewCondition",
            "applicableCountry": [{"@type": "Country", "name": "DE"}, "AT"],
            "restockingFee": 10,
            "returnMethod": "https://schema.org/ReturnByMail",
        }
    )

    assert (policy.id, policy.window) == ("shop", WindowTerm(ReturnWindow.FINITE, 30))
    assert policy.cost == ReturnCost(fees=ReturnFees.SHIPPING, shipping=Money(490, "EUR"))
    assert policy.refund_types == (RefundType.FULL, RefundType.EXCHANGE)
    assert policy.conditions == (ItemCondition.NEW,)
    assert policy.scope == MerchantScope(countries=frozenset({"DE", "AT"}))
    assert policy.restocking == RestockingFee(percent=Decimal(10))
    assert policy.methods == (ReturnMethod.MAIL,)


def test_days_alone_mean_a_finite_window() -> None:
    assert merchant_policy_from({"merchantReturnDays": "14"}).window.kind is ReturnWindow.FINITE


def test_nothing_said_is_nothing_promised() -> None:
    assert merchant_policy_from({}).window.kind is ReturnWindow.UNSPECIFIED


def test_a_restocking_fee_may_be_an_amount() -> None:
    policy = merchant_policy_from({"restockingFee": {"value": 5, "currency": "USD"}})

    assert policy.restocking == RestockingFee(amount=Money(500, "USD"))


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"merchantReturnDays": -1}, "merchantReturnDays"),
        ({"merchantReturnDays": 2.5}, "merchantReturnDays"),
        ({"merchantReturnDays": True}, "merchantReturnDays"),
        ({"refundType": "Voucher"}, "refundType"),
        ({"restockingFee": "much"}, "restockingFee"),
        ({"restockingFee": 101}, "restockingFee"),
        ({"restockingFee": {"value": "1e40", "currency": "USD"}}, "restockingFee.value"),
        ({"restockingFee": float("nan")}, "restockingFee"),
        ({"returnShippingFeesAmount": {"value": 3}}, "returnShippingFeesAmount"),
        ({"applicableCountry": 49}, "applicableCountry"),
        ({"id": 7}, "id"),
    ],
)
def test_a_bad_term_is_named(terms: dict[str, object], field: str) -> None:
    with pytest.raises(BadMerchantPolicy) as caught:
        merchant_policy_from(terms)

    assert caught.value.field == field
