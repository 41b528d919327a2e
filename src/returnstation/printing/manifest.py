"""The manifest of a load: a line for each item, and what they come to; its head on every page."""

from collections.abc import Iterator

from returnstation.domain.papers import Manifest
from returnstation.i18n import Catalog
from returnstation.printing.document import Document, TableColumn
from returnstation.printing.drawing import Drawing, Surface
from returnstation.printing.flow import Block, paginated


def draw_manifest(paper: Manifest, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    """Return the pages of a manifest.

    Raises:
        DoesNotFit: A part is wider or higher than the paper.
        MissingGlyph: No font has one of the characters.
    """
    layout = _Layout(paper, catalog, surface)
    again = layout.table_head(layout.columns)
    pages = paginated(tuple(layout.blocks()), layout.page, again)
    return layout.pages(pages, f"{paper.site} · {paper.load}")


class _Layout(Document):
    def __init__(self, paper: Manifest, catalog: Catalog, surface: Surface) -> None:
        super().__init__(catalog, surface)
        self._paper = paper
        self.columns = (
            TableColumn("#", 2),
            TableColumn("LPN", 6),
            TableColumn("GTIN", 8),
            TableColumn(self.said("slip.product"), 10),
            TableColumn(self.said("slip.grade"), 4),
            TableColumn(self.said("slip.quantity"), 3, is_number=True),
            TableColumn(self.said("slip.value"), 5, is_number=True),
        )

    def blocks(self) -> Iterator[Block]:
        paper, shapes = self._paper, self.shapes
        yield self.head(paper.site, self.said("slip.manifest"), paper.load)
        if paper.is_training:
            yield self.banner(self.said("papers.document.training"))
        yield self.facts(self._facts())
        yield self.table_head(self.columns)
        yield from self.table_rows(
            self.columns,
            [
                (
                    str(number),
                    line.lpn,
                    line.gtin,
                    line.title,
                    line.grade,
                    shapes.number(line.quantity),
                    "–" if line.value is None else shapes.money(line.value),
                )
                for number, line in enumerate(paper.lines, 1)
            ],
        )
        yield from self._totals()

    def _facts(self) -> Iterator[tuple[str, str]]:
        paper, shapes = self._paper, self.shapes
        values = {
            "papers.pallet.load": paper.load,
            "papers.pallet.from": paper.site,
            "papers.pallet.to": paper.to,
            "slip.left": None if paper.left_at is None else shapes.moment(paper.left_at),
            "slip.lines": shapes.number(len(paper.lines)),
            "slip.units": shapes.number(paper.units),
            "slip.printed": shapes.moment(paper.printed_at),
        }
        for key, value in values.items():
            if value:
                yield self.said(key), value

    def _totals(self) -> Iterator[Block]:
        for amount in self._paper.totals:
            yield self.total(self.said("slip.total"), self.shapes.money(amount))
        if self._paper.unvalued:
            yield self.paragraph(self.said("slip.unvalued", number=self._paper.unvalued))
