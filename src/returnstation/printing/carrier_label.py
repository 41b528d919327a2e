"""A carrier's own label, passed through: PDF and PNG as dots of this printer, ZPL as it is.

A PDF or PNG is set in its own size, or smaller where the medium is; black and white, never
scattered. Its barcodes are read before and after: what could be read must still be readable.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TypeAlias

import pypdfium2
import zxingcpp
from PIL import Image
from pypdfium2 import raw

from returnstation.domain.papers import CarrierFormat, CarrierLabel
from returnstation.i18n import Catalog
from returnstation.printing.drawing import Drawing, Picture, Surface
from returnstation.printing.verify import NotReadable
from returnstation.printing.zpl_check import check_zpl

MOST_BYTES = 5_000_000
"""Larger files are no labels."""

_MOST_PAGES = 8
_MOST_PIXELS = 40_000_000
_MOST_OBJECTS = 20_000
_LONGEST_MM = 500.0
_POINTS, _MM = 72.0, 25.4
_LABEL_DPI = 203
_STATED_DPI = (50.0, 1300.0)
_READING_DPI = 300.0
# Half a millimetre in inches: files round their sizes.
_HAIR = 0.02
_RIM_MM = 2.0
_BLACK_BELOW = 128

Codes: TypeAlias = frozenset[tuple[str, str]]
Box: TypeAlias = tuple[float, float, float, float]


class BadCarrierLabel(NotReadable):
    """A carrier's file is none that can be printed; the message is a code."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One page in grey.

    Attributes:
        width, height: In inches, as the carrier means it.
        at: Draws it with so many dots per inch.
        dpi: At which its barcodes are read before it is printed.
    """

    width: float
    height: float
    at: Callable[[float], Image.Image]
    dpi: float


def accept_carrier_label(content: bytes, name: str, dpi: int | None = None) -> CarrierLabel:
    """Return a carrier's file as a label, after looking into it.

    Args:
        content: PDF, PNG or ZPL.
        name: By what it is told from others, e.g. the case it belongs to.
        dpi: For which heads a ZPL was made; of a PNG that does not say it itself.

    Raises:
        NotReadable: It is none of these, too large, has no barcode, or does more than draw.
    """
    kind = _format(content)
    if kind is CarrierFormat.ZPL:
        check_zpl(content)
        if dpi is None:
            raise BadCarrierLabel("zpl-without-dpi")
    label = CarrierLabel(format=kind, content=content, name=name, dpi=dpi)
    if kind is not CarrierFormat.ZPL:
        with _pages(label) as pages:
            if not any(_codes(page.at(page.dpi)) for page in pages):
                raise BadCarrierLabel("no-barcode")
    return label


def draw_carrier_label(
    label: CarrierLabel, _catalog: Catalog, surface: Surface
) -> tuple[Drawing, ...]:
    """Return the pages of a carrier's PDF or PNG.

    Raises:
        NotReadable: It is damaged, or its barcodes do not survive the printer's dots.
        DoesNotFit: The medium is a roll.
    """
    if label.format is CarrierFormat.ZPL:
        raise BadCarrierLabel("zpl-not-drawn")
    dots = surface.grid.dots
    width_mm, height_mm = surface.label_mm
    room = (dots(width_mm), dots(height_mm))
    with _pages(label) as pages:
        return tuple(_drawn(page, room, surface) for page in pages)


def _drawn(page: _Page, room: tuple[int, int], surface: Surface) -> Drawing:
    reading = page.at(page.dpi)
    image = _fitted(page, _inked(reading, page.dpi), room, surface.grid.dpi)
    lost = _codes(reading) - _codes(image)
    if lost:
        raise NotReadable(min(lost)[1])
    out = BytesIO()
    image.save(out, "PNG")
    picture = Picture(0, 0, image.width, image.height, out.getvalue(), is_photo=False)
    return Drawing(*room, surface.grid, (picture,))


def _fitted(page: _Page, inked: Box, room: tuple[int, int], dpi: int) -> Image.Image:
    """Return a page in its own size or smaller, turned if that leaves it larger."""
    inches = (room[0] / dpi, room[1] / dpi)
    box: Box = (0.0, 0.0, page.width, page.height)
    if max(_scale(box, inches), _scale(box, inches[::-1])) < 1:
        box = inked  # its white margin need not fit
    upright, turned = _scale(box, inches), _scale(box, inches[::-1])
    scale = max(upright, turned)
    picture = page.at(dpi * scale)
    left, top, right, bottom = (round(edge * dpi * scale) for edge in box)
    picture = picture.crop((left, top, min(right, picture.width), min(bottom, picture.height)))
    if turned > upright:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    picture = picture.crop((0, 0, min(picture.width, room[0]), min(picture.height, room[1])))
    return picture.point(lambda grey: 0 if grey < _BLACK_BELOW else 255).convert("1")


def _scale(box: Box, room: tuple[float, ...]) -> float:
    """Return by how much a box is made smaller; a hair's breadth is cut off instead."""
    left, top, right, bottom = box
    return min(1.0, (room[0] + _HAIR) / (right - left), (room[1] + _HAIR) / (bottom - top))


