"""The facts of a sale as plain JSON, so that a question can be kept and asked again."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from returnstation.domain.policy.sale import Sale

_KEPT_APART = frozenset({"merchant_policy"})


def facts_of(sale: Sale) -> dict[str, Any]:
    """Return what is known of a sale, as a case of the contract.

    What nobody knows is left out. The merchant's policy is left out as well: it is kept once, by
    its hash, not with every question.
    """
    return {name: value for name, value in _known(sale).items() if name not in _KEPT_APART}


def _known(part: Any) -> Mapping[str, Any]:
    """Return the fields that differ from what holds when nobody says anything."""
    values = {field.name: (getattr(part, field.name), field.default) for field in fields(part)}
    return {name: _plain(value) for name, (value, usual) in values.items() if value != usual}


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case str():
            return str(value)
        case tuple():
            return [_plain(part) for part in value]
    return dict(_known(value)) if is_dataclass(value) else value
