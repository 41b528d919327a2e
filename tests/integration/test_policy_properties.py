"""What must hold of every decision, whatever the sale and wherever the buyer lives."""

import json
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from policy_cases import REGIONS, cases
from policy_scenarios import scenarios
from processes import run_program
from returnstation.domain.calendar import is_rest_day
from returnstation.domain.money import Money
from returnstation.domain.policy import (
    Confidence,
    Decision,
    DeductionKind,
    Eligible,
    MerchantOffer,
    MerchantPolicy,
    Payer,
    PolicySet,
    ReturnCost,
    ReturnFees,
    ReturnWindow,
    Sale,
    Season,
    SeasonalOverride,
    ShippingSplit,
    WindowTerm,
    decide,
)
from returnstation.domain.policy.facts import law_day
from returnstation.domain.policy.terms import Terms
from returnstation.policydata import decision_to_json, load_pack, parse_sale

_PACK = load_pack()
_SCHEMA = Path(__file__).parents[1] / "data" / "decision.schema.json"
_DECISION = Draft202012Validator(json.loads(_SCHEMA.read_text("utf-8")))
_FACTS = {field.name for field in fields(Sale)} - {"id", "merchant_policy"}
_FILLINGS: dict[str, Any] = {
    "price": "70",
    "currency": "EUR",
    "repair": {"requested_on": "2027-03-02", "given_back_on": "2027-03-05", "failed": True},
    "digital": {"started": True, "consented_and_acknowledged": True, "confirmation_sent": True},
}

many = settings(
    max_examples=300,
    suppress_health_check=list(HealthCheck),
)


def decision(facts: dict[str, Any]) -> Decision:
    return decide(parse_sale(facts), _PACK)


def text(found: Decision) -> str:
    return json.dumps(decision_to_json(found))


def later(facts: dict[str, Any], days: int) -> dict[str, Any]:
    asked_on = date.fromisoformat(facts["requested_on"]) + timedelta(days=days)
    return {**facts, "requested_on": asked_on.isoformat()}


@many
@given(cases(), st.integers(1, 30) | st.integers(1, 900))
def test_asking_later_never_turns_a_no_into_a_yes(facts: dict[str, Any], days: int) -> None:
    # Goods that are not late yet may be so later.
    assume(facts["reason"] != "late")
    first, second = decision(facts), decision(later(facts, days))

    assert (first.eligible, second.eligible) != (Eligible.NO, Eligible.YES)


@pytest.mark.parametrize("region", REGIONS)
def test_no_change_of_mind_is_granted_again_day_by_day(region: str) -> None:
    facts = {
        "id": "1",
        "jurisdiction": region,
        "buyer": "consumer",
        "channel": "online",
        "category": "general",
        "reason": "change_of_mind",
        "contract_on": "2027-03-01",
        "delivered_on": ["2027-03-03"],
        "requested_on": "2027-03-03",
        "informed_on": "2027-05-04",
        "documents_received_on": "2027-03-04",
        "policy_displayed": False,
        "complied_with_information_duties": False,
    }
    rank = {Eligible.NO: 0, Eligible.REVIEW: 1, Eligible.YES: 2}

    answers = [rank[decision(later(facts, days)).eligible] for days in range(450)]

    assert answers == sorted(answers, reverse=True)


@pytest.mark.parametrize(
    ("region", "channel", "reason"),
    [
        ("KE", "online", "change_of_mind"),
        ("VN", "online", "change_of_mind"),
        ("PE", "off_premises", "change_of_mind"),
        ("ID", "online", "defective"),
        ("PH", "in_store", "defective"),
        ("NG", "in_store", "defective"),
    ],
)
@pytest.mark.parametrize("days", [0, 2, 7, 30, 31, 3000])
def test_a_rule_of_low_confidence_only_ever_asks_a_person(
    region: str, channel: str, reason: str, days: int
) -> None:
    facts = {
        "id": "1",
        "jurisdiction": region,
        "buyer": "consumer",
        "channel": channel,
        "category": "general",
        "reason": reason,
        "contract_on": "2027-03-01",
        "delivered_on": ["2027-03-01"],
        "requested_on": "2027-03-01",
        "documents_received_on": "2027-03-01",
        "complied_with_information_duties": False,
        "notified_in_time": False,
    }

    found = decision(later(facts, days))

    assert (found.eligible, found.confidence) == (Eligible.REVIEW, Confidence.LOW)


