"""Parts of papers that are read rather than scanned: heads, facts, tables, page numbers.

A paper has two forms: on office paper facts stand side by side, on a roll one below the other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from returnstation.domain.messages import Say, Value
from returnstation.i18n import Catalog
from returnstation.printing import fitting, symbols
from returnstation.printing.column import Column
from returnstation.printing.drawing import Code, Drawing, Ink, Surface
from returnstation.printing.fitting import Style
from returnstation.printing.flow import Block, Page
from returnstation.printing.fonts import Weight, printable
from returnstation.printing.sheet import Area, Sheet

ROLL_BELOW_MM = 120
_FACTS_PER_ROW = 3
_BAR_MODULE_MM, _QR_MODULE_MM, _BAR_HEIGHT_MM = 0.26, 0.5, 12
_CELL_GAP_MM = 2.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """Letter sizes and margin in millimetres."""

    head: float
    strong: float
    body: float
    small: float
    margin: float


OFFICE = Sizes(head=7.5, strong=5.2, body=3.6, small=3.1, margin=19)
ROLL = Sizes(head=5, strong=4.4, body=3.2, small=2.8, margin=4)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table.

    Attributes:
        share: Of the width, in parts of all shares.
        is_number: It stands at the right, on one line.
    """

    title: str
    share: int
    is_number: bool = False


