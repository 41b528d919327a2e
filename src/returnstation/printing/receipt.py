"""The customer's receipt: what came back, what was decided and why, and what is paid.

It has two forms: on office paper facts stand side by side, on a roll one below the other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from returnstation.domain.messages import Value
from returnstation.domain.papers import Outcome, Receipt, ReceiptLine
from returnstation.i18n import Catalog
from returnstation.printing import fitting, symbols
from returnstation.printing.column import Column
from returnstation.printing.drawing import Code, Drawing, Grid, Ink
from returnstation.printing.fitting import Style
from returnstation.printing.flow import Block, Page, paginated
from returnstation.printing.fonts import Weight, printable
from returnstation.printing.sheet import Area, Sheet

_ROLL_BELOW_MM = 120
_FACTS_PER_ROW = 3
_BAR_MODULE_MM, _QR_MODULE_MM, _BAR_HEIGHT_MM = 0.26, 0.5, 12


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Letter sizes and margin in millimetres."""

    head: float
    strong: float
    body: float
    small: float
    margin: float


_OFFICE = _Sizes(head=7.5, strong=5.2, body=3.6, small=3.1, margin=19)
_ROLL = _Sizes(head=5, strong=4.4, body=3.2, small=2.8, margin=4)


def draw_receipt(
    receipt: Receipt, catalog: Catalog, size_mm: tuple[float, float | None], grid: Grid
) -> tuple[Drawing, ...]:
    """Return the pages of a receipt; without a height it is one piece of a roll.

    Raises:
        DoesNotFit: A part is wider or higher than the paper.
        MissingGlyph: No font has one of the characters.
    """
    width_mm, height_mm = size_mm
    sizes = _ROLL if width_mm < _ROLL_BELOW_MM else _OFFICE
    height = None if height_mm is None else grid.dots(height_mm)
    foot = 0 if height_mm is None else grid.dots(8)
    page = Page(grid, grid.dots(width_mm), height, grid.dots(sizes.margin), foot)
    layout = _Layout(receipt, catalog, page, sizes)
    pages = paginated(tuple(layout.blocks()), page)
    return pages if height is None else tuple(layout.numbered(pages))


