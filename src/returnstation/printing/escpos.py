"""Receipts for ESC/POS printers, as raster graphics: their fonts know few languages."""

from collections.abc import Iterator
from struct import pack

from PIL import Image

from returnstation.printing.profiles import Medium, Model
from returnstation.printing.raster import Rows, packed

# Small printers hold little more than a band of this height.
_BAND_ROWS = 256
_START = b"\x1b@"
# Switch off both real-time commands that do something (GS ( D): a printer looks for them inside
# pictures too, and one could open the drawer or drop the job.
_GUARD = b"\x1d(D\x05\x00\x14\x01\x00\x02\x00"
_FEED_AND_CUT = b"\x1dV\x42\x00"
_FEED_TO_TEAR = b"\x1bd\x04"


def escpos_of(image: Image.Image, model: Model, _medium: Medium) -> bytes:
    """Return the commands that print a 1-bit image once, and cut where there is a cutter."""
    start = _START + (_GUARD if model.guard else b"")
    return start + b"".join(_bands(packed(image))) + (_FEED_AND_CUT if model.cut else _FEED_TO_TEAR)


def _bands(rows: Rows) -> Iterator[bytes]:
    for top in range(0, rows.shape[0], _BAND_ROWS):
        band = rows[top : top + _BAND_ROWS]
        yield b"\x1dv0\x00" + pack("<HH", band.shape[1], band.shape[0]) + band.tobytes()
