"""Where items go and what they bring, by scenarios a shift lead can read."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from returnstation.domain.cases import Item
from returnstation.domain.checklists import Grade
from returnstation.domain.dispositions import Disposition
from returnstation.domain.gates import Subject
from returnstation.domain.money import Money, parse_amount
from returnstation.domain.orders import Product
from returnstation.domain.policy import Eligible
from returnstation.domain.proposals import Proposal, Rules, propose
from returnstation.sitedata import load_economics, load_gates

FOLDER = Path(__file__).parents[1] / "scenarios" / "disposition"
RULES = Rules(load_gates(), load_economics())
AT = datetime(2026, 11, 24, 5, tzinfo=UTC)


def scenarios() -> Iterator[Any]:
    for file in sorted(FOLDER.glob("*.toml")):
        record = tomllib.loads(file.read_text(encoding="utf-8"))
        for case in record["case"]:
            yield pytest.param(record["on"], case, id=f"{file.stem}: {case['name']}")


SCENARIOS = list(scenarios())


def money(text: str) -> Money:
    amount, currency = text.split()
    return parse_amount(amount, currency)


def grade(text: str) -> Grade:
    functional, cosmetic = text.split()
    return Grade(int(functional[1]), int(cosmetic[1]))


def subject(on: date, case: Mapping[str, Any]) -> Subject:
    price = money(case["price"]) if "price" in case else None
    category = case.get("category", "general")
    item = Item(
        item_id="i1",
        line_id="l1",
        finding=case.get("finding", "expected"),
        title=case["name"],
        added_at=AT,
        added_by="u1",
        sku="S-1",
        category=category,
        value=price,
        grade=grade(case["grade"]),
        findings=tuple(case.get("findings", ())),
        expires_on=case.get("expires_on"),
        wiped=case.get("wiped"),
        quantity=case.get("quantity", 1),
    )
    product = Product(
        merchant_id="m1",
        sku="S-1",
        title=case["name"],
        category=category,
        weight_g=case.get("weight_g"),
        price=price,
        hazards=tuple(case.get("hazards", ())),
        flags=tuple(case.get("flags", ())),
    )
    return Subject(
        item=item,
        on=on,
        product=product if case.get("is_known", True) else None,
        eligible=Eligible(case.get("verdict", "yes")),
        merchant_id="m1",
        merchant_country=case.get("merchant", "KR"),
        buyer_country=case.get("buyer", "KR"),
        site_country="KR",
    )


def told(proposal: Proposal) -> dict[str, Any]:
    """Return what a scenario may expect of a proposal."""
    chosen = proposal.chosen
    found: dict[str, Any] = {"goes": chosen.disposition.value}
    if proposal.why is not None:
        found["because"] = proposal.why.key
    elif chosen.sum is not None:
        found["sum"] = {t.name: t.amount.minor for t in chosen.sum.terms if t.amount.minor}
        found["net"] = chosen.sum.net.minor
    locked = {one.value for one in Disposition if proposal.choice(one).locked is not None}
    return found | {"locked": locked}


@pytest.mark.parametrize(("on", "case"), SCENARIOS)
def test_an_item_goes_where_a_shift_lead_expects_it(on: date, case: Mapping[str, Any]) -> None:
    expected = case["expect"]
    found = told(propose(subject(on, case), RULES))

    assert {name: found.get(name) for name in expected if name not in {"locked", "open"}} == {
        name: value for name, value in expected.items() if name not in {"locked", "open"}
    }
    assert set(expected.get("locked", ())) <= found["locked"]
    assert not set(expected.get("open", ())) & found["locked"]


@pytest.mark.parametrize(("on", "case"), SCENARIOS)
def test_the_sum_of_a_scenario_is_its_terms(on: date, case: Mapping[str, Any]) -> None:
    expected = case["expect"]

    assert sum(expected.get("sum", {}).values()) == expected.get("net", 0)
