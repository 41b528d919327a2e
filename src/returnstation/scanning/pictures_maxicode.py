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
_MOST_TRIES = 3
_STEP_DEGREES = 2
_SCALES = (0.92, 0.94, 0.96, 0.98, 1.0, 1.02, 1.04, 1.06)
_LEANS = (-1.5, -0.75, 0.0, 0.75, 1.5)
_STEPS = (0.4, 0.2, 0.1, 0.3, 0.1)
_MOVES = ((1, 0), (-1, 0), (0, 1), (0, -1))
_DRAWN = 8  # pixels to a module


def read_maxicode(pixels: Pixels, tries: int = _MOST_TRIES) -> Iterator[PictureCode]:
    """Yield the MaxiCodes of a picture.

    Args:
        pixels: The picture.
        tries: At how many places, and how many ways up at each, a code is read.
    """
    # Softened: dust on the rings would break them.
    sheet = thresholded(_cv2().GaussianBlur(pixels, (0, 0), 1.0))
    for flat in _bulls_eyes(sheet)[:tries]:
        code = _read_at(pixels, flat, tries)
        if code is not None:
            yield code


def _read_at(pixels: Pixels, flat: _Floats, tries: int) -> PictureCode | None:
    soft = _cv2().GaussianBlur(pixels, (0, 0), max(_unit(flat) * 0.2, 0.5))
    for up in _upright(soft, flat)[:tries]:
        corners = _settled(soft, up)
        for code in read_pure(_drawn(_sampled(soft, _places(corners))), MAXICODE):
            return replace(code, box=tuple((round(x), round(y)) for x, y in corners.tolist()))
    return None


def _settled(soft: Pixels, up: _Floats) -> _Floats:
    """Return corners such that modules are darkest and lightest: in their middles.

    Rings and rows are printed a few hundredths larger or smaller, each in its way, and the rings
    tell little about perspective.
    """
    sizes = [(wide, high) for wide in _SCALES for high in _SCALES]
    size = max(sizes, key=lambda each: _clearness(soft, _corners_of(up, each)))
    leans = [_corners_of(up, size, degrees) for degrees in _LEANS]
    best = max(leans, key=lambda each: _clearness(soft, each))
    clear = _clearness(soft, best)
    unit = float(np.linalg.norm(best[1] - best[0])) / (_COLUMNS - 1)
    for step in _STEPS:
        for corner in range(4):
            for move in _MOVES:
                tried = best.copy()
                tried[corner] += np.array(move) * step * unit
                seen = _clearness(soft, tried)
                if seen > clear:
                    best, clear = tried, seen
    return best


def _clearness(soft: Pixels, corners: _Floats) -> float:
    return float(_looked_up(soft, _places(corners).reshape(-1, 2)).std())


