"""The work ticket: what is to be done to an item, a place to write times, and where it goes then."""

from collections.abc import Iterator

from returnstation.domain.papers import TicketStep, WorkTicket
from returnstation.i18n import Catalog
from returnstation.printing.document import Document
from returnstation.printing.drawing import Drawing, Ink, Surface
from returnstation.printing.flow import Block, paginated
from returnstation.printing.sheet import Area

_TICK_MM, _TIME_MM = 5.0, 16.0


def draw_work_ticket(paper: WorkTicket, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    """Return the pages of a ticket; on a roll it is one piece.

    Raises:
        DoesNotFit: A part is wider or higher than the paper.
        MissingGlyph: No font has one of the characters.
    """
    layout = _Layout(paper, catalog, surface)
    pages = paginated(tuple(layout.blocks()), layout.page)
    return layout.pages(pages, f"{paper.title} · {paper.lpn}")


class _Layout(Document):
    def __init__(self, paper: WorkTicket, catalog: Catalog, surface: Surface) -> None:
        super().__init__(catalog, surface)
        self._paper = paper

    def blocks(self) -> Iterator[Block]:
        paper = self._paper
        yield self.head(
            self.said("slip.ticket"), self.said(f"disposition.{paper.disposition}"), paper.lpn
        )
        if paper.is_training:
            yield self.banner(self.said("papers.label.training"))
        if self.is_roll:
            column = self.column()
            code = self.number_code(column, paper.lpn)
            column.top = code.y + code.height
            yield column.block(after=3)
        yield self._subject()
        yield self.facts(self._facts())
        yield from map(self._step, paper.steps)
        yield self._way_out()

    def _subject(self) -> Block:
        column, paper = self.column(), self._paper
        column.paragraph(paper.title, self.strong_size, self.bold)
        if paper.findings:
            told = " · ".join(self.told(finding) for finding in paper.findings)
            column.paragraph(told, self.size, self.plain)
        if paper.parts:
            lacking = self.said("slip.lacking", parts=", ".join(paper.parts))
            column.paragraph(lacking, self.size, self.bold)
        return column.block(after=2)

    def _facts(self) -> Iterator[tuple[str, str]]:
        paper = self._paper
        grades = [grade for grade in (paper.functional, paper.cosmetic) if grade]
        values = {
            "slip.lpn": paper.lpn,
            "slip.grade": " / ".join(grades),
            "slip.quantity": self.shapes.number(paper.quantity),
            "slip.merchant": paper.merchant,
            "slip.sku": paper.sku,
            "papers.receipt.case": paper.case_number,
            "slip.ordered": self.shapes.moment(paper.ordered_at),
        }
        for key, value in values.items():
            if value:
                yield self.said(key), value

    def _step(self, step: TicketStep) -> Block:
        column = self.column()
        column.rule()
        column.gap(1.6)
        top, side, thick = column.top, column.mm(_TICK_MM), max(column.mm(0.3), 2)
        column.box(Area(0, top, side, top + side))
        if step.outcome is None:
            column.box(Area(thick, top + thick, side - thick, top + side - thick), Ink.WHITE)
        right = column.room - column.mm(_TIME_MM)
        left = side + column.mm(2)
        column.paragraph(self.told(step.title), self.size, self.bold, left, right)
        if step.outcome is not None:
            column.paragraph(self.told(step.outcome), self.small, self.plain, left, right)
        else:
            # A line to write the minutes on.
            base_line = top + side
            column.box(Area(right, base_line - thick // 2, column.room, base_line), Ink.GREY)
            minutes = self.said("slip.minutes")
            at = (column.room, base_line + round(self.small * 1.1))
            column.text_before(minutes, at, self.small, self.grey)
            column.top = max(column.top, at[1] + column.mm(0.8))
        column.top = max(column.top, top + side)
        return column.block(after=1.6)

    def _way_out(self) -> Block:
        column, paper = self.column(), self._paper
        column.rule()
        column.gap(2)
        for key, goes in (("slip.success", paper.success), ("slip.failure", paper.failure)):
            name = self.said(f"disposition.{goes}")
            column.pair(self.said(key), name, self.size, (self.plain, self.bold))
        return column.block()
