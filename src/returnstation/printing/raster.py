"""Draw on the printer's own dots: one bit each, nothing between black and white."""

from io import BytesIO
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from returnstation.printing import fonts
from returnstation.printing.drawing import Box, Code, Drawing, Ink, Picture, Text

Rows: TypeAlias = npt.NDArray[np.uint8]
"""Eight dots in each byte, the leftmost in its highest bit; black is 1."""

_BLACK, _WHITE = 0, 1
_DITHER = {True: Image.Dither.FLOYDSTEINBERG, False: Image.Dither.NONE}
_COLOURS = {Ink.BLACK: _BLACK, Ink.GREY: _BLACK, Ink.WHITE: _WHITE}


def rasterize(drawing: Drawing) -> Image.Image:
    """Return a drawing as 1-bit image.

    Raises:
        MissingGlyph: No font has one of the characters.
    """
    image = Image.new("1", (drawing.width, drawing.height), _WHITE)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    for mark in drawing.marks:
        match mark:
            case Box():
                _fill(pen, mark)
            case Code():
                for box in mark.boxes():
                    _fill(pen, box)
            case Picture():
                image.paste(_dots(mark), (mark.x, mark.y))
            case Text():
                _write(pen, mark)
    return image


def packed(image: Image.Image) -> Rows:
    """Return the rows of a 1-bit image, filled up to whole bytes with white."""
    return np.packbits(~np.asarray(image.convert("1")), axis=1)


def _dots(mark: Picture) -> Image.Image:
    with Image.open(BytesIO(mark.content)) as picture:
        grey = picture.convert("L").resize((mark.width, mark.height))
    return grey.convert("1", dither=_DITHER[mark.is_photo])


def _fill(pen: ImageDraw.ImageDraw, box: Box) -> None:
    if box.ink in _COLOURS and box.width > 0 and box.height > 0:
        corner = (box.x + box.width - 1, box.y + box.height - 1)
        pen.rectangle(((box.x, box.y), corner), fill=_COLOURS[box.ink])


def _write(pen: ImageDraw.ImageDraw, mark: Text) -> None:
    # Letter by letter at its exact place: rounding each advance to dots would make long lines
    # wider than the layout measured.
    colour = _COLOURS[mark.ink]
    x = float(mark.x)
    for run in fonts.runs(mark.text, mark.language, mark.weight):
        font = fonts.pillow_font(run.face, mark.size)
        for char in run.text:
            pen.text((round(x), mark.y), char, font=font, fill=colour, anchor="ls")
            x += fonts.width(char, mark.size, mark.language, mark.weight)
