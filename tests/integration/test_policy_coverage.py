"""The scenarios reach all of the pack and every reason the source can give."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import pytest

from policy_codes import every_code
from policy_scenarios import scenarios
from returnstation.domain.calendar import CountingRule
from returnstation.domain.messages import Say
from returnstation.domain.policy import Decision, Eligible, Reason, decide
from returnstation.domain.policy.rules import RULES
from returnstation.domain.policy.terms import Kind
from returnstation.i18n import load_catalog
from returnstation.policydata import load_pack, parse_sale

# Rules of these kinds change or tell something, but no return stands on them.
_NEVER_DECIDE = {Kind.PROCEDURE, Kind.GUARANTEE_EXTENSION}
# What is announced is not law yet: the engine does not even ask it.
_NEVER_ASKED = {Kind.ANNOUNCED}
_KEY = re.compile(r"law\.[a-z]")
_NO_REASONS_OF_THE_LAW = ("term_", "value_")  # parts of sentences, covered by the merchants' tests

# Terms in a file are read or refused: those nobody can read have a test of their own.
_IN_NO_FILE = {"merchant_policy_unread"}


class Seen(dict[str, CountingRule]):
    """The counting rules of a pack, noting which were used."""

    def __init__(self, rules: Mapping[str, CountingRule]) -> None:
        super().__init__(rules)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> CountingRule:
        self.used.add(name)
        return super().__getitem__(name)


@dataclass(frozen=True)
class Run:
    """Every scenario's decision, and the counting rules they took."""

    decisions: tuple[Decision, ...]
    counted_by: frozenset[str]

    @property
    def reasons(self) -> list[Reason]:
        return [reason for decision in self.decisions for reason in decision.reasons]


@cache
def run() -> Run:
    counting = Seen(load_pack().counting)
    pack = replace(load_pack(), counting=counting)
    decisions = tuple(decide(parse_sale(scenario.facts), pack) for scenario in scenarios())
    return Run(decisions, frozenset(counting.used))


def codes_reached() -> set[str]:
    """Return the codes of all reasons, and of what they name (an exemption that failed)."""
    named = (
        value.key.removeprefix("law.")
        for reason in run().reasons
        for value in reason.values.values()
        if isinstance(value, Say)
    )
    return {reason.code for reason in run().reasons} | set(named)


def rules_of(*, deciding: bool) -> set[str]:
    silent = _NEVER_DECIDE | _NEVER_ASKED
    return {right.rule for right in load_pack().rights() if (right.kind not in silent) is deciding}


def test_every_right_decides_a_scenario() -> None:
    assert rules_of(deciding=True) - {decision.decided_by for decision in run().decisions} == set()


def test_every_rule_that_never_decides_is_heard_in_a_scenario() -> None:
    announced = {right.rule for right in load_pack().rights() if right.kind in _NEVER_ASKED}
    heard = {reason.rule for reason in run().reasons}

    assert rules_of(deciding=False) - announced - heard == set()
    assert announced & heard == set()


def test_every_rule_grants_somewhere_and_refuses_or_leaves_open_elsewhere() -> None:
    answers: dict[str | None, set[Eligible]] = {}
    for decision in run().decisions:
        answers.setdefault(decision.decided_by, set()).add(decision.eligible)

    grants = {
        right.rule
        for right in load_pack().rights()
        if right.kind in RULES
        and right.kind not in {Kind.NO_RIGHT, Kind.DISCLOSURE_DUTY, *_NEVER_DECIDE}
        and right.versions[-1].confidence != "low"
    }
    assert {rule for rule in grants if Eligible.YES not in answers.get(rule, set())} == set()


def test_every_counting_rule_counts_in_a_scenario() -> None:
    assert set(load_pack().counting) - run().counted_by == set()


def test_every_code_in_source_and_pack_is_given_in_a_scenario() -> None:
    of_the_law = {code for code in every_code() if not code.startswith(_NO_REASONS_OF_THE_LAW)}

    assert sorted(of_the_law - codes_reached() - _IN_NO_FILE) == []


@pytest.mark.parametrize("language", ["ko", "en", "ja", "de"])
def test_every_reason_given_can_be_said(language: str) -> None:
    catalog = load_catalog(language)

    for reason in {repr(reason.say()): reason for reason in run().reasons}.values():
        said = catalog.say(reason.say())
        assert catalog.knows(f"law.{reason.code}")
        assert said
        assert "{" not in said
        assert not _KEY.search(said)
