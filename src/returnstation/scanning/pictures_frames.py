"""Prepare grey pictures for another look, and say what is wrong with them.

OpenCV is loaded when first needed: it takes 90 ms, and most codes are read without it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Point: TypeAlias = tuple[int, int]

_DARK_BELOW = 45
_BLURRED_BELOW = 25.0
_GLARING_FROM = 0.35
_GLARE = 252
_ROWS = 13


@dataclass(frozen=True, slots=True)
class Frame:
    """A changed picture.

    Attributes:
        place: Tells where a point of it lies in the original.
    """

    pixels: Pixels
    place: Callable[[Point], Point]

    def within(self, outer: "Frame") -> "Frame":
        """Return the picture as a change of what ``outer`` was made from."""
        return Frame(self.pixels, lambda point: outer.place(self.place(point)))


def turned(pixels: Pixels, degrees: float) -> Frame:
    """Return a picture turned about its middle, on a sheet that holds all of it."""
    height, width = pixels.shape
    turn = _cv2().getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = (int(height * sine + width * cosine), int(height * cosine + width * sine))
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    sheet = _cv2().warpAffine(pixels, turn, size, borderMode=_cv2().BORDER_REPLICATE)
    back = _cv2().invertAffineTransform(turn)
    return Frame(cast("Pixels", sheet), lambda point: _applied(back, point))


def enlarged(pixels: Pixels) -> Frame:
    """Return a picture of twice the size with sharper edges."""
    cv2 = _cv2()
    twice = cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(twice, (0, 0), 2)
    sharp = cv2.addWeighted(twice, 1.7, soft, -0.7, 0)
    return Frame(cast("Pixels", sharp), lambda point: (point[0] // 2, point[1] // 2))


def magnified(pixels: Pixels) -> Frame:
    """Return a picture of twice the size, as sharp as it was."""
    twice = _cv2().resize(pixels, None, fx=2, fy=2, interpolation=_cv2().INTER_CUBIC)
    return Frame(cast("Pixels", twice), lambda point: (point[0] // 2, point[1] // 2))


def at_most(pixels: Pixels, size: int) -> Frame:
    """Return a picture with no more pixels than that."""
    scale = (size / pixels.size) ** 0.5
    if scale >= 1:
        return Frame(pixels, lambda point: point)
    small = _cv2().resize(pixels, None, fx=scale, fy=scale, interpolation=_cv2().INTER_AREA)
    return Frame(
        cast("Pixels", small), lambda point: (round(point[0] / scale), round(point[1] / scale))
    )


def levelled(pixels: Pixels) -> Pixels:
    """Return a picture of upright bars with each row the mean of those around it."""
    return cast("Pixels", _cv2().blur(pixels, (1, _ROWS)))


def thresholded(pixels: Pixels) -> Pixels:
    """Return a picture in black and white, each part by the light that falls on it."""
    cv2 = _cv2()
    return cast(
        "Pixels",
        cv2.adaptiveThreshold(
            pixels, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, 51, 7
        ),
    )


def blurred(pixels: Pixels) -> Pixels:
    """Return a picture with less noise."""
    return cast("Pixels", _cv2().GaussianBlur(pixels, (0, 0), 1.2))


def shrunk(pixels: Pixels) -> Pixels:
    """Return a picture of three quarters the size: the same bars on other dots."""
    cv2 = _cv2()
    return cast("Pixels", cv2.resize(pixels, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA))


def part(pixels: Pixels, box: tuple[Point, ...]) -> Pixels:
    """Return the part of a picture around a box, with room for quiet zones."""
    return part_frame(pixels, box).pixels


def part_frame(pixels: Pixels, box: tuple[Point, ...]) -> Frame:
    """Return the part of a picture around a box, knowing where it was."""
    xs, ys = [x for x, _ in box], [y for _, y in box]
    rim = max(max(xs) - min(xs), max(ys) - min(ys)) // 4 + 8
    top, left = max(min(ys) - rim, 0), max(min(xs) - rim, 0)
    cut = np.ascontiguousarray(pixels[top : max(ys) + rim, left : max(xs) + rim])
    return Frame(cut, lambda point: (point[0] + left, point[1] + top))


def is_dark(pixels: Pixels) -> bool:
    """Tell whether there is too little light."""
    few = pixels[::4, ::4]
    return bool(few.mean() < _DARK_BELOW and np.percentile(few, 95) < _DARK_BELOW * 2)


def is_blurred(pixels: Pixels) -> bool:
    """Tell whether nothing in a picture has an edge."""
    edges = _cv2().Laplacian(pixels, _cv2().CV_16S)
    _, spread = _cv2().meanStdDev(edges)
    return bool(spread[0, 0] ** 2 < _BLURRED_BELOW)


def is_glaring(pixels: Pixels) -> bool:
    """Tell whether a good part of a picture is nothing but light."""
    return bool((pixels[::2, ::2] >= _GLARE).mean() > _GLARING_FROM)


def _applied(turn: npt.NDArray[np.float64], point: Point) -> Point:
    x, y = turn @ np.array([point[0], point[1], 1.0])
    return round(float(x)), round(float(y))


@cache
def _cv2() -> Any:
    return import_module("cv2")
