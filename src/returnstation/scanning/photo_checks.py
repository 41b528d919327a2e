"""See whether a photo can serve as proof: sharp, lit, and not drowned in reflections.

The limits were measured on drawn desk pictures, each also blurred, moved, dimmed and with a
lamp mirrored in it: ``tests/unit/test_photo_checks.py`` draws them again.
"""

from enum import StrEnum
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Picture: TypeAlias = npt.NDArray[np.uint8]
"""Grey, or blue, green and red."""
Cut: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""

LEAST_SHARPNESS = 0.42
"""Sharp pictures measure 0.68 and more, a lens a little soft 0.48; blurred by three pixels of
1280, or moved by fifteen, 0.39 and less."""
MOST_GLARE = 0.01
"""Share of the picture that may be blown out: a mirrored lamp of 60 pixels of 1280 measures
0.006, one of 90 pixels 0.012."""
LEAST_LIGHT = 45.0
"""Grey level of the lighter parts; the drawn desk has 157, and 32 at a fifth of the light."""

_WIDTH = 640
_REACH = 15
_LEAST_EDGE = 30  # grey levels: more than noise
_FEWEST_EDGES = 0.002
_BEST = 0.75  # what lies behind the goods may be out of focus
_BLOWN_OUT = 252
_GRAIN = 5


class Fault(StrEnum):
    """What is wrong with a photo, as message key."""

    BLURRED = "photo.blurred"
    GLARE = "photo.glare"
    DARK = "photo.dark"


def faults_of(picture: Picture, cut: Cut | None = None) -> tuple[Fault, ...]:
    """Return what is wrong with a photo, or with what is cut from it, the gravest first."""
    small = shown(picture, cut)
    grey = _grey(small)
    if lightness(grey) < LEAST_LIGHT:
        return (Fault.DARK,)
    found = []
    if sharpness(grey) < LEAST_SHARPNESS:
        found.append(Fault.BLURRED)
    if glare(small) > MOST_GLARE:
        found.append(Fault.GLARE)
    return tuple(found)


def shown(picture: Picture, cut: Cut | None = None) -> Picture:
    """Return a photo, or what is cut from it, at the size it is judged at."""
    # Scaled before it is cut: a lens that is soft in the pixel is so in every picture.
    small = scaled(picture)
    if cut is None:
        return small
    share = small.shape[1] / picture.shape[1]
    left, top, right, bottom = (int(side * share) for side in cut)
    return np.ascontiguousarray(small[top : max(bottom, top + 1), left : max(right, left + 1)])


def sharpness(picture: Picture) -> float:
    """Return how much of an edge's height is climbed within a pixel; 0 without edges.

    1 is a drawing, 0 fog. The usual variance of the Laplacian measures contrast as much as
    sharpness: a black shoe would never be sharp, and a label always. A hand that moves spoils
    the edges of one direction only, so the worse direction counts.
    """
    grey = _grey(scaled(picture))
    ways = (_climb(grey), _climb(np.ascontiguousarray(grey.T)))
    return min((way for way in ways if way is not None), default=0.0)


def _climb(grey: Picture) -> float | None:
    """Return it for the edges that run from top to bottom; None when there are too few."""
    if grey.shape[1] < 2:
        return None
    along = np.ones((1, _REACH), np.uint8)
    climbs = np.asarray(cv2.dilate(cv2.absdiff(grey[:, 1:], grey[:, :-1]), along))
    heights = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, along))[:, 1:]
    edges = heights > _LEAST_EDGE
    if edges.mean() < _FEWEST_EDGES:
        return None
    return float(np.quantile(climbs[edges] / heights[edges].astype(np.float32), _BEST))


def glare(picture: Picture) -> float:
    """Return the share of the picture that is white through and through: mirrored light."""
    small = scaled(picture)
    darkest = small if small.ndim == 2 else small.min(axis=2)
    blown = np.where(darkest >= _BLOWN_OUT, 255, 0).astype(np.uint8)
    # White between the lines of a label is no reflection.
    kernel = np.ones((_GRAIN, _GRAIN), np.uint8)
    return float((cv2.morphologyEx(blown, cv2.MORPH_OPEN, kernel) > 0).mean())


def lightness(picture: Picture) -> float:
    """Return the grey level that a tenth of the picture exceeds."""
    return float(np.quantile(_grey(scaled(picture)), 0.9))


def scaled(picture: Picture) -> Picture:
    """Return a picture at the size the limits hold for; a smaller one stays as it is."""
    height, width = picture.shape[:2]
    if width <= _WIDTH:
        return picture
    size = (_WIDTH, max(1, round(height * _WIDTH / width)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _grey(picture: Picture) -> Picture:
    if picture.ndim == 2:
        return picture
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
