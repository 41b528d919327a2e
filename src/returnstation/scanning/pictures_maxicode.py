"""Find a MaxiCode by its bull's-eye, lay it flat and upright, and let zxing-cpp read it.

zxing-cpp reads a MaxiCode only as a picture of nothing else; in a photo it finds none. The rings
tell where it is and how it is tilted, the marks around them which way is up. Its modules are then
drawn anew, clean, so that the reader's error correction has to bear only what the photo lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from math import cos, log, pi, sin
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from returnstation.scanning.pictures_frames import Pixels, thresholded
from returnstation.scanning.pictures_readers import MAXICODE, PictureCode, read_pure

_Floats: TypeAlias = npt.NDArray[np.float64]

_ROWS, _COLUMNS = 33, 30
# In modules of one unit across (ISO/IEC 16023): rows lie 0.85 apart, every second row half a
# module to the right, and the middle of the rings is here.
_ROW_STEP = 0.85
_MIDDLE = (14.025, 13.625)
# Outer edge of each ring, dark and light in turn, from the inside.
_RINGS = (1.3, 2.7, 4.29, 5.7, 7.29, 8.7)
_FEWEST_RINGS, _LARGEST_MISFIT = 4, 0.12
_SMALLEST_RING = 6.0
# Three modules at each of six places around the rings say which way is up.
_DARK_MARKS = (
    (9, 10), (9, 11), (10, 11), (15, 7), (16, 8), (16, 20), (17, 20), (22, 10), (23, 10), (22, 17),
    (23, 17),
)  # fmt: skip
_LIGHT_MARKS = ((9, 16), (9, 17), (10, 17), (16, 7), (16, 21), (22, 11), (23, 16))
_MOST_PLACES, _UPRIGHT_TRIES = 3, 3
_STEP_DEGREES = 2
_NUDGES = ((1.0, 0.0), (0.975, 0.0), (1.025, 0.0), (1.0, 1.5), (1.0, -1.5))
_DRAWN = 8  # pixels to a module


def read_maxicode(pixels: Pixels) -> Iterator[PictureCode]:
    """Yield the MaxiCodes of a picture."""
    for flat in _bulls_eyes(thresholded(pixels))[:_MOST_PLACES]:
        code = _read_at(pixels, flat)
        if code is not None:
            yield code


def _read_at(pixels: Pixels, flat: _Floats) -> PictureCode | None:
    soft = _cv2().GaussianBlur(pixels, (0, 0), max(_unit(flat) * 0.2, 0.5))
    for up in _upright(soft, flat):
        for scale, degrees in _NUDGES:
            place = up @ _turn(degrees * pi / 180) * scale
            place[:, 2] = flat[:, 2]
            grid = _sampled(soft, _places(place))
            for code in read_pure(_drawn(grid), MAXICODE):
                return replace(code, box=_corners(place))
    return None


def _bulls_eyes(sheet: Pixels) -> list[_Floats]:
    """Return an affine map from modules to pixels, up to a turn, for each set of rings."""
    cv2 = _cv2()
    lines, tree = cv2.findContours(sheet, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    found: list[tuple[float, _Floats]] = []
    for leaf in _deep_leaves(tree):
        chain = _rings(lines, tree[0], leaf)
        if len(chain) >= _FEWEST_RINGS:
            misfit, flat = _fitted(chain)
            if misfit < _LARGEST_MISFIT:
                found.append((misfit, flat))
    return [flat for _, flat in sorted(found, key=lambda each: each[0])]


def _deep_leaves(tree: Any) -> list[int]:
    """Return the contours that hold none and lie in at least three others."""
    if tree is None:
        return []
    inside = tree[0][:, 3]
    around = inside
    for _ in range(_FEWEST_RINGS - 2):
        around = np.where(around >= 0, inside[around], -1)
    return [int(leaf) for leaf in np.flatnonzero((tree[0][:, 2] < 0) & (around >= 0))]


def _rings(lines: Sequence[Any], tree: Any, leaf: int) -> list[tuple[Any, float]]:
    """Return the ellipses around a contour that share its middle, and their mean widths."""
    chain: list[tuple[Any, float]] = []
    each = leaf
    while each >= 0 and len(chain) < len(_RINGS):
        ellipse = _ellipse(lines[each])
        if ellipse is None:
            break
        (x, y), (narrow, wide), _ = ellipse
        if chain:
            (left, top), _, _ = chain[0][0]
            if abs(x - left) + abs(y - top) > 0.15 * wide + 1.5:
                break
        chain.append((ellipse, (narrow * wide) ** 0.5))
        each = int(tree[each][3])
    return chain


def _ellipse(line: Any) -> Any:
    if len(line) < 8:
        return None
    _, _, width, height = _cv2().boundingRect(line)
    if not (0.4 < width / height < 2.5 and min(width, height) > 3):
        return None
    ellipse = _cv2().fitEllipse(line)
    narrow, wide = ellipse[1]
    return ellipse if narrow > 0 and wide < 2.5 * narrow else None


def _fitted(chain: list[tuple[Any, float]]) -> tuple[float, _Floats]:
    """Return how badly rings have the widths of a bull's-eye, and the map that fits best."""
    widths = [log(max(width, 0.1)) for _, width in chain]
    fits = []
    for first in range(len(_RINGS) - len(chain) + 1):
        offs = [w - log(_RINGS[first + n]) for n, w in enumerate(widths)]
        # The innermost ring is the first that blur eats.
        fits.append((float(np.std(offs[1:])), float(np.mean(offs[1:]))))
    misfit, unit = min(fits)
    (x, y), (narrow, wide), degrees = chain[-1][0]
    if max(width for _, width in chain) < _SMALLEST_RING:
        misfit = 1.0
    size, lean = float(np.exp(unit)), degrees * pi / 180
    stretch = (narrow * wide) ** 0.5
    spin = np.array([[cos(lean), -sin(lean)], [sin(lean), cos(lean)]])
    shape = spin @ np.diag((narrow / stretch, wide / stretch)) @ spin.T * size
    return misfit, np.column_stack((shape, (x, y)))


