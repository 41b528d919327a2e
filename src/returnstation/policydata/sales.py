"""Read the facts of a sale from JSON, and write a decision as JSON (the fixed contract)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar, get_type_hints

from returnstation.domain.policy import (
    Buyer,
    Category,
    Channel,
    Digital,
    PolicySet,
    Repair,
    ReturnReason,
    Sale,
)
from returnstation.policydata.merchants import policy_set_from
from returnstation.policydata.problems import BadMerchantPolicy, BadSale

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_PRICE = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_REQUIRED = ("id", "jurisdiction", "buyer", "channel", "category", "reason", "requested_on")

_E = TypeVar("_E", bound=StrEnum)
_Reader = Callable[[str, Any], Any]


def parse_sale(facts: Mapping[str, Any]) -> Sale:
    """Return the sale that ``case.schema.json`` describes.

    Raises:
        BadSale: A fact is missing, unknown, of the wrong sort, or contradicts another.
    """
    sale = kept_sale(facts)
    _refuse_contradictions(sale)
    return sale


def kept_sale(facts: Mapping[str, Any]) -> Sale:
    """Return a sale that was asked about before: what was judged then is not doubted now.

    Raises:
        BadSale: A fact is missing, unknown or of the wrong sort.
    """
    if not isinstance(facts, Mapping):
        raise BadSale("not_an_object", "a case is an object")
    for name in _REQUIRED:
        if name not in facts:
            raise BadSale("missing_field", "is missing", name)
    return Sale(**{name: _reader(name)(name, value) for name, value in facts.items()})


def _reader(name: str) -> _Reader:
    reader = _READERS.get(name)
    if reader is None:
        raise BadSale("unknown_field", "is no fact we know", name)
    return reader


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise BadSale("bad_type", "must be text", name)
    return value


def _matching(pattern: re.Pattern[str], code: str, name: str, value: object) -> str:
    text = _text(name, value)
    if not pattern.fullmatch(text):
        raise BadSale(code, f"cannot be {text[:40]!r}", name)
    return text


def _choice(kind: type[_E], name: str, value: object) -> _E:
    try:
        return kind(_text(name, value))
    except ValueError as error:
        if isinstance(error, BadSale):
            raise
        raise BadSale("bad_value", f"must be one of {', '.join(kind)}", name) from None


def _day(name: str, value: object) -> date:
    text = _matching(_DAY, "bad_date", name, value)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadSale("bad_date", f"there is no day {text}", name) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise BadSale("bad_date", f"{text} is out of reach", name)
    return day


def _days(name: str, value: object) -> tuple[date, ...]:
    if not isinstance(value, list | tuple):
        raise BadSale("bad_type", "must be a list of days", name)
    return tuple(_day(name, day) for day in value)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadSale("bad_type", "must be true or false", name)
    return value


def _price(name: str, value: object) -> Decimal:
    return Decimal(_matching(_PRICE, "bad_price", name, value))


def _group(kind: type[Any], readers: Mapping[str, _Reader], name: str, value: object) -> Any:
    if not isinstance(value, Mapping):
        raise BadSale("bad_type", "must be an object", name)
    unknown = next((key for key in value if key not in readers), None)
    if unknown is not None:
        raise BadSale("unknown_field", "is no fact we know", f"{name}.{unknown}")
    return kind(**{key: readers[key](f"{name}.{key}", inner) for key, inner in value.items()})


def _policy(name: str, value: object) -> PolicySet:
    if not isinstance(value, Mapping):
        raise BadSale("bad_type", "must be an object", name)
    try:
        return policy_set_from(value)
    except BadMerchantPolicy as error:
        text = str(error).partition(": ")[2] or str(error)
        raise BadSale(error.code, text, f"{name}.{error.field}".rstrip(".")) from error


_BY_KIND: Mapping[object, _Reader] = {
    str: _text,
    bool: _flag,
    bool | None: _flag,
    date: _day,
    date | None: _day,
    str | None: _text,
    tuple[date, ...]: _days,
    Decimal | None: _price,
    PolicySet | None: _policy,
    Buyer: partial(_choice, Buyer),
    Channel: partial(_choice, Channel),
    Category: partial(_choice, Category),
    ReturnReason: partial(_choice, ReturnReason),
}


def _readers_of(kind: type[Any]) -> dict[str, _Reader]:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    return {name: _BY_KIND[hints[name]] for name in names if hints[name] in _BY_KIND}


_READERS: Mapping[str, _Reader] = {
    **_readers_of(Sale),
    "jurisdiction": partial(_matching, _JURISDICTION, "bad_jurisdiction"),
    "currency": partial(_matching, _CURRENCY, "bad_currency"),
    "repair": partial(_group, Repair, _readers_of(Repair)),
    "digital": partial(_group, Digital, _readers_of(Digital)),
}


def _refuse_contradictions(sale: Sale) -> None:
    repair = sale.repair or Repair()
    first_delivery = min(sale.delivered_on, default=None)
    _in_order(sale.requested_on, sale.notice_received_on, "notice_received_on")
    _in_order(sale.contract_on, sale.requested_on, "requested_on")
    _in_order(first_delivery, sale.returned_on, "returned_on")
    _in_order(repair.requested_on, repair.given_back_on, "repair.given_back_on")
    if sale.used and sale.unused:
        raise BadSale("contradiction", "cannot be true of used goods", "unused")
    if sale.delivered is False and sale.delivered_on:
        raise BadSale("contradiction", "cannot be false with a day of delivery", "delivered")
    if sale.delivered and sale.shipped is False:
        raise BadSale("contradiction", "cannot be false of goods delivered", "shipped")


def _in_order(earlier: date | None, later: date | None, name: str) -> None:
    if earlier is not None and later is not None and later < earlier:
        raise BadSale("contradiction", f"comes before {earlier}", name)
