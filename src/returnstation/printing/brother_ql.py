"""Labels for Brother QL printers: one line of the head after the other, mirrored."""

from struct import pack

import numpy as np
from PIL import Image

from returnstation.printing.profiles import Medium, Model, Sensing
from returnstation.printing.raster import Rows

# As many as the longest command: ends whatever a broken job left behind.
_INVALIDATE = b"\x00" * 400
_START_IN_RASTER_MODE = b"\x1b@\x1bia\x01"
_CONTINUOUS, _DIE_CUT = 0x0A, 0x0B
# Quality before speed, and type, width and length must be as said: another roll is an error.
_CHECKED, _LENGTH_TOO = 0x80 | 0x40 | 0x04 | 0x02, 0x08
_FEED_OF_TAPE = 35
_PRINT_AND_FEED = b"\x1a"


def brother_ql_of(image: Image.Image, model: Model, medium: Medium) -> bytes:
    """Return the commands that print a 1-bit image once."""
    lines = _lines(image, model, medium)
    head = pack("BB", 0, lines.shape[1])
    picture = b"".join(b"g" + head + line.tobytes() for line in lines)
    return (
        _INVALIDATE
        + _START_IN_RASTER_MODE
        + _medium(medium, lines.shape[0])
        + _cutting(model)
        + _margin(medium)
        # Not compressed.
        + b"M\x00"
        + picture
        + _PRINT_AND_FEED
    )


def _lines(image: Image.Image, model: Model, medium: Medium) -> Rows:
    pins = model.head_dots or 0
    right = model.right_pins + medium.right_pins
    black = np.pad(~np.asarray(image.convert("1")), ((0, 0), (pins - right - image.width, right)))
    return np.packbits(black[:, ::-1], axis=1)


def _medium(medium: Medium, rows: int) -> bytes:
    if medium.sensing is Sensing.CONTINUOUS:
        checked, kind, length = _CHECKED, _CONTINUOUS, 0
    else:
        checked, kind, length = _CHECKED | _LENGTH_TOO, _DIE_CUT, round(medium.height_mm or 0)
    return b"\x1biz" + pack("<BBBBIBB", checked, kind, round(medium.width_mm), length, rows, 0, 0)


def _cutting(model: Model) -> bytes:
    return b"\x1biM\x40\x1biA\x01\x1biK\x08" if model.cut else b"\x1biM\x00\x1biK\x00"


def _margin(medium: Medium) -> bytes:
    is_tape = medium.sensing is Sensing.CONTINUOUS
    return b"\x1bid" + pack("<H", _FEED_OF_TAPE if is_tape else 0)
