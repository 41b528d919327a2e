"""A pallet's GS1 logistic label (GS1 Logistic Label Guideline 1.3): who, what, and the barcodes.

From top to bottom: from and to; disposition, load, weight and what is on it, under the data titles
of the standard; the barcodes with their text below, the SSCC as the lowest.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from math import ceil

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit
from returnstation.domain.papers import PalletLabel
from returnstation.i18n import Catalog
from returnstation.printing import fitting, symbols
from returnstation.printing.drawing import Code, DoesNotFit, Drawing, Grid, Ink
from returnstation.printing.fitting import Style
from returnstation.printing.fonts import Weight, printable
from returnstation.printing.sheet import Area, Sheet
from returnstation.printing.symbols import Symbol

# The label is as large as A6 at most, wherever it is printed.
_MOST_WIDTH_MM, _MOST_HEIGHT_MM = 105.0, 152.4
_LEAST_HEIGHT_MM = 138.0
_MARGIN_MM = 3.0
# GS1 General Specifications, symbol specification table 5: GS1-128 on logistic units.
_LEAST_MODULE_MM, _MOST_MODULE_MM, _BAR_HEIGHT_MM = 0.495, 0.94, 32.0
_GRAMS = 1000


def draw_pallet_label(
    label: PalletLabel, catalog: Catalog, size_mm: tuple[float, float | None], grid: Grid
) -> Drawing:
    """Return a pallet's label for a medium of ``size_mm``, in its upper left corner.

    Raises:
        DoesNotFit: The medium is too small for the barcodes as the standard wants them.
        MissingGlyph: No font has one of the characters.
    """
    width_mm = min(size_mm[0], _MOST_WIDTH_MM)
    height_mm = min(size_mm[1] or _MOST_HEIGHT_MM, _MOST_HEIGHT_MM)
    if height_mm < _LEAST_HEIGHT_MM:
        raise DoesNotFit(label.sscc)
    return _Layout(label, catalog, (width_mm, height_mm), grid).drawing(size_mm)


class _Layout:
    def __init__(
        self, label: PalletLabel, catalog: Catalog, size_mm: tuple[float, float], grid: Grid
    ) -> None:
        self._label, self._catalog = label, catalog
        self._sheet = Sheet(grid)
        mm = self._sheet.mm
        self._area = Area(
            mm(_MARGIN_MM), mm(_MARGIN_MM), mm(size_mm[0] - _MARGIN_MM), mm(size_mm[1] - _MARGIN_MM)
        )
        self._bold = Style(catalog.language, Weight.BOLD)
        self._plain = Style(catalog.language)

    def drawing(self, size_mm: tuple[float, float | None]) -> Drawing:
        sheet, area = self._sheet, self._area
        mm = sheet.mm
        codes = tuple(self._codes())
        bars_top = area.bottom - len(codes) * mm(_BAR_HEIGHT_MM + 7)
        top = self._head(area)
        self._rule(top)
        self._facts(Area(area.left, top, area.right, bars_top))
        for place, (symbol, told) in enumerate(codes):
            self._code(symbol, told, bars_top + place * mm(_BAR_HEIGHT_MM + 7))
        grid = sheet.grid
        height = size_mm[1] or _MOST_HEIGHT_MM
        return sheet.drawing(grid.dots(size_mm[0]), grid.dots(height))

    def _head(self, area: Area) -> int:
        mm, label = self._sheet.mm, self._label
        middle = area.left + area.width // 2
        halves = (("from", label.site, area.left), ("to", label.to or "", middle + mm(2)))
        for key, name, left in halves:
            room = area.width // 2 - mm(2)
            self._line(f"papers.pallet.{key}", (left, area.top + mm(3.2)))
            lines = fitting.wrapped(printable(name), self._bold, room, mm(4.2))[:2] if name else ()
            for number, line in enumerate(lines):
                at = (left, area.top + mm(8 + 5 * number))
                self._sheet.text(line, at, mm(4.2), self._bold)
        return area.top + mm(16)

    def _rule(self, top: int) -> None:
        area = self._area
        self._sheet.box(Area(area.left, top, area.right, top + max(self._sheet.mm(0.4), 1)))

    def _facts(self, area: Area) -> None:
        mm, label = self._sheet.mm, self._label
        name = printable(self._catalog.text(f"disposition.{label.disposition}"))
        size = fitting.shrunk(name, self._bold, area.width, (mm(8), mm(4)))
        self._sheet.text(name, (area.left, area.top + mm(9)), size, self._bold)
        base_line = area.top + mm(15)
        if label.is_training:
            self._warning(Area(area.left, base_line - mm(4), area.right, base_line + mm(1)))
            base_line += mm(7)
        self._fact("SSCC", _grouped(label.sscc), base_line, mm(6))
        for title, value in self._told():
            base_line += mm(6.4)
            if base_line > area.bottom - mm(2):
                raise DoesNotFit(value)
            self._fact(title, value, base_line, mm(4.2))

    def _told(self) -> Iterator[tuple[str, str]]:
        label, catalog = self._label, self._catalog
        if label.gtin and label.count:
            yield "CONTENT / COUNT", f"{label.gtin.zfill(14)} × {label.count}"
        if label.load:
            yield catalog.text("papers.pallet.load"), label.load
        if label.gross_g is not None:
            kilograms = Decimal(label.gross_g) / _GRAMS
            yield catalog.text("papers.pallet.gross"), f"{catalog.shapes.number(kilograms)} kg"

    def _fact(self, title: str, value: str, base_line: int, size: int) -> None:
        left, mm = self._area.left, self._sheet.mm
        self._sheet.text(printable(title), (left, base_line), mm(3), self._plain)
        start = left + mm(34)
        fitted = fitting.shrunk(
            printable(value), self._bold, self._area.right - start, (size, mm(3))
        )
        self._sheet.text(printable(value), (start, base_line), fitted, self._bold)

    def _codes(self) -> Iterator[tuple[Symbol, str]]:
        label = self._label
        if label.gtin and label.count and has_gs1_check_digit(label.gtin):
            gtin, count = label.gtin.zfill(14), str(label.count)
            yield symbols.gs1_128(("02", gtin), ("37", count)), f"(02) {gtin} (37) {count}"
        yield symbols.gs1_128(("00", label.sscc)), f"(00) {label.sscc}"

    def _code(self, symbol: Symbol, told: str, top: int) -> None:
        mm, area = self._sheet.mm, self._area
        # The quiet zones may reach into the margin: it is white.
        room = area.width + 2 * (area.left - 1)
        module = self._module(symbol, room)
        width = symbol.columns * module
        code = Code(area.left + (area.width - width) // 2, top, symbol, module, mm(_BAR_HEIGHT_MM))
        self._sheet.code(code)
        size = fitting.shrunk(told, self._bold, area.width, (mm(4), mm(2.5)))
        left = area.left + (area.width - round(self._bold.width(told, size))) // 2
        self._sheet.text(told, (left, top + code.height + mm(4.6)), size, self._bold)

    def _module(self, symbol: Symbol, room: int) -> int:
        dots = self._sheet.grid.dpi / 25.4
        widest = min(room // (symbol.columns + 2 * symbol.quiet), int(_MOST_MODULE_MM * dots))
        if widest < ceil(_LEAST_MODULE_MM * dots):
            raise DoesNotFit(symbol.text)
        return widest

    def _line(self, key: str, at: tuple[int, int]) -> None:
        told = printable(self._catalog.text(key))
        self._sheet.text(told, at, self._sheet.mm(3), self._plain)

    def _warning(self, area: Area) -> None:
        mm = self._sheet.mm
        white = replace(self._bold, ink=Ink.WHITE)
        warning = printable(self._catalog.text("papers.label.training"))
        size = fitting.shrunk(warning, white, area.width - mm(2), (mm(3.6), mm(2)))
        self._sheet.box(area)
        self._sheet.text(warning, (area.left + mm(1), area.bottom - mm(1.4)), size, white)


def _grouped(sscc: str) -> str:
    """Return an SSCC in groups that can be read aloud."""
    return " ".join(sscc[start : start + 6] for start in range(0, len(sscc), 6))