@pytest.mark.parametrize("region", ["DE-BY", "FR", "SE", "DK", "NO", "NL"])
def test_money_held_back_for_the_goods_is_due_on_a_working_day(region: str) -> None:
    facts = {
        "id": "1",
        "jurisdiction": region,
        "buyer": "consumer",
        "channel": "online",
        "category": "general",
        "reason": "change_of_mind",
        "contract_on": "2027-04-01",
        "delivered_on": ["2027-04-01"],
        "requested_on": "2027-04-02",
    }
    back = [date(2027, 4, 20) + timedelta(days=days) for days in range(365)]

    due = [decision({**facts, "returned_on": day.isoformat()}).refund_due_on for day in back]

    calendar = _PACK.calendar(region)
    counting = {"DE-BY": "DE_BGB_193", "FR": "FR_L221_19", "SE": "SE_1930_173"}
    counting |= {"DK": "DK_FAL_19", "NO": "NO_SAT_HOL", "NL": "NL_TERMIJNENWET"}
    rule = _PACK.counting[counting[region]]
    assert not any(day is None or is_rest_day(day, rule, calendar.place) for day in due)
    assert all(
        day is not None and arrived <= day <= arrived + timedelta(days=6)
        for arrived, day in zip(back, due, strict=True)
    )


def deciding_terms(sale: Sale, found: Decision) -> Terms | None:
    region = _PACK.region(sale.jurisdiction)
    rights = () if region is None else region.rights
    right = next((each for each in rights if each.rule == found.decided_by), None)
    return None if right is None else right.on(law_day(sale))


@many
@given(cases())
def test_no_day_that_is_named_falls_on_a_day_that_moves_it(facts: dict[str, Any]) -> None:
    sale, found = parse_sale(facts), decision(facts)
    terms = deciding_terms(sale, found)
    assume(terms is not None)
    assert terms is not None
    place = _PACK.calendar(sale.jurisdiction).place

    windows = (terms.window, terms.protected_window, *(one.window for one in terms.special_windows))
    own = {window.counting for window in windows if window is not None and window.counting}
    if found.last_day is not None and not own:
        assert not is_rest_day(found.last_day, _PACK.counting[terms.counting], place)
    if found.refund_due_on is not None and terms.refund is not None:
        counting = terms.refund.counting or terms.counting
        assert not is_rest_day(found.refund_due_on, _PACK.counting[counting], place)


@many
@given(cases())
def test_a_decision_is_as_the_contract_says(facts: dict[str, Any]) -> None:
    found = decision(facts)

    _DECISION.validate(json.loads(text(found)))
    assert set(found.needs) <= _FACTS
    assert found.reasons
    if found.eligible is Eligible.NO:
        assert found.confidence is not Confidence.LOW
        assert (found.needs, found.refund_methods, found.deductions) == ((), (), ())
    if found.eligible is Eligible.YES:
        assert found.decided_by is not None
        assert found.refund_methods


@many
@given(cases())
def test_the_same_question_has_the_same_answer(facts: dict[str, Any]) -> None:
    shuffled = dict(reversed(facts.items()))

    assert text(decision(facts)) == text(decision(shuffled))


def test_answers_do_not_depend_on_the_process() -> None:
    lines = "".join(json.dumps(scenario.facts) + "\n" for scenario in scenarios()).encode()

    runs = [
        run_program("policy", "decide", "-", stdin=lines, env={"PYTHONHASHSEED": seed})
        for seed in ("1", "2")
    ]

    assert runs[0] == runs[1]
    assert (runs[0].code, runs[0].err) == (0, "")
    assert len(runs[0].out.splitlines()) == len(scenarios())


