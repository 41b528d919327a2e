"""Papers as JSON values, the form in which print jobs are stored.

A paper must print next week as it would have printed today, so everything it says is kept:
dates, amounts and messages carry a tag (``{"is": "money", ...}``) and come back as they were.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from returnstation.domain.messages import Say
from returnstation.domain.money import Money
from returnstation.domain.papers.values import (
    CommandCode,
    CommandGroup,
    CommandSheet,
    ContainerLabel,
    Function3,
    ItemLabel,
    Outcome,
    PalletLabel,
    Paper,
    PaperKind,
    Receipt,
    ReceiptLine,
    ScannerSheet,
    SetupCode,
)

Json: TypeAlias = Any
"""None, text, whole numbers, truth values, lists and objects of these."""

_KINDS: Mapping[PaperKind, type[Paper]] = {
    PaperKind.ITEM_LABEL: ItemLabel,
    PaperKind.RECEIPT: Receipt,
    PaperKind.SCANNER_SHEET: ScannerSheet,
    PaperKind.COMMAND_SHEET: CommandSheet,
    PaperKind.CONTAINER_LABEL: ContainerLabel,
    PaperKind.PALLET_LABEL: PalletLabel,
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
        values = {name: _decode(value) for name, value in record.items()}
        if kind is PaperKind.SCANNER_SHEET:
            values["function_3"] = Function3(values["function_3"])
        return _KINDS[kind](**values)
    except (AttributeError, KeyError, TypeError, ValueError) as odd:
        raise BadPaper(f"{kind}: {odd}") from odd


def _fields(value: Paper | ReceiptLine | SetupCode | CommandGroup | CommandCode) -> dict[str, Json]:
    return {field.name: _encode(getattr(value, field.name)) for field in fields(value)}


def _encode(value: object) -> Json:
    if isinstance(value, tuple):
        return [_encode(part) for part in value]
    record = _RECORDS.get(type(value))
    return value if record is None else record(value)


def _decode(value: Json) -> Any:
    if isinstance(value, list):
        return tuple(_decode(part) for part in value)
    if isinstance(value, Mapping):
        return _TAGGED[value["is"]](value)
    return value


def _line(record: Mapping[str, Json]) -> ReceiptLine:
    values = {name: _decode(value) for name, value in record.items() if name != "is"}
    return ReceiptLine(**(values | {"outcome": Outcome(values["outcome"])}))


def _setup(record: Mapping[str, Json]) -> SetupCode:
    return SetupCode(title=_decode(record["title"]), text=record["text"])


def _say(record: Mapping[str, Json]) -> Say:
    return Say(record["key"], {name: _decode(value) for name, value in record["values"].items()})


_RECORDS: Mapping[type, Callable[[Any], Json]] = {
    datetime: lambda moment: {"is": "moment", "at": moment.isoformat()},
    date: lambda day: {"is": "day", "on": day.isoformat()},
    Money: lambda money: {"is": "money", "minor": money.minor, "currency": money.currency},
    Decimal: lambda number: {"is": "number", "number": str(number)},
    Say: lambda said: {
        "is": "say",
        "key": said.key,
        "values": {name: _encode(value) for name, value in said.values.items()},
    },
    ReceiptLine: lambda line: {"is": "line", **_fields(line)},
    SetupCode: lambda code: {"is": "setup", **_fields(code)},
    CommandGroup: lambda group: {"is": "commands", **_fields(group)},
    CommandCode: lambda code: {"is": "command", **_fields(code)},
    Outcome: str,
    Function3: str,
}
_TAGGED: Mapping[str, Callable[[Mapping[str, Json]], object]] = {
    "moment": lambda record: datetime.fromisoformat(record["at"]),
    "day": lambda record: date.fromisoformat(record["on"]),
    "money": lambda record: Money(record["minor"], record["currency"]),
    "number": lambda record: Decimal(record["number"]),
    "say": _say,
    "line": _line,
    "setup": _setup,
    "commands": lambda record: CommandGroup(_decode(record["title"]), _decode(record["codes"])),
    "command": lambda record: CommandCode(_decode(record["title"]), record["text"]),
}
