"""From a paper to the bytes its printer wants, each barcode read back on the way."""

from dataclasses import dataclass
from io import BytesIO

from returnstation.domain.papers import (
    CalibrationPage,
    CarrierFormat,
    CarrierLabel,
    Paper,
    kind_of,
    title_of,
)
from returnstation.i18n import load_catalog
from returnstation.printing.calibration import calibrated
from returnstation.printing.drawing import DoesNotFit, Drawing, Grid, Pictures, Surface, no_pictures
from returnstation.printing.ipp_pages import IppPages, bundled
from returnstation.printing.languages import encoded
from returnstation.printing.layouts import draw
from returnstation.printing.pdf import pdf_of
from returnstation.printing.profiles import BadProfile, Language, Medium, Model, drawn_size
from returnstation.printing.raster import rasterize
from returnstation.printing.verify import verify
from returnstation.printing.zpl_check import check_zpl, said_size


class NotSetUp(ValueError):
    """A paper is not for this printer or medium; the message says which."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A paper ready to be sent.

    Attributes:
        payload: In the printer's language.
        extension: Of a file with it, without a dot.
    """

    payload: bytes
    extension: str


def render(
    paper: Paper, language: str, model: Model, medium: Medium, pictures: Pictures = no_pictures
) -> Rendered:
    """Return a paper in its printer's language; ``pictures`` has its photos.

    Raises:
        NotSetUp: The paper is not for this printer or medium.
        DoesNotFit: A part would not be legible on the medium.
        MissingGlyph: No font has one of the characters.
        NotReadable: A barcode does not read back.
    """
    if isinstance(paper, CarrierLabel) and paper.format is CarrierFormat.ZPL:
        return _passed(paper, model, medium)
    drawings = drawn(paper, language, model, medium, pictures)
    images = [rasterize(drawing) for drawing in drawings]
    for drawing, image in zip(drawings, images, strict=True):
        verify(drawing, image)
    if any(model.offset_mm):
        # Only now: white that leaves the head on the way to its place is no quiet zone lost.
        drawings = tuple(calibrated(drawing, model) for drawing in drawings)
        images = [rasterize(drawing) for drawing in drawings]
    if model.language is Language.PDF:
        return Rendered(pdf_of(drawings, title_of(paper), language), "pdf")
    if model.language is Language.IPP:
        pdf = pdf_of(drawings, title_of(paper), language)
        return Rendered(bundled(IppPages(pdf, images, model.dpi)), "zip")
    return Rendered(encoded(images, model, medium), model.language.value)


def preview(
    paper: Paper, language: str, model: Model, medium: Medium, pictures: Pictures = no_pictures
) -> bytes:
    """Return the first page as PNG, dot for dot as it is printed.

    Raises:
        DoesNotFit: A part would not be legible on the medium.
        MissingGlyph: No font has one of the characters.
    """
    return png_of(calibrated(drawn(paper, language, model, medium, pictures)[0], model))


def png_of(drawing: Drawing) -> bytes:
    """Return a page as PNG, dot for dot as it is printed."""
    out = BytesIO()
    rasterize(drawing).save(out, "PNG")
    return out.getvalue()


def _passed(paper: CarrierLabel, model: Model, medium: Medium) -> Rendered:
    """Return a carrier's ZPL byte for byte, for the heads it was made for."""
    surface = _surface(paper, model, medium, no_pictures)
    if model.language is not Language.ZPL or model.dpi != paper.dpi:
        raise NotSetUp(f"ZPL, {paper.dpi} dpi, {model.id}")
    width, height = said_size(check_zpl(paper.content))
    room = [surface.grid.dots(side) + 1 for side in surface.label_mm]
    if width > room[0] or height > room[1]:
        raise DoesNotFit(f"{width} x {height}")
    return Rendered(paper.content, Language.ZPL.value)


def drawn(
    paper: Paper, language: str, model: Model, medium: Medium, pictures: Pictures = no_pictures
) -> tuple[Drawing, ...]:
    """Return the pages of a paper as a model prints them on a medium.

    Raises:
        NotSetUp: The paper is not for this printer or medium.
        DoesNotFit: A part would not be legible on the medium.
        MissingGlyph: No font has one of the characters.
    """
    surface = _surface(paper, model, medium, pictures)
    return draw(paper, load_catalog(language), surface)


def _surface(paper: Paper, model: Model, medium: Medium, pictures: Pictures) -> Surface:
    # The test page is for every medium.
    fits = isinstance(paper, CalibrationPage) or kind_of(paper) in medium.papers
    if not fits or medium.id not in model.media:
        raise NotSetUp(f"{kind_of(paper)}, {model.id}, {medium.id}")
    try:
        size_mm = drawn_size(model, medium)
    except BadProfile as odd:
        raise NotSetUp(str(odd)) from odd
    return Surface(size_mm, Grid(model.dpi), pictures)
