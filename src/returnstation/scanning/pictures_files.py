"""Open the file of a picture without trusting it."""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from returnstation.scanning.pictures_frames import Pixels

LARGEST_FILE = 40_000_000
"""Bytes; a photo of the best telephone is half of it."""
LARGEST_PICTURE = 80_000_000
"""Pixels, above which a small file may unpack to more memory than there is."""

LONGEST_SIDE = 20_000
"""Pixels."""

# What is larger is made smaller before it is read; a long strip would need a huge sheet to turn on.
_READ_AT_MOST, _READ_SIDE_AT_MOST = 16_000_000, 5_000
_SMALLEST_SIDE = 16
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
# What Pillow raises on damaged files, by format and by where the damage is; its warnings, too,
# where warnings are made errors.
_DAMAGE = (
    OSError, ValueError, TypeError, EOFError, IndexError, KeyError, SyntaxError, OverflowError,
    AttributeError, MemoryError, UserWarning, struct.error, zlib.error,
)  # fmt: skip


class BadPicture(ValueError):
    """A file cannot be used as a picture.

    Attributes:
        code: ``empty``, ``too_large``, ``too_small``, ``not_a_picture`` or ``damaged``;
            ``picture.<code>`` says it.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Picture:
    """A grey picture ready to be read.

    Attributes:
        scale: How many pixels of the file one pixel here stands for.
    """

    pixels: Pixels
    scale: float


def open_picture(content: bytes) -> Picture:
    """Return the picture in a file.

    Raises:
        BadPicture: It is no picture, too large, or damaged.
    """
    if not content:
        raise BadPicture("empty")
    if len(content) > LARGEST_FILE:
        raise BadPicture("too_large")
    with _opened(content) as image:
        # Checked before a pixel is unpacked: the header alone says the size.
        if image.width * image.height > LARGEST_PICTURE or max(image.size) > LONGEST_SIDE:
            raise BadPicture("too_large")
        if min(image.size) < _SMALLEST_SIDE:
            raise BadPicture("too_small")
        try:
            return _grey(image)
        except _DAMAGE as odd:
            raise BadPicture("damaged") from odd


def _opened(content: bytes) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as odd:
        raise BadPicture("too_large") from odd
    except UnidentifiedImageError as odd:
        raise BadPicture("not_a_picture") from odd
    except _DAMAGE as odd:
        raise BadPicture("damaged") from odd


def _grey(image: Image.Image) -> Picture:
    width = image.width
    if image.mode.startswith("I"):
        # 16 bits per pixel: Pillow would cut everything above 255 to white.
        image = image.point(lambda value: value / 256).convert("L")
    elif image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    grey = image.convert("L")
    factor = min(
        (_READ_AT_MOST / (grey.width * grey.height)) ** 0.5, _READ_SIDE_AT_MOST / max(grey.size)
    )
    if factor < 1:
        grey = grey.resize((max(int(grey.width * factor), 1), max(int(grey.height * factor), 1)))
    return Picture(np.asarray(grey), width / grey.width)
