"""Make a photo of what a camera or a file gave: cut to the goods, and looked at."""

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np

from returnstation.scanning.photo_checks import Cut, Fault, Picture, faults_of, shown
from returnstation.scanning.photo_crop import suggested_cut

_QUALITY = 92
_LONGEST_SIDE = 8192


class Framing(Enum):
    """How much of a picture is kept."""

    WHOLE = "whole"
    GOODS = "goods"


class NoPicture(ValueError):
    """The bytes are no picture that can be read."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that was looked at.

    Attributes:
        content: JPEG.
        shown: What is in it, small, for a screen.
        faults: Why it may be no good, the gravest first.
        cut: What was kept of the picture; None when all of it.
    """

    content: bytes
    shown: Picture
    faults: tuple[Fault, ...]
    cut: Cut | None = None


def make_photo(content: bytes, framing: Framing) -> Photo:
    """Return the photo in a picture file, in colour.

    Raises:
        NoPicture: It cannot be read, or is far too large.
    """
    picture = _decoded(content)
    cut = suggested_cut(picture) if framing is Framing.GOODS else None
    faults = faults_of(picture, cut)
    small = shown(picture, cut)
    if cut is None:
        return Photo(content, small, faults)
    goods = np.ascontiguousarray(picture[cut[1] : cut[3], cut[0] : cut[2]])
    is_written, packed = cv2.imencode(".jpg", goods, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not is_written:
        raise NoPicture
    return Photo(packed.tobytes(), small, faults, cut)


def _decoded(content: bytes) -> Picture:
    packed = np.frombuffer(content, np.uint8)
    try:
        picture = cv2.imdecode(packed, cv2.IMREAD_COLOR) if packed.size else None
    except cv2.error as error:  # more pixels than OpenCV takes
        raise NoPicture from error
    if picture is None or max(picture.shape[:2]) > _LONGEST_SIDE:
        raise NoPicture
    return np.asarray(picture, np.uint8)
