"""Make a drawing look as a desk camera sees it: tilted, soft, noisy, badly lit."""

from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from returnstation.demosite.drawing_lots import Lots

_Pixels: TypeAlias = npt.NDArray[np.uint8]

_FRAME = (1200, 1600)
_CARDBOARD = (112, 150, 184)  # blue, green, red
_SLANT = 0.035


@dataclass(frozen=True, slots=True)
class Shot:
    """How a picture turned out.

    Attributes:
        turn: Degrees.
        light: 1 is bright, 0.3 dim.
        softness: Blur in pixels (sigma).
        noise: Grey levels (sigma).
        quality: Of the JPEG.
    """

    turn: float
    light: float
    softness: float
    noise: float
    quality: int


def a_shot(lots: Lots) -> Shot:
    """Return one of the ways pictures turn out."""
    # One in four parcels lies crooked; beyond 20 degrees readers must turn the picture.
    turn = lots.uniform(-9, 9) if lots.chance(75) else lots.uniform(28, 62)
    return Shot(
        turn=turn,
        light=lots.choice((1.0, 0.9, 0.75, 0.5)),
        softness=lots.uniform(0.4, 0.9),
        noise=lots.uniform(2, 6),
        quality=lots.randint(72, 88),
    )


def photograph(label: Image.Image, shot: Shot, lots: Lots) -> bytes:
    """Return the label on a cardboard box as a JPEG."""
    width, height = _FRAME
    frame = np.full((height, width, 3), _CARDBOARD, np.uint8)
    seen = _taken(cv2.cvtColor(np.array(label), cv2.COLOR_GRAY2BGR), frame, shot, lots)
    soft = cv2.GaussianBlur(seen, (0, 0), shot.softness)
    noise = np.random.default_rng(lots.randrange(2**32)).normal(0, shot.noise, soft.shape)
    # Light falls from one side, as on every desk.
    fall = np.linspace(1.0, 0.8, width, dtype=np.float32)[None, :, None]
    lit = np.clip(soft * fall * shot.light + noise, 0, 255).astype(np.uint8)
    out = BytesIO()
    rgb = cv2.cvtColor(lit, cv2.COLOR_BGR2RGB)
    Image.fromarray(np.asarray(rgb, np.uint8)).save(out, "JPEG", quality=shot.quality)
    return out.getvalue()


def _taken(label: _Pixels | cv2.typing.MatLike, frame: _Pixels, shot: Shot, lots: Lots) -> _Pixels:
    """Return the frame with the label laid into it, turned and seen from an angle."""
    height, width = label.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    angle = np.deg2rad(shot.turn)
    spin = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    middle = np.array((width / 2, height / 2))
    turned = (corners - middle) @ spin
    reach = np.abs(turned).max(axis=0) * 2
    scale = min(_FRAME[0] * 0.96 / reach[0], _FRAME[1] * 0.96 / reach[1])
    slant = [[lots.uniform(-_SLANT, 0) * width for _ in range(2)] for _ in range(4)]
    inward = np.sign(turned) * np.array(slant)
    places = (turned + inward) * scale + np.array(_FRAME) / 2
    warp = cv2.getPerspectiveTransform(corners, places.astype(np.float32))
    laid = cv2.warpPerspective(label, warp, _FRAME)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), warp, _FRAME)
    shares = (mask.astype(np.float32) / 255)[..., None]
    return np.asarray(laid * shares + frame * (1 - shares), np.uint8)
