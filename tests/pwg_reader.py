"""A reader of PWG raster (PWG 5102.4): a byte that does not belong there fails."""

from dataclasses import dataclass
from struct import unpack_from

import numpy as np
from PIL import Image

_HEADER = 1796
# Cut media, duplex, jog and the like, and the reserved fields: nothing of ours stands there.
_ZERO = [
    (64, 276), (284, 340), (344, 352), (360, 372), (380, 384), (404, 420), (424, 452),
    (464, 1796),
]  # fmt: skip
_KINDS = {(1, 3): "black_1", (8, 18): "sgray_8"}


@dataclass(frozen=True, slots=True)
class Page:
    image: Image.Image
    depth: str
    dpi: int
    points: tuple[int, int]
    pages: int


def read_pwg(document: bytes) -> list[Page]:
    assert document.startswith(b"RaS2")
    at, pages = 4, []
    while at < len(document):
        page, at = _page(document, at)
        pages.append(page)
    assert all(page.pages == len(pages) for page in pages)
    return pages


def _page(document: bytes, at: int) -> tuple[Page, int]:
    header = document[at : at + _HEADER]
    assert len(header) == _HEADER
    assert header.startswith(b"PwgRaster\0")
    for start, end in _ZERO:
        assert not any(header[start:end]), start
    across, along = unpack_from(">II", header, 276)
    assert across == along
    width, height = unpack_from(">II", header, 372)
    bits_of_colour, bits, row_bytes = unpack_from(">III", header, 384)
    order, space = unpack_from(">II", header, 396)
    assert unpack_from(">I", header, 340) == (1,)
    assert (order, bits_of_colour, unpack_from(">I", header, 420)) == (0, bits, (1,))
    assert row_bytes == -(-width * bits // 8)
    rows: list[bytes] = []
    at += _HEADER
    while len(rows) < height:
        assert at < len(document)
        same = document[at] + 1
        line, at = _line(document, at + 1, row_bytes)
        rows.extend([line] * same)
    assert len(rows) == height
    kind = _KINDS[bits, space]
    image = _image(b"".join(rows), (width, height), kind)
    points, (total,) = unpack_from(">II", header, 352), unpack_from(">I", header, 452)
    return Page(image, kind, across, (points[0], points[1]), total), at


def _line(document: bytes, at: int, length: int) -> tuple[bytes, int]:
    line = b""
    while len(line) < length:
        assert at < len(document)
        count = document[at]
        assert count != 128
        if count < 128:
            line += document[at + 1 : at + 2] * (count + 1)
            at += 2
        else:
            line += document[at + 1 : at + 258 - count]
            at += 258 - count
    assert len(line) == length
    return line, at


def _image(pixels: bytes, size: tuple[int, int], kind: str) -> Image.Image:
    width, height = size
    dots = np.frombuffer(pixels, np.uint8).reshape(height, -1)
    if kind == "black_1":
        unpacked = np.unpackbits(dots, axis=1)
        # What fills up the last byte is white.
        assert not unpacked[:, width:].any()
        return Image.fromarray(unpacked[:, :width] == 0)
    assert set(np.unique(dots)) <= {0, 255}
    return Image.fromarray(dots == 255)
