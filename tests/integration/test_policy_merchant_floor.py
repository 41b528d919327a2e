"""The law as the floor of merchants' terms, by the pack that ships."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_strategies import POLICIES
from returnstation.domain.policy import (
    Buyer,
    Category,
    Channel,
    Decision,
    Eligible,
    MerchantPolicy,
    MerchantScope,
    Payer,
    PolicySet,
    RefundType,
    ReturnCost,
    ReturnFees,
    ReturnReason,
    ReturnWindow,
    Sale,
    WindowTerm,
    decide,
)
from returnstation.domain.policy.merchant_floor import Shortfall, floor_check, floor_check_set
from returnstation.i18n import load_catalog
from returnstation.policydata import load_pack, merchant_policy_from, policy_set_from

PACK = load_pack()
TODAY = date(2027, 3, 1)
HARD = {
    "@id": "hard",
    "returnFees": "ReturnFeesCustomerResponsibility",
    "restockingFee": 15,
    "refundType": "StoreCreditRefund",
}
RANK = [Eligible.NO, Eligible.REVIEW, Eligible.YES]
PAYERS = [Payer.CONSUMER, None, Payer.SPLIT, Payer.MERCHANT]


def refused(place: str, **terms: object) -> tuple[Shortfall, ...]:
    policy = merchant_policy_from({"applicableCountry": place, **terms})
    return floor_check(policy, PACK, TODAY)


def terms_refused(place: str, **terms: object) -> set[str]:
    return {each.term for each in refused(place, **terms)}


@pytest.mark.parametrize(
    ("place", "shortest"), [("KR", 7), ("DE", 14), ("GB", 14), ("BR", 7), ("TW", 7)]
)
def test_a_period_is_refused_until_it_is_as_long_as_the_laws(place: str, shortest: int) -> None:
    (short,) = refused(place, merchantReturnDays=shortest - 1)

    assert (short.country, short.term) == (place, "merchantReturnDays")
    assert load_catalog("en").text("law.value_days", n=shortest) == f"{shortest} days"
    assert getattr(short.floor, "values", None) == {"n": shortest}
    assert short.source
    assert refused(place, merchantReturnDays=shortest) == ()


@pytest.mark.parametrize("place", ["US", "JP"])
def test_no_period_is_refused_where_displayed_terms_stand(place: str) -> None:
    assert terms_refused(place, merchantReturnDays=0) == set()


@pytest.mark.parametrize("place", ["KR", "DE", "GB", "BR"])
def test_fees_and_store_credit_are_refused_for_a_change_of_mind(place: str) -> None:
    found = {
        each.term
        for each in refused(place, merchantReturnDays=90, **HARD)
        if each.reason is ReturnReason.CHANGE_OF_MIND
    }

    assert found >= {"restockingFee", "refundType"}


@pytest.mark.parametrize("place", ["KR", "DE", "US", "GB", "JP", "BR"])
def test_the_way_back_of_faulty_goods_is_the_merchants(place: str) -> None:
    paid = {"returnFees": "ReturnFeesCustomerResponsibility", "merchantReturnDays": 90}

    def for_faults(**terms: object) -> set[str]:
        return {each.term for each in refused(place, **terms) if each.reason == "defective"}

    assert "returnFees" in for_faults(**paid)
    assert "returnFees" not in for_faults(**paid, itemDefectReturnFees="FreeReturn")
    assert terms_refused(place, returnFees="FreeReturn", merchantReturnDays=90) == set()


@pytest.mark.parametrize(
    ("place", "found"), [("KR", {"finalSale"}), ("DE", {"finalSale"}), ("US", set())]
)
def test_a_final_sale_is_refused_where_the_buyer_may_withdraw(place: str, found: set[str]) -> None:
    assert terms_refused(place, **{"merchantReturnDays": 30, "rs:finalSale": True}) == found


def test_no_country_means_all_of_them() -> None:
    found = floor_check(merchant_policy_from({"merchantReturnDays": 1}), PACK, TODAY)

    countries = {each.country for each in found}
    assert countries >= {"KR", "DE", "GB", "FR", "TW"}
    assert "EU" not in countries


def test_what_is_exempt_is_not_refused() -> None:
    made = {"merchantReturnDays": 0, "rs:category": "custom_made"}

    assert terms_refused("DE", **made) == set()
    assert terms_refused("DE", merchantReturnDays=0) == {"merchantReturnDays"}


def test_an_old_law_is_asked_for_an_old_day() -> None:
    policy = merchant_policy_from({"applicableCountry": "DE", "merchantReturnDays": 13})

    assert floor_check(policy, PACK, TODAY) != ()
    assert floor_check(policy, PACK, date(1990, 1, 1)) == ()


def test_a_rule_of_low_confidence_refuses_nothing() -> None:
    unsure = {
        region.code
        for region in PACK.regions.values()
        for right in region.rights
        if right.kind == "withdrawal" and right.versions[-1].confidence == "low"
    }
    sure = {each.country for each in floor_check(merchant_policy_from({"merchantReturnDays": 0}),
                                                 PACK, TODAY)}  # fmt: skip
    only_unsure = {
        code
        for code in unsure
        if all(
            right.versions[-1].confidence == "low"
            for right in PACK.regions[code].rights
            if right.kind == "withdrawal"
        )
    }

    assert only_unsure & sure == set()


def test_each_season_and_each_policy_is_checked() -> None:
    policies = policy_set_from(
        [
            {"@id": "a", "applicableCountry": "DE", "merchantReturnDays": 30,
             "returnPolicySeasonalOverride": {
                 "startDate": "2027-06-01", "endDate": "2027-08-31", "merchantReturnDays": 7}},
            {"@id": "b", "applicableCountry": "DE", "rs:tradeCategory": "shoes",
             "merchantReturnDays": 3},
        ]
    )  # fmt: skip

    found = [(each.policy, each.term) for each in floor_check_set(policies, PACK, TODAY)]

    assert found == [("a", "merchantReturnDays"), ("b", "merchantReturnDays")]


def test_every_refusal_can_be_said_in_every_language() -> None:
    found = refused("DE", **HARD, merchantReturnDays=1)

    for language in ("ko", "en", "ja", "de"):
        catalog = load_catalog(language)
        for each in found:
            assert catalog.knows(f"law.term_{each.term}")
            assert catalog.knows(getattr(each.value, "key", "law.value_days"))
            assert catalog.knows(getattr(each.floor, "key", "law.value_days"))


PLAIN = POLICIES.map(lambda policy: replace(policy, scope=MerchantScope()))
PLACES = st.sampled_from(["KR", "DE", "GB", "US", "US-CA", "JP", "BR", "FR", "SE", "XK"])
SALES = st.builds(
    Sale,
    id=st.just("1"),
    jurisdiction=PLACES,
    buyer=st.just(Buyer.CONSUMER),
    channel=st.sampled_from([Channel.ONLINE, Channel.IN_STORE]),
    category=st.sampled_from([Category.GENERAL, Category.CUSTOM_MADE, Category.JEWELLERY]),
    reason=st.sampled_from(ReturnReason),
    requested_on=st.integers(0, 800).map(lambda days: TODAY + timedelta(days=days)),
    contract_on=st.just(TODAY),
    delivered_on=st.just((TODAY,)),
    used=st.none() | st.booleans(),
    policy_displayed=st.none() | st.booleans(),
    price=st.none() | st.just(Decimal("59.90")),
    currency=st.just("EUR"),
)


def last_day(decision: Decision) -> date:
    return decision.last_day or date.max


def assert_no_worse(better: Decision, other: Decision) -> None:
    assert RANK.index(better.eligible) >= RANK.index(other.eligible)
    if other.eligible is not Eligible.YES:
        return
    assert last_day(better) >= last_day(other)
    assert set(better.refund_methods) >= set(other.refund_methods)
    assert PAYERS.index(better.return_shipping_payer) >= PAYERS.index(other.return_shipping_payer)
    assert {d.kind for d in better.deductions} <= {d.kind for d in other.deductions}


@given(SALES, st.lists(POLICIES, min_size=1, max_size=3, unique_by=lambda policy: policy.id))
def test_no_policies_take_what_the_law_gives(sale: Sale, policies: list[MerchantPolicy]) -> None:
    by_law = decide(sale, PACK)

    decision = decide(replace(sale, merchant_policy=PolicySet(tuple(policies))), PACK)

    if by_law.eligible is Eligible.YES:
        assert_no_worse(decision, by_law)


@given(SALES, PLAIN)
def test_a_better_policy_never_harms_the_buyer(sale: Sale, policy: MerchantPolicy) -> None:
    better = replace(
        policy,
        window=WindowTerm(ReturnWindow.UNLIMITED),
        seasonal=(),
        cost=ReturnCost(fees=ReturnFees.FREE),
        remorse_cost=None,
        defect_cost=None,
        refund_types=tuple(dict.fromkeys((RefundType.FULL, *policy.refund_types))),
        restocking=None,
        conditions=(),
        final_sale=False,
    )

    answers = [
        decide(replace(sale, merchant_policy=PolicySet((each,))), PACK) for each in (policy, better)
    ]

    assert_no_worse(answers[1], answers[0])


@given(SALES, PLAIN, st.integers(1, 90))
def test_a_few_days_more_never_harm_the_buyer(
    sale: Sale, policy: MerchantPolicy, more: int
) -> None:
    days = policy.window.days or 0
    shorter, longer = (
        replace(policy, window=WindowTerm(ReturnWindow.FINITE, each), seasonal=())
        for each in (days, days + more)
    )

    answers = [
        decide(replace(sale, merchant_policy=PolicySet((each,))), PACK)
        for each in (shorter, longer)
    ]

    assert RANK.index(answers[1].eligible) >= RANK.index(answers[0].eligible)