class Document:
    """One paper in one language on one kind of page."""

    def __init__(self, catalog: Catalog, surface: Surface) -> None:
        width_mm, height_mm = surface.size_mm
        self.catalog = catalog
        self.shapes = catalog.shapes
        self.pictures = surface.pictures
        self.is_roll = width_mm < ROLL_BELOW_MM
        sizes = ROLL if self.is_roll else OFFICE
        dots = surface.grid.dots
        height = None if height_mm is None else dots(height_mm)
        foot = 0 if height_mm is None else dots(8)
        self.page = Page(surface.grid, dots(width_mm), height, dots(sizes.margin), foot)
        self.head_size, self.strong_size = dots(sizes.head), dots(sizes.strong)
        self.size, self.small = dots(sizes.body), dots(sizes.small)
        self.plain = Style(catalog.language)
        self.bold = Style(catalog.language, Weight.BOLD)
        self.grey = Style(catalog.language, ink=Ink.GREY)
        self.white = Style(catalog.language, Weight.BOLD, Ink.WHITE)

    def said(self, key: str, **values: Value) -> str:
        """Return a message as it is drawn."""
        return printable(self.catalog.text(key, **values))

    def told(self, message: Say) -> str:
        """Return a message with its own values as it is drawn."""
        return printable(self.catalog.say(message))

    def column(self) -> Column:
        """Return an empty column as wide as the page."""
        return Column(self.page.grid, room=self.page.room)

    def head(self, name: str, title: str, number: str) -> Block:
        """Return whose paper it is and which, with its number as a code at the right."""
        column = self.column()
        code = None if self.is_roll else self.number_code(column, number)
        right = column.room if code is None else code.x - code.quiet
        column.paragraph(name, self.strong_size, self.bold, right=right)
        column.paragraph(title, self.head_size, self.plain, right=right)
        column.top = max(column.top, 0 if code is None else code.y + code.height)
        return column.block(after=4 if self.is_roll else 8)

    def number_code(self, column: Column, number: str) -> Code:
        """Draw a number at the right, as bars where they fit, else as QR code."""
        if number.isascii():
            symbol, module = symbols.code_128(number), max(column.mm(_BAR_MODULE_MM), 2)
            left = column.room - symbol.columns * module
            if left - symbol.quiet * module >= (0 if self.is_roll else column.room // 2):
                code = Code(left, column.top, symbol, module, column.mm(_BAR_HEIGHT_MM))
                column.code(code)
                return code
        symbol, module = symbols.qr_code(number), max(column.mm(_QR_MODULE_MM), 2)
        left = column.room - (symbol.columns + symbol.quiet) * module
        code = Code(left, column.top + symbol.quiet * module, symbol, module)
        column.code(code)
        return code

    def banner(self, words: str) -> Block:
        """Return a warning, white on black."""
        column, words = self.column(), printable(words)
        room = column.room - 2 * self.size
        size = fitting.shrunk(words, self.white, room, (self.size, self.size // 2))
        height = self.size + column.mm(2.4)
        column.box(Area(0, 0, column.room, height))
        left = (column.room - round(self.white.width(words, size))) // 2
        column.text(words, (left, column.mm(0.8) + self.size), size, self.white)
        column.top = height
        return column.block(after=4)

    def heading(self, words: str) -> Block:
        """Return a head above what follows."""
        column = self.column()
        column.gap(2)
        column.paragraph(words, self.strong_size, self.bold)
        return column.block(after=1)

    def paragraph(self, words: str, style: Style | None = None) -> Block:
        """Return a paragraph of small print."""
        column = self.column()
        column.paragraph(words, self.small, style or self.plain)
        return column.block(after=2)

    def facts(self, facts: Iterable[tuple[str, str]]) -> Block:
        """Return names and their values."""
        return self._listed(facts) if self.is_roll else self._in_rows(list(facts))

    def _in_rows(self, facts: Sequence[tuple[str, str]]) -> Block:
        column = self.column()
        width = column.room // _FACTS_PER_ROW
        for start in range(0, len(facts), _FACTS_PER_ROW):
            top, ends = column.top, []
            for place, (name, value) in enumerate(facts[start : start + _FACTS_PER_ROW]):
                column.top, left = top, place * width
                right = left + width - self.size
                column.paragraph(name, self.small, self.grey, left, right)
                column.paragraph(value, self.size, self.plain, left, right)
                ends.append(column.top)
            column.top = max(ends)
            column.gap(2)
        return column.block(after=4)

    def _listed(self, facts: Iterable[tuple[str, str]]) -> Block:
        column = self.column()
        for name, value in facts:
            column.pair(name, value, self.small, (self.grey, self.plain))
        return column.block(after=2)

    def boxed(self, column: Column, word: str, style: Style) -> None:
        """Draw a word in a box: filled when it is white, framed otherwise."""
        size, top = self.small, column.top
        right = round(style.width(word, size)) + column.mm(3)
        bottom = top + size + column.mm(1.6)
        column.box(Area(0, top, right, bottom))
        if style.ink is not Ink.WHITE:
            thick = max(column.mm(0.25), 2)
            inner = Area(thick, top + thick, right - thick, bottom - thick)
            column.box(inner, Ink.WHITE)
        column.text(word, (column.mm(1.5), top + size + column.mm(0.4)), size, style)
        column.top = bottom
        column.gap(1)

    def total(self, words: str, amount: str) -> Block:
        """Return a sum on a pale band."""
        column = self.column()
        self.band(column, words, amount)
        return column.block(after=2)

    def band(self, column: Column, words: str, amount: str) -> None:
        """Draw a sum on a pale band into a column."""
        height = round(self.strong_size * 1.7)
        rim = column.mm(2)  # reaches into the margins, so that the words stay in line
        column.box(Area(-rim, column.top, column.room + rim, column.top + height), Ink.PALE)
        column.top += round(self.strong_size * 0.2)
        column.pair(words, amount, self.strong_size, (self.bold, self.bold))
        column.gap(2)

    def table_head(self, columns: Sequence[TableColumn]) -> Block:
        """Return the heads of a table's columns above a line."""
        column = self.column()
        titles = [each.title for each in columns]
        self._row(column, columns, titles, self.grey)
        column.rule()
        return column.block(after=1)

    def table_rows(
        self, columns: Sequence[TableColumn], rows: Iterable[Sequence[str]]
    ) -> Iterator[Block]:
        """Yield the rows of a table."""
        for row in rows:
            column = self.column()
            self._row(column, columns, row, self.plain)
            yield column.block(after=0.6)

    def _row(
        self, column: Column, columns: Sequence[TableColumn], cells: Sequence[str], style: Style
    ) -> None:
        shares = sum(each.share for each in columns)
        gap, left, ends, top = column.mm(_CELL_GAP_MM), 0, [], column.top
        for each, words in zip(columns, cells, strict=True):
            right = left + column.room * each.share // shares
            is_last = each is columns[-1]
            room = right - left - (0 if is_last else gap)
            column.top = top
            if each.is_number:
                self._number(column, printable(words), (left, left + room), style)
            else:
                column.paragraph(words, self.small, style, left, left + room)
            ends.append(column.top)
            left = right
        column.top = max(ends)

    def _number(self, column: Column, words: str, edges: tuple[int, int], style: Style) -> None:
        left, right = edges
        size = fitting.shrunk(words, style, right - left, (self.small, self.small // 2))
        column.text_before(words, (right, column.top + self.small), size, style)
        column.top += fitting.line_height(self.small)

    def numbered(self, pages: Sequence[Drawing], foot: str) -> Iterator[Drawing]:
        """Yield the pages with what they belong to and page number at their feet."""
        left, right = self.page.margin, self.page.margin + self.page.room
        for number, page in enumerate(pages, 1):
            sheet, base_line = Sheet(self.page.grid), page.height - self.page.margin
            count = self.said("papers.receipt.page", page=number, pages=len(pages))
            start = sheet.text_before(count, (right, base_line), self.small, self.grey)
            room = start - 2 * self.small - left
            shown = fitting.shortened(printable(foot), self.grey, room, self.small)
            sheet.text(shown, (left, base_line), self.small, self.grey)
            yield replace(page, marks=(*page.marks, *sheet.marks))

    def pages(self, drawings: Sequence[Drawing], foot: str) -> tuple[Drawing, ...]:
        """Return the pages, numbered unless they are one piece of a roll."""
        if self.page.height is None:
            return tuple(drawings)
        return tuple(self.numbered(drawings, foot))
