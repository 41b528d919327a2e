"""Turn the text of one scan into everything it may mean.

>>> parse_barcode("8801234567893").best
Identifier(kind=<Kind.GTIN: 'gtin'>, value='08801234567893', is_sure=False, carrier=None)
>>> parse_barcode("RS:ACCEPT").best.kind
<Kind.COMMAND: 'command'>
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from returnstation.domain.barcodes.carriers import tracking_numbers
from returnstation.domain.barcodes.check_digits import has_gs1_check_digit, is_imei, is_number
from returnstation.domain.barcodes.gs1 import SEPARATOR, gs1_identifiers
from returnstation.domain.barcodes.keys import canonical
from returnstation.domain.barcodes.values import (
    BadCheckDigit,
    Barcode,
    Identifier,
    Kind,
    UnreadableBarcode,
)
from returnstation.domain.lpn import BadLpn, parse_lpn

LONGEST = 512

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_OURS = (
    (Kind.COMMAND, re.compile(r"RS:([A-Z0-9_]{1,24})\Z")),
    (Kind.BADGE, re.compile(r"RSB:([A-Z0-9._-]{1,40})\Z")),
    (Kind.CONTAINER, re.compile(r"RST:([A-Z0-9._-]{1,40})\Z")),
)
_TOTE = re.compile(r"T(?:-[A-Z0-9]+)+\Z")
_RMA = re.compile(r"(?:RMA|RET)[0-9A-Z]*[0-9][0-9A-Z]*\Z")
_ORDER = re.compile(r"#[0-9A-Z-]*[0-9][0-9A-Z-]*\Z|[0-9]{3}-[0-9]{7}-[0-9]{7}\Z")
_GTIN_LENGTHS = (8, 12, 13, 14)


def parse_barcode(text: str) -> Barcode:
    """Return all that ``text`` may mean, most certain first.

    A symbology identifier (``]C1``) in front is taken as evidence and dropped: an EAN symbol is
    a product and never a parcel, and only a proven GS1 symbol makes a wrong check digit an
    error rather than another kind of number.

    Raises:
        UnreadableBarcode: Nothing, too much, or control characters.
        BadCheckDigit: The symbology proves a GTIN or SSCC, and its check digit is wrong.
    """
    text = _cleaned(text)
    marked = _SYMBOLOGY.match(text)
    symbology = marked[0] if marked else None
    text = text.removeprefix(symbology or "").lstrip(SEPARATOR)
    if not text:
        raise UnreadableBarcode("empty")
    found = dict.fromkeys(_product_symbol(text, symbology) or _meanings(text, symbology))
    # Our matrix code names the article before the licence plate, but it is there for the plate.
    in_order = sorted(found, key=lambda each: (not each.is_sure, each.kind is not Kind.LPN))
    return Barcode(text, tuple(in_order), symbology)


def _cleaned(text: str) -> str:
    if len(text) > LONGEST:
        raise UnreadableBarcode("too_long", text)
    text = text.strip(" \t\r\n")
    # Cc are controls (NUL among them), Cs half characters, Cn no characters at all.
    if any(unicodedata.category(c) in {"Cc", "Cs", "Cn"} for c in text.replace(SEPARATOR, "")):
        raise UnreadableBarcode("control_character", text)
    return text


def _product_symbol(text: str, symbology: str | None) -> tuple[Identifier, ...]:
    if symbology is None or not symbology.startswith("]E"):
        return ()
    # ]E3 is an EAN-13 with an add-on of two or five digits behind it.
    digits = text[:13] if symbology == "]E3" else text
    if not is_number(digits) or len(digits) not in _GTIN_LENGTHS:
        return ()
    if not has_gs1_check_digit(digits):
        raise BadCheckDigit(digits)
    return (Identifier(Kind.GTIN, digits.zfill(14), is_sure=True),)


def _meanings(text: str, symbology: str | None) -> Iterator[Identifier]:
    key = canonical(text)
    yield from _ours(text)
    yield from gs1_identifiers(text, symbology)
    for read in _NUMBERS:
        yield from read(text, key)
    yield Identifier(Kind.TEXT, key or text)


def _ours(text: str) -> Iterator[Identifier]:
    capitals = text.upper()
    for kind, pattern in _OURS:
        if match := pattern.match(capitals):
            yield Identifier(kind, match[1], is_sure=True)
    if _TOTE.match(capitals):
        yield Identifier(Kind.CONTAINER, capitals)


def _sscc(text: str, _key: str) -> Iterator[Identifier]:
    digits = text.removeprefix("00") if len(text) == 20 else text
    if len(digits) == 18 and has_gs1_check_digit(digits):
        yield Identifier(Kind.SSCC, digits, is_sure=len(text) == 20)


def _gtin(text: str, _key: str) -> Iterator[Identifier]:
    if len(text) in _GTIN_LENGTHS and has_gs1_check_digit(text) and text.strip("0"):
        yield Identifier(Kind.GTIN, text.zfill(14))


def _imei(_text: str, key: str) -> Iterator[Identifier]:
    if is_imei(key):
        yield Identifier(Kind.IMEI, key)


def _plate(text: str, _key: str) -> Iterator[Identifier]:
    try:
        yield Identifier(Kind.LPN, str(parse_lpn(text)))
    except BadLpn:
        return


def _rma(_text: str, key: str) -> Iterator[Identifier]:
    if _RMA.match(key):
        yield Identifier(Kind.RMA, key)


def _order(text: str, key: str) -> Iterator[Identifier]:
    if _ORDER.match(text.upper()):
        yield Identifier(Kind.ORDER, key)


def _tracking(_text: str, key: str) -> Iterator[Identifier]:
    return tracking_numbers(key)


_NUMBERS: tuple[Callable[[str, str], Iterator[Identifier]], ...] = (
    _rma, _order, _plate, _sscc, _gtin, _imei, _tracking,
)  # fmt: skip
