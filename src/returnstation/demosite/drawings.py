"""Pictures of some products as they are sold, drawn: a shape per family in the product's colour."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from returnstation.domain.orders import Product

if TYPE_CHECKING:
    from PIL import ImageDraw

_SIDE = 480
_INK, _GROUND = "#24313D", "#F4F6F8"
_COLOURS = {
    "Black": "#2A2D31",
    "White": "#FBFBFA",
    "Grey": "#8B949B",
    "Blue": "#2F6DB5",
    "Navy": "#22335C",
    "Red": "#C0392F",
    "Pink": "#E59BB0",
    "Green": "#3F7F56",
    "Beige": "#D9C7A5",
    "Silver": "#C5CBD0",
    "Gold": "#D2B26A",
}
_OTHER = "#B9874F"
_WIDTH = 8

Pen: TypeAlias = "ImageDraw.ImageDraw"


def picture_name(drawing: str, colour: str) -> str | None:
    """Return the file name of a product's picture; None for one that has none."""
    if not drawing:
        return None
    return f"{drawing}-{colour.lower() or 'plain'}.png".replace(" ", "-")


def write_pictures(folder: Path, products: Iterable[Product]) -> None:
    """Write the pictures of products into the folder they are looked for in."""
    from PIL import Image, ImageDraw

    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted({product.picture for product in products if product.picture}):
        drawing, _, colour = name.removesuffix(".png").partition("-")
        picture = Image.new("RGB", (_SIDE, _SIDE), _GROUND)
        fill = next((c for n, c in _COLOURS.items() if n.lower() == colour), _OTHER)
        _SHAPES[drawing](ImageDraw.Draw(picture), fill)
        picture.save(folder / name)


def _shoe(pen: Pen, fill: str) -> None:
    upper = [(70, 190), (170, 180), (250, 250), (390, 290), (420, 340), (70, 340)]
    pen.polygon(upper, fill=fill, outline=_INK, width=_WIDTH)
    pen.rounded_rectangle((60, 335, 430, 375), 18, fill="#FFFFFF", outline=_INK, width=_WIDTH)
    for step in range(3):
        at = 190 + 36 * step
        pen.line((at, 215 + 26 * step, at + 30, 195 + 26 * step), fill=_INK, width=_WIDTH)


def _phone(pen: Pen, fill: str) -> None:
    pen.rounded_rectangle((150, 60, 330, 420), 32, fill=fill, outline=_INK, width=_WIDTH)
    pen.rounded_rectangle((168, 84, 312, 396), 16, fill="#DCE6EE")
    pen.ellipse((230, 94, 250, 114), fill=_INK)


def _headphones(pen: Pen, fill: str) -> None:
    pen.arc((110, 90, 370, 390), 180, 360, fill=_INK, width=26)
    for left in (90, 330):
        pen.rounded_rectangle(
            (left, 220, left + 60, 370), 26, fill=fill, outline=_INK, width=_WIDTH
        )


def _laptop(pen: Pen, fill: str) -> None:
    pen.rounded_rectangle((110, 110, 370, 300), 12, fill=fill, outline=_INK, width=_WIDTH)
    pen.rectangle((130, 130, 350, 280), fill="#DCE6EE")
    pen.polygon([(60, 350), (420, 350), (380, 305), (100, 305)], fill=fill, outline=_INK)


def _watch(pen: Pen, fill: str) -> None:
    pen.rectangle((205, 40, 275, 440), fill=fill, outline=_INK, width=_WIDTH)
    pen.rounded_rectangle((155, 155, 325, 325), 40, fill="#DCE6EE", outline=_INK, width=14)
    pen.line((240, 190, 240, 240, 280, 260), fill=_INK, width=_WIDTH)


def _jacket(pen: Pen, fill: str) -> None:
    body = [(170, 90), (310, 90), (420, 180), (375, 250), (335, 210), (335, 410)]
    body += [(145, 410), (145, 210), (105, 250), (60, 180)]
    pen.polygon(body, fill=fill, outline=_INK, width=_WIDTH)
    pen.line((240, 95, 240, 410), fill=_INK, width=_WIDTH)


def _blocks(pen: Pen, fill: str) -> None:
    for left, top in ((90, 260), (240, 260), (165, 110)):
        pen.rectangle((left, top, left + 140, top + 140), fill=fill, outline=_INK, width=_WIDTH)


_SHAPES: Mapping[str, Callable[[Pen, str], None]] = {
    "shoe": _shoe,
    "phone": _phone,
    "headphones": _headphones,
    "laptop": _laptop,
    "watch": _watch,
    "jacket": _jacket,
    "blocks": _blocks,
}