class _Layout:
    def __init__(self, receipt: Receipt, catalog: Catalog, page: Page, sizes: _Sizes) -> None:
        self._receipt = receipt
        self._catalog = catalog
        self._page = page
        self._is_roll = sizes is _ROLL
        dots = page.grid.dots
        self._head_size, self._strong_size = dots(sizes.head), dots(sizes.strong)
        self._size, self._small = dots(sizes.body), dots(sizes.small)
        self._plain = Style(catalog.language)
        self._bold = Style(catalog.language, Weight.BOLD)
        self._grey = Style(catalog.language, ink=Ink.GREY)
        self._white = Style(catalog.language, Weight.BOLD, Ink.WHITE)

    def blocks(self) -> Iterator[Block]:
        """Yield the parts of the receipt from top to bottom."""
        yield self._head()
        if self._receipt.is_training:
            yield self._banner("papers.receipt.training")
        if self._receipt.is_copy:
            yield self._banner("papers.receipt.copy")
        yield self._facts_listed() if self._is_roll else self._facts_in_rows()
        yield from map(self._line, self._receipt.lines)
        yield self._sum()
        yield self._foot()

    def numbered(self, pages: Sequence[Drawing]) -> Iterator[Drawing]:
        """Yield the pages with case and page number at their feet."""
        left, right = self._page.margin, self._page.margin + self._page.room
        case = printable(f"{self._receipt.merchant} · {self._receipt.case_number}")
        for number, page in enumerate(pages, 1):
            sheet, base_line = Sheet(self._page.grid), page.height - self._page.margin
            count = self._said("papers.receipt.page", page=number, pages=len(pages))
            start = sheet.text_before(count, (right, base_line), self._small, self._grey)
            shown = fitting.shortened(case, self._grey, start - 2 * self._small - left, self._small)
            sheet.text(shown, (left, base_line), self._small, self._grey)
            yield replace(page, marks=(*page.marks, *sheet.marks))

    def _column(self) -> Column:
        return Column(self._page.grid, room=self._page.room)

    def _head(self) -> Block:
        column = self._column()
        code = None if self._is_roll else self._case_code(column)
        right = column.room if code is None else code.x - code.quiet
        column.paragraph(self._receipt.merchant, self._strong_size, self._bold, right=right)
        column.paragraph(
            self._said("papers.receipt.title"), self._head_size, self._plain, right=right
        )
        column.top = max(column.top, code.height if code else 0)
        return column.block(after=4 if self._is_roll else 8)

    def _case_code(self, column: Column) -> Code:
        """Draw the case number at the right, as bars where they fit, else as QR code."""
        number, room = self._receipt.case_number, column.room
        if number.isascii():
            symbol, module = symbols.code_128(number), max(column.mm(_BAR_MODULE_MM), 2)
            left = room - symbol.columns * module
            if left - symbol.quiet * module >= (0 if self._is_roll else room // 2):
                code = Code(left, column.top, symbol, module, column.mm(_BAR_HEIGHT_MM))
                column.code(code)
                return code
        symbol, module = symbols.qr_code(number), max(column.mm(_QR_MODULE_MM), 2)
        left = room - (symbol.columns + symbol.quiet) * module
        code = Code(left, column.top + symbol.quiet * module, symbol, module)
        column.code(code)
        return code

    def _banner(self, key: str) -> Block:
        column, words = self._column(), self._said(key)
        room = column.room - 2 * self._size
        size = fitting.shrunk(words, self._white, room, (self._size, self._size // 2))
        height = self._size + column.mm(2.4)
        column.box(Area(0, 0, column.room, height))
        left = (column.room - round(self._white.width(words, size))) // 2
        column.text(words, (left, column.mm(0.8) + self._size), size, self._white)
        column.top = height
        return column.block(after=4)

    def _facts(self) -> Iterator[tuple[str, str]]:
        receipt, shapes = self._receipt, self._catalog.shapes
        # The law of a state is the law of a part of its country: US-CA.
        land = receipt.country.partition("-")[0]
        values = {
            "case": receipt.case_number,
            "order": receipt.order_number,
            "rma": receipt.rma,
            "received": shapes.long_day(receipt.received_on),
            "issued": shapes.moment(receipt.issued_at),
            "customer": receipt.customer,
            "law": shapes.locale.territories.get(land, receipt.country),
        }
        for name, value in values.items():
            if value:
                yield self._said(f"papers.receipt.{name}"), value

    def _facts_in_rows(self) -> Block:
        column, facts = self._column(), list(self._facts())
        width = column.room // _FACTS_PER_ROW
        for start in range(0, len(facts), _FACTS_PER_ROW):
            top, ends = column.top, []
            for place, (name, value) in enumerate(facts[start : start + _FACTS_PER_ROW]):
                column.top, left = top, place * width
                right = left + width - self._size
                column.paragraph(name, self._small, self._grey, left, right)
                column.paragraph(value, self._size, self._plain, left, right)
                ends.append(column.top)
            column.top = max(ends)
            column.gap(2)
        return column.block(after=4)

    def _facts_listed(self) -> Block:
        column = self._column()
        for name, value in self._facts():
            column.pair(name, value, self._small, (self._grey, self._plain))
        return column.block(after=2)

    def _line(self, line: ReceiptLine) -> Block:
        column, right = self._column(), self._page.room
        column.rule()
        column.gap(2.5)
        if line.refund is not None:
            at = (right, column.top + self._size)
            amount = self._catalog.shapes.money(line.refund)
            right = column.text_before(amount, at, self._size, self._bold) - self._size
        column.paragraph(line.title, self._size, self._bold, right=right)
        quantity = self._said("papers.receipt.quantity", quantity=line.quantity)
        about = f"SKU {line.sku} · {quantity}" if line.sku else quantity
        column.paragraph(about, self._small, self._grey)
        column.gap(1)
        self._outcome(column, line.outcome)
        column.paragraph(self._catalog.say(line.because), self._size, self._plain)
        if line.clause:
            clause = self._said("papers.receipt.clause", clause=line.clause)
            column.paragraph(clause, self._small, self._grey)
        for text, term_clause in line.terms:
            told = f"{self._catalog.say(text)} [{term_clause}]"
            column.paragraph(told, self._small, self._plain)
        for reason, taken in line.deductions:
            amount = self._catalog.shapes.money(-taken)
            column.pair(self._catalog.say(reason), amount, self._size, (self._plain, self._plain))
        return column.block(after=3)

    def _outcome(self, column: Column, outcome: Outcome) -> None:
        """Draw the outcome as a word in a box: filled when refused, framed otherwise."""
        word, size, top = self._said(f"papers.receipt.outcome.{outcome}"), self._small, column.top
        right = round(self._bold.width(word, size)) + column.mm(3)
        bottom = top + size + column.mm(1.6)
        column.box(Area(0, top, right, bottom))
        if outcome is not Outcome.REFUSED:
            thick = max(column.mm(0.25), 2)
            inner = Area(thick, top + thick, right - thick, bottom - thick)
            column.box(inner, Ink.WHITE)
        style = self._white if outcome is Outcome.REFUSED else self._bold
        column.text(word, (column.mm(1.5), top + size + column.mm(0.4)), size, style)
        column.top = bottom
        column.gap(1)

    def _sum(self) -> Block:
        column, receipt, shapes = self._column(), self._receipt, self._catalog.shapes
        column.rule()
        column.gap(2)
        if receipt.shipping_refund is not None:
            name = self._said("papers.deduction.outbound_shipping")
            amount = shapes.money(receipt.shipping_refund)
            column.pair(name, amount, self._size, (self._plain, self._plain))
            column.gap(2)
        if receipt.refund_total is not None:
            height = round(self._strong_size * 1.7)
            rim = column.mm(2)  # reaches into the margins, so that the words stay in line
            band = Area(-rim, column.top, column.room + rim, column.top + height)
            column.box(band, Ink.PALE)
            column.top += round(self._strong_size * 0.2)
            words, amount = (
                self._said("papers.receipt.refund_total"),
                shapes.money(receipt.refund_total),
            )
            column.pair(words, amount, self._strong_size, (self._bold, self._bold))
            column.gap(2)
        tenders = receipt.tenders if len(receipt.tenders) > 1 else ()
        for told, part in (*tenders, *receipt.taxes):
            said, money = self._catalog.say(told), shapes.money(part)
            column.pair(printable(said), money, self._size, (self._grey, self._plain))
        if receipt.refund_method:
            method = self._said(f"papers.refund_method.{receipt.refund_method}")
            name = self._said("papers.receipt.refund_method")
            column.pair(name, method, self._size, (self._grey, self._plain))
        if receipt.refund_due_on:
            day, name = (
                shapes.long_day(receipt.refund_due_on),
                self._said("papers.receipt.refund_due"),
            )
            column.pair(name, day, self._size, (self._grey, self._plain))
        return column.block(after=5)

    def _foot(self) -> Block:
        column = self._column()
        if self._receipt.feedback_url:
            self._feedback(column, self._receipt.feedback_url)
        if self._is_roll:
            code = self._case_code(column)
            column.top = code.y + code.height
            column.gap(2)
        column.paragraph(self._said("papers.receipt.statutory"), self._small, self._plain)
        column.paragraph(self._said("papers.receipt.keep"), self._small, self._grey)
        return column.block()

    def _feedback(self, column: Column, url: str) -> None:
        symbol, module = symbols.qr_code(url), max(column.mm(_QR_MODULE_MM), 2)
        quiet = symbol.quiet * module
        # On the left the page's margin is quiet enough.
        code = Code(0, column.top + quiet, symbol, module)
        column.code(code)
        column.top = code.y
        # Letters may reach a little to the left of where they begin (a J does).
        left = code.x + code.width + quiet + self._size // 2
        column.paragraph(self._said("papers.receipt.feedback"), self._size, self._plain, left)
        column.top = max(column.top, code.y + code.height + quiet)
        column.gap(2)

    def _said(self, key: str, **values: Value) -> str:
        return printable(self._catalog.text(key, **values))
