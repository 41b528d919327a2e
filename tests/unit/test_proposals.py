"""Where an item should go: gates first, then the sum."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import AT, a_product, euros
from returnstation.domain.cases import UNDELIVERABLE, Item
from returnstation.domain.checklists import Grade
from returnstation.domain.dispositions import Disposition
from returnstation.domain.economics import Economics, Way, in_site_currency, recovery
from returnstation.domain.messages import Say
from returnstation.domain.money import Money
from returnstation.domain.orders import Product
from returnstation.domain.policy import Eligible
from returnstation.domain.proposals import Proposal, propose
from returnstation.sitedata import load_economics

ECONOMICS = load_economics()
SHUTTING = {
    "recall": ({"flags": ("recalled",)}, ()),
    "hygiene": ({}, ("hygiene_seal_broken",)),
    "battery": ({}, ("battery_damaged",)),
    "data": ({}, ("data_not_wiped",)),
}

grades = st.builds(Grade, st.integers(1, 6), st.integers(0, 9))
prices = st.integers(0, 10**9).map(lambda minor: Money(minor, "KRW"))


def an_item(**changes: Any) -> Item:
    item = Item(
        item_id="i1",
        line_id="l1",
        finding="expected",
        title="하늘 러너 3",
        added_at=AT,
        added_by="u1",
        sku="HR3-NV-270",
        category="shoes",
        value=Money(138000, "KRW"),
        grade=Grade(6, 9),
    )
    return replace(item, **changes)


def proposed(
    item: Item,
    product: Product | None = None,
    eligible: Eligible | None = Eligible.YES,
    economics: Economics = ECONOMICS,
) -> Proposal:
    return propose(item, product or a_product(), eligible, economics)


@given(st.sampled_from(sorted(SHUTTING)), grades, prices)
def test_a_shut_gate_is_never_outbid(name: str, grade: Grade, price: Money) -> None:
    changes, findings = SHUTTING[name]
    product = a_product(**changes)

    proposal = proposed(an_item(grade=grade, value=price, findings=findings), product)

    (gate,) = [gate for gate in proposal.gates if gate.name == name]
    assert gate.state == "locked"
    assert gate.shuts
    assert proposal.chosen.disposition not in gate.shuts
    assert all(c.locked is not None for c in proposal.choices if c.disposition in gate.shuts)


@given(grades, prices, st.sampled_from([*Eligible, None]))
def test_what_is_proposed_can_be_chosen(
    grade: Grade, price: Money, eligible: Eligible | None
) -> None:
    proposal = proposed(an_item(grade=grade, value=price), eligible=eligible)

    assert proposal.chosen.locked is None
    assert proposal.chosen in proposal.choices


@given(grades, prices)
def test_nothing_open_would_bring_more_than_the_proposal(grade: Grade, price: Money) -> None:
    proposal = proposed(an_item(grade=grade, value=price))

    assert proposal.chosen.sum is not None
    best = proposal.chosen.sum.net
    assert all(
        choice.sum.net <= best
        for choice in proposal.choices
        if choice.locked is None and choice.sum is not None
    )


@given(grades, prices, st.integers(0, 8), st.integers(1, 10**6))
def test_dearer_freight_never_makes_a_way_better(
    grade: Grade, price: Money, index: int, more: int
) -> None:
    way = ECONOMICS.ways[index % len(ECONOMICS.ways)]
    dearer = replace(way, freight_per_kg=way.freight_per_kg + more)
    product = a_product(weight_g=900)

    before = recovery(way, ECONOMICS, price, product.weight_g, grade)
    after = recovery(dearer, ECONOMICS, price, product.weight_g, grade)

    assert before is not None
    assert after is not None
    assert after.net <= before.net
    assert before.net == before.price - before.cost


@pytest.mark.parametrize("finding", ["unknown", "wrong_item"])
def test_what_nobody_knows_goes_to_quarantine(finding: str) -> None:
    proposal = proposed(an_item(finding=finding))

    assert proposal.chosen.disposition is Disposition.QUARANTINE
    assert proposal.why is not None
    assert proposal.why.key == "propose.unknown-product"


def test_a_product_not_in_the_catalogue_goes_to_quarantine() -> None:
    proposal = propose(an_item(), None, Eligible.YES, ECONOMICS)

    assert proposal.chosen.disposition is Disposition.QUARANTINE


def test_what_is_refused_goes_back_to_the_customer() -> None:
    assert proposed(an_item(), eligible=Eligible.NO).chosen.disposition is Disposition.SHIP_BACK


@pytest.mark.parametrize("eligible", [Eligible.REVIEW, None])
def test_what_is_undecided_waits_in_quarantine(eligible: Eligible | None) -> None:
    assert proposed(an_item(), eligible=eligible).chosen.disposition is Disposition.QUARANTINE


def test_a_refused_item_with_a_swollen_battery_is_not_mailed() -> None:
    item = an_item(findings=("battery_damaged",))

    proposal = proposed(item, eligible=Eligible.NO)

    assert proposal.chosen.disposition is Disposition.QUARANTINE
    back = next(c for c in proposal.choices if c.disposition is Disposition.SHIP_BACK)
    assert back.locked is not None


@pytest.mark.parametrize("way", ECONOMICS.ways, ids=lambda way: way.disposition.value)
def test_a_way_takes_its_lowest_grades_and_none_below(way: Way) -> None:
    floor = Grade(max(way.functional_floor, 1), way.cosmetic_floor)
    below = [
        *([Grade(way.functional_floor - 1, 9)] if way.functional_floor > 1 else []),
        *([Grade(6, way.cosmetic_floor - 1)] if way.cosmetic_floor > 0 else []),
    ]

    assert _locked(way, floor) is None
    assert [grade for grade in below if _locked(way, grade) is None] == []


def _locked(way: Way, grade: Grade) -> Say | None:
    choices = proposed(an_item(grade=grade)).choices
    return next(c for c in choices if c.disposition is way.disposition).locked


def test_a_product_without_a_price_has_no_sum_and_goes_to_quarantine() -> None:
    proposal = proposed(an_item(value=None))

    assert proposal.chosen.disposition is Disposition.QUARANTINE
    assert proposal.why is not None
    assert proposal.why.key == "propose.no-price"


def test_an_item_nobody_graded_has_no_open_sum() -> None:
    proposal = proposed(an_item(grade=None))

    assert proposal.chosen.disposition is Disposition.QUARANTINE


@pytest.mark.parametrize(("category", "state"), [("shoes", "proof"), ("electronics", "none")])
def test_destroying_textiles_wants_proof(category: str, state: str) -> None:
    proposal = proposed(an_item(category=category))

    assert proposal.gates[-1].name == "destruction"
    assert proposal.gates[-1].state == state


@pytest.mark.parametrize(
    ("changes", "name", "state"),
    [
        ({}, "battery", "none"),
        ({"hazards": ("lithium_battery",)}, "battery", "passed"),
        ({"flags": ("data_bearing",)}, "data", "passed"),
        ({"flags": ("hygiene_seal",)}, "hygiene", "passed"),
        ({}, "recall", "passed"),
    ],
)
def test_a_gate_that_applies_is_shown_as_passed(
    changes: dict[str, Any], name: str, state: str
) -> None:
    proposal = proposed(an_item(), a_product(**changes))

    assert {gate.name: gate.state for gate in proposal.gates}[name] == state


def test_another_currency_counts_by_the_stored_rate() -> None:
    economics = replace(ECONOMICS, rates={"EUR": Fraction(1620)})

    assert in_site_currency(euros(150), economics) == Money(2430, "KRW")
    assert in_site_currency(Money(5, "KRW"), economics) == Money(5, "KRW")
    assert in_site_currency(Money(5, "XTS"), economics) is None


def test_a_weight_nobody_knows_counts_as_one_kilogram() -> None:
    way = ECONOMICS.ways[0]
    value = Money(138000, "KRW")

    assert recovery(way, ECONOMICS, value, None, Grade(6, 9)) == recovery(
        way, ECONOMICS, value, 1000, Grade(6, 9)
    )


def test_undecided_goods_wait_but_those_nobody_took_do_not() -> None:
    waiting = proposed(an_item(), eligible=Eligible.REVIEW)
    untaken = proposed(an_item(findings=(UNDELIVERABLE,)), eligible=Eligible.REVIEW)
    accepted = proposed(an_item(), eligible=Eligible.YES)

    assert waiting.chosen.disposition is Disposition.QUARANTINE
    assert untaken.chosen.disposition is accepted.chosen.disposition


def test_a_closed_gate_holds_what_nobody_took_as_well() -> None:
    recalled = a_product(flags=("recalled",))

    untaken = proposed(an_item(findings=(UNDELIVERABLE,)), recalled, Eligible.REVIEW)

    assert untaken.chosen.disposition is Disposition.QUARANTINE
