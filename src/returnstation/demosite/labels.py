"""Draw the label of a parcel on its way back: 4 × 6 inches at 203 dots per inch."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO

import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from returnstation import datafiles

SIZE = (812, 1218)

_FACES = {"ja": "NotoSansJP", "zh-Hans": "NotoSansSC", "zh-Hant": "NotoSansTC", "ko": "NotoSansKR"}
_BLACK, _WHITE = 0, 255
_MARGIN = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingLabel:
    """What stands on it.

    Attributes:
        language: Of the sender, whose own glyphs are used for the address.
        sender, receiver: Lines of the addresses.
        routing: The large code that sorting machines and people go by.
        matrix: What the square code says; None for a label without one.
    """

    carrier: str
    language: str
    sender: tuple[str, ...]
    receiver: tuple[str, ...]
    routing: str
    tracking: str
    reference: str
    matrix: str | None = None


def draw_label(label: ShippingLabel) -> Image.Image:
    """Return the label in black and white."""
    image = Image.new("L", SIZE, _WHITE)
    pen = ImageDraw.Draw(image)
    pen.rectangle((8, 8, SIZE[0] - 9, SIZE[1] - 9), outline=_BLACK, width=3)
    pen.rectangle((8, 8, SIZE[0] - 9, 118), fill=_BLACK)
    pen.text((_MARGIN, 28), label.carrier, _WHITE, _font("NotoSans-Bold", 54))
    pen.text((560, 44), "RETURN", _WHITE, _font("NotoSans-Bold", 40))
    _block(pen, 136, "FROM", label.sender, label.language)
    _block(pen, 366, "TO", label.receiver, "ko")
    pen.line((8, 640, SIZE[0] - 9, 640), fill=_BLACK, width=3)
    pen.text((_MARGIN, 650), label.routing, _BLACK, _font("NotoSans-Bold", 92))
    _place(image, _code(label.tracking, zxingcpp.BarcodeFormat.Code128, 3, 170), 800)
    shown = _font("NotoSans-Bold", 36)
    width = pen.textlength(label.tracking, shown)
    pen.text(((SIZE[0] - width) / 2, 978), label.tracking, _BLACK, shown)
    pen.line((8, 1038, SIZE[0] - 9, 1038), fill=_BLACK, width=3)
    pen.text((_MARGIN, 1056), label.reference, _BLACK, _font("NotoSans-Regular", 32))
    if label.matrix is not None:
        matrix = _code(label.matrix, zxingcpp.BarcodeFormat.QRCode, 5, None)
        image.paste(matrix, (SIZE[0] - 24 - matrix.width, 1198 - matrix.height))
    return image


def _block(
    pen: ImageDraw.ImageDraw, top: int, head: str, lines: tuple[str, ...], language: str
) -> None:
    pen.text((_MARGIN, top), head, _BLACK, _font("NotoSans-Regular", 24))
    face = f"{_FACES.get(language, 'NotoSans')}-Regular"
    for row, line in enumerate(lines):
        pen.text((_MARGIN, top + 34 + 46 * row), line, _BLACK, _font(face, 34))


def _place(image: Image.Image, code: Image.Image, top: int) -> None:
    image.paste(code, ((SIZE[0] - code.width) // 2, top))


def _code(text: str, form: zxingcpp.BarcodeFormat, module: int, height: int | None) -> Image.Image:
    drawn = zxingcpp.create_barcode(text, form).to_image(scale=module)
    image = Image.fromarray(drawn)
    if height is None:
        return image
    return image.resize((image.width, height), Image.Resampling.NEAREST)


@cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    content = BytesIO(datafiles.resource("fonts", f"{face}.ttf").read_bytes())
    return ImageFont.truetype(content, size, layout_engine=ImageFont.Layout.BASIC)
