"""Photograph a label the ways a desk camera does: crooked, blurred, dark, wrinkled, glaring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, radians, sin
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from returnstation.cli.bench.decoding.codes import SCALE
from returnstation.cli.bench.decoding.lots import Lots
from returnstation.scanning.pictures_frames import Pixels

FRAME = (1280, 720)


@dataclass(frozen=True, slots=True)
class _Shot:
    """How a picture is taken: degrees, pixels and shares."""

    turn: float
    nearer: float = 1.0
    tilt: float = 0.0
    waves: float = 0.0


def photograph(label: Pixels, way: str, unit: float, lots: Lots) -> Pixels:
    """Return a photo of a label, ``unit`` pixels to a module where it is not told to be small."""
    shot = _SHOTS.get(way, _upright)(lots)
    seen = _laid(_waved(label, shot.waves, lots), shot, unit, lots)
    spoil = _SPOILS.get(way)
    if spoil is not None:
        seen = spoil(seen, lots)
    return _noisy(cv2.GaussianBlur(seen, (0, 0), 0.6), lots.uniform(2, 5), lots)


def _upright(lots: Lots) -> _Shot:
    return _Shot(lots.choice((0, 0, 90, 180)) + lots.uniform(-7, 7))


_SHOTS: Mapping[str, Callable[[Lots], _Shot]] = {
    "rotation": lambda lots: _Shot(lots.uniform(0, 360)),
    "small": lambda lots: _Shot(lots.uniform(-5, 5), nearer=lots.uniform(0.58, 0.75)),
    "perspective": lambda lots: _Shot(lots.uniform(-9, 9), tilt=lots.uniform(0.15, 0.4)),
    "wrinkles": lambda lots: _Shot(lots.uniform(-9, 9), waves=lots.uniform(0.8, 2.4)),
}


def _laid(label: Pixels, shot: _Shot, unit: float, lots: Lots) -> Pixels:
    """Return a frame with the label laid in, turned and tilted."""
    scale = unit * shot.nearer / SCALE
    height, width = label.shape
    # Shrunk evenly first: a warp alone would skip dots.
    small = cv2.resize(label, None, fx=scale * 1.5, fy=scale * 1.5, interpolation=cv2.INTER_AREA)
    angle = radians(shot.turn)
    spin = np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    half = np.array((width, height)) * scale / 2
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    corners[1:3, 1] *= 1 - shot.tilt
    corners[1:3, 0] *= 1 - shot.tilt / 2
    middle = np.array(FRAME) / 2 + [lots.uniform(-20, 20), lots.uniform(-15, 15)]
    places = corners @ spin.T + middle
    frame = _desk(lots)
    edges = np.array(
        [(0, 0), (small.shape[1], 0), (small.shape[1], small.shape[0]), (0, small.shape[0])]
    )
    warp = cv2.getPerspectiveTransform(edges.astype(np.float32), places.astype(np.float32))
    white = np.full(small.shape, 255, np.uint8)
    paper = cv2.warpPerspective(small, warp, FRAME).astype(np.float32)
    share = cv2.warpPerspective(white, warp, FRAME).astype(np.float32) / 255
    mixed = paper * 0.85 + 20 * share + frame * (1 - share)
    return _pixels(mixed)


def _waved(label: Pixels, waves: float, lots: Lots) -> Pixels:
    if not waves:
        return label
    height, width = label.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    long, phase = lots.uniform(180, 420), lots.uniform(0, 6)
    push = waves * SCALE * 0.7
    xs += push * np.sin(ys / long + phase) + push * np.sin(xs / (long * 1.7))
    ys += push * np.sin(xs / long + phase * 2)
    bent = cv2.remap(label, xs, ys, cv2.INTER_LINEAR, borderValue=(255,))
    shade = 1 - 0.25 * np.abs(np.sin(xs / long + ys / (2 * long)))
    return _pixels(bent * shade)


def _desk(lots: Lots) -> npt.NDArray[np.float32]:
    rough = lots.noise().normal(0, 14, (FRAME[1] // 4, FRAME[0] // 4)).astype(np.float32)
    grain = cv2.resize(rough, FRAME, interpolation=cv2.INTER_CUBIC)
    fall = np.linspace(1.05, 0.85, FRAME[0], dtype=np.float32)[None, :]
    return np.asarray((lots.uniform(70, 150) + grain) * fall, np.float32)


def _blur(seen: Pixels, lots: Lots) -> Pixels:
    return np.asarray(cv2.GaussianBlur(seen, (0, 0), lots.uniform(0.8, 1.9)), np.uint8)


def _motion(seen: Pixels, lots: Lots) -> Pixels:
    long, angle = lots.randint(3, 7), radians(lots.uniform(0, 180))
    kernel = np.zeros((9, 9), np.float32)
    for step in np.linspace(-long / 2, long / 2, 40):
        kernel[round(4 + step * sin(angle)), round(4 + step * cos(angle))] += 1
    return np.asarray(cv2.filter2D(seen, -1, kernel / kernel.sum()), np.uint8)


def _glare(seen: Pixels, lots: Lots) -> Pixels:
    ys, xs = np.mgrid[0 : FRAME[1], 0 : FRAME[0]].astype(np.float32)
    light = np.zeros_like(xs)
    for _ in range(lots.randint(1, 3)):
        x, y = lots.uniform(0.25, 0.75) * FRAME[0], lots.uniform(0.25, 0.75) * FRAME[1]
        wide, high = lots.uniform(25, 90), lots.uniform(15, 60)
        light += np.exp(-(((xs - x) / wide) ** 2) - ((ys - y) / high) ** 2)
    return _pixels(seen + 260 * light)


def _low_light(seen: Pixels, lots: Lots) -> Pixels:
    return _noisy(np.asarray(seen * lots.uniform(0.12, 0.35), np.uint8), lots.uniform(2, 5), lots)


def _low_contrast(seen: Pixels, lots: Lots) -> Pixels:
    share = lots.uniform(0.2, 0.45)
    return np.asarray(seen * share + 150 * (1 - share), np.uint8)


def _jpeg(seen: Pixels, lots: Lots) -> Pixels:
    _, packed = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, lots.randint(8, 35)])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def _shadow(seen: Pixels, lots: Lots) -> Pixels:
    edge = np.linspace(-1, 1, FRAME[0]) + lots.uniform(-0.4, 0.4)
    light = 0.2 + 0.8 / (1 + np.exp(-edge * lots.uniform(4, 20)))
    return np.asarray(seen * light[None, :], np.uint8)


def _noisy(seen: Pixels | cv2.typing.MatLike, strength: float, lots: Lots) -> Pixels:
    noise = lots.noise().normal(0, strength, seen.shape)
    return _pixels(seen + noise)


def _pixels(light: Any) -> Pixels:
    return np.asarray(np.clip(light, 0, 255), np.uint8)


_SPOILS: Mapping[str, Callable[[Pixels, Lots], Pixels]] = {
    "blur": _blur, "motion": _motion, "glare": _glare, "low light": _low_light,
    "low contrast": _low_contrast, "jpeg": _jpeg, "shadow": _shadow,
}  # fmt: skip

WAYS = ("clean", *_SHOTS, *_SPOILS)
"""The ways pictures are taken."""
