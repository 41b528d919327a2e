"""GS1 content: element strings, their written form in brackets, and Digital Links."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit, is_number

SEPARATOR = "\x1d"

_SYMBOLOGIES = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})
_LINK = re.compile(r"https?://", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([0-9]{2,4})\)")
# Number of an article alone, or of one or a shipment and more behind it: a wedge scanner
# without AIM identifiers. Other application identifiers look too much like carriers' numbers.
_UNMARKED = re.compile(r"01([0-9]{14}).*|(?:02([0-9]{14})|00([0-9]{18})).+", re.DOTALL)
# An identifier of a serial, lot, day or count in the midst of a text of free length.
_LIKE_AN_ELEMENT = re.compile(r".(?:10|11|15|17|21|240|30|37)[0-9A-Z]{2}", re.DOTALL)
_FREE_LENGTH = frozenset({"10", "21", "240", "241", "250", "400"})


@dataclass(frozen=True, slots=True)
class Element:
    """One element string.

    Attributes:
        code: The application identifier.
        day: For those that are days, or moments of a day; the last of the month where only the
            month is told.
        amount: For measures, with their decimal point.
        may_hold_more: Free text, and what looks like the next element in it: scanners that drop
            the separator send such texts.
    """

    code: str
    value: str
    day: date | None = None
    amount: Decimal | None = None
    may_hold_more: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """All element strings of a scan, and what is no element string."""

    elements: tuple[Element, ...] = ()
    rest: tuple[str, ...] = ()
    is_marked: bool = False


def read_message(text: str, symbology: str | None) -> Message:
    """Return the GS1 content of a text; nothing when it is no such content."""
    if _LINK.match(text):
        return _link(text)
    is_marked = symbology in _SYMBOLOGIES and not text.startswith("[)>")
    if not (is_marked or _looks_like_elements(text)):
        return Message()
    if text.startswith("("):
        # A bracket may stand in a serial number: only what an identifier can be is taken.
        text = _IN_BRACKETS.sub(rf"{SEPARATOR}\1", text)
    return _message(text, is_marked=is_marked)


def _message(text: str, *, is_marked: bool) -> Message:
    # Imported when first needed: biip takes 90 ms, and most scans are no GS1 content.
    biip, elements_of = import_module("biip"), import_module("biip.gs1_element_strings")
    config = biip.ParseConfig(gs1_element_strings_verify_date=False)
    has_separators = SEPARATOR in text.strip(SEPARATOR)
    elements: list[Element] = []
    rest: list[str] = []
    while text := text.lstrip(SEPARATOR):
        try:
            found = elements_of.GS1ElementString.extract(text, config=config)
        except biip.ParseError:
            wrong, _, text = text.partition(SEPARATOR)
            rest.append(wrong)
            continue
        elements.append(_element(found, may_hold_more=not (is_marked or has_separators)))
        text = text[len(found) :]
    return Message(tuple(elements), tuple(rest), is_marked)


def _link(text: str) -> Message:
    biip, links = import_module("biip"), import_module("biip.gs1_digital_link_uris")
    try:
        found = links.GS1DigitalLinkURI.parse(text)
    except (biip.ParseError, ValueError):  # urllib refuses "https://[", which a QR code may hold
        return Message()
    return Message(tuple(_element(each) for each in found.element_strings))


def _element(found: Any, *, may_hold_more: bool = False) -> Element:
    code, value = found.ai.ai, found.value
    is_open = may_hold_more and code in _FREE_LENGTH and _LIKE_AN_ELEMENT.search(value)
    return Element(code, value, found.datetime or found.date, found.decimal, bool(is_open))


def _looks_like_elements(text: str) -> bool:
    if text.startswith("[)>"):  # an envelope has separators, too
        return False
    if SEPARATOR in text or _IN_BRACKETS.match(text):
        return True
    unmarked = _UNMARKED.fullmatch(text)
    return unmarked is not None and any(
        is_number(digits) and has_gs1_check_digit(digits) for digits in unmarked.groups() if digits
    )
