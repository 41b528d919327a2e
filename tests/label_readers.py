"""Small readers of the raster languages, so that what is written is judged by more than its
writer. Each is as strict as a manual: a byte that does not belong to a command fails."""

import re
from collections.abc import Callable
from io import BytesIO
from struct import unpack_from

import numpy as np
import numpy.typing as npt
from PIL import Image

from pwg_reader import read_pwg
from returnstation.printing.profiles import Language, Medium, Model
from zpl_reader import read_zpl

Dots = npt.NDArray[np.bool_]

_TSPL = re.compile(
    rb"SIZE (?P<width>[\d.]+) mm,(?P<height>[\d.]+) mm\r\n"
    rb"(?:GAP|BLINE) [\d.]+ mm,0 mm\r\n"
    rb"(?:DENSITY \d+\r\n)?(?:SPEED \d+\r\n)?(?:SET CUTTER 1\r\n)?"
    rb"DIRECTION 1\r\nREFERENCE 0,0\r\nCLS\r\nBITMAP 0,0,(?P<bytes>\d+),(?P<rows>\d+),0,"
)
_EPL2 = re.compile(
    rb"\nq(?P<width>\d+)\nQ(?P<height>\d+),(?:\d+|B\d+\+0)\n(?:D\d+\n)?(?:S\d+\n)?"
    rb"R0,0\nZT\nN\nGW0,0,(?P<bytes>\d+),(?P<rows>\d+),"
)
_SBPL_BAND = re.compile(rb"\x1bV(?P<top>\d{4})\x1bH0001\x1bGB(?P<bytes>\d{3})(?P<blocks>\d{3})")
_GUARD = b"\x1d(D\x05\x00\x14\x01\x00\x02\x00"
_QL_START = re.compile(
    rb"\x00{400}\x1b@\x1bia\x01\x1biz(?:\xc6\x0a|\xce\x0b)(?P<width>.)(?P<length>.)"
    rb"(?P<rows>.{4})\x00\x00(?:\x1biM\x40\x1biA\x01\x1biK\x08|\x1biM\x00\x1biK\x00)"
    rb"\x1bid.\x00M\x00",
    re.DOTALL,
)


def read_labels(payload: bytes, model: Model, medium: Medium) -> list[Image.Image]:
    """Return the pages of a job as a printer's head would see them, white around them cut off.

    The white that fills up a last byte or block cannot be told from the page's own, so pages are
    as wide and high as their language says, which may be a few white dots more than was drawn.
    """
    if model.language is Language.ZPL:
        return read_zpl(_without_settings(payload))
    if model.language is Language.BROTHER_QL:
        return [_image(dots) for dots in _ql_pages(payload, model, medium)]
    if model.language is Language.PNG:
        return [Image.open(BytesIO(payload))]
    if model.language is Language.PWG:
        return [page.image for page in read_pwg(payload)]
    return [_image(dots) for dots in _pages(payload, _READERS[model.language])]


def same_dots(page: Image.Image, drawn: Image.Image) -> bool:
    """Tell whether a page is what was drawn, and nothing else is black."""
    found, expected = _black(page), _black(drawn)
    height, width = expected.shape
    is_near = found.shape[0] - height in range(8) and found.shape[1] - width in range(8)
    inside = found[:height, :width]
    return is_near and bool((inside == expected).all()) and found.sum() == inside.sum()


def _without_settings(payload: bytes) -> bytes:
    return re.sub(rb"(?:~SD\d\d)?\^XA(?:\^PR\d+)?(?:\^MMC)?\^PW", rb"^XA^PW", payload)


def _pages(payload: bytes, read: Callable[[bytes, int], tuple[Dots, int]]) -> list[Dots]:
    pages, at = [], 0
    while at < len(payload):
        page, at = read(payload, at)
        pages.append(page)
    return pages


def _tspl(payload: bytes, at: int) -> tuple[Dots, int]:
    return _inverted(payload, at, _TSPL, b"\r\nPRINT 1,1\r\n")


def _epl2(payload: bytes, at: int) -> tuple[Dots, int]:
    dots, end = _inverted(payload, at, _EPL2, b"\nP1\n")
    head = _EPL2.match(payload, at)
    assert head is not None
    assert int(head["height"]) == dots.shape[0]
    assert dots.shape[1] - int(head["width"]) in range(8)
    return dots, end


def _inverted(payload: bytes, at: int, start: re.Pattern[bytes], end: bytes) -> tuple[Dots, int]:
    head = start.match(payload, at)
    assert head is not None, payload[at : at + 80]
    width, rows = int(head["bytes"]), int(head["rows"])
    after = head.end() + width * rows
    assert payload.startswith(end, after)
    return ~_unpacked(payload[head.end() : after], width), after + len(end)


def _sbpl(payload: bytes, at: int) -> tuple[Dots, int]:
    assert payload.startswith(b"\x02\x1bA", at)
    at += 3
    bands: list[Dots] = []
    while band := _SBPL_BAND.match(payload, at):
        assert int(band["top"]) == sum(each.shape[0] for each in bands) + 1
        width, rows = int(band["bytes"]), int(band["blocks"]) * 8
        at = band.end() + width * rows
        bands.append(_unpacked(payload[band.end() : at], width))
    assert payload.startswith(b"\x1bQ1\x1bZ\x03", at)
    return np.vstack(bands), at + 6


def _escpos(payload: bytes, at: int) -> tuple[Dots, int]:
    assert payload.startswith(b"\x1b@", at)
    at += 2
    at += len(_GUARD) if payload.startswith(_GUARD, at) else 0
    bands: list[Dots] = []
    while payload.startswith(b"\x1dv0\x00", at):
        width, rows = unpack_from("<HH", payload, at + 4)
        bands.append(_unpacked(payload[at + 8 : at + 8 + width * rows], width))
        at += 8 + width * rows
    end = next(end for end in (b"\x1dV\x42\x00", b"\x1bd\x04") if payload.startswith(end, at))
    return np.vstack(bands), at + len(end)


def _ql_pages(payload: bytes, model: Model, medium: Medium) -> list[Dots]:
    pages, at = [], 0
    pins, right = model.head_dots or 0, model.right_pins + medium.right_pins
    while at < len(payload):
        head = _QL_START.match(payload, at)
        assert head is not None, payload[at : at + 80]
        lines, at = _ql_lines(payload, head.end(), pins // 8)
        (rows,) = unpack_from("<I", head["rows"])
        assert rows == lines.shape[0]
        assert head["width"][0] == round(medium.width_mm)
        assert not lines[:, pins - right :].any()
        pages.append(lines[:, : pins - right])
    return pages


def _ql_lines(payload: bytes, at: int, width: int) -> tuple[Dots, int]:
    lines = []
    while payload.startswith(b"g\x00" + bytes([width]), at):
        lines.append(payload[at + 3 : at + 3 + width])
        at += 3 + width
    assert payload.startswith(b"\x1a", at)
    return _unpacked(b"".join(lines), width)[:, ::-1], at + 1


def _unpacked(bitmap: bytes, width: int) -> Dots:
    return np.unpackbits(np.frombuffer(bitmap, np.uint8).reshape(-1, width), axis=1).astype(bool)


def _black(page: Image.Image) -> Dots:
    return ~np.asarray(page.convert("1"))


def _image(black: Dots) -> Image.Image:
    return Image.fromarray(np.uint8(255) * ~black).convert("1")


_READERS = {
    Language.TSPL: _tspl,
    Language.EPL2: _epl2,
    Language.SBPL: _sbpl,
    Language.ESCPOS: _escpos,
}