@many
@given(cases(), st.sampled_from([True, False]), st.integers(0, 20))
def test_a_fact_that_was_asked_for_is_not_asked_again(
    facts: dict[str, Any], answer: object, days: int
) -> None:
    contract_on = date.fromisoformat(facts["contract_on"])
    day = (contract_on + timedelta(days=days)).isoformat()
    fillings = _FILLINGS | {"delivered_on": [facts["contract_on"]]}
    asked: list[str] = []

    for _ in range(12):
        found = decision(facts)
        unknown = [name for name in found.needs if name not in facts]
        if not unknown:
            break
        asked.append(unknown[0])
        said = day if unknown[0].endswith("_on") else answer
        facts |= {unknown[0]: fillings.get(unknown[0], said)}

    assert len(asked) == len(set(asked))
    # A day or a sum may be known and still not settle it; a person decides then.
    assert [name for name in decision(facts).needs if name not in facts] == []


_CUSTOMER_PAYS = ReturnCost(fees=ReturnFees.CUSTOMER)
# In all of these the second terms leave the buyer better off than the first.
_BETTER_TERMS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a larger share of the way back": (
        {"split": ShippingSplit(merchant_share=Decimal(20))},
        {"split": ShippingSplit(merchant_share=Decimal(80))},
    ),
    "a share of the way back": (
        {"cost": _CUSTOMER_PAYS},
        {"split": ShippingSplit(merchant_share=Decimal(50))},
    ),
    "more of the way back": (
        {"split": ShippingSplit(merchant_up_to=Money(100, "EUR"))},
        {"split": ShippingSplit(merchant_up_to=Money(900, "EUR"))},
    ),
    "cheap goods are kept": ({}, {"keep_below": Money(10_000, "EUR")}),
    "dearer goods are kept": (
        {"keep_below": Money(1_000, "EUR")},
        {"keep_below": Money(10_000, "EUR")},
    ),
    "a bonus on store credit": ({}, {"store_credit_bonus": Decimal(10)}),
    "a larger bonus": ({"store_credit_bonus": Decimal(5)}, {"store_credit_bonus": Decimal(10)}),
    "nobody need approve": ({}, {"auto_approve": True}),
    "a season with more days": ({}, {"days_in_season": 90}),
    "no end in the season": ({"days_in_season": 90}, {"days_in_season": None}),
}


def policy_of(days: int, terms: dict[str, Any]) -> PolicySet:
    terms = dict(terms)
    seasonal: tuple[SeasonalOverride, ...] = ()
    if "days_in_season" in terms:
        longer = terms.pop("days_in_season")
        kind = ReturnWindow.UNLIMITED if longer is None else ReturnWindow.FINITE
        season = Season(date(2026, 11, 1), date(2027, 1, 6))
        seasonal = (SeasonalOverride(season, WindowTerm(kind, longer)),)
    window = WindowTerm(ReturnWindow.FINITE, days)
    return PolicySet((MerchantPolicy(window=window, seasonal=seasonal, **terms),))


def offers(found: Decision) -> tuple[Decimal, ...]:
    """Return what the buyer gets, each the better the larger."""
    payers = [Payer.CONSUMER, None, Payer.SPLIT, Payer.MERCHANT]
    offer = found.merchant or MerchantOffer(policy="")
    return (
        Decimal([Eligible.NO, Eligible.REVIEW, Eligible.YES].index(found.eligible)),
        Decimal(payers.index(found.return_shipping_payer)),
        Decimal(offer.keep_it),
        Decimal(offer.auto_approve),
        offer.store_credit_bonus or Decimal(0),
    )


def kept_back(found: Decision) -> set[DeductionKind]:
    """Return what is kept back besides the way home, of which the payer tells."""
    return {each.kind for each in found.deductions} - {DeductionKind.RETURN_SHIPPING}


@pytest.mark.parametrize("name", _BETTER_TERMS)
@settings(many, max_examples=40)
@given(cases(spread=120), st.integers(0, 60))
def test_better_terms_never_harm_the_buyer(name: str, facts: dict[str, Any], days: int) -> None:
    sale = parse_sale({**facts, "price": "59.90", "currency": "EUR"})

    worse, better = (
        decide(replace(sale, merchant_policy=policy_of(days, terms)), _PACK)
        for terms in _BETTER_TERMS[name]
    )

    assert all(new >= old for old, new in zip(offers(worse), offers(better), strict=True))
    if worse.eligible is Eligible.YES:
        assert (better.last_day or date.max) >= (worse.last_day or date.max)
        assert kept_back(better) <= kept_back(worse)
