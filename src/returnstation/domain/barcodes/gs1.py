"""GS1 content: element strings, their written form in brackets, and Digital Links."""

import re
from collections.abc import Iterator
from importlib import import_module

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit, is_number
from returnstation.domain.barcodes.values import BadCheckDigit, Identifier, Kind
from returnstation.domain.lpn import BadLpn, parse_lpn

SEPARATOR = "\x1d"
LPN_IDENTIFIER = "91"
"""Application identifier for company-internal use, under which our labels carry the LPN."""

_SYMBOLOGIES = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})
_LINK = re.compile(r"https?://", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([0-9]{2,4})\)")
# Number of an article or a shipment first, and more behind it: a wedge scanner without AIM
# identifiers. Other application identifiers look too much like carriers' numbers.
_UNMARKED = re.compile(r"(?:01([0-9]{14})|02([0-9]{14})|00([0-9]{18})).+", re.DOTALL)
_KINDS = {"00": Kind.SSCC, "01": Kind.GTIN, "02": Kind.GTIN, "10": Kind.LOT, "21": Kind.SERIAL}


def gs1_identifiers(text: str, symbology: str | None) -> Iterator[Identifier]:
    """Yield what GS1 content identifies; nothing when the text is no such content.

    Raises:
        BadCheckDigit: The symbology says GS1, and a GTIN or SSCC in it is wrong.
    """
    is_marked = symbology in _SYMBOLOGIES
    for code, value in _elements(text, is_marked=is_marked):
        if code in {"00", "01", "02"} and not has_gs1_check_digit(value):
            if is_marked:
                raise BadCheckDigit(value)
            continue
        if code == LPN_IDENTIFIER:
            yield from _plate(value)
        elif code in _KINDS:
            yield Identifier(_KINDS[code], value, is_sure=True)


def _plate(value: str) -> Iterator[Identifier]:
    try:
        yield Identifier(Kind.LPN, str(parse_lpn(value)), is_sure=True)
    except BadLpn:
        return


def _elements(text: str, *, is_marked: bool) -> list[tuple[str, str]]:
    link = _LINK.match(text)
    if not (link or is_marked or _looks_like_elements(text)):
        return []
    if text.startswith("("):
        text = _IN_BRACKETS.sub(rf"{SEPARATOR}\1", text)
    # Imported when first needed: biip takes 90 ms, and most scans are no GS1 content.
    biip = import_module("biip")
    try:
        result = biip.parse(text)
    except ValueError:  # urllib refuses "https://[", which a QR code may hold
        return []
    found = result.gs1_digital_link_uri if link else result.gs1_message
    return [] if found is None else [(each.ai.ai, each.value) for each in found.element_strings]


def _looks_like_elements(text: str) -> bool:
    if SEPARATOR in text or _IN_BRACKETS.match(text):
        return True
    unmarked = _UNMARKED.match(text)
    return unmarked is not None and any(
        is_number(digits) and has_gs1_check_digit(digits) for digits in unmarked.groups() if digits
    )
