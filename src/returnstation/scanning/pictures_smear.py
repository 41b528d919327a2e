"""Tell how a picture was smeared, by a lens out of focus or a hand that moved, and undo it.

The power of a sharp picture falls with the square of the frequency, and noise has the same power
everywhere. What lies below that, a smear took; few smears are tried, and the one that explains
most of it is the one that was.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from returnstation.scanning.pictures_frames import Pixels

_Floats: TypeAlias = npt.NDArray[np.float64]

_TILE = 64
_MOST_TILES = 400
_FULL_SHARE = 0.3
"""Of the liveliest tiles' variance, below which a tile shows desk instead of print."""
# Cycles to a pixel: below, the layout of the label shows; above, there is noise only.
_LOWEST, _HIGHEST, _NOISE_FROM = 0.04, 0.33, 0.42
_LENS = 0.6
"""How soft the sharpest pictures are."""
_SOFT = (_LENS, 0.9, 1.2, 1.5, 1.8, 2.1, 2.4)
_LENGTHS = (3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 11.0)
_ANGLES = tuple(step * 11.25 for step in range(16))
_REACH = 16
"""Pixels to each side that have a say in a pixel."""
_CAUTION = 0.02
"""How much noise against signal to reckon with: more gives softer pictures, less gives ringing."""


@dataclass(frozen=True, slots=True)
class Smear:
    """What became of a point.

    Attributes:
        softness: Standard deviation of the spot, in pixels.
        length: How far it moved, in pixels.
        degrees: Which way, clockwise from the right.
    """

    softness: float
    length: float = 0.0
    degrees: float = 0.0


def estimated_smear(pixels: Pixels) -> Smear | None:
    """Return what explains a picture best; None where it is too small or too plain to tell."""
    power = _power(pixels)
    if power is None:
        return None
    reach = _frequencies()[2]
    noise = float(np.median(power[reach > _NOISE_FROM]))
    seen, curves, smears = _candidates()
    lost = np.log(power[seen] + noise / 10)[None, :] - np.log(curves)
    bright = np.exp(np.median(lost, axis=1, keepdims=True))
    misfit = np.abs(np.log(bright * curves + noise) - np.log(power[seen] + noise / 10)).mean(axis=1)
    return smears[int(misfit.argmin())]


def unsmeared(pixels: Pixels, smear: Smear) -> Pixels:
    """Return a picture as it would be without a smear."""
    return cast("Pixels", _cv2().filter2D(pixels, -1, _undoing(smear)))


def _power(pixels: Pixels) -> _Floats | None:
    """Return the mean power at each frequency where there is print."""
    height, width = pixels.shape
    step = max(_TILE // 2, int((height * width / _MOST_TILES) ** 0.5))
    tiles = [
        pixels[top : top + _TILE, left : left + _TILE]
        for top in range(0, height - _TILE + 1, step)
        for left in range(0, width - _TILE + 1, step)
    ]
    if not tiles:
        return None
    stack = np.array(tiles, np.float32)
    lively = stack.var(axis=(1, 2))
    full = stack[lively >= max(_FULL_SHARE * float(np.percentile(lively, 95)), 1.0)]
    if not len(full):
        return None
    window = np.outer(np.hanning(_TILE), np.hanning(_TILE)).astype(np.float32)
    waves = np.fft.rfft2((full - full.mean(axis=(1, 2), keepdims=True)) * window)
    return cast("_Floats", (np.abs(waves) ** 2).mean(axis=0))


@cache
def _frequencies() -> tuple[_Floats, _Floats, _Floats]:
    """Return the frequencies of a tile to the right and downwards, and their sizes."""
    across, down = np.meshgrid(np.fft.rfftfreq(_TILE), np.fft.fftfreq(_TILE))
    return across, down, np.hypot(across, down)


@cache
def _candidates() -> tuple[npt.NDArray[np.bool_], _Floats, tuple[Smear, ...]]:
    """Return which frequencies tell something, and what each smear would make of the power."""
    reach = _frequencies()[2]
    seen = (reach > _LOWEST) & (reach < _HIGHEST)
    smears = (
        *(Smear(softness) for softness in _SOFT),
        *(Smear(_LENS, length, degrees) for length in _LENGTHS for degrees in _ANGLES),
    )
    curves = [(_kept(smear)[seen] / reach[seen]) ** 2 + 1e-9 for smear in smears]
    return seen, np.array(curves), smears


def _kept(smear: Smear) -> _Floats:
    """Return how much of each frequency a smear leaves."""
    across, down, reach = _frequencies()
    angle = np.radians(smear.degrees)
    along = across * np.cos(angle) + down * np.sin(angle)
    soft = np.exp(-2 * (np.pi * smear.softness * reach) ** 2)
    return cast("_Floats", soft * np.sinc(along * smear.length))


@lru_cache(maxsize=64)
def _undoing(smear: Smear) -> npt.NDArray[np.float32]:
    """Return the filter of Wiener that undoes a smear."""
    kept = _kept(smear)
    spread = np.fft.fftshift(np.fft.irfft2(kept / (kept**2 + _CAUTION), s=(_TILE, _TILE)))
    middle = slice(_TILE // 2 - _REACH, _TILE // 2 + _REACH + 1)
    cut = spread[middle, middle]
    return cast("npt.NDArray[np.float32]", (cut / cut.sum()).astype(np.float32))


@cache
def _cv2() -> Any:
    return import_module("cv2")
