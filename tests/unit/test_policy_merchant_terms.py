"""Merchants' JSON-LD: read, refused and written again."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_strategies import POLICIES
from returnstation.domain.policy import (
    MerchantPolicy,
    PolicySet,
    ReturnWindow,
    WindowTerm,
)
from returnstation.policydata import (
    BadMerchantPolicy,
    merchant_policy_from,
    policy_set_from,
    policy_set_to_json,
    unused_terms,
)
from returnstation.policydata.merchants import OURS, policy_nodes
from returnstation.policydata.merchants_reading import NAMESPACE

A = {"@id": "a", "merchantReturnDays": 14}
B = {"@id": "b", "merchantReturnDays": 30}
SEASON = {"startDate": "2026-11-01", "endDate": "2026-12-31"}


def refusal(terms: object) -> tuple[str, str]:
    with pytest.raises(BadMerchantPolicy) as caught:
        policy_set_from(terms)
    return caught.value.code, caught.value.field


@pytest.mark.parametrize(
    "document",
    [
        [A, B],
        {"@graph": [A, B]},
        {"@type": "Organization", "hasMerchantReturnPolicy": [A, B]},
        {
            "@graph": [
                {"@type": "WebSite", "name": "shop"},
                {
                    "@type": "schema:OnlineStore",
                    "hasMerchantReturnPolicy": [
                        {"@type": "MerchantReturnPolicy", "@id": "a"},
                        {"@id": "b"},
                    ],
                },
                {"@type": "https://schema.org/MerchantReturnPolicy", "@id": "b"},
            ]
        },
    ],
)
def test_policies_are_found_wherever_a_document_has_them(document: object) -> None:
    assert [policy.id for policy in policy_set_from(document).policies] == ["a", "b"]


def test_a_merchant_named_on_the_document_is_that_of_its_policies() -> None:
    found = policy_nodes({"rs:merchant": "m1", "@graph": [A, {**B, "rs:merchant": "m2"}]})

    assert [each.merchant for each in found] == ["m1", "m2"]


def test_names_may_be_written_in_full() -> None:
    policy = merchant_policy_from(
        {
            "https://schema.org/merchantReturnDays": {"@value": 14},
            "schema:returnFees": "http://schema.org/FreeReturn",
            f"{NAMESPACE}finalSale": True,
        }
    )

    assert policy.window == WindowTerm(ReturnWindow.FINITE, 14)
    assert (policy.cost.is_free, policy.final_sale) == (True, True)


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("DE", "DE"),
        ("us-ca", "US-CA"),
        ("Germany", "DE"),
        ("독일", "DE"),
        ("ドイツ", "DE"),
        ("Deutschland", "DE"),
        ("UK", "GB"),
        ({"@type": "Country", "name": "Korea"}, None),
        ({"@type": "Country", "name": "South Korea"}, "KR"),
        ("ZQ", None),
        ("", None),
    ],
)
def test_a_country_may_be_a_code_a_name_or_an_object(country: object, code: str | None) -> None:
    if code is None:
        assert refusal({"applicableCountry": country}) == ("bad_value", "applicableCountry")
    else:
        scope = merchant_policy_from({"applicableCountry": country}).scope
        assert scope.countries == {code}


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        ({"rs:colour": "red"}, "unknown_field", "rs:colour"),
        ({"rs:finalSale": "yes"}, "bad_type", "rs:finalSale"),
        ({"rs:storeCreditBonus": 101}, "bad_value", "rs:storeCreditBonus"),
        ({"rs:storeCreditBonus": -1}, "bad_value", "rs:storeCreditBonus"),
        ({"rs:keepItBelow": {"value": -1, "currency": "EUR"}}, "bad_value", "rs:keepItBelow.value"),
        ({"rs:keepItBelow": {"value": 1, "currency": "euro"}}, "bad_value", "rs:keepItBelow"),
        ({"rs:keepItBelow": {"value": "1.5", "currency": "KRW"}}, "bad_value", "rs:keepItBelow"),
        ({"rs:keepItBelow": {"currency": "EUR"}}, "missing_field", "rs:keepItBelow"),
        ({"rs:keepItBelow": 5}, "bad_type", "rs:keepItBelow"),
        (
            {"rs:returnShippingSplit": {"merchantShare": 101}},
            "bad_value",
            "rs:returnShippingSplit.merchantShare",
        ),
        ({"rs:returnShippingSplit": {}}, "missing_field", "rs:returnShippingSplit"),
        (
            {"rs:season": {"startDate": "2026-12-31", "endDate": "2026-12-30"}},
            "contradiction",
            "rs:season.endDate",
        ),
        ({"rs:season": {"startDate": "2026-12-31"}}, "missing_field", "rs:season.endDate"),
        ({"rs:season": SEASON | {"endDate": "2026-02-30"}}, "bad_date", "rs:season.endDate"),
        (
            {"returnPolicySeasonalOverride": [{**SEASON, "merchantReturnDays": -5}]},
            "bad_value",
            "returnPolicySeasonalOverride.0.merchantReturnDays",
        ),
        ({"rs:price": {"priceCurrency": "EUR"}}, "missing_field", "rs:price"),
        (
            {"rs:price": {"priceCurrency": "EUR", "minPrice": 2, "maxPrice": 1}},
            "contradiction",
            "rs:price.maxPrice",
        ),
        ({"rs:category": "toys"}, "bad_value", "rs:category"),
        ({"rs:channel": "fax"}, "bad_value", "rs:channel"),
        ({"rs:reason": "bored"}, "bad_value", "rs:reason"),
        ({"rs:product": 7}, "bad_value", "rs:product"),
        ({"rs:restockingFeeCap": {"value": 1, "currency": "EUR"}}, "contradiction",
         "rs:restockingFeeCap"),
        ({"rs:returnAddress": {"name": "x"}}, "missing_field", "rs:returnAddress.0.addressCountry"),
        (
            {"rs:returnAddress": [{"addressCountry": "DE"}, {"addressCountry": "FR"}]},
            "contradiction",
            "rs:returnAddress.1.areaServed",
        ),
        ({"@graph": [A, A]}, "duplicate_id", "@graph.1.@id"),
        ({"@graph": [{}, {}]}, "duplicate_id", "@graph.1.@id"),
        ({"@graph": [{"@id": "a", "merchantReturnDays": -1}]}, "bad_value",
         "@graph.0.merchantReturnDays"),
        ({"@graph": []}, "missing_field", ""),
        ([[]], "bad_type", "0"),
        ("policy", "bad_type", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(terms: object, code: str, field: str) -> None:
    assert refusal(terms) == (code, field)


@pytest.mark.parametrize("days", [0, 36_500])
def test_a_window_of_any_plausible_length_is_read(days: int) -> None:
    assert merchant_policy_from({"merchantReturnDays": days}).window.days == days


def test_a_longer_one_is_refused() -> None:
    assert refusal({"merchantReturnDays": 36_501}) == ("bad_value", "merchantReturnDays")


def test_properties_that_are_not_used_are_told() -> None:
    document = [{"@id": "a", "name": "Returns", "additionalProperty": [], "sameAs": "x"}]

    assert unused_terms(document) == [("a", "additionalProperty"), ("a", "sameAs")]


@given(st.lists(POLICIES, min_size=1, max_size=3, unique_by=lambda policy: policy.id))
def test_any_policies_are_read_as_they_were_written(policies: list[MerchantPolicy]) -> None:
    given_set = PolicySet(tuple(policies))

    written = json.dumps(policy_set_to_json(given_set))

    assert policy_set_from(json.loads(written)) == given_set


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["FreeReturn", "DE", "2026-11-01", "EUR", "1e9999", "-0", "٣"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@id",
                    "@graph",
                    "@value",
                    "@type",
                    "name",
                    "value",
                    "currency",
                    "startDate",
                    "endDate",
                ]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
_NAMES = sorted(
    OURS
    | {
        "@id", "@type", "@graph", "hasMerchantReturnPolicy", "merchantReturnDays", "refundType",
        "returnPolicyCategory", "returnFees", "returnShippingFeesAmount", "restockingFee",
        "itemCondition", "applicableCountry", "returnPolicySeasonalOverride", "returnMethod",
        "validForMemberTier", "merchantReturnLink", "inStoreReturnsOffered", "customerRemorseReturnFees",
    }
)  # fmt: skip


@given(_JSON | st.dictionaries(st.sampled_from(_NAMES), _JSON, max_size=4))
def test_hostile_json_raises_nothing_but_a_bad_policy(document: object) -> None:
    with suppress(BadMerchantPolicy):
        unused_terms(document)
        assert policy_set_from(document).ranked


def test_deep_nesting_is_refused() -> None:
    document: Any = {}
    for _ in range(900):
        document = {"@graph": [document]}

    assert refusal(document)[0] == "bad_value"
