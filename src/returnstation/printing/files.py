"""Papers as files to look at or to send, page by page as a printer would print them."""

from collections.abc import Iterator, Sequence

from returnstation.domain.papers import Paper, title_of
from returnstation.printing.drawing import Drawing, Pictures
from returnstation.printing.pdf import pdf_of
from returnstation.printing.profiles import Medium, Model
from returnstation.printing.raster import rasterize
from returnstation.printing.rendering import drawn, png_of
from returnstation.printing.verify import verify


def pages_of(
    paper: Paper, language: str, model: Model, medium: Medium, pictures: Pictures
) -> tuple[Drawing, ...]:
    """Return the pages of a paper, each barcode read back.

    Raises:
        NotSetUp: The paper is not for this printer or medium.
        DoesNotFit: A part would not be legible on the medium.
        MissingGlyph: No font has one of the characters.
        NotReadable: A barcode does not read back.
    """
    drawings = drawn(paper, language, model, medium, pictures)
    for drawing in drawings:
        verify(drawing, rasterize(drawing))
    return drawings


def as_pdf(pages: Sequence[Drawing], paper: Paper, language: str) -> bytes:
    """Return pages as one PDF."""
    return pdf_of(pages, title_of(paper), language)


def as_png(pages: Sequence[Drawing]) -> Iterator[bytes]:
    """Yield pages as PNG, dot for dot."""
    yield from map(png_of, pages)
