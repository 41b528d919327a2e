"""Draw a label: lines of text, and the codes among them."""

from collections.abc import Sequence

import cv2
import numpy as np

from returnstation.cli.bench.decoding.codes import SCALE, Drawn
from returnstation.cli.bench.decoding.lots import Lots
from returnstation.scanning.pictures_frames import Pixels

_MARGIN = 12 * SCALE
_LINE = 9 * SCALE
_WIDEST_MIN = 1100


def draw_label(codes: Sequence[Drawn], lots: Lots) -> Pixels:
    """Return a label with text above, between and below its codes."""
    width = max([_WIDEST_MIN, *(code.pixels.shape[1] + 2 * _MARGIN for code in codes)])
    bands = [_text(width, lots)]
    for code in codes:
        bands += [_code(code.pixels, width), _text(width, lots)]
    if not codes:
        bands += [_text(width, lots) for _ in range(3)]
    return np.vstack(bands)


def _code(pixels: Pixels, width: int) -> Pixels:
    height, wide = pixels.shape
    band = np.full((height + _MARGIN, width), 255, np.uint8)
    left, top = (width - wide) // 2, _MARGIN // 2
    band[top : top + height, left : left + wide] = pixels
    return band


def _text(width: int, lots: Lots) -> Pixels:
    lines = lots.randint(2, 3)
    band = np.full((lines * _LINE + _MARGIN, width), 255, np.uint8)
    for line in range(lines):
        words = "".join(
            lots.choice("ABCDEFGHIKLMNOPRSTUWZ abcdeghiklmnorstu 0123456789") for _ in range(40)
        )
        size, weight = lots.choice(((1.0, 2), (1.4, 3), (1.8, 5)))
        place = (_MARGIN, _MARGIN // 2 + (line + 1) * _LINE - SCALE)
        cv2.putText(band, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, 0, weight, cv2.LINE_AA)
    band[:, -_MARGIN:] = 255
    return band
