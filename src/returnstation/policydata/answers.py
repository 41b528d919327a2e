"""Write a decision as the JSON of ``decision.schema.json``."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from returnstation.domain.messages import Say, Value
from returnstation.domain.money import Money
from returnstation.domain.policy import (
    Decision,
    Deduction,
    MerchantOffer,
    Reason,
    ReturnAddress,
    ShippingSplit,
)


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """Return a decision as an object of ``decision.schema.json``."""
    table: dict[str, Any] = {
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
    if decision.merchant is not None:
        table["merchant"] = _offer(decision.merchant)
    return table


def _offer(offer: MerchantOffer) -> dict[str, Any]:
    """Return what the merchant adds; what it does not add is left out."""
    bonus = offer.store_credit_bonus
    table = {
        "policy": offer.policy,
        "keep_it": offer.keep_it or None,
        "auto_approve": offer.auto_approve or None,
        "return_address": None if offer.return_address is None else _address(offer.return_address),
        "store_credit_bonus": None if bonus is None else format(bonus, "f"),
        "split": None if offer.split is None else _split(offer.split),
        "return_methods": list(offer.return_methods) or None,
        "link": offer.link,
    }
    return _said(table)


def _address(address: ReturnAddress) -> dict[str, Any]:
    return _said(
        {
            "name": address.name,
            "street": address.street,
            "postcode": address.postcode,
            "city": address.city,
            "region": address.region,
            "country": address.country,
        }
    )


def _split(split: ShippingSplit) -> dict[str, Any]:
    share, limit = split.merchant_share, split.merchant_up_to
    return _said(
        {
            "merchant_share": None if share is None else format(share, "f"),
            "merchant_up_to": None if limit is None else value_to_json(limit),
        }
    )


def _said(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value is not None}


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
    return {name: value_to_json(value) for name, value in values.items()}


def value_to_json(value: Value) -> Any:
    """Return a value of a reason as JSON: messages by their codes, amounts with currency."""
    match value:
        case Money():
            return {"amount": value.decimal(), "currency": value.currency}
        case Say(key, values):
            code = key.removeprefix("law.")
            return {"code": code, **_values(values)} if values else code
        case date():
            return value.isoformat()
        case _:
            return value
