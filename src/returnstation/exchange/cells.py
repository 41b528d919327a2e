"""The fields of one row as values: text, codes, days, amounts, lists."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from time import strptime
from typing import Any, TypeVar

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit, is_number
from returnstation.domain.money import BadAmount, Money, exponent, parse_amount
from returnstation.exchange.profiles import Profile
from returnstation.exchange.rows import BadField

_E = TypeVar("_E", bound=StrEnum)

LONGEST_TEXT = 500
LONGEST_CODE = 80
MOST_MINOR = 10**15
MOST_UNITS = 1_000_000
MOST_LISTED = 1_000
_EXACT_FLOAT = 10**15
"""Beyond this a spreadsheet has rounded a number: it keeps 15 digits."""

# Surrogates stand for bytes that are no text in the file's encoding.
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAKS = re.compile(r"[\n\r\t]")
_ROUNDED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[Ee]\+[0-9]+\Z")
_SHEET_ERRORS = frozenset(
    {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!"}
)
_GTIN_LENGTHS = (8, 12, 13, 14)


class Formula:
    """A cell of a sheet that holds a formula: its value may be old, or anybody's."""


_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Cells:
    """Reads the fields of rows by a profile.

    Args:
        profile: What the columns mean.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._columns = {name: profile.names(name) for name in profile.columns}
        self._row: Mapping[str, Any] = {}

    def of(self, row: Mapping[str, Any]) -> "Cells":
        """Return the reader, set on this row."""
        self._row = row
        return self

    def raw(self, name: str) -> Any:
        """Return a field's first filled cell as the file gives it, or its constant, or None."""
        for column in self._columns.get(name, ()):
            value = self._row.get(column)
            if value is not None and value != "":
                return value
        return self._profile.constants.get(name)

    def text(self, name: str, longest: int = LONGEST_TEXT) -> str | None:
        """Return a text without surrounding space, or None when there is none.

        Raises:
            BadField: It is no text, or too long.
        """
        value = self.raw(name)
        if value is None:
            return None
        text = _clean(name, value if isinstance(value, str) else _shown(name, value))
        if len(text) > longest:
            raise BadField(name, "too-long", text)
        known = self._profile.values.get(name)
        if known is not None and text:
            text = known.get(text, text)
        return text or None

    def code(self, name: str) -> str | None:
        """Return a number by which something is found, exactly as it was written.

        Raises:
            BadField: A spreadsheet has rounded it, or it is too long.
        """
        text = self.text(name, LONGEST_CODE)
        if text is not None and _ROUNDED.match(text):
            raise BadField(name, "number-rounded", text)
        return text

    def needed(self, name: str) -> str:
        """Return a code that must be there.

        Raises:
            BadField: It is missing.
        """
        found = self.code(name)
        if found is None:
            raise BadField(name, "missing")
        return found

    def whole(self, name: str, default: int | None = None, most: int = MOST_UNITS) -> int:
        """Return a whole number from 1.

        Raises:
            BadField: It is missing and has no default, or no such number.
        """
        text = self.text(name)
        if text is None and default is not None:
            return default
        if text is None:
            raise BadField(name, "missing")
        digits = text.removesuffix(".0")
        if not is_number(digits) or len(digits) > 12 or not 1 <= int(digits) <= most:
            raise BadField(name, "no-whole-number", text)
        return int(digits)

    def day(self, name: str) -> date | None:
        """Return a calendar day as it is written; hours and zones are passed over."""
        text = self.text(name)
        return None if text is None else self._day(name, text)

    def amount(self, name: str, currency: str) -> Money | None:
        """Return an amount that is not negative.

        Raises:
            BadField: No amount of the currency.
        """
        text = self.text(name)
        if text is None:
            return None
        for mark in self._profile.money_marks:
            text = text.replace(mark, "")
        plain = text.replace(self._profile.thousands or " ", "").strip()
        if self._profile.has_decimal_comma:
            plain = plain.replace(",", ".")
        # A sheet writes whole won as 12000.0; cents of won do not exist.
        if not exponent(currency):
            plain = plain.removesuffix(".0").removesuffix(".00")
        try:
            money = parse_amount(plain, currency)
        except BadAmount:
            raise BadField(name, "no-amount", text) from None
        if not 0 <= money.minor <= MOST_MINOR:
            raise BadField(name, "amount-out-of-range", text)
        return money

    def choice(self, name: str, kind: type[_E], default: _E) -> _E:
        """Return one of the words of ``kind``.

        Raises:
            BadField: It is none of them.
        """
        text = self.text(name)
        if text is None:
            return default
        try:
            return kind(text.lower())
        except ValueError:
            raise BadField(name, "unknown-value", text) from None

    def truth(self, name: str) -> bool | None:
        """Return whether something is so; None where nothing is said.

        Raises:
            BadField: It is neither yes nor no.
        """
        text = self.text(name)
        if text is None:
            return None
        found = _TRUTHS.get(text.lower())
        if found is None:
            raise BadField(name, "unknown-value", text)
        return found

    def listed(self, name: str) -> tuple[str, ...]:
        """Return the codes of a list, in order; a place left empty stays empty.

        Raises:
            BadField: One of them is no code, or there are too many.
        """
        value = self.raw(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            text = _clean(name, value if isinstance(value, str) else _shown(name, value))
            value = text.split(self._profile.list_separator) if text else []
        if len(value) > MOST_LISTED:
            raise BadField(name, "too-many", str(len(value)))
        return tuple(self._listed(name, part) for part in value)

    def days(self, name: str) -> tuple[date | None, ...]:
        """Return the days of a list; a place left empty is None."""
        return tuple(self._day(name, text) if text else None for text in self.listed(name))

    def gtin(self, name: str) -> str | None:
        """Return an article number as 14 digits.

        Raises:
            BadField: Not its length, or a wrong check digit.
        """
        text = self.code(name)
        if text is None:
            return None
        if not is_number(text) or len(text) not in _GTIN_LENGTHS:
            raise BadField(name, "no-gtin", text)
        if not has_gs1_check_digit(text):
            raise BadField(name, "check-digit", text)
        return text.zfill(14)

    def _listed(self, name: str, part: Any) -> str:
        if part is None:
            return ""
        text = _clean(name, part if isinstance(part, str) else _shown(name, part))
        if len(text) > LONGEST_CODE:
            raise BadField(name, "too-long", text)
        if _ROUNDED.match(text):
            raise BadField(name, "number-rounded", text)
        return text

    def _day(self, name: str, text: str) -> date:
        found = _parse_day(text, self._profile.dates)
        if found is None:
            raise BadField(name, "no-date", text)
        return found


# A file has few different days, each of them a thousand times.
@lru_cache(maxsize=4096)
def _parse_day(text: str, formats: tuple[str, ...]) -> date | None:
    for form in formats:
        try:
            if form == "iso":
                found = date.fromisoformat(text[:10])
                if text[10:11] not in {"", "T", " "}:
                    continue
            else:
                found = date(*strptime(text, form)[:3])
        except ValueError:
            continue
        if 1990 <= found.year <= 2100:
            return found
    return None


def _clean(name: str, text: str) -> str:
    # Spreadsheets write ="00123" to keep leading zeros of a number.
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    if _NO_TEXT.search(text):
        raise BadField(name, "no-text", _NO_TEXT.sub("?", text))
    if text.startswith("#") and text in _SHEET_ERRORS:
        raise BadField(name, "cell-error", text)
    if _BREAKS.search(text):
        text = " ".join(text.split())
    return text.strip()


def _shown(name: str, value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            if abs(value) >= _EXACT_FLOAT:
                raise BadField(name, "number-rounded", repr(value))
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime() | date():
            return value.isoformat()
        case Formula():
            raise BadField(name, "formula")
    raise BadField(name, "no-single-value", str(value)[:80])
