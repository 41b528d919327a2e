"""Labels for SATO printers, as graphics of 8 by 8 dots."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from returnstation.printing.profiles import Medium, Model
from returnstation.printing.raster import Rows, packed

# Old machines hold no more than 64 kB of one graphic.
_BAND_ROWS = 256


def sbpl_of(image: Image.Image, _model: Model, _medium: Medium) -> bytes:
    """Return the commands that print a 1-bit image once.

    The size of the label is left to the printer's own calibration: SATO's manuals do not agree
    on the order of width and length in ``A1``.
    """
    bands = b"".join(_bands(packed(image)))
    return b"\x02\x1bA" + bands + b"\x1bQ1\x1bZ\x03"


def _bands(rows: Rows) -> Iterator[bytes]:
    filled = np.pad(rows, ((0, -rows.shape[0] % 8), (0, 0)))
    for top in range(0, filled.shape[0], _BAND_ROWS):
        band = filled[top : top + _BAND_ROWS]
        place = f"\x1bV{top + 1:04}\x1bH0001\x1bGB{band.shape[1]:03}{band.shape[0] // 8:03}"
        yield place.encode() + band.tobytes()
