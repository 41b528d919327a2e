"""What is to be said to a person: a message key and its values, never a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias, Union

from returnstation.domain.money import Money

Value: TypeAlias = Union[str, int, date, datetime, Money, "Say", None]
"""What a message may name; dates, amounts and messages within are shown in the reader's way."""


@dataclass(frozen=True, slots=True)
class Say:
    """A message by key, e.g. ``scan.parcel``; the catalogs hold its text per language."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)


def say(key: str, **values: Value) -> Say:
    """Return a message with its values."""
    return Say(key, values)
