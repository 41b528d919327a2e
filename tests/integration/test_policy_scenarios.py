import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from policy_scenarios import Scenario, scenarios
from returnstation.domain.messages import Say
from returnstation.domain.policy import Confidence, decide
from returnstation.domain.policy.terms import Kind
from returnstation.gui.words import SCREEN_LANGUAGES
from returnstation.i18n import load_catalog
from returnstation.policydata import decision_to_json, load_pack, parse_sale

_SCHEMAS = Path(__file__).parents[1] / "data"
# Rules that change or announce something but never decide by themselves.
_SILENT = {Kind.ANNOUNCED, Kind.PROCEDURE, Kind.GUARANTEE_EXTENSION}


def answer(scenario: Scenario) -> dict[str, Any]:
    return decision_to_json(decide(parse_sale(scenario.facts), load_pack()))


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((_SCHEMAS / f"{name}.schema.json").read_text("utf-8")))


def beaten(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [reason for reason in found["reasons"] if reason["code"] == "merchant_term_beaten"]


@pytest.mark.parametrize("scenario", scenarios(), ids=str)
def test_the_law_says_what_the_scenario_says(scenario: Scenario) -> None:
    found = answer(scenario)
    codes = {reason["code"] for reason in found["reasons"]}
    found["amounts"] = [deduction.get("amount") for deduction in found["deductions"]]
    found.setdefault("merchant", {})
    found["beaten"] = [reason["values"]["term"] for reason in beaten(found)]
    found["deductions"] = [deduction["kind"] for deduction in found["deductions"]]
    expected = dict(scenario.expected)
    because = set(expected.pop("because", []))

    assert {name: found[name] for name in expected} == expected
    assert because <= codes


def test_cases_and_decisions_are_as_the_contract_says() -> None:
    case, decision = schema("case"), schema("decision")

    for scenario in scenarios():
        case.validate(scenario.facts)
        decision.validate(json.loads(json.dumps(answer(scenario))))


def test_every_right_decides_some_scenario() -> None:
    decided = {answer(scenario)["decided_by"] for scenario in scenarios()}

    deciding = {
        right.rule
        for right in load_pack().rights()
        if right.kind not in _SILENT and right.versions[-1].confidence is not Confidence.LOW
    }
    assert sorted(deciding - decided) == []


def test_every_reason_names_its_source() -> None:
    reasons = [reason for scenario in scenarios() for reason in answer(scenario)["reasons"]]

    assert [reason for reason in reasons if not reason["source"]] == []


@pytest.mark.parametrize("language", SCREEN_LANGUAGES)
def test_what_merchants_policies_say_can_be_read_by_people(language: str) -> None:
    catalog = load_catalog(language)
    reasons = [
        reason
        for scenario in scenarios()
        for reason in decide(parse_sale(scenario.facts), load_pack()).reasons
        if reason.rule.startswith("merchant:")
    ]

    unsaid = [reason.code for reason in reasons if not catalog.knows(reason.say().key)]
    unnamed = [
        value.key
        for reason in reasons
        for value in reason.values.values()
        if isinstance(value, Say) and not catalog.knows(value.key)
    ]

    assert (unsaid, unnamed) == ([], [])
    assert all(catalog.say(reason.say()) for reason in reasons)
