"""What is to be said to a person: a message key and its values, never a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, Union

from returnstation.domain.money import Money

Value: TypeAlias = Union[str, int, Decimal, date, datetime, Money, "Say", None]
"""What a message may name; numbers, dates and amounts are shown in the reader's way."""


@dataclass(frozen=True, slots=True)
class Say:
    """A message by key, e.g. ``scan.parcel``; the catalogs hold its text per language."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


def say(key: str, **values: Value) -> Say:
    """Return a message with its values."""
    return Say(key, values)


def plain(value: Value) -> Any:
    """Return a value as JSON can hold it, so that facts keep what was said exactly.

    >>> plain(date(2026, 11, 26))
    {'is': 'day', 'on': '2026-11-26'}
    """
    match value:
        case Say(key, values):
            inner = {name: plain(part) for name, part in values.items()}
            return {"is": "say", "key": key, "values": inner}
        case Money(minor, currency):
            return {"is": "money", "minor": minor, "currency": currency}
        case Decimal():
            return {"is": "number", "number": str(value)}
        case datetime():
            return {"is": "moment", "at": value.isoformat()}
        case date():
            return {"is": "day", "on": value.isoformat()}
    return value


def from_plain(kept: Any) -> Value:
    """Return the value that ``plain`` kept."""
    if not isinstance(kept, Mapping):
        return None if kept is None else kept if isinstance(kept, int) else str(kept)
    match kept["is"]:
        case "say":
            return Say(kept["key"], {n: from_plain(part) for n, part in kept["values"].items()})
        case "money":
            return Money(kept["minor"], kept["currency"])
        case "number":
            return Decimal(kept["number"])
        case "moment":
            return datetime.fromisoformat(kept["at"])
    return date.fromisoformat(kept["on"])
