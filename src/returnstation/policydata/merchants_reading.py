"""One object of a JSON-LD document, read property by property with the place of every mistake."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from returnstation.domain.money import BadAmount, Money, parse_amount
from returnstation.policydata.countries import country_code
from returnstation.policydata.problems import BadMerchantPolicy

NAMESPACE = "urn:returnstation:terms:"
"""What our prefix ``rs:`` stands for."""

_SCHEMA = ("https://schema.org/", "http://schema.org/", "schema:")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.+Z-]*)?")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_WHOLE = Decimal(100)
_MOST_MONEY = 10**12
_MOST_DECIMALS = 6
_MOST_ENTRIES = 10_000
_LONGEST_TEXT = 2000

_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Node:
    """An object and where it stands.

    Attributes:
        table: Its properties, without the prefix of schema.org.
        path: Dotted, empty at the top.
    """

    table: Mapping[str, Any]
    path: str = ""

    @classmethod
    def of(cls, value: object, path: str = "") -> "Node":
        """Return an object, its properties under their short names.

        Raises:
            BadMerchantPolicy: It is no object.
        """
        if not isinstance(value, Mapping):
            raise BadMerchantPolicy("bad_type", "must be an object", path)
        return cls({short_name(str(key)): inner for key, inner in value.items()}, path)

    def bad(self, code: str, message: str, name: str) -> BadMerchantPolicy:
        """Return what is wrong with a property."""
        return BadMerchantPolicy(code, message, self._at(name))

    def get(self, name: str) -> Any:
        """Return a property's value; a typed literal of JSON-LD gives what it holds."""
        value = self.table.get(name)
        return value.get("@value") if isinstance(value, Mapping) and "@value" in value else value

    def listed(self, name: str) -> list[Any]:
        """Return a property's values; one alone is a list of one, none an empty list."""
        value = self.get(name)
        if value is None:
            return []
        values = list(value) if isinstance(value, list | tuple) else [value]
        if len(values) > _MOST_ENTRIES:
            raise self.bad("bad_value", f"has more than {_MOST_ENTRIES} entries", name)
        return values

    def nodes(self, name: str) -> Iterator["Node"]:
        """Yield the objects of a property."""
        for place, value in enumerate(self.listed(name)):
            yield Node.of(value, f"{self._at(name)}.{place}")

    def node(self, name: str) -> "Node | None":
        """Return the object of a property."""
        value = self.get(name)
        return None if value is None else Node.of(value, self._at(name))

    def text(self, name: str) -> str | None:
        """Return a text that is not empty."""
        value = self.get(name)
        return None if value is None else self._text(value, name)

    def texts(self, name: str) -> Iterator[str]:
        """Yield texts; an object counts by its name or id."""
        for value in self.listed(name):
            if isinstance(value, Mapping):
                named = value.get("name", value.get("@id"))
                yield self._text(named, name)
            else:
                yield self._text(value, name)

    def flag(self, name: str) -> bool | None:
        """Return yes or no."""
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.bad("bad_type", "must be true or false", name)
        return value

    def one(self, name: str, kind: type[_E]) -> _E | None:
        """Return the first code of a property."""
        return next(iter(self.several(name, kind)), None)

    def several(self, name: str, kind: type[_E]) -> tuple[_E, ...]:
        """Return the codes of a property, with or without the prefix of schema.org; each once."""
        found: dict[_E, None] = {}
        for value in self.listed(name):
            text = str(value.get("@id") if isinstance(value, Mapping) else value)
            try:
                found[kind(short_name(text))] = None
            except ValueError:
                raise self.bad("bad_value", f"unknown value {text[:40]!r}", name) from None
        return tuple(found)

    def countries(self, name: str) -> tuple[str, ...]:
        """Return codes of countries given as codes, names or Country objects; each once."""
        found: dict[str, None] = {}
        for value in self.listed(name):
            text = value.get("name") or value.get("@id") if isinstance(value, Mapping) else value
            code = country_code(text[:_LONGEST_TEXT]) if isinstance(text, str) else None
            if code is None:
                raise self.bad("bad_value", f"{str(text)[:40]!r} is no country", name)
            found[code] = None
        return tuple(found)

    def day(self, name: str) -> date:
        """Return a day that must be there."""
        value = self.get(name)
        day = None if value is None else day_in(value)
        if day is None:
            code = "missing_field" if value is None else "bad_date"
            raise self.bad(code, "must be a day", name)
        return day

    def money(self, name: str) -> Money | None:
        """Return a MonetaryAmount."""
        amount = self.node(name)
        if amount is None:
            return None
        currency = self.currency(amount.get("currency"), name)
        number = amount.number("value")
        if number is None:
            raise self.bad("missing_field", "an amount needs its value", name)
        try:
            return parse_amount(format(number, "f"), currency)
        except BadAmount:
            raise self.bad("bad_value", f"is no amount of {currency}", name) from None

    def currency(self, value: object, name: str) -> str:
        """Return a currency's code that must be there."""
        if value is None:
            raise self.bad("missing_field", "an amount needs its currency", name)
        if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
            raise self.bad("bad_value", "is no currency", name)
        return value

    def percent(self, name: str) -> Decimal | None:
        """Return a percentage of at most the whole."""
        number = self.number(name)
        if number is not None and number > _WHOLE:
            raise self.bad("bad_value", "is more than the whole", name)
        return number

    def number(self, name: str) -> Decimal | None:
        """Return a number that is not negative."""
        value = self.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise self.bad("bad_value", "is no number", name)
        try:
            number = Decimal(str(value)[:40])
        except InvalidOperation:
            raise self.bad("bad_value", "is no number", name) from None
        if not _plausible(number):
            raise self.bad("bad_value", "is no amount", name)
        return number

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _text(self, value: object, name: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.bad("bad_value", "is no text", name)
        if len(value) > _LONGEST_TEXT:
            raise self.bad("bad_value", "is too long", name)
        return value.strip()


def short_name(name: str) -> str:
    """Return a property or code without schema.org's prefix, and ours with ``rs:``.

    >>> short_name("https://schema.org/FreeReturn"), short_name("urn:returnstation:terms:season")
    ('FreeReturn', 'rs:season')
    """
    if name.startswith(NAMESPACE):
        return f"rs:{name.removeprefix(NAMESPACE)}"
    return next((name.removeprefix(p) for p in _SCHEMA if name.startswith(p)), name)


def day_in(value: object) -> date | None:
    """Return the day of a schema.org Date or DateTime; None when it is none."""
    if isinstance(value, date):
        value = value.isoformat()
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        day = date.fromisoformat(found.group(1))
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _plausible(number: Decimal) -> bool:
    if not number.is_finite() or not 0 <= number <= _MOST_MONEY:
        return False
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_MOST_DECIMALS
