"""Read a drawn page's barcodes back before it is printed: what does not read is not sent."""

import zxingcpp
from PIL import Image

from returnstation.printing.drawing import Code, Drawing


class NotReadable(ValueError):
    """A barcode does not read back as what it should say; the message is what it should say."""


def verify(drawing: Drawing, image: Image.Image) -> None:
    """Check that every barcode of a drawing reads back from its image.

    Compared are the text, the symbology identifier (plain Code 128 and GS1-128 carry the same
    digits) and whether it sets a scanner up; the quiet zones must be white.

    Raises:
        NotReadable: One does not.
    """
    for code in drawing.codes:
        if not (_is_quiet(code, image) and _reads(code, image)):
            raise NotReadable(code.symbol.text)


def _reads(code: Code, image: Image.Image) -> bool:
    # Plain text: the default writes GS1 elements with brackets.
    found = zxingcpp.read_barcodes(_around(code, image), text_mode=zxingcpp.TextMode.Plain)
    expected = (code.symbol.text, code.symbol.identifier, code.symbol.is_setup)
    return expected in {(each.text, each.symbology_identifier, _is_setup(each)) for each in found}


def _is_setup(found: zxingcpp.Barcode) -> bool:
    """Tell whether function code 3 was read."""
    return isinstance(found.extra, dict) and bool(found.extra.get("ReaderInit"))


def _is_quiet(code: Code, image: Image.Image) -> bool:
    zone = (code.x - code.quiet, code.y, code.x + code.width + code.quiet, code.y + code.height)
    if zone[0] < 0 or zone[2] > image.width or zone[1] < 0 or zone[3] > image.height:
        return False
    sides = ((zone[0], zone[1], code.x, zone[3]), (code.x + code.width, zone[1], zone[2], zone[3]))
    return all(image.crop(side).convert("L").getextrema() == (255, 255) for side in sides)


def _around(code: Code, image: Image.Image) -> Image.Image:
    rim = code.quiet + 2
    left, top = max(code.x - rim, 0), max(code.y - rim, 0)
    right = min(code.x + code.width + rim, image.width)
    bottom = min(code.y + code.height + rim, image.height)
    return image.crop((left, top, right, bottom)).convert("L")
