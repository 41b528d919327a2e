"""Read the barcodes in a picture: a photo, a screenshot, a frame of the camera.

Readers are tried in stages, cheap and sure ones first, until one finds something sane. What
finds nothing ends in a hint for the person who holds the camera, not in more filters.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from returnstation.scanning.pictures_files import BadPicture, open_picture
from returnstation.scanning.pictures_frames import (
    Frame,
    Pixels,
    blurred,
    enlarged,
    is_blurred,
    is_dark,
    is_glaring,
    part,
    thresholded,
    turned,
)
from returnstation.scanning.pictures_readers import (
    EVERYTHING,
    LINEAR,
    NOT_RETAIL,
    PictureCode,
    is_product_code,
    read_linear_again,
    read_zxing,
)

__all__ = [
    "BadPicture",
    "Hint",
    "PictureCode",
    "PictureScan",
    "read_picture",
    "read_pixels",
]

_TURNS = (45.0, 22.5, 67.5)
# Enlarging helps small codes in small pictures only, and costs four times the time.
_ENLARGED_UP_TO = 2_200_000

_Stage: TypeAlias = Callable[[Pixels], Iterable[PictureCode]]


class Hint(StrEnum):
    """What would help, as message key, when a picture could not be used."""

    NOTHING = "picture.nothing"
    DARK = "picture.dark"
    BLURRED = "picture.blurred"
    GLARING = "picture.glaring"
    DISAGREE = "picture.disagree"


@dataclass(frozen=True, slots=True)
class PictureScan:
    """What a picture gave.

    Attributes:
        codes: All barcodes that were read, each once.
        hint: What to do differently, when there is none to use.
    """

    codes: tuple[PictureCode, ...]
    hint: Hint | None = None


def read_picture(content: bytes) -> PictureScan:
    """Read the barcodes in the file of a picture.

    Raises:
        BadPicture: It is no picture, too large, or damaged.
    """
    picture = open_picture(content)
    scan = read_pixels(picture.pixels)
    return PictureScan(tuple(code.scaled(picture.scale) for code in scan.codes), scan.hint)


def read_pixels(pixels: Pixels) -> PictureScan:
    """Read the barcodes in a grey picture."""
    for stage in _STAGES:
        # A code seen on two turned frames is one code.
        found = tuple({code.scan_text: code for code in stage(pixels)}.values())
        agreed = tuple(code for code in found if _is_agreed(code, pixels))
        if agreed:
            return PictureScan(agreed)
        if found:
            return PictureScan((), Hint.DISAGREE)
    return PictureScan((), _hint(pixels))


def _whole(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(pixels, EVERYTHING)


def _turned(pixels: Pixels) -> Iterable[PictureCode]:
    # Linear codes are looked for along rows and columns only, and found up to 20 degrees off.
    for degrees in _TURNS:
        frame = turned(pixels, degrees)
        yield from _placed(frame, read_zxing(frame.pixels, LINEAR))


def _thresholded(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(thresholded(pixels), EVERYTHING)


def _blurred(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(blurred(pixels), EVERYTHING)


def _enlarged(pixels: Pixels) -> Iterable[PictureCode]:
    if pixels.size > _ENLARGED_UP_TO:
        return
    frame = enlarged(pixels)
    # Enlarged EAN codes are misread with a right check digit.
    yield from _placed(frame, read_zxing(frame.pixels, NOT_RETAIL))


def _placed(frame: Frame, codes: Iterable[PictureCode]) -> Iterable[PictureCode]:
    return (code.moved(frame.place) for code in codes)


_STAGES: tuple[_Stage, ...] = (
    _whole, _turned, _thresholded, read_linear_again, _blurred, _enlarged,
)  # fmt: skip


def _is_agreed(code: PictureCode, pixels: Pixels) -> bool:
    """Tell whether a second look at a product code says the same, or nothing at all.

    One in a hundred EAN codes is misread with a right check digit; the same mistake twice, by
    another reader or on other dots, is not seen.
    """
    if not is_product_code(code):
        return True
    around = part(pixels, code.box)
    looks = (*read_linear_again(around), *read_zxing(thresholded(around), LINEAR))
    return all(each.text == code.text for each in looks if is_product_code(each))


def _hint(pixels: Pixels) -> Hint:
    if is_dark(pixels):
        return Hint.DARK
    if is_blurred(pixels):
        return Hint.BLURRED
    return Hint.GLARING if is_glaring(pixels) else Hint.NOTHING
