"""The customer's receipt: what came back, what was decided and why, and what is paid.

It has two forms: on office paper facts stand side by side, on a roll one below the other.
"""

from collections.abc import Iterator

from returnstation.domain.papers import Certificate, Outcome, Receipt, ReceiptLine
from returnstation.i18n import Catalog
from returnstation.printing import symbols
from returnstation.printing.column import Column
from returnstation.printing.document import Document
from returnstation.printing.drawing import Code, Drawing, Grid, Surface
from returnstation.printing.flow import Block, paginated
from returnstation.printing.fonts import printable

_QR_MODULE_MM = 0.5


def draw_receipt(
    receipt: Receipt, catalog: Catalog, size_mm: tuple[float, float | None], grid: Grid
) -> tuple[Drawing, ...]:
    """Return the pages of a receipt; without a height it is one piece of a roll.

    Raises:
        DoesNotFit: A part is wider or higher than the paper.
        MissingGlyph: No font has one of the characters.
    """
    layout = _Layout(receipt, catalog, Surface(size_mm, grid))
    pages = paginated(tuple(layout.blocks()), layout.page)
    return layout.pages(pages, f"{receipt.merchant} · {receipt.case_number}")


def case_facts(document: Document, paper: Receipt | Certificate) -> Iterator[tuple[str, str]]:
    """Yield what every paper for a customer says of the case, by its name."""
    shapes = document.shapes
    # The law of a state is the law of a part of its country: US-CA.
    land = paper.country.partition("-")[0]
    values = {
        "case": paper.case_number,
        "order": paper.order_number,
        "rma": paper.rma,
        "received": shapes.long_day(paper.received_on),
        "issued": shapes.moment(paper.issued_at),
        "customer": paper.customer,
        "law": shapes.locale.territories.get(land, paper.country),
    }
    for name, value in values.items():
        if value:
            yield document.said(f"papers.receipt.{name}"), value


class _Layout(Document):
    def __init__(self, receipt: Receipt, catalog: Catalog, surface: Surface) -> None:
        super().__init__(catalog, surface)
        self._receipt = receipt

    def blocks(self) -> Iterator[Block]:
        """Yield the parts of the receipt from top to bottom."""
        receipt = self._receipt
        yield self.head(receipt.merchant, self.said("papers.receipt.title"), receipt.case_number)
        if receipt.is_training:
            yield self.banner(self.said("papers.receipt.training"))
        if receipt.is_copy:
            yield self.banner(self.said("papers.receipt.copy"))
        yield self.facts(case_facts(self, receipt))
        yield from map(self._line, receipt.lines)
        yield self._sum()
        yield self._foot()

    def _line(self, line: ReceiptLine) -> Block:
        column, right = self.column(), self.page.room
        column.rule()
        column.gap(2.5)
        if line.refund is not None:
            at = (right, column.top + self.size)
            amount = self.catalog.shapes.money(line.refund)
            right = column.text_before(amount, at, self.size, self.bold) - self.size
        column.paragraph(line.title, self.size, self.bold, right=right)
        quantity = self.said("papers.receipt.quantity", quantity=line.quantity)
        about = f"SKU {line.sku} · {quantity}" if line.sku else quantity
        column.paragraph(about, self.small, self.grey)
        column.gap(1)
        self._outcome(column, line.outcome)
        column.paragraph(self.catalog.say(line.because), self.size, self.plain)
        if line.clause:
            clause = self.said("papers.receipt.clause", clause=line.clause)
            column.paragraph(clause, self.small, self.grey)
        for text, term_clause in line.terms:
            told = f"{self.catalog.say(text)} [{term_clause}]"
            column.paragraph(told, self.small, self.plain)
        for reason, taken in line.deductions:
            amount = self.catalog.shapes.money(-taken)
            column.pair(
                self.catalog.say(reason),
                amount,
                self.size,
                (self.plain, self.plain),
            )
        return column.block(after=3)

    def _outcome(self, column: Column, outcome: Outcome) -> None:
        word = self.said(f"papers.receipt.outcome.{outcome}")
        self.boxed(column, word, self.white if outcome is Outcome.REFUSED else self.bold)

    def _sum(self) -> Block:
        column, receipt, shapes = self.column(), self._receipt, self.catalog.shapes
        column.rule()
        column.gap(2)
        if receipt.shipping_refund is not None:
            name = self.said("papers.deduction.outbound_shipping")
            amount = shapes.money(receipt.shipping_refund)
            column.pair(name, amount, self.size, (self.plain, self.plain))
            column.gap(2)
        if receipt.refund_total is not None:
            total = shapes.money(receipt.refund_total)
            self.band(column, self.said("papers.receipt.refund_total"), total)
        tenders = receipt.tenders if len(receipt.tenders) > 1 else ()
        for told, part in (*tenders, *receipt.taxes):
            said, money = self.catalog.say(told), shapes.money(part)
            column.pair(
                printable(said),
                money,
                self.size,
                (self.grey, self.plain),
            )
        if receipt.refund_method:
            method = self.said(f"papers.refund_method.{receipt.refund_method}")
            name = self.said("papers.receipt.refund_method")
            column.pair(name, method, self.size, (self.grey, self.plain))
        if receipt.refund_due_on:
            day, name = (
                shapes.long_day(receipt.refund_due_on),
                self.said("papers.receipt.refund_due"),
            )
            column.pair(name, day, self.size, (self.grey, self.plain))
        return column.block(after=5)

    def _foot(self) -> Block:
        column = self.column()
        if self._receipt.feedback_url:
            self._feedback(column, self._receipt.feedback_url)
        if self.is_roll:
            code = self.number_code(column, self._receipt.case_number)
            column.top = code.y + code.height
            column.gap(2)
        column.paragraph(self.said("papers.receipt.statutory"), self.small, self.plain)
        column.paragraph(self.said("papers.receipt.keep"), self.small, self.grey)
        return column.block()

    def _feedback(self, column: Column, url: str) -> None:
        symbol, module = symbols.qr_code(url), max(column.mm(_QR_MODULE_MM), 2)
        quiet = symbol.quiet * module
        # On the left the page's margin is quiet enough.
        code = Code(0, column.top + quiet, symbol, module)
        column.code(code)
        column.top = code.y
        # Letters may reach a little to the left of where they begin (a J does).
        left = code.x + code.width + quiet + self.size // 2
        column.paragraph(self.said("papers.receipt.feedback"), self.size, self.plain, left)
        column.top = max(column.top, code.y + code.height + quiet)
        column.gap(2)
