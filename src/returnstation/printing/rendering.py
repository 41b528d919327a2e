"""From a paper to the bytes its printer wants, each barcode read back on the way."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from returnstation.domain.papers import (
    CommandSheet,
    ItemLabel,
    Paper,
    Receipt,
    ScannerSheet,
    kind_of,
)
from returnstation.i18n import load_catalog
from returnstation.printing.command_sheet import draw_command_sheet
from returnstation.printing.drawing import DoesNotFit, Drawing, Grid
from returnstation.printing.label import draw_label
from returnstation.printing.pdf import pdf_of
from returnstation.printing.profiles import Language, Medium, Model
from returnstation.printing.raster import rasterize
from returnstation.printing.receipt import draw_receipt
from returnstation.printing.scanner_sheet import draw_scanner_sheet
from returnstation.printing.verify import verify
from returnstation.printing.zpl import zpl_of


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


def render(paper: Paper, language: str, model: Model, medium: Medium) -> Rendered:
    """Return a paper in its printer's language.

    Raises:
        NotSetUp: The paper is not for this printer or medium.
        DoesNotFit: A part would not be legible on the medium.
        MissingGlyph: No font has one of the characters.
        NotReadable: A barcode does not read back.
    """
    _check_setup(paper, model, medium)
    drawings = _drawn(paper, language, model, medium)
    images = [rasterize(drawing) for drawing in drawings]
    for drawing, image in zip(drawings, images, strict=True):
        verify(drawing, image)
    if model.language is Language.PDF:
        return Rendered(pdf_of(drawings, _title(paper), language), "pdf")
    return Rendered(b"".join(zpl_of(image, model.graphic) for image in images), "zpl")


def preview(paper: Paper, language: str, model: Model, medium: Medium) -> bytes:
    """Return the first page as PNG, dot for dot as it is printed.

    Raises:
        DoesNotFit: A part would not be legible on the medium.
        MissingGlyph: No font has one of the characters.
    """
    image: Image.Image = rasterize(_drawn(paper, language, model, medium)[0])
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _title(paper: Paper) -> str:
    match paper:
        case ItemLabel():
            return paper.lpn
        case Receipt():
            return paper.case_number
        case ScannerSheet():
            return paper.scanner
        case CommandSheet():
            return "RS"


def _check_setup(paper: Paper, model: Model, medium: Medium) -> None:
    if kind_of(paper) not in medium.papers or medium.id not in model.media:
        raise NotSetUp(f"{kind_of(paper)}, {model.id}, {medium.id}")
    if model.head_dots is not None and Grid(model.dpi).dots(medium.width_mm) > model.head_dots:
        raise NotSetUp(f"{model.id}, {medium.id}")


def _drawn(paper: Paper, language: str, model: Model, medium: Medium) -> tuple[Drawing, ...]:
    catalog, grid = load_catalog(language), Grid(model.dpi)
    size_mm = (medium.width_mm, medium.height_mm)
    if isinstance(paper, Receipt):
        return draw_receipt(paper, catalog, size_mm, grid)
    if isinstance(paper, ScannerSheet):
        return draw_scanner_sheet(paper, catalog, size_mm, grid)
    if isinstance(paper, CommandSheet):
        return draw_command_sheet(paper, catalog, size_mm, grid)
    if medium.height_mm is None:
        raise DoesNotFit(medium.id)
    return (draw_label(paper, catalog, (medium.width_mm, medium.height_mm), grid),)
