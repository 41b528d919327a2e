"""Turn the text of one scan into everything it may mean.

>>> parse_barcode("8801234567893").best.value
'08801234567893'
>>> parse_barcode("RS:ACCEPT").best.kind
<Kind.COMMAND: 'command'>
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from returnstation.domain.barcodes.check_digits import (
    has_gs1_check_digit,
    imei_of,
    is_imei,
    is_number,
)
from returnstation.domain.barcodes.envelopes import END, ENVELOPE, RECORD, read_envelope
from returnstation.domain.barcodes.gs1 import SEPARATOR, read_message
from returnstation.domain.barcodes.gs1_meanings import read_elements
from returnstation.domain.barcodes.keys import canonical
from returnstation.domain.barcodes.patterns import NO_PATTERNS, CodePatterns
from returnstation.domain.barcodes.products import circulation, gtins, product_symbol
from returnstation.domain.barcodes.values import Barcode, Identifier, Kind, UnreadableBarcode
from returnstation.domain.lpn import BadLpn, parse_lpn

LONGEST = 512

# Plain Code 128, Code 39, Codabar and Code 93.
_NO_PRODUCTS = ("]C0", "]A", "]F", "]G")

# What may stand around a code and means nothing there.
_AROUND = " \t\r\n" + SEPARATOR + RECORD + END

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_OURS = (
    (Kind.COMMAND, re.compile(r"RS:([A-Z0-9_-]{1,24})\Z")),
    (Kind.BADGE, re.compile(r"RSB:([A-Z0-9._-]{1,40})\Z")),
    (Kind.CONTAINER, re.compile(r"RST:([A-Z0-9._-]{1,40})\Z")),
)
_TOTE = re.compile(r"T(?:-[A-Z0-9]+)+\Z")
_RMA = re.compile(r"(?:RMA|RET)[0-9A-Z]*[0-9][0-9A-Z]*\Z")
_ORDER = re.compile(r"#[0-9A-Z-]*[0-9][0-9A-Z-]*\Z|[0-9]{3}-[0-9]{7}-[0-9]{7}\Z")
# Digits of these lengths are numbers of parcels at many carriers, and prove none of them.
_DIGITS = re.compile(r"[0-9]{9,28}\Z")


@dataclass(frozen=True, slots=True)
class BarcodeReader:
    """Reads scans with the numbers a station knows beside those everybody knows."""

    patterns: CodePatterns = NO_PATTERNS

    def read(self, text: str) -> Barcode:
        """Return all that ``text`` may mean, as ``parse_barcode`` does.

        Raises:
            UnreadableBarcode: Nothing, too much, or control characters.
            BadCheckDigit: The symbology proves a GTIN or SSCC, and its check digit is wrong.
        """
        text = _cleaned(text)
        marked = _SYMBOLOGY.match(text)
        symbology = marked[0] if marked else None
        text = text.removeprefix(symbology or "").strip(_AROUND)
        if not text:
            raise UnreadableBarcode("empty")
        product = product_symbol(text, symbology)
        if product is not None:
            return Barcode(text, (product[0],), symbology, product[1])
        return self._any(text, symbology)

    def again(self, barcode: Barcode) -> Barcode:
        """Return a barcode that another reader took, as this one takes it."""
        return self.read(barcode.scan_text)

    def _any(self, text: str, symbology: str | None) -> Barcode:
        reading = read_envelope(text, self.patterns)
        reading += read_elements(read_message(text, symbology))
        # Patterns go before GS1's internal identifiers: 90 to 99 begin many carriers' numbers.
        known = () if _is_retail(symbology) else tuple(self.patterns.read(text, symbology))
        found = (*_ours(text), *reading.identifiers, *_numbers(text, symbology, known))
        # Our matrix code names the article before the licence plate, but it is there for the plate.
        in_order = sorted(
            dict.fromkeys(found), key=lambda each: (not each.is_sure, each.kind is not Kind.LPN)
        )
        parcel = any(each.kind is Kind.TRACKING and each.is_sure for each in known)
        barcode = Barcode(text, tuple(in_order), symbology, reading.detail)
        if barcode.best.kind is Kind.GTIN and not barcode.detail:
            barcode = replace(barcode, detail=circulation(barcode.best.value))
        if not parcel:
            return replace(barcode, unknown=reading.unknown)
        # A postcode of USPS with no separator behind it swallows the beginning of the number.
        return barcode if SEPARATOR in text else replace(barcode, detail=())


def parse_barcode(text: str) -> Barcode:
    """Return all that ``text`` may mean, most certain first, without carriers' own numbers.

    A symbology identifier (``]C1``) in front is taken as evidence and dropped: an EAN symbol is
    a product and never a parcel, and only a proven GS1 symbol makes a wrong check digit an
    error rather than another kind of number.

    Raises:
        UnreadableBarcode: Nothing, too much, or control characters.
        BadCheckDigit: The symbology proves a GTIN or SSCC, and its check digit is wrong.
    """
    return _PLAIN.read(text)


_PLAIN = BarcodeReader()


def _cleaned(text: str) -> str:
    if len(text) > LONGEST:
        raise UnreadableBarcode("too_long", text)
    text = text.strip(_AROUND)
    # Cc are controls (NUL among them), Cs half characters, Cn no characters at all.
    if not text.isascii() or not text.isprintable():
        allowed = {SEPARATOR, RECORD, END} if ENVELOPE in text[:6] else {SEPARATOR}
        rest = set(text) - allowed
        if any(unicodedata.category(c) in {"Cc", "Cs", "Cn"} for c in rest):
            raise UnreadableBarcode("control_character", text)
    return text


def _is_retail(symbology: str | None) -> bool:
    return symbology is not None and symbology.startswith("]E")


def _numbers(
    text: str, symbology: str | None, known: tuple[Identifier, ...]
) -> Iterator[Identifier]:
    """Yield what a text may be by its own form; carriers last, whose digits look like anything."""
    key = canonical(text)
    parcels = [each for each in known if each.kind is Kind.TRACKING]
    own = [each for read in _READERS for each in read(text, key)]
    # Nobody prints a product number in these symbols, but carriers their parcels' numbers.
    products = {Kind.GTIN} if symbology and symbology.startswith(_NO_PRODUCTS) else set()
    yield from (each for each in known if each.kind is not Kind.TRACKING)
    yield from (each for each in own if each.kind not in products)
    yield from parcels
    yield from own
    if _DIGITS.match(key) and not any(each.value == key for each in parcels):
        yield Identifier(Kind.TRACKING, key)
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
    if len(digits) == 18 and is_number(digits) and has_gs1_check_digit(digits):
        yield Identifier(Kind.SSCC, digits, is_sure=len(text) == 20)


def _gtin(text: str, _key: str) -> Iterator[Identifier]:
    for gtin in gtins(text):
        yield Identifier(Kind.GTIN, gtin)


def _imei(_text: str, key: str) -> Iterator[Identifier]:
    device = key if is_imei(key) else imei_of(key)
    if device is not None:
        yield Identifier(Kind.IMEI, device)


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


_READERS: tuple[Callable[[str, str], Iterator[Identifier]], ...] = (
    _rma, _order, _plate, _sscc, _gtin, _imei,
)  # fmt: skip
