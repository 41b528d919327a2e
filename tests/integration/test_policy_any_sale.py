import json
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from returnstation.domain.policy import Sale, decide
from returnstation.policydata import BadSale, decision_to_json, load_pack, parse_sale

_DATA = Path(__file__).parents[1] / "data"
_FACTS = json.loads((_DATA / "case.schema.json").read_text("utf-8"))
_DECISION = Draft202012Validator(json.loads((_DATA / "decision.schema.json").read_text("utf-8")))
_DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(date.isoformat)
_SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "id": st.just("1"),
    "jurisdiction": st.sampled_from([*sorted(load_pack().regions), "XX", "DE-BY"]),
    "requested_on": st.dates(date(2026, 6, 1), date(2029, 12, 31)).map(date.isoformat),
    "price": st.sampled_from(["1", "40", "500.00"]),
    "currency": st.sampled_from(["EUR", "USD", "KRW"]),
    "merchant_policy": st.fixed_dictionaries(
        {"merchantReturnDays": st.integers(0, 400)},
        optional={
            "returnFees": st.sampled_from(["FreeReturn", "ReturnFeesCustomerResponsibility"]),
            "restockingFee": st.integers(0, 100),
            "refundType": st.sampled_from(["FullRefund", "StoreCreditRefund"]),
        },
    ),
}


def values_of(name: str, shape: dict[str, Any]) -> st.SearchStrategy[Any]:
    if name in _SPECIAL:
        return _SPECIAL[name]
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    match shape["type"]:
        case "boolean":
            return st.booleans()
        case "array":
            return st.lists(_DAYS, max_size=2)
        case "object":
            parts = {key: values_of(key, part) for key, part in shape["properties"].items()}
            return st.fixed_dictionaries({}, optional=parts)
        case _:
            return _DAYS


_STRATEGIES = {name: values_of(name, shape) for name, shape in _FACTS["properties"].items()}
_SALES = st.fixed_dictionaries(
    {name: _STRATEGIES[name] for name in _FACTS["required"]},
    optional={name: each for name, each in _STRATEGIES.items() if name not in _FACTS["required"]},
)


def sale_of(facts: dict[str, Any]) -> Sale | None:
    try:
        return parse_sale(facts)
    except BadSale:
        return None


@given(_SALES)
def test_any_sale_gets_a_decision_of_the_contract(facts: dict[str, Any]) -> None:
    sale = sale_of(facts)
    assume(sale is not None)
    assert sale is not None

    decision = decision_to_json(decide(sale, load_pack()))

    _DECISION.validate(json.loads(json.dumps(decision)))
    assert decision["reasons"]
    if decision["eligible"] == "no":
        assert (decision["needs"], decision["deductions"]) == ([], [])
    if decision["confidence"] == "low":
        assert decision["eligible"] != "no"


def test_the_facts_of_a_sale_are_those_of_the_contract() -> None:
    assert set(Sale.__dataclass_fields__) == set(_FACTS["properties"])
