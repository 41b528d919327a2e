"""Views as JSON: messages with key and text, amounts and days as text."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from returnstation.domain.messages import Say
from returnstation.domain.money import Money
from returnstation.i18n import Catalog


def as_json(value: object, catalog: Catalog) -> Any:
    """Return a view, or any part of one, as JSON values in the reader's language."""
    if isinstance(value, Say):
        values = as_json(value.values, catalog)
        return {"key": value.key, "text": catalog.say(value), "values": values}
    if isinstance(value, Mapping):
        return {str(name): as_json(part, catalog) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(part, catalog) for part in value]
    if is_dataclass(value) and not isinstance(value, type | Money):
        return {f.name: as_json(getattr(value, f.name), catalog) for f in fields(value)}
    return _plain(value)


def _plain(value: object) -> Any:
    match value:
        case Money():
            return {"amount": value.decimal(), "currency": value.currency}
        case Enum():
            return value.value
        case Decimal():
            return str(value)
        case datetime() | date():
            return value.isoformat()
    return value
