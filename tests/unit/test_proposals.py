"""Where an item should go: gates first, then the sum."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import AT, a_product
from returnstation.domain.cases import UNDELIVERABLE, Item
from returnstation.domain.checklists import Grade
from returnstation.domain.destruction import Size
from returnstation.domain.dispositions import Disposition
from returnstation.domain.economics import Bracket, Economics, Selector, Way
from returnstation.domain.gates import GateBook, MerchantRules, Subject
from returnstation.domain.messages import Say
from returnstation.domain.money import Money
from returnstation.domain.policy import Eligible
from returnstation.domain.proposals import Proposal, Rules, propose
from returnstation.sitedata import load_economics, load_gates

ECONOMICS = load_economics()
GATES = load_gates()
ON = date(2026, 11, 24)
HOLDING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "recall": ({"flags": ("recalled",)}, {}),
    "hygiene": ({}, {"findings": ("hygiene_seal_broken",)}),
    "battery": ({}, {"findings": ("battery_damaged",)}),
    "data": ({"flags": ("data_bearing",)}, {}),
    "expiry": ({}, {"expires_on": date(2026, 11, 23)}),
    "counterfeit": ({}, {"findings": ("counterfeit_suspected",)}),
    "safety": ({}, {"findings": ("unsafe",)}),
}
SHUTTING: dict[str, tuple[dict[str, Any], dict[str, Any]]] = HOLDING | {
    "age": ({"flags": ("age_restricted",)}, {}),
    "brand": ({"flags": ("no_liquidation",)}, {}),
    "dangerous": ({"hazards": ("toxic",)}, {}),
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


def a_subject(item: Item | None = None, **changes: Any) -> Subject:
    subject = Subject(
        item=item or an_item(),
        on=ON,
        product=a_product(),
        eligible=Eligible.YES,
        merchant_id="ds",
        merchant_country="KR",
        buyer_country="KR",
        site_country="KR",
    )
    return replace(subject, **changes)


def proposed(
    item: Item | None = None,
    economics: Economics = ECONOMICS,
    gates: GateBook = GATES,
    **about: Any,
) -> Proposal:
    return propose(a_subject(item, **about), Rules(gates, economics))


def locked(proposal: Proposal, disposition: Disposition) -> Say | None:
    return proposal.choice(disposition).locked


@given(st.sampled_from(sorted(SHUTTING)), grades, prices, st.sampled_from([*Eligible, None]))
def test_a_shut_gate_is_never_outbid(
    name: str, grade: Grade, price: Money, eligible: Eligible | None
) -> None:
    product, found = SHUTTING[name]
    item = an_item(grade=grade, value=price, **found)

    proposal = proposed(item, product=a_product(**product), eligible=eligible)

    (gate,) = [gate for gate in proposal.gates if gate.name == name]
    assert gate.state == "locked"
    assert gate.shuts
    assert gate.do is not None
    assert proposal.chosen.disposition not in gate.shuts
    assert all(locked(proposal, disposition) is not None for disposition in gate.shuts)


@given(st.sampled_from(sorted(HOLDING)), grades, prices)
def test_a_gate_that_holds_sends_to_quarantine_and_says_what_to_do(
    name: str, grade: Grade, price: Money
) -> None:
    product, found = HOLDING[name]

    proposal = proposed(an_item(grade=grade, value=price, **found), product=a_product(**product))

    assert proposal.chosen.disposition is Disposition.QUARANTINE
    assert proposal.why == Say(f"gate.{name}.why")
    assert proposal.do == (Say(f"gate.{name}.do"),)


@given(grades, prices, st.sampled_from([*Eligible, None]))
def test_what_is_proposed_can_be_chosen(
    grade: Grade, price: Money, eligible: Eligible | None
) -> None:
    proposal = proposed(an_item(grade=grade, value=price), eligible=eligible)

    assert proposal.chosen.locked is None
    assert not proposal.chosen.needs_code
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


@given(grades, prices, st.sampled_from(sorted(ECONOMICS.lanes)), st.integers(1, 10**6))
def test_dearer_freight_of_a_lane_never_favours_who_takes_it(
    grade: Grade, price: Money, name: str, more: int
) -> None:
    lane = ECONOMICS.lanes[name]
    brackets = tuple(replace(each, cost=each.cost + more) for each in lane.brackets)
    dearer = replace(ECONOMICS, lanes={**ECONOMICS.lanes, name: replace(lane, brackets=brackets)})
    item = an_item(grade=grade, value=price)

    before, after = proposed(item).chosen, proposed(item, dearer).chosen

    assert before.sum is not None
    assert after.sum is not None
    assert after.sum.way.lane != name or before.sum.way.lane == name


def test_far_or_near_turns_on_freight() -> None:
    item = an_item(grade=Grade(6, 6), value=Money(215_000, "KRW"))
    lane = ECONOMICS.lanes["germany"]
    cheap = replace(lane, brackets=(Bracket(up_to_g=5000, cost=3000),))

    near = proposed(item)
    far = proposed(item, replace(ECONOMICS, lanes={**ECONOMICS.lanes, "germany": cheap}))

    assert near.chosen.disposition is not Disposition.TRANSFER
    assert far.chosen.disposition is Disposition.TRANSFER


@pytest.mark.parametrize("finding", ["unknown", "wrong_item"])
def test_what_nobody_knows_goes_to_quarantine(finding: str) -> None:
    proposal = proposed(an_item(finding=finding))

    assert proposal.chosen.disposition is Disposition.QUARANTINE
    assert proposal.why == Say("propose.unknown-product")


@given(grades, prices)
def test_a_product_not_in_the_catalogue_is_never_restocked(grade: Grade, price: Money) -> None:
    proposal = proposed(an_item(grade=grade, value=price), product=None)

    assert proposal.chosen.disposition is Disposition.QUARANTINE


def test_what_is_refused_goes_back_to_the_customer() -> None:
    assert proposed(eligible=Eligible.NO).chosen.disposition is Disposition.SHIP_BACK


@pytest.mark.parametrize("eligible", [Eligible.REVIEW, None])
def test_what_is_undecided_waits_in_quarantine(eligible: Eligible | None) -> None:
    assert proposed(eligible=eligible).chosen.disposition is Disposition.QUARANTINE


def test_undecided_goods_wait_but_those_nobody_took_do_not() -> None:
    waiting = proposed(eligible=Eligible.REVIEW)
    untaken = proposed(an_item(findings=(UNDELIVERABLE,)), eligible=Eligible.REVIEW)

    assert waiting.chosen.disposition is Disposition.QUARANTINE
    assert untaken.chosen.disposition is proposed().chosen.disposition


def test_a_closed_gate_holds_what_nobody_took_as_well() -> None:
    recalled = a_product(flags=("recalled",))

    untaken = proposed(
        an_item(findings=(UNDELIVERABLE,)), product=recalled, eligible=Eligible.REVIEW
    )

    assert untaken.chosen.disposition is Disposition.QUARANTINE


def test_a_refused_item_with_a_swollen_battery_is_not_mailed() -> None:
    proposal = proposed(an_item(findings=("battery_damaged",)), eligible=Eligible.NO)

    assert proposal.chosen.disposition is Disposition.QUARANTINE
    assert locked(proposal, Disposition.SHIP_BACK) == Say("gate.battery.why")


@pytest.mark.parametrize(
    ("country", "disposition"),
    [("KR", Disposition.SHIP_BACK), ("DE", Disposition.QUARANTINE), (None, Disposition.QUARANTINE)],
)
def test_a_refused_aerosol_goes_back_by_road_but_never_by_air(
    country: str | None, disposition: Disposition
) -> None:
    aerosol = a_product(hazards=("aerosol",))

    proposal = proposed(product=aerosol, eligible=Eligible.NO, buyer_country=country)

    assert proposal.chosen.disposition is disposition
    assert locked(proposal, Disposition.TRANSFER) is not None


@pytest.mark.parametrize("way", ECONOMICS.ways, ids=lambda way: way.name)
def test_a_way_takes_its_lowest_grades_and_none_below(way: Way) -> None:
    only = replace(ECONOMICS, ways=(replace(way, only=Selector(), quota=None),))
    floor = Grade(max(way.functional_floor, 1), way.cosmetic_floor)
    below = [
        *([Grade(way.functional_floor - 1, 9)] if way.functional_floor > 1 else []),
        *([Grade(6, way.cosmetic_floor - 1)] if way.cosmetic_floor > 0 else []),
    ]

    def of(grade: Grade) -> Say | None:
        return locked(proposed(an_item(grade=grade), only), way.disposition)

    assert of(floor) is None
    assert [grade for grade in below if of(grade) is None] == []


def test_a_product_without_a_price_has_no_sum_and_goes_to_quarantine() -> None:
    proposal = proposed(an_item(value=None))

    assert proposal.chosen.disposition is Disposition.QUARANTINE
    assert proposal.why == Say("propose.no-price")


def test_an_item_nobody_graded_has_no_open_sum() -> None:
    assert proposed(an_item(grade=None)).chosen.disposition is Disposition.QUARANTINE


def test_a_way_that_does_not_exist_cannot_be_chosen() -> None:
    nothing = replace(ECONOMICS, ways=())

    assert locked(proposed(economics=nothing), Disposition.RESTOCK_NEW) == Say("propose.no-way")
    assert locked(proposed(), Disposition.RTV) == Say("propose.no-agreement")
    assert locked(proposed(), Disposition.QUARANTINE) is None


@pytest.mark.parametrize(
    ("used", "why"),
    [
        (39, None),
        (40, Say("propose.quota-month", {"quota": 40})),
        (41, Say("propose.quota-month", {"quota": 40})),
    ],
)
def test_a_used_up_quota_locks_the_way_back_to_the_supplier(used: int, why: Say | None) -> None:
    watch = a_product(category="electronics")

    proposal = proposed(
        an_item(category="electronics"),
        product=watch,
        merchant_id="mirae-electronics",
        given_back={"mirae-supplier": used},
    )

    assert locked(proposal, Disposition.RTV) == why


def test_one_row_per_disposition_by_its_best_channel() -> None:
    outlet = next(way for way in ECONOMICS.ways if way.name == "outlet")
    better = replace(outlet, name="twin", fee=0, labour_minutes=0)
    both = replace(ECONOMICS, ways=(outlet, better))

    proposal = proposed(economics=both)

    rows = [c for c in proposal.choices if c.disposition is outlet.disposition]
    assert [row.sum.way.name for row in rows if row.sum] == ["twin"]


def bound(size: Size | None) -> GateBook:
    return replace(GATES, merchants={"ds": MerchantRules(size=size)})


def test_a_destruction_under_the_ban_needs_a_code_and_is_never_proposed() -> None:
    worthless = an_item(grade=Grade(1, 0), value=Money(100, "KRW"))

    proposal = proposed(worthless, gates=bound(Size.LARGE), merchant_country="DE")

    recycling = proposal.choice(Disposition.RECYCLE)
    assert recycling.needs_code
    assert recycling.locked is None
    assert proposal.chosen.disposition not in {Disposition.RECYCLE, Disposition.DESTROY}


def test_where_nobody_knows_the_size_a_supervisor_decides_on_destruction() -> None:
    proposal = proposed(gates=bound(None), merchant_country="DE")

    destroying = proposal.choice(Disposition.DESTROY)
    assert destroying.to_supervisor
    assert destroying.needs_code
    assert destroying.locked == Say("gate.destruction.why-unsure")


def test_a_merchants_own_rule_shuts_what_it_forbids() -> None:
    rules = MerchantRules(forbids=frozenset({Disposition.DONATE}))

    proposal = proposed(gates=replace(GATES, merchants={"ds": rules}))

    assert locked(proposal, Disposition.DONATE) == Say("gate.brand.why")
    assert locked(proposal, Disposition.LIQUIDATE) is None
