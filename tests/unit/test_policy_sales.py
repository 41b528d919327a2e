from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.policy import Channel, Sale
from returnstation.policydata import BadSale, parse_sale

_FACTS = {
    "id": "1",
    "jurisdiction": "DE",
    "buyer": "consumer",
    "channel": "online",
    "category": "general",
    "reason": "change_of_mind",
    "requested_on": "2027-03-16",
}
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def refusal(**changes: Any) -> tuple[str, str]:
    with pytest.raises(BadSale) as caught:
        parse_sale({**_FACTS, **changes})
    return caught.value.code, caught.value.field


def test_the_least_facts_make_a_sale() -> None:
    sale = parse_sale(_FACTS)

    assert sale.channel is Channel.ONLINE
    assert sale.informed_of_right is True
    assert sale.delivered_on == ()


@pytest.mark.parametrize("name", list(_FACTS))
def test_a_missing_fact_is_named(name: str) -> None:
    facts = {key: value for key, value in _FACTS.items() if key != name}

    with pytest.raises(BadSale) as caught:
        parse_sale(facts)

    assert (caught.value.code, caught.value.field) == ("missing_field", name)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"jurisdiction": "Germany"}, "bad_jurisdiction", "jurisdiction"),
        ({"jurisdiction": "de"}, "bad_jurisdiction", "jurisdiction"),
        ({"requested_on": "2027-02-30"}, "bad_date", "requested_on"),
        ({"requested_on": "20270216"}, "bad_date", "requested_on"),
        ({"requested_on": "9999-12-31"}, "bad_date", "requested_on"),
        ({"delivered_on": "2027-03-01"}, "bad_type", "delivered_on"),
        ({"used": "yes"}, "bad_type", "used"),
        ({"used": 1}, "bad_type", "used"),
        ({"buyer": "robot"}, "bad_value", "buyer"),
        ({"colour": "red"}, "unknown_field", "colour"),
        ({"repair": {"cost": 1}}, "unknown_field", "repair.cost"),
        ({"price": "12,50"}, "bad_price", "price"),
        ({"price": 12.5}, "bad_type", "price"),
        ({"currency": "euro"}, "bad_currency", "currency"),
        ({"used": True, "unused": True}, "contradiction", "unused"),
        ({"notice_received_on": "2027-03-15"}, "contradiction", "notice_received_on"),
        ({"contract_on": "2027-03-17"}, "contradiction", "requested_on"),
        ({"delivered": False, "delivered_on": ["2027-03-01"]}, "contradiction", "delivered"),
        (
            {"merchant_policy": {"returnFees": "Nothing"}},
            "bad_value",
            "merchant_policy.returnFees",
        ),
        (
            {"merchant_policy": {"returnPolicyCategory": "MerchantReturnFiniteReturnWindow"}},
            "missing_field",
            "merchant_policy.merchantReturnDays",
        ),
    ],
)
def test_a_bad_fact_is_named(changes: dict[str, Any], code: str, field: str) -> None:
    assert refusal(**changes) == (code, field)


def outcome(facts: dict[str, Any]) -> Sale | BadSale:
    try:
        return parse_sale(facts)
    except BadSale as error:
        return error


@given(st.sampled_from([*Sale.__dataclass_fields__, "colour"]), _JSON)
def test_no_fact_can_do_worse_than_be_refused(name: str, value: object) -> None:
    found = outcome({**_FACTS, name: value})

    assert isinstance(found, Sale) or found.code
