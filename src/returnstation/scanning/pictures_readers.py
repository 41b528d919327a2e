"""The two readers of barcodes: zxing-cpp for everything, zbar for a second look at bars.

zbar comes with the system, not with the program: without its library the second look is left
out, and nothing else changes.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

import zxingcpp

from returnstation.domain.barcodes.check_digits import (
    has_gs1_check_digit,
    has_identcode_check_digit,
)
from returnstation.scanning.pictures_frames import Pixels, Point

_logger = logging.getLogger(__name__)

_Format = zxingcpp.BarcodeFormat
Formats: TypeAlias = tuple[zxingcpp.BarcodeFormat, ...]

_RETAIL: Formats = (_Format.EAN13, _Format.EAN8, _Format.UPCA, _Format.UPCE)
_BARS: Formats = (
    _Format.Code128, _Format.Code39, _Format.Code93, _Format.Codabar, _Format.ITF, _Format.DataBar,
)  # fmt: skip
MATRICES: Formats = (
    _Format.QRCode, _Format.MicroQRCode, _Format.RMQRCode, _Format.DataMatrix, _Format.PDF417,
    _Format.MicroPDF417, _Format.Aztec, _Format.MaxiCode,
)  # fmt: skip

STACKED: Formats = (_Format.PDF417, _Format.MicroPDF417)

NOT_RETAIL: Formats = (*_BARS, *MATRICES)
LINEAR: Formats = (*_RETAIL, *_BARS)
EVERYTHING: Formats = (*LINEAR, *MATRICES)
MAXICODE: Formats = (_Format.MaxiCode,)

# zbar keeps it to itself whether a Code 128 begins with FNC1, so that Code 128 gets no identifier
# here: what its text proves counts, and a separator within it is as good as that FNC1. DataBar and PDF417 are
# not asked for: it writes warnings about them to the terminal.
_ZBAR_SYMBOLS = {
    "EAN13": "]E0", "EAN8": "]E4", "I25": "]I1", "CODE128": None, "CODE39": "]A0",
    "CODE93": "]G0", "CODABAR": "]F0",
}  # fmt: skip
# Without a check character bars of text or shadow soon make a short code.
_UNCHECKED = ("]A", "]F")
# Products, DataBar and PDF417 are misread with all their checks in order.
_DOUBTFUL = ("]E", "]e", "]L")
_SHORTEST_UNCHECKED = 4
_SEPARATOR = b"\x1d"


class Reader(StrEnum):
    """Who read a code; two different ones agreeing is as good as certain."""

    ZXING = "zxing-cpp"
    ZBAR = "zbar"


@dataclass(frozen=True, slots=True)
class PictureCode:
    """One barcode in a picture.

    Attributes:
        symbology: AIM identifier, e.g. ``]C1``, where the reader tells it.
        format: As a person would call it, e.g. ``Code 128``.
        box: Its four corners in the picture, from the upper left of the code clockwise.
        add_on: Two or five digits printed beside a product code.
    """

    text: str
    symbology: str | None
    format: str
    box: tuple[Point, ...]
    add_on: str = ""
    reader: Reader = Reader.ZXING

    @property
    def scan_text(self) -> str:
        """The text with its identifier in front, as ``parse_barcode`` takes it."""
        return f"{self.symbology or ''}{self.text}"

    @property
    def is_doubtful(self) -> bool:
        """Whether one look at such a code does not prove its text."""
        return (self.symbology or "").startswith(_DOUBTFUL)

    def moved(self, place: Callable[[Point], Point]) -> "PictureCode":
        """Return the code with its corners elsewhere."""
        return replace(self, box=tuple(place(point) for point in self.box))

    def at(self, box: tuple[Point, ...]) -> "PictureCode":
        """Return the code as it lies in another frame."""
        return replace(self, box=box)

    def scaled(self, factor: float) -> "PictureCode":
        """Return the code with its corners in a larger picture."""
        return self.moved(lambda point: (round(point[0] * factor), round(point[1] * factor)))


class Effort(Enum):
    """How much of its time zxing-cpp may spend."""

    FULL = True
    NO_NEGATIVES = False  # light codes on dark ground cost two thirds more


def read_zxing(
    pixels: Pixels, formats: Formats, effort: Effort = Effort.FULL
) -> Iterator[PictureCode]:
    """Yield the codes that zxing-cpp reads."""
    # Plain text: the default writes GS1 elements with brackets, which nothing parses.
    for found in zxingcpp.read_barcodes(
        pixels,
        formats=zxingcpp.BarcodeFormats(formats),
        text_mode=zxingcpp.TextMode.Plain,
        ean_add_on_symbol=zxingcpp.EanAddOnSymbol.Read,
        try_invert=effort.value,
    ):
        yield from _sane(_code(found))


def read_pure(pixels: Pixels, formats: Formats) -> Iterator[PictureCode]:
    """Yield the code that fills a picture, upright."""
    for found in zxingcpp.read_barcodes(
        pixels,
        formats=zxingcpp.BarcodeFormats(formats),
        text_mode=zxingcpp.TextMode.Plain,
        is_pure=True,
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    ):
        yield from _sane(_code(found))


def read_linear_again(pixels: Pixels) -> Iterator[PictureCode]:
    """Yield the linear codes that zbar reads; none when its library is not there."""
    zbar = _zbar()
    if zbar is None:
        return
    try:
        found = zbar.decode(pixels, symbols=[zbar.ZBarSymbol[name] for name in _ZBAR_SYMBOLS])
    except (ValueError, ZeroDivisionError, zbar.PyZbarError) as odd:
        _logger.warning("zbar gave up on a picture: %r", odd)
        return
    for each in (each for each in found if each.type in _ZBAR_SYMBOLS):
        left, top, width, height = each.rect
        right, bottom = left + width, top + height
        code = PictureCode(
            each.data.decode("utf-8", "replace"),
            _ZBAR_SYMBOLS[each.type] or _gs1_sign(each.data),
            each.type,
            ((left, top), (right, top), (right, bottom), (left, bottom)),
            reader=Reader.ZBAR,
        )
        yield from _sane(code)


def _gs1_sign(text: bytes) -> str | None:
    """Return the identifier of GS1-128 where a separator shows that it is one."""
    return "]C1" if _SEPARATOR in text.strip(_SEPARATOR) else None


def has_second_reader() -> bool:
    """Tell whether zbar can be used on this machine."""
    return _zbar() is not None


def is_product_code(code: PictureCode) -> bool:
    """Tell whether a code is of the EAN and UPC family."""
    return (code.symbology or "").startswith("]E")


def is_stacked(code: PictureCode) -> bool:
    """Tell whether a code is of the PDF417 family."""
    return (code.symbology or "").startswith("]L")


def _code(found: zxingcpp.Barcode) -> PictureCode:
    corners = found.position
    places = (corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left)
    text, symbology, add_on = found.text, found.symbology_identifier, ""
    if symbology == "]E3":  # with an add-on, which is no part of the number
        length = 8 if found.format == _Format.EAN8 else 13
        text, add_on = text[:length], text[length:]
        symbology = "]E4" if length == 8 else "]E0"
    box = tuple((place.x, place.y) for place in places)
    return PictureCode(text, symbology, str(found.format), box, add_on)


def _sane(code: PictureCode) -> Iterator[PictureCode]:
    """Yield a code unless its reading cannot be taken at its word.

    A part of an interleaved code reads as a shorter one, so that only numbers with all their
    digits count; zbar finds such codes in shadows, too.
    """
    kind = (code.symbology or "")[:2]
    if kind == "]I":
        is_sane = _is_whole_interleaved(code.text)
    elif kind in _UNCHECKED and code.reader is Reader.ZBAR:
        is_sane = len(code.text.strip("ABCD")) >= _SHORTEST_UNCHECKED
    else:
        is_sane = bool(code.text)
    if is_sane:
        yield code


def _is_whole_interleaved(digits: str) -> bool:
    """Tell whether interleaved digits are an ITF-14, or an Identcode or Leitcode (12, 14)."""
    if len(digits) == 14:
        return has_gs1_check_digit(digits) or has_identcode_check_digit(digits)
    return len(digits) == 12 and has_identcode_check_digit(digits)


@cache
def _zbar() -> Any:
    try:
        return import_module("pyzbar.pyzbar")
    except (ImportError, OSError) as odd:
        _logger.info("zbar is not available: %s", odd)
        return None
