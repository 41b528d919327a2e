"""Find what lies on the desk, so that a photo shows the goods and not the desk."""

import cv2
import numpy as np

from returnstation.scanning.photo_checks import Cut, Picture

_WIDTH = 320
_RIM = 0.04
_MARGIN = 0.05
_SMALLEST, _LARGEST = 0.02, 0.85
"""Shares of the picture; less is a crumb, and more is not worth a cut."""
_LEAST_DIFFERENCE = 14  # of colour; below it everything is desk
_GRAIN = 7


def suggested_cut(picture: Picture) -> Cut | None:
    """Return where the largest thing before the desk lies, with a margin; None without one.

    The desk is what the rim of the picture shows most of.
    """
    height, width = picture.shape[:2]
    if min(height, width) < _GRAIN * 4:
        return None
    scale = min(1.0, _WIDTH / width)
    box = _largest(_differences(_small(picture, scale)))
    if box is None:
        return None
    left, top, wide, high = (side / scale for side in box)
    margin = _MARGIN * max(wide, high)
    cut = (
        max(0, round(left - margin)),
        max(0, round(top - margin)),
        min(width, round(left + wide + margin)),
        min(height, round(top + high + margin)),
    )
    share = (cut[2] - cut[0]) * (cut[3] - cut[1]) / (width * height)
    return cut if share <= _LARGEST else None


def _small(picture: Picture, scale: float) -> Picture:
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (5, 5), 0)
    return np.asarray(soft if soft.ndim == 2 else cv2.cvtColor(soft, cv2.COLOR_BGR2LAB), np.uint8)


def _differences(small: Picture) -> Picture:
    """Return how far each pixel is from the colour of the desk."""
    height, width = small.shape[:2]
    rim = max(2, round(_RIM * width))
    layers = small.reshape(height, width, -1).astype(np.int16)
    around = np.concatenate(
        [
            layers[:rim].reshape(-1, layers.shape[2]),
            layers[-rim:].reshape(-1, layers.shape[2]),
            layers[:, :rim].reshape(-1, layers.shape[2]),
            layers[:, -rim:].reshape(-1, layers.shape[2]),
        ]
    )
    far = np.abs(layers - np.median(around, axis=0)).max(axis=2)
    return np.asarray(np.clip(far, 0, 255), np.uint8)


def _largest(differences: Picture) -> tuple[int, int, int, int] | None:
    """Return left, top, width and height of the largest thing."""
    limit, _ = cv2.threshold(differences, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    # Otsu finds two classes in noise as well, and splits goods of two colours.
    limit = min(max(limit * 0.7, _LEAST_DIFFERENCE), 60)
    mask = np.where(differences > limit, 255, 0).astype(np.uint8)
    kernel = np.ones((_GRAIN, _GRAIN), np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel), np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return None
    row = stats[1:][stats[1:, cv2.CC_STAT_AREA].argmax()]
    if row[cv2.CC_STAT_AREA] < _SMALLEST * differences.size:
        return None
    left, top, wide, high = (int(value) for value in row[:4])
    return left, top, wide, high
