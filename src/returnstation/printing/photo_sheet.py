"""The photo sheet: every photo of an item, large enough to argue about."""

from collections.abc import Iterator

from returnstation.domain.papers import PhotoSheet
from returnstation.i18n import Catalog
from returnstation.printing.document import Document
from returnstation.printing.drawing import Drawing, Surface
from returnstation.printing.flow import Block, paginated
from returnstation.printing.photos import photo_rows

_PER_ROW, _HEIGHT_MM = 2, 64.0


def draw_photo_sheet(paper: PhotoSheet, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    """Return the pages of a photo sheet.

    Raises:
        DoesNotFit: A part is wider or higher than the paper.
        MissingGlyph: No font has one of the characters.
    """
    layout = _Layout(paper, catalog, surface)
    pages = paginated(tuple(layout.blocks()), layout.page)
    return layout.pages(pages, f"{paper.title} · {paper.lpn or paper.case_number}")


class _Layout(Document):
    def __init__(self, paper: PhotoSheet, catalog: Catalog, surface: Surface) -> None:
        super().__init__(catalog, surface)
        self._paper = paper

    def blocks(self) -> Iterator[Block]:
        paper = self._paper
        yield self.head(paper.title, self.said("slip.photos"), paper.lpn or paper.case_number)
        if paper.is_training:
            yield self.banner(self.said("papers.document.training"))
        yield self.facts(self._facts())
        yield from photo_rows(self, paper.photos, _PER_ROW, _HEIGHT_MM)

    def _facts(self) -> Iterator[tuple[str, str]]:
        paper = self._paper
        grades = [grade for grade in (paper.functional, paper.cosmetic) if grade]
        values = {
            "slip.lpn": paper.lpn,
            "slip.grade": " / ".join(grades),
            "papers.receipt.case": paper.case_number,
            "slip.merchant": paper.merchant,
            "slip.photo-count": self.shapes.number(len(paper.photos)),
            "slip.printed": self.shapes.moment(paper.printed_at),
        }
        for key, value in values.items():
            if value:
                yield self.said(key), value
