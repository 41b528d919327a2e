"""Papers as JSON values, the form in which print jobs are stored.

A paper must print next week as it would have printed today, so everything it says is kept:
dates, amounts and messages carry a tag (``{"is": "money", ...}``) and come back as they were.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from returnstation.domain.messages import Say
from returnstation.domain.money import Money
from returnstation.domain.papers.documents import (
    CertifiedItem,
    CreditLine,
    CreditTax,
    ManifestItem,
)
from returnstation.domain.papers.kinds import KINDS, Paper, PaperKind
from returnstation.domain.papers.parcels import Address, CarrierFormat
from returnstation.domain.papers.tickets import PaperPhoto, Tally, TicketStep, WorkerFigures
from returnstation.domain.papers.values import (
    CommandCode,
    CommandGroup,
    Function3,
    Outcome,
    ReceiptLine,
    SetupCode,
)

Json: TypeAlias = Any
"""None, text, whole numbers, truth values, lists and objects of these."""

# By the name that stands in stored records: never to be changed.
_PARTS: Mapping[str, type] = {
    "line": ReceiptLine,
    "setup": SetupCode,
    "commands": CommandGroup,
    "command": CommandCode,
    "address": Address,
    "photo": PaperPhoto,
    "step": TicketStep,
    "tally": Tally,
    "worker": WorkerFigures,
    "item": CertifiedItem,
    "credit_line": CreditLine,
    "credit_tax": CreditTax,
    "manifest_item": ManifestItem,
}
_PART_NAMES = {part: name for name, part in _PARTS.items()}
# Fields that are one of a few words.
_WORDS: Mapping[str, type[StrEnum]] = {
    "outcome": Outcome,
    "function_3": Function3,
    "format": CarrierFormat,
}


class BadPaper(ValueError):
    """A stored paper cannot be understood; the message says what was odd."""


def paper_to_json(paper: Paper) -> dict[str, Json]:
    """Return a paper as JSON values."""
    return _fields(paper)


def paper_from_json(kind: PaperKind, record: Mapping[str, Json]) -> Paper:
    """Return the paper that ``paper_to_json`` wrote.

    Raises:
        BadPaper: Fields are missing, unknown or malformed.
    """
    try:
        return KINDS[kind](**_values(record))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as odd:
        raise BadPaper(f"{kind}: {odd}") from odd


def _fields(value: Any) -> dict[str, Json]:
    return {field.name: _encode(getattr(value, field.name)) for field in fields(value)}


def _values(record: Mapping[str, Json]) -> dict[str, Any]:
    values = {name: _decode(value) for name, value in record.items() if name != "is"}
    for name, words in _WORDS.items():
        if isinstance(values.get(name), str):
            values[name] = words(values[name])
    return values


def _encode(value: object) -> Json:
    if isinstance(value, tuple):
        return [_encode(part) for part in value]
    if isinstance(value, StrEnum):
        return value.value
    part = _PART_NAMES.get(type(value))
    if part is not None:
        return {"is": part, **_fields(value)}
    record = _RECORDS.get(type(value))
    return value if record is None else record(value)


def _decode(value: Json) -> Any:
    if isinstance(value, list):
        return tuple(_decode(part) for part in value)
    if not isinstance(value, Mapping):
        return value
    part = _PARTS.get(value["is"])
    return _TAGGED[value["is"]](value) if part is None else part(**_values(value))


def _say(record: Mapping[str, Json]) -> Say:
    return Say(record["key"], {name: _decode(value) for name, value in record["values"].items()})


_RECORDS: Mapping[type, Callable[[Any], Json]] = {
    datetime: lambda moment: {"is": "moment", "at": moment.isoformat()},
    date: lambda day: {"is": "day", "on": day.isoformat()},
    Money: lambda money: {"is": "money", "minor": money.minor, "currency": money.currency},
    Decimal: lambda number: {"is": "number", "number": str(number)},
    bytes: lambda content: {"is": "bytes", "base64": base64.b64encode(content).decode()},
    Say: lambda said: {
        "is": "say",
        "key": said.key,
        "values": {name: _encode(value) for name, value in said.values.items()},
    },
}
_TAGGED: Mapping[str, Callable[[Mapping[str, Json]], object]] = {
    "moment": lambda record: datetime.fromisoformat(record["at"]),
    "day": lambda record: date.fromisoformat(record["on"]),
    "money": lambda record: Money(record["minor"], record["currency"]),
    "number": lambda record: Decimal(record["number"]),
    "bytes": lambda record: base64.b64decode(record["base64"], validate=True),
    "say": _say,
}
