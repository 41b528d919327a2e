"""Barcodes as modules, with what a reader must make of them."""

import re
from dataclasses import dataclass

import numpy as np
import zxingcpp
from barcode.charsets import code128
from barcode.ean import EAN8, EAN13
from barcode.itf import ITF

from returnstation.domain.papers import Function3

GS = "\x1d"
# ISO/IEC 15417, table 1, code set B.
_START_B, _FUNCTION_3 = 104, 96
# Characters of GS1's set 82 that need no escaping in any writer.
_SAFE_SERIAL = re.compile(r"[A-Za-z0-9._/-]{1,20}\Z")


class NotEncodable(ValueError):
    """A text is none of a barcode's: empty, too long, or of other letters; the message is it."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One barcode.

    Attributes:
        rows: One text of ``0`` and ``1`` per row of modules; a linear code has one row.
        text: What a reader must give back, separators included.
        identifier: The AIM identifier it must give, e.g. ``]C0``.
        quiet: Modules of white it needs on its sides (a matrix code: all around).
        is_setup: It has function code 3: scanners take it as a setting of their own.
    """

    rows: tuple[str, ...]
    text: str
    identifier: str
    quiet: int
    is_setup: bool = False

    @property
    def columns(self) -> int:
        """Width in modules, without quiet zones."""
        return len(self.rows[0])

    @property
    def is_linear(self) -> bool:
        """Whether bars run from top to bottom."""
        return len(self.rows) == 1


def code_128(text: str) -> Symbol:
    """Return a text as Code 128."""
    # python-barcode drops a leading "99" here; zxing-cpp writes it right.
    rows = _modules(_created(text, zxingcpp.BarcodeFormat.Code128))
    return Symbol(rows[:1], text, "]C0", 10)


def gs1_128(*elements: tuple[str, str]) -> Symbol:
    """Return GS1 elements, application identifier and value, as GS1-128.

    Only the last may be of no fixed length: nothing is put behind one that is.
    """
    written = "".join(f"({code}){value}" for code, value in elements)
    made = _created(written, zxingcpp.BarcodeFormat.Code128, gs1=True)
    plain = "".join(f"{code}{value}" for code, value in elements)
    return Symbol(_modules(made)[:1], plain, "]C1", 10)


def setup_code(text: str, function_3: Function3) -> Symbol:
    """Return a scanner's setting as Code 128 with function code 3.

    Raises:
        ValueError: The text has a character code set B lacks.
    """
    # zxing-cpp writes function code 3 in front only.
    values = [ord(char) - ord(" ") for char in text]
    if not text or not all(0 <= value < _FUNCTION_3 - 1 for value in values):
        raise ValueError(f"not in code set B: {text!r}")
    values.insert(0 if function_3 is Function3.FIRST else len(values), _FUNCTION_3)
    check = (_START_B + sum(place * value for place, value in enumerate(values, 1))) % 103
    drawn = "".join(code128.CODES[value] for value in (_START_B, *values, check))
    return Symbol((f"{drawn}{code128.STOP}11",), text, "]C0", 10, is_setup=True)


def qr_code(text: str) -> Symbol:
    """Return a text as QR code."""
    rows = _modules(_created(text, zxingcpp.BarcodeFormat.QRCode))
    return Symbol(rows, text, "]Q1", 4)


def item_matrix(lpn: str, gtin: str | None, serial: str | None) -> Symbol:
    """Return an item's GS1 DataMatrix.

    The licence plate stands under AI (91), company-internal use: AI (21) is the maker's serial
    number and must not be given another meaning. A serial needs its GTIN beside it.
    """
    elements = []
    if gtin:
        elements.append(("01", gtin.zfill(14)))
        if serial and _SAFE_SERIAL.match(serial):
            elements.append(("21", serial))
    elements.append(("91", lpn))
    written = "".join(f"({code}){value}" for code, value in elements)
    # Only the serial number has no fixed length and something behind it.
    plain = "".join(f"{code}{value}{GS if code == '21' else ''}" for code, value in elements)
    made = _created(written, zxingcpp.BarcodeFormat.DataMatrix, gs1=True)
    return Symbol(_modules(made), plain, "]d2", 1)


def product_code(gtin: str) -> Symbol:
    """Return a GTIN as shops print it: EAN-8, EAN-13 (a UPC too), or ITF-14 for cases."""
    digits = gtin.zfill(14)
    if not digits.startswith("0"):
        # Wide bars are three modules: the default of 5:2 takes half again the width.
        return Symbol(_bars(ITF(digits, narrow=1, wide=3)), digits, "]I1", 10)
    if digits.startswith("000000"):
        return Symbol(_bars(EAN8(digits[6:])), digits[6:], "]E4", 7)
    return Symbol(_bars(EAN13(digits[1:])), digits[1:], "]E0", 11)


def _created(text: str, kind: zxingcpp.BarcodeFormat, **options: bool) -> zxingcpp.Barcode:
    try:
        return zxingcpp.create_barcode(text, kind, **options)
    except ValueError as odd:
        raise NotEncodable(text) from odd


def _bars(drawn: EAN13 | EAN8 | ITF) -> tuple[str, ...]:
    return tuple(drawn.build()[:1])


def _modules(made: zxingcpp.Barcode) -> tuple[str, ...]:
    pixels = np.asarray(made.to_image(scale=1, add_quiet_zones=False))
    return tuple("".join("0" if value else "1" for value in row) for row in pixels)
