"""The report of a shift: returns, seconds, where goods went, who did what, what went otherwise."""

from collections.abc import Iterator, Sequence

from returnstation.domain.papers import ShiftReport, Tally
from returnstation.i18n import Catalog
from returnstation.printing.document import Document, TableColumn
from returnstation.printing.drawing import Drawing, Surface
from returnstation.printing.flow import Block, paginated


def draw_shift_report(
    paper: ShiftReport, catalog: Catalog, surface: Surface
) -> tuple[Drawing, ...]:
    """Return the pages of a report.

    Raises:
        DoesNotFit: A part is wider or higher than the paper.
        MissingGlyph: No font has one of the characters.
    """
    layout = _Layout(paper, catalog, surface)
    pages = paginated(tuple(layout.blocks()), layout.page)
    return layout.pages(pages, f"{paper.site} · {paper.desk}")


class _Layout(Document):
    def __init__(self, paper: ShiftReport, catalog: Catalog, surface: Surface) -> None:
        super().__init__(catalog, surface)
        self._paper = paper

    def blocks(self) -> Iterator[Block]:
        paper = self._paper
        day = paper.day.isoformat()
        yield self.head(f"{paper.site} · {paper.desk}", self.said("slip.shift"), day)
        if paper.is_training:
            yield self.banner(self.said("papers.document.training"))
        yield self.facts(self._facts())
        yield from self._tallies("slip.outcomes", paper.outcomes)
        yield from self._tallies("slip.dispositions", paper.dispositions)
        yield from self._people()
        yield from self._tallies("slip.exceptions", paper.exceptions)

    def _facts(self) -> Iterator[tuple[str, str]]:
        paper, shapes = self._paper, self.shapes
        yield self.said("slip.day"), shapes.dated(paper.day)
        yield self.said("slip.cases"), shapes.number(paper.cases)
        yield self.said("slip.seconds"), self._seconds(paper.seconds)
        yield self.said("slip.items"), shapes.number(paper.items)
        yield self.said("slip.printed"), shapes.moment(paper.printed_at)

    def _tallies(self, key: str, tallies: Sequence[Tally]) -> Iterator[Block]:
        if not tallies:
            return
        yield self.heading(self.said(key))
        for tally in tallies:
            column = self.column()
            name, count = self.told(tally.title), self.shapes.number(tally.count)
            column.pair(name, count, self.size, (self.plain, self.bold))
            yield column.block()

    def _people(self) -> Iterator[Block]:
        if not self._paper.people:
            return
        columns = (
            TableColumn(self.said("slip.person"), 6),
            TableColumn(self.said("slip.cases"), 4, is_number=True),
            TableColumn(self.said("slip.items"), 4, is_number=True),
            TableColumn(self.said("slip.seconds"), 5, is_number=True),
        )
        number = self.shapes.number
        yield self.heading(self.said("slip.people"))
        yield self.table_head(columns)
        yield from self.table_rows(
            columns,
            [
                (who.name, number(who.cases), number(who.items), self._seconds(who.seconds))
                for who in self._paper.people
            ],
        )

    def _seconds(self, seconds: int | None) -> str:
        return "–" if seconds is None else self.said("slip.of-seconds", number=seconds)
