"""Write a decision as the JSON of ``decision.schema.json``."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from returnstation.domain.messages import Say, Value
from returnstation.domain.money import Money
from returnstation.domain.policy import Decision, Deduction, Reason


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as an object of ``decision.schema.json``."""
    return {
        "id": decision.id,
        "eligible": decision.eligible,
        "decided_by": decision.decided_by,
        "ground": decision.ground,
        "last_day": _day(decision.last_day),
        "refund_methods": list(decision.refund_methods),
        "refund_due_on": _day(decision.refund_due_on),
        "return_shipping_payer": decision.return_shipping_payer,
        "deductions": [_deduction(deduction) for deduction in decision.deductions],
        "reasons": [_reason(reason) for reason in decision.reasons],
        "needs": list(decision.needs),
        "confidence": decision.confidence,
        "pack": decision.pack,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _deduction(deduction: Deduction) -> dict[str, str]:
    table = {"kind": str(deduction.kind)}
    if deduction.amount is not None:
        table["amount"] = format(deduction.amount, "f")
    if deduction.currency is not None:
        table["currency"] = deduction.currency
    return table


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "rule": reason.rule,
        "outcome": reason.outcome,
        "code": reason.code,
        "values": _values(reason.values),
        "source": reason.source,
    }


def _values(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: Value) -> Any:
    match value:
        case Money():
            return {"amount": value.decimal(), "currency": value.currency}
        case Say():
            return value.key.removeprefix("law.")
        case date():
            return value.isoformat()
        case _:
            return value
