"""PWG raster (PWG 5102.4): the pages every driverless printer understands."""

from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import groupby, pairwise
from struct import pack_into

import numpy as np
import numpy.typing as npt
from PIL import Image

from returnstation.printing.profiles import Medium, Model
from returnstation.printing.raster import Rows, packed

_SYNC = b"RaS2"
_HEADER_SIZE = 1796
_SAME_LINES = 256
_LONGEST_RUN = 128
# Places in the header of a page.
_RESOLUTION, _COPIES, _PAGE_POINTS, _WIDTH, _BITS = 276, 340, 352, 372, 384
_ORDER, _COLOURS, _PAGES, _FEEDS = 396, 420, 452, 456


class Depth(Enum):
    """Kinds of pixels, by the names printers have for them; each is all one byte or part of one.

    The value is the name, bits of a pixel, and the number of the colour space.
    """

    BLACK_1 = ("black_1", 1, 3)
    GREY_8 = ("sgray_8", 8, 18)

    @property
    def keyword(self) -> str:
        """As a printer lists it."""
        return self.value[0]


def pwg_of(images: Sequence[Image.Image], model: Model, _medium: Medium) -> bytes:
    """Return 1-bit images as a document of so many pages."""
    return pwg_pages(images, model.dpi, Depth.BLACK_1)


def pwg_pages(images: Sequence[Image.Image], dpi: int, depth: Depth) -> bytes:
    """Return 1-bit images as a document of pixels of a kind."""
    pages = (
        _header(image, dpi, depth, len(images)) + b"".join(_lines(_pixels(image, depth)))
        for image in images
    )
    return _SYNC + b"".join(pages)


def _header(image: Image.Image, dpi: int, depth: Depth, pages: int) -> bytes:
    _, bits, space = depth.value
    header = bytearray(_HEADER_SIZE)
    header[:9] = b"PwgRaster"
    pack_into(">II", header, _RESOLUTION, dpi, dpi)
    pack_into(">I", header, _COPIES, 1)
    points = (round(image.width * 72 / dpi), round(image.height * 72 / dpi))
    pack_into(">II", header, _PAGE_POINTS, *points)
    pack_into(">II", header, _WIDTH, image.width, image.height)
    pack_into(">III", header, _BITS, bits, bits, -(-image.width * bits // 8))
    pack_into(">II", header, _ORDER, 0, space)
    pack_into(">I", header, _COLOURS, 1)
    pack_into(">I", header, _PAGES, pages)
    pack_into(">ii", header, _FEEDS, 1, 1)
    return bytes(header)


def _pixels(image: Image.Image, depth: Depth) -> Rows:
    if depth is Depth.BLACK_1:
        return packed(image)
    return np.asarray(image.convert("1")).astype(np.uint8) * np.uint8(255)


def _lines(pixels: Rows) -> Iterator[bytes]:
    for line, same in groupby(row.tobytes() for row in pixels):
        runs = _packed_line(np.frombuffer(line, np.uint8))
        left = sum(1 for _ in same)
        while left:
            count = min(left, _SAME_LINES)
            yield bytes([count - 1]) + runs
            left -= count


def _packed_line(line: npt.NDArray[np.uint8]) -> bytes:
    """Return a line as runs of one byte, and stretches where each differs from the next."""
    edges = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), len(line)]
    out, single = bytearray(), bytearray()
    for start, end in pairwise(edges):
        if end - start == 1:
            single += line[start:end].tobytes()
            continue
        out += _literals(single)
        single.clear()
        out += _repeats(int(line[start]), end - start)
    return bytes(out + _literals(single))


def _repeats(value: int, count: int) -> bytes:
    whole, rest = divmod(count, _LONGEST_RUN)
    return bytes([_LONGEST_RUN - 1, value]) * whole + (bytes([rest - 1, value]) if rest else b"")


def _literals(single: bytearray) -> bytes:
    parts = (single[at : at + _LONGEST_RUN] for at in range(0, len(single), _LONGEST_RUN))
    # One byte alone is a run of one: 257 - 1 has no room in a byte.
    return b"".join(
        bytes([257 - len(part) if len(part) > 1 else 0]) + bytes(part) for part in parts
    )
