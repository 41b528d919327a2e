"""Find the parts of a picture that look like a barcode, without reading them.

Bars are many strong edges that all point one way; matrices are as many that point anywhere.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from returnstation.scanning.pictures_frames import Frame, Pixels, part_frame

_CELL = 8
"""Pixels to a cell in which edges are counted."""
_MOST_NOISE, _LEAST_NOISE = 324.0, 30.0
_ABOVE_NOISE = 6.0
"""How many times the noise's energy a cell with edges has."""
_FEWEST_CELLS = 12
_COHERENT = 0.55
_MOST_PARTS = 6
_LEAST_CODE = 4000
"""Pixels; less is the edge of a label."""
# Short side to long side: a matrix that is turned has a square box, too, and a text none; bars
# that are still longer are the edge of a label.
_LEAST_SQUARE, _LEAST_BARS = 0.7, 0.15


@dataclass(frozen=True, slots=True)
class Part:
    """A part that looks like a code.

    Attributes:
        box: Left, top, right, bottom.
        across: Degrees by which the picture must be turned for bars to stand upright; None
            where edges point everywhere.
    """

    box: tuple[int, int, int, int]
    across: float | None

    @property
    def size(self) -> int:
        """How many pixels it has."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)

    @property
    def is_likely(self) -> bool:
        """Whether it is rather a code than a text: bars, or as high as wide."""
        left, top, right, bottom = self.box
        sides = sorted((right - left, bottom - top))
        least = _LEAST_SQUARE if self.across is None else _LEAST_BARS
        return self.size >= _LEAST_CODE and sides[0] >= least * sides[1]

    def holds(self, point: tuple[float, float]) -> bool:
        """Tell whether a point lies in it."""
        left, top, right, bottom = self.box
        return left <= point[0] <= right and top <= point[1] <= bottom

    def cut(self, pixels: Pixels) -> Frame:
        """Return the part with a rim."""
        left, top, right, bottom = self.box
        return part_frame(pixels, ((left, top), (right, bottom)))


def parts(pixels: Pixels) -> tuple[Part, ...]:
    """Return the parts that look like codes, the largest first."""
    height, width = pixels.shape
    if height < 4 * _CELL or width < 4 * _CELL:
        return ()
    along_x, along_y, mixed = _cells(pixels)
    energy = along_x + along_y
    # A fifth of every picture is bare, and shows how much of the energy is noise.
    noise = _ABOVE_NOISE * float(np.percentile(energy, 20))
    full = (energy > min(max(noise, _LEAST_NOISE), _MOST_NOISE)).astype(np.uint8)
    cv2 = _cv2()
    full = cv2.morphologyEx(full, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(full, connectivity=4)
    order = sorted(range(1, count), key=lambda each: -int(stats[each, cv2.CC_STAT_AREA]))
    found = []
    for each in order[:_MOST_PARTS]:
        left, top, wide, high, area = (int(value) for value in stats[each])
        if area < _FEWEST_CELLS:
            break
        inside = labels == each
        sums = [float(energies[inside].sum()) for energies in (along_x, along_y, mixed)]
        box = tuple(edge * _CELL for edge in (left, top, left + wide, top + high))
        found.append(Part(cast("tuple[int, int, int, int]", box), _across(*sums)))
    return tuple(found)


def _cells(pixels: Pixels) -> tuple[npt.NDArray[np.float32], ...]:
    """Return the products of the gradients, as means over cells."""
    cv2 = _cv2()
    height, width = pixels.shape
    size = (width // _CELL, height // _CELL)
    whole = pixels[: size[1] * _CELL, : size[0] * _CELL]
    dx = cv2.Sobel(whole, cv2.CV_32F, 1, 0, ksize=3, scale=0.25)
    dy = cv2.Sobel(whole, cv2.CV_32F, 0, 1, ksize=3, scale=0.25)
    products = (dx * dx, dy * dy, dx * dy)
    return tuple(cv2.resize(each, size, interpolation=cv2.INTER_AREA) for each in products)


def _across(along_x: float, along_y: float, mixed: float) -> float | None:
    """Return the angle of bars from the sums of the gradients' products."""
    total = along_x + along_y
    coherence = np.hypot(along_x - along_y, 2 * mixed) / total if total else 0.0
    if coherence < _COHERENT:
        return None
    return float(np.degrees(np.arctan2(2 * mixed, along_x - along_y)) / 2)


@cache
def _cv2() -> Any:
    return import_module("cv2")
