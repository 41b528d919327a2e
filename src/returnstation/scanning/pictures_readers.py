"""The two readers of barcodes: zxing-cpp for everything, zbar for a second look at bars.

zbar comes with the system, not with the program: without its library the second look is left
out, and nothing else changes.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

import zxingcpp

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit
from returnstation.scanning.pictures_frames import Pixels, Point

_logger = logging.getLogger(__name__)

_Format = zxingcpp.BarcodeFormat
_Formats: TypeAlias = tuple[zxingcpp.BarcodeFormat, ...]

_RETAIL: _Formats = (_Format.EAN13, _Format.EAN8, _Format.UPCA, _Format.UPCE)
_BARS: _Formats = (_Format.Code128, _Format.Code39, _Format.Codabar, _Format.ITF)
_MATRICES: _Formats = (_Format.QRCode, _Format.DataMatrix, _Format.PDF417, _Format.Aztec)

NOT_RETAIL = (*_BARS, *_MATRICES)
LINEAR = (*_RETAIL, *_BARS)
EVERYTHING = (*LINEAR, *_MATRICES)

# zbar cannot say GS1-128 from Code 128, so Code 128 gets no identifier. DataBar and PDF417 are
# not asked for: it writes warnings about them to the terminal.
_ZBAR_SYMBOLS = {
    "EAN13": "]E0", "EAN8": "]E4", "I25": "]I1", "CODE128": None, "CODE39": "]A0", "CODABAR": "]F0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PictureCode:
    """One barcode in a picture.

    Attributes:
        symbology: AIM identifier, e.g. ``]C1``, where the reader tells it.
        format: As a person would call it, e.g. ``Code 128``.
        box: Its four corners in the picture, from the upper left of the code clockwise.
    """

    text: str
    symbology: str | None
    format: str
    box: tuple[Point, ...]

    @property
    def scan_text(self) -> str:
        """The text with its identifier in front, as ``parse_barcode`` takes it."""
        return f"{self.symbology or ''}{self.text}"

    def moved(self, place: Callable[[Point], Point]) -> "PictureCode":
        """Return the code with its corners elsewhere."""
        return replace(self, box=tuple(place(point) for point in self.box))

    def scaled(self, factor: float) -> "PictureCode":
        """Return the code with its corners in a larger picture."""
        return self.moved(lambda point: (round(point[0] * factor), round(point[1] * factor)))


def read_zxing(pixels: Pixels, formats: _Formats) -> Iterator[PictureCode]:
    """Yield the codes that zxing-cpp reads."""
    # Plain text: the default writes GS1 elements with brackets, which nothing parses.
    for found in zxingcpp.read_barcodes(
        pixels, formats=zxingcpp.BarcodeFormats(formats), text_mode=zxingcpp.TextMode.Plain
    ):
        corners = found.position
        places = (corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left)
        code = PictureCode(
            found.text,
            found.symbology_identifier,
            str(found.format),
            tuple((place.x, place.y) for place in places),
        )
        if _is_sane(code):
            yield code


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
            _ZBAR_SYMBOLS[each.type],
            each.type,
            ((left, top), (right, top), (right, bottom), (left, bottom)),
        )
        if _is_sane(code):
            yield code


def has_second_reader() -> bool:
    """Tell whether zbar can be used on this machine."""
    return _zbar() is not None


def is_product_code(code: PictureCode) -> bool:
    """Tell whether a code is of the EAN and UPC family."""
    return (code.symbology or "").startswith("]E")


def _is_sane(code: PictureCode) -> bool:
    """Tell whether a reading can be taken at its word.

    A part of an interleaved code reads as a shorter one, so that only cases' codes with all
    their digits count; zbar finds such codes in shadows, too.
    """
    if (code.symbology or "").startswith("]I"):
        return len(code.text) == 14 and has_gs1_check_digit(code.text)
    return bool(code.text)


@cache
def _zbar() -> Any:
    try:
        return import_module("pyzbar.pyzbar")
    except (ImportError, OSError) as odd:
        _logger.info("zbar is not available: %s", odd)
        return None
