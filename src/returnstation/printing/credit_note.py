"""The draft of a credit note: lines, tax by rate, and to where the money goes.

It says on every page that it is a draft: only the merchant's books make a tax document of it.
"""

from collections.abc import Iterator
from decimal import Decimal

from returnstation.domain.papers import CreditNote
from returnstation.i18n import Catalog
from returnstation.printing.document import Document, TableColumn
from returnstation.printing.drawing import Drawing, Surface
from returnstation.printing.flow import Block, paginated


def draw_credit_note(paper: CreditNote, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    """Return the pages of a draft.

    Raises:
        DoesNotFit: A part is wider or higher than the paper.
        MissingGlyph: No font has one of the characters.
    """
    layout = _Layout(paper, catalog, surface)
    again = layout.banner(layout.said("papers.credit.draft"))
    pages = paginated(tuple(layout.blocks()), layout.page, again)
    return layout.pages(pages, f"{paper.merchant} · {paper.number}")


class _Layout(Document):
    def __init__(self, paper: CreditNote, catalog: Catalog, surface: Surface) -> None:
        super().__init__(catalog, surface)
        self._paper = paper

    def blocks(self) -> Iterator[Block]:
        paper = self._paper
        yield self.head(paper.merchant, self.said("papers.credit.title"), paper.number)
        yield self.banner(self.said("papers.credit.draft"))
        if paper.is_training:
            yield self.banner(self.said("papers.document.training"))
        yield self.facts(self._facts())
        yield from self._lines()
        yield self.total(self.said("papers.credit.total"), self.shapes.money(paper.total))
        if paper.settlement is not None:
            settled = self.shapes.money(paper.settlement)
            yield self.facts([(self.said("papers.credit.settlement"), settled)])
        yield from self._taxes()
        yield from self._tenders()
        yield self.paragraph(self.said("papers.credit.legal"))

    def _facts(self) -> Iterator[tuple[str, str]]:
        paper = self._paper
        values = {
            "papers.credit.number": paper.number,
            "papers.receipt.case": paper.case_number,
            "papers.receipt.order": paper.order_number,
            "papers.receipt.customer": paper.customer,
            "papers.receipt.issued": self.shapes.moment(paper.issued_at),
        }
        for key, value in values.items():
            if value:
                yield self.said(key), value

    def _lines(self) -> Iterator[Block]:
        columns = (
            TableColumn(self.said("papers.table.product"), 9),
            TableColumn("SKU", 4),
            TableColumn(self.said("papers.table.quantity"), 2, is_number=True),
            TableColumn(self.said("papers.table.tax_rate"), 3, is_number=True),
            TableColumn(self.said("papers.table.amount"), 4, is_number=True),
        )
        rows = [
            (
                line.title,
                line.sku,
                self.shapes.number(line.quantity),
                self._rate(line.rate),
                self.shapes.money(line.amount),
            )
            for line in self._paper.lines
        ]
        if self._paper.shipping is not None:
            name = self.said("papers.deduction.outbound_shipping")
            rows.append((name, "", "", "", self.shapes.money(self._paper.shipping)))
        yield self.table_head(columns)
        yield from self.table_rows(columns, rows)

    def _taxes(self) -> Iterator[Block]:
        if not self._paper.taxes:
            return
        columns = (
            TableColumn(self.said("papers.table.tax_rate"), 3),
            TableColumn(self.said("papers.table.net"), 3, is_number=True),
            TableColumn(self.said("papers.table.tax"), 3, is_number=True),
            TableColumn(self.said("papers.table.gross"), 3, is_number=True),
        )
        money = self.shapes.money
        yield self.heading(self.said("papers.credit.taxes"))
        yield self.table_head(columns)
        yield from self.table_rows(
            columns,
            [
                (self._rate(share.rate), money(share.net), money(share.tax), money(share.gross))
                for share in self._paper.taxes
            ],
        )

    def _tenders(self) -> Iterator[Block]:
        if not self._paper.tenders:
            return
        yield self.heading(self.said("papers.credit.tenders"))
        column = self.column()
        for told, amount in self._paper.tenders:
            paid = self.shapes.money(amount)
            column.pair(self.told(told), paid, self.size, (self.plain, self.plain))
        yield column.block(after=4)

    def _rate(self, rate: str | None) -> str:
        if rate is None:
            return self.said("papers.credit.no_rate")
        return f"{self.shapes.number(Decimal(rate))} %"