def _upright(soft: Pixels, flat: _Floats) -> list[_Floats]:
    """Return the map turned so that the marks are where they belong, likeliest first."""
    ranked = []
    marks = _points((*_DARK_MARKS, *_LIGHT_MARKS))
    for degrees in range(0, 360, _STEP_DEGREES):
        turned = flat @ _turn(degrees * pi / 180)
        seen = _looked_up(soft, turned, marks)
        dark, light = seen[: len(_DARK_MARKS)], seen[len(_DARK_MARKS) :]
        ranked.append((float(light.mean() - dark.mean()), degrees, turned))
    ranked.sort(key=lambda each: -each[0])
    chosen: list[tuple[int, _Floats]] = []
    for _, degrees, turned in ranked:
        if all(abs(degrees - other) > 2 * _STEP_DEGREES for other, _ in chosen):
            chosen.append((degrees, turned))
        if len(chosen) == _UPRIGHT_TRIES:
            break
    return [turned for _, turned in chosen]


def _sampled(soft: Pixels, places: _Floats) -> npt.NDArray[np.bool_]:
    """Return which modules are dark, each by the light that falls around it."""
    cv2 = _cv2()
    seen = cv2.remap(
        soft, places[..., 0].astype(np.float32), places[..., 1].astype(np.float32),
        cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    level, _ = cv2.threshold(seen, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    around = cv2.blur(seen.astype(np.float32), (11, 11))
    return np.asarray(seen < 0.5 * level + 0.5 * around, bool)


def _drawn(grid: npt.NDArray[np.bool_]) -> Pixels:
    """Return a clean drawing of the modules."""
    step = round(_DRAWN * _ROW_STEP)
    sheet = np.full((_ROWS * step + 2 * step, (_COLUMNS + 3) * _DRAWN), 255, np.uint8)
    for row, column in zip(*np.nonzero(grid), strict=True):
        if column == _COLUMNS - 1 and row % 2:
            continue
        left = _DRAWN * (1 + int(column)) + _DRAWN // 2 * (int(row) % 2)
        top = step * (1 + int(row))
        sheet[top : top + step, left : left + _DRAWN] = 0
    return sheet


def _points(modules: Sequence[tuple[int, int]]) -> _Floats:
    """Return where modules lie, in modules from the middle of the rings."""
    return np.array(
        [(column + 0.5 * (row % 2) - _MIDDLE[0], row * _ROW_STEP - _MIDDLE[1])
        for row, column in modules
    ])  # fmt: skip


@cache
def _all_points() -> _Floats:
    every = [(row, column) for row in range(_ROWS) for column in range(_COLUMNS)]
    return _points(every).reshape(_ROWS, _COLUMNS, 2)


def _places(place: _Floats) -> _Floats:
    places: _Floats = _all_points() @ place[:, :2].T + place[:, 2]
    return places


def _looked_up(soft: Pixels, place: _Floats, points: _Floats) -> _Floats:
    at = np.rint(points @ place[:, :2].T + place[:, 2]).astype(int)
    height, width = soft.shape
    seen = soft[np.clip(at[:, 1], 0, height - 1), np.clip(at[:, 0], 0, width - 1)]
    return seen.astype(np.float64)


def _corners(place: _Floats) -> tuple[tuple[int, int], ...]:
    places = _places(place)
    ends = (places[0, 0], places[0, -1], places[-1, -1], places[-1, 0])
    return tuple((round(float(x)), round(float(y))) for x, y in ends)


def _turn(angle: float) -> _Floats:
    return np.array([[cos(angle), -sin(angle), 0], [sin(angle), cos(angle), 0], [0, 0, 1]])


def _unit(flat: _Floats) -> float:
    return float(abs(np.linalg.det(flat[:, :2])) ** 0.5)


@cache
def _cv2() -> Any:
    return import_module("cv2")
