"""Any case a station could ask about: days in order, facts known or not."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from returnstation.domain.policy import Buyer, Category, Channel, ReturnReason
from returnstation.policydata import load_pack

Facts = Mapping[str, Any]

REGIONS = sorted(code for code, region in load_pack().regions.items() if not region.union)
_BEGIN = date(2026, 1, 1)
_MAYBE = st.none() | st.booleans()
_FLAGS = (
    "regular_delivery",
    "shipped",
    "shipping_time_stated",
    "delay_consented",
    "delivery_date_essential",
    "additional_period_set",
    "delivery_refused",
    "informed_of_exclusion",
    "exclusion_consented",
    "written_confirmation_sent",
    "complied_with_information_duties",
    "defect_is_major",
    "defect_is_apparent",
    "notified_in_time",
    "seal_opened",
    "packaging_damaged",
    "used",
    "intact",
    "original_packaging",
    "proof_of_purchase",
    "policy_displayed",
    "sold_in_conversation",
)
_LATER_DAYS = (
    "documents_received_on",
    "informed_on",
    "discovered_on",
    "defect_appeared_on",
    "promised_on",
    "returned_on",
    "merchant_agreed_on",
)


def _choice(kind: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([str(each) for each in kind])


@st.composite
def cases(draw: st.DrawFn, *, spread: int = 1200) -> dict[str, Any]:
    """Draw a case the program accepts, without a merchant's policy.

    The contract is from 2026 to 2028; everything else comes within ``spread`` days, most of it
    soon.
    """
    contract = _BEGIN + timedelta(days=draw(st.integers(0, 1095)))
    soon = st.integers(0, 40)
    delivered = contract + timedelta(days=draw(soon))
    requested = delivered + timedelta(days=draw(soon | st.integers(0, spread)))
    facts: dict[str, Any] = {
        "id": "1",
        "jurisdiction": draw(st.sampled_from(REGIONS)),
        "buyer": draw(st.just("consumer") | _choice(Buyer)),
        "channel": draw(_choice(Channel)),
        "category": draw(st.just("general") | _choice(Category)),
        "reason": draw(st.just("change_of_mind") | _choice(ReturnReason)),
        "contract_on": contract.isoformat(),
        "requested_on": requested.isoformat(),
    }
    if draw(st.booleans()):
        facts["delivered_on"] = [delivered.isoformat()]
    if draw(st.booleans()):
        amount = draw(st.sampled_from(["1", "40", "50.01", "130", "3000", "100001"]))
        facts |= {"price": amount, "currency": draw(st.sampled_from(_CURRENCIES))}
    facts |= draw(st.fixed_dictionaries(dict.fromkeys(draw(st.sets(_FLAG, max_size=6)), _MAYBE)))
    for name in draw(st.sets(st.sampled_from(_LATER_DAYS), max_size=3)):
        facts[name] = (delivered + timedelta(days=draw(soon))).isoformat()
    facts["informed_of_right"] = draw(st.booleans())
    facts["repair"] = draw(st.none() | _repairs(delivered, (requested - delivered).days))
    facts["digital"] = draw(st.none() | _DIGITAL)
    return {name: fact for name, fact in facts.items() if fact is not None}


_FLAG = st.sampled_from(_FLAGS)
_CURRENCIES = ["EUR", "USD", "AUD", "GBP", "ILS", "JPY", "CHF", "NZD", "CAD", "PLN", "NOK"]
_DIGITAL = st.fixed_dictionaries(
    {},
    optional={
        "started": st.booleans(),
        "consented_and_acknowledged": st.booleans(),
        "confirmation_sent": st.booleans(),
    },
)


def _repairs(delivered: date, within: int) -> st.SearchStrategy[dict[str, Any]]:
    def repair(asked: int, waited: int, outcome: dict[str, bool]) -> dict[str, Any]:
        asked_on = delivered + timedelta(days=asked)
        back_on = asked_on + timedelta(days=waited)
        days = {"requested_on": asked_on.isoformat(), "given_back_on": back_on.isoformat()}
        return {**days, **outcome}

    outcomes = st.fixed_dictionaries({}, optional={"failed": st.booleans()})
    return st.builds(repair, st.integers(0, within), st.integers(0, 60), outcomes)
