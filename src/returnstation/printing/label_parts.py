"""Parts that labels share: words in two weights, warnings, lines, codes in the middle."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from returnstation.domain.messages import Say, Value
from returnstation.domain.papers import Address
from returnstation.i18n import Catalog
from returnstation.printing import fitting
from returnstation.printing.drawing import Code, DoesNotFit, Grid, Ink
from returnstation.printing.fitting import Style
from returnstation.printing.fonts import Weight, printable
from returnstation.printing.sheet import Area, Sheet
from returnstation.printing.symbols import Symbol


class LabelPage:
    """One label in one language.

    Args:
        catalog: Of who reads it.
        grid: Of the printer.
        scale: By how much everything is larger than the millimetres say.
    """

    def __init__(self, catalog: Catalog, grid: Grid, scale: float = 1.0) -> None:
        self.catalog = catalog
        self.sheet = Sheet(grid, scale)
        self.mm = self.sheet.mm
        self.plain = Style(catalog.language)
        self.bold = Style(catalog.language, Weight.BOLD)
        self.white = replace(self.bold, ink=Ink.WHITE)

    def said(self, key: str, **values: Value) -> str:
        """Return a message as it is drawn."""
        return printable(self.catalog.text(key, **values))

    def told(self, message: Say) -> str:
        """Return a message with its own values as it is drawn."""
        return printable(self.catalog.say(message))

    def rule(self, top: int, area: Area) -> None:
        """Draw a line across an area."""
        self.sheet.box(Area(area.left, top, area.right, top + max(self.mm(0.4), 1)))

    def band(self, words: str, area: Area, sizes: tuple[int, int]) -> None:
        """Write white on black, in the middle of an area."""
        size = fitting.shrunk(words, self.white, area.width - 2 * self.mm(1), sizes)
        self.sheet.box(area)
        left = area.left + (area.width - round(self.white.width(words, size))) // 2
        base_line = area.top + (area.height + round(size * 0.74)) // 2
        self.sheet.text(words, (left, base_line), size, self.white)

    def lines(self, words: str, area: Area, sizes: tuple[int, int], style: Style) -> int:
        """Write a text as large as its area allows; return where it ends."""
        return self.paragraphs([words], area, sizes, style)

    def paragraphs(
        self, texts: Sequence[str], area: Area, sizes: tuple[int, int], style: Style
    ) -> int:
        """Write texts below one another as large as their area allows; return where they end."""
        size, lines = fitting.filling(texts, style, (area.width, area.height), sizes)
        for number, line in enumerate(lines):
            base_line = area.top + size + number * fitting.line_height(size)
            self.sheet.text(line, (area.left, base_line), size, style)
        return area.top + len(lines) * fitting.line_height(size)

    def address(self, address: Address, area: Area, sizes: tuple[int, int]) -> int:
        """Write an address, the name in bold; return where it ends.

        Raises:
            DoesNotFit: It has more lines than there is room for.
        """
        below = [*address.lines, self._land(address.country)]
        texts = [(printable(line), self.plain) for line in below if line]
        for size in range(sizes[0], sizes[1] - 1, -1):
            lines = [
                *((line, self.bold) for line in self._name_lines(address.name, area, size)),
                *texts,
            ]
            fits = all(style.width(line, size) <= area.width for line, style in lines)
            if fits and len(lines) * fitting.line_height(size) <= area.height:
                return self._written(lines, area, size)
        raise DoesNotFit(address.name)

    def _name_lines(self, name: str, area: Area, size: int) -> tuple[str, ...]:
        return fitting.wrapped(printable(name), self.bold, area.width, size)

    def _written(self, lines: Sequence[tuple[str, Style]], area: Area, size: int) -> int:
        top = area.top
        for line, style in lines:
            self.sheet.text(line, (area.left, top + size), size, style)
            top += fitting.line_height(size)
        return top

    def _land(self, country: str | None) -> str:
        if country is None:
            return ""
        land = country.partition("-")[0]
        return str(self.catalog.shapes.locale.territories.get(land, country)).upper()

    def bars(self, symbol: Symbol, area: Area, modules_mm: tuple[float, float]) -> Code:
        """Draw a linear code in the middle of an area, its bars as wide as there is room.

        Args:
            symbol: The code.
            area: Quiet zones may reach out of it, to the edge of the label.
            modules_mm: Least and greatest width of a module.

        Raises:
            DoesNotFit: The bars would be too narrow.
        """
        dots = self.sheet.grid.dpi / 25.4
        least, most = modules_mm
        room = area.width + 2 * area.left
        widest = min(room // (symbol.columns + 2 * symbol.quiet), int(most * dots))
        widest = min(widest, area.width // symbol.columns)
        if widest < max(ceil(least * dots - 0.05), 2):
            raise DoesNotFit(symbol.text)
        x = area.left + (area.width - symbol.columns * widest) // 2
        code = Code(x, area.top, symbol, widest, area.height)
        self.sheet.code(code)
        return code

    def below(self, code: Code, words: str, sizes: tuple[int, int]) -> None:
        """Write what a code says under it, in the middle."""
        room = code.width + 2 * code.quiet
        size = fitting.shrunk(words, self.bold, room, sizes)
        left = code.x + (code.width - round(self.bold.width(words, size))) // 2
        self.sheet.text(words, (max(left, 0), code.y + code.height + size), size, self.bold)