def _bulls_eyes(sheet: Pixels) -> list[_Floats]:
    """Return an affine map from modules to pixels, up to a turn, for each set of rings."""
    cv2 = _cv2()
    lines, tree = cv2.findContours(sheet, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    found: list[tuple[float, _Floats]] = []
    for inmost in _deep(tree):
        chain = _rings(lines, tree[0], inmost)
        # Modules that touch the outer rings spoil them, and nothing else.
        for count in range(_FEWEST_RINGS, len(chain) + 1):
            misfit, flat = _fitted(chain[:count])
            if misfit < _LARGEST_MISFIT:
                found.append((misfit - 0.01 * count, flat))
    chosen: list[_Floats] = []
    for _, flat in sorted(found, key=lambda each: each[0]):
        if all(np.abs(flat[:, 2] - other[:, 2]).max() > _unit(flat) for other in chosen):
            chosen.append(flat)
    return chosen


def _deep(tree: Any) -> list[int]:
    """Return the contours that lie in at least three others."""
    if tree is None:
        return []
    inside = tree[0][:, 3]
    around = inside
    for _ in range(_FEWEST_RINGS - 2):
        around = np.where(around >= 0, inside[around], -1)
    return [int(each) for each in np.flatnonzero(around >= 0)]


def _rings(lines: Sequence[Any], tree: Any, inmost: int) -> list[tuple[Any, float]]:
    """Return the ellipses around a contour that share its middle, and their mean widths."""
    chain: list[tuple[Any, float]] = []
    each = inmost
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
        fits.append((float(np.std(offs)), first))
    misfit, first = min(fits)
    # Blur eats the innermost ring, and modules touch the outermost.
    sound = [
        (ellipse, _RINGS[first + n])
        for n, (ellipse, _) in enumerate(chain)
        if 0 < first + n < len(_RINGS) - 1
    ]
    shape = np.mean([_shape(ellipse) / ring for ellipse, ring in sound], axis=0)
    middle = np.mean([ellipse[0] for ellipse, _ in sound], axis=0)
    too_small = max(width for _, width in chain) < _SMALLEST_RING
    return (1.0 if too_small else misfit), np.column_stack((shape, middle))


def _shape(ellipse: Any) -> _Floats:
    """Return what makes a circle of width one into an ellipse."""
    _, (narrow, wide), degrees = ellipse
    lean = degrees * pi / 180
    spin = np.array([[cos(lean), -sin(lean)], [sin(lean), cos(lean)]])
    return np.asarray(spin @ np.diag((narrow, wide)) @ spin.T)


def _upright(soft: Pixels, flat: _Floats) -> list[_Floats]:
    """Return the map turned so that the marks are where they belong, likeliest first."""
    ranked = []
    marks = _points((*_DARK_MARKS, *_LIGHT_MARKS))
    for degrees in range(0, 360, _STEP_DEGREES):
        turned = flat @ _turn(degrees * pi / 180)
        seen = _looked_up(soft, marks @ turned[:, :2].T + turned[:, 2])
        dark, light = seen[: len(_DARK_MARKS)], seen[len(_DARK_MARKS) :]
        ranked.append((float(light.mean() - dark.mean()), degrees, turned))
    ranked.sort(key=lambda each: -each[0])
    chosen: list[tuple[int, _Floats]] = []
    for _, degrees, turned in ranked:
        if all(abs(degrees - other) > 2 * _STEP_DEGREES for other, _ in chosen):
            chosen.append((degrees, turned))
        if len(chosen) == _MOST_TRIES:
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


def _corners_of(up: _Floats, size: tuple[float, float], degrees: float = 0.0) -> _Floats:
    """Return where the first and last modules of the first and last row lie."""
    ends = _all_points()[[0, 0, -1, -1], [0, -1, -1, 0]] * size
    lean = _turn(degrees * pi / 180)[:2, :2]
    corners: _Floats = ends @ lean.T @ up[:, :2].T + up[:, 2]
    return corners


def _places(corners: _Floats) -> _Floats:
    """Return where every module lies between four corners."""
    ends = _all_points()[[0, 0, -1, -1], [0, -1, -1, 0]].astype(np.float32)
    lay = _cv2().getPerspectiveTransform(ends, corners.astype(np.float32))
    points = _all_points().reshape(-1, 1, 2).astype(np.float32)
    places = _cv2().perspectiveTransform(points, lay)
    return np.asarray(places, np.float64).reshape(_ROWS, _COLUMNS, 2)


def _looked_up(soft: Pixels, places: _Floats) -> _Floats:
    at = np.rint(places).astype(int)
    height, width = soft.shape
    seen: _Floats = soft[np.clip(at[:, 1], 0, height - 1), np.clip(at[:, 0], 0, width - 1)].astype(
        np.float64
    )
    return seen


def _turn(angle: float) -> _Floats:
    return np.array([[cos(angle), -sin(angle), 0], [sin(angle), cos(angle), 0], [0, 0, 1]])


def _unit(flat: _Floats) -> float:
    return float(abs(np.linalg.det(flat[:, :2])) ** 0.5)


@cache
def _cv2() -> Any:
    return import_module("cv2")