def _inked(picture: Image.Image, dpi: float) -> Box:
    """Return what of a page is not white, with a rim, in inches."""
    dark = picture.point(lambda grey: 255 if grey < _BLACK_BELOW else 0).getbbox()
    left, top, right, bottom = dark or (0, 0, *picture.size)
    rim = _RIM_MM / _MM
    return (
        max(left / dpi - rim, 0),
        max(top / dpi - rim, 0),
        min(right / dpi + rim, picture.width / dpi),
        min(bottom / dpi + rim, picture.height / dpi),
    )


def _codes(picture: Image.Image) -> Codes:
    found = zxingcpp.read_barcodes(picture.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    return frozenset((code.symbology_identifier, code.text) for code in found)


def _format(content: bytes) -> CarrierFormat:
    if len(content) > MOST_BYTES:
        raise BadCarrierLabel("too-large")
    start = content[:1024].lstrip()
    if start.startswith(b"%PDF-"):
        return CarrierFormat.PDF
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return CarrierFormat.PNG
    if start.upper().startswith(b"^XA"):
        return CarrierFormat.ZPL
    raise BadCarrierLabel("unknown-format")


@contextmanager
def _pages(label: CarrierLabel) -> Iterator[tuple[_Page, ...]]:
    try:
        if label.format is CarrierFormat.PNG:
            yield (_of_png(label),)
            return
        with closing(pypdfium2.PdfDocument(label.content)) as document:
            yield tuple(_of_pdf(document))
    except (pypdfium2.PdfiumError, OSError, SyntaxError, MemoryError) as odd:
        raise BadCarrierLabel("damaged") from odd


def _of_png(label: CarrierLabel) -> _Page:
    with warnings.catch_warnings():
        # Its size is judged before a single dot is unpacked.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            opened = Image.open(BytesIO(label.content), formats=("PNG",))
        except (Image.DecompressionBombError, ValueError) as odd:
            raise BadCarrierLabel("too-large") from odd
    with opened as picture:
        if picture.width * picture.height > _MOST_PIXELS:
            raise BadCarrierLabel("too-large")
        try:
            clear = picture.convert("RGBA")
        except ValueError as odd:
            raise BadCarrierLabel("damaged") from odd
        white = Image.new("RGBA", clear.size, "white")
        grey = Image.alpha_composite(white, clear).convert("L")
        dpi = _dpi_of(picture, label.dpi)

    def at(wanted: float) -> Image.Image:
        if wanted == dpi:
            return grey
        size = (round(grey.width * wanted / dpi), round(grey.height * wanted / dpi))
        return grey.resize((max(size[0], 1), max(size[1], 1)), Image.Resampling.LANCZOS)

    return _Page(grey.width / dpi, grey.height / dpi, at, dpi)


def _dpi_of(picture: Image.Image, given: int | None) -> float:
    stated = picture.info.get("dpi", (0, 0))[0]
    least, most = _STATED_DPI
    return float(stated) if least <= stated <= most else float(given or _LABEL_DPI)


def _of_pdf(document: pypdfium2.PdfDocument) -> Iterator[_Page]:
    if not 0 < len(document) <= _MOST_PAGES:
        raise BadCarrierLabel("too-many-pages")
    for number in range(len(document)):
        page = document[number]
        _check_page(page)
        width, height = page.get_size()
        yield _Page(width / _POINTS, height / _POINTS, partial(_render, page), _READING_DPI)


def _render(page: pypdfium2.PdfPage, dpi: float) -> Image.Image:
    drawn: Image.Image = page.render(scale=dpi / _POINTS, grayscale=True).to_pil()
    return drawn.convert("L")


def _check_page(page: pypdfium2.PdfPage) -> None:
    longest = max(page.get_size()) * _MM / _POINTS
    if not 0 < longest <= _LONGEST_MM:
        raise BadCarrierLabel("too-large")
    for number, part in enumerate(page.get_objects()):
        if number >= _MOST_OBJECTS:
            raise BadCarrierLabel("too-large")
        if part.type == raw.FPDF_PAGEOBJ_IMAGE:
            width, height = part.get_px_size()
            if width * height > _MOST_PIXELS:
                raise BadCarrierLabel("too-large")
