"""From a paper to the bytes its printer wants, each barcode read back on the way."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from returnstation.domain.papers import (
    CommandSheet,
    ContainerLabel,
    ItemLabel,
    PalletLabel,
    Paper,
    Receipt,
    ScannerSheet,
    kind_of,
)
from returnstation.i18n import load_catalog
from returnstation.printing.command_sheet import draw_command_sheet
from returnstation.printing.container_label import draw_container_label
from returnstation.printing.drawing import DoesNotFit, Drawing, Grid
from returnstation.printing.label import draw_label
from returnstation.printing.languages import encoded
from returnstation.printing.pallet_label import draw_pallet_label
from returnstation.printing.pdf import pdf_of
from returnstation.printing.profiles import BadProfile, Language, Medium, Model, drawn_size
from returnstation.printing.raster import rasterize
from returnstation.printing.receipt import draw_receipt
from returnstation.printing.scanner_sheet import draw_scanner_sheet
from returnstation.printing.verify import verify


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
    return Rendered(encoded(images, model, medium), model.language.value)


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
        case ContainerLabel():
            return paper.code
        case PalletLabel():
            return paper.sscc


def _check_setup(paper: Paper, model: Model, medium: Medium) -> None:
    if kind_of(paper) not in medium.papers or medium.id not in model.media:
        raise NotSetUp(f"{kind_of(paper)}, {model.id}, {medium.id}")


def _drawn(paper: Paper, language: str, model: Model, medium: Medium) -> tuple[Drawing, ...]:
    catalog, grid = load_catalog(language), Grid(model.dpi)
    size_mm = width_mm, height_mm = _size(model, medium)
    if isinstance(paper, Receipt):
        return draw_receipt(paper, catalog, size_mm, grid)
    if isinstance(paper, ScannerSheet):
        return draw_scanner_sheet(paper, catalog, size_mm, grid)
    if isinstance(paper, CommandSheet):
        return draw_command_sheet(paper, catalog, size_mm, grid)
    if isinstance(paper, PalletLabel):
        return (draw_pallet_label(paper, catalog, size_mm, grid),)
    if height_mm is None:
        raise DoesNotFit(medium.id)
    if isinstance(paper, ContainerLabel):
        return (draw_container_label(paper, catalog, (width_mm, height_mm), grid),)
    return (draw_label(paper, catalog, (width_mm, height_mm), grid),)


def _size(model: Model, medium: Medium) -> tuple[float, float | None]:
    try:
        return drawn_size(model, medium)
    except BadProfile as odd:
        raise NotSetUp(str(odd)) from odd
