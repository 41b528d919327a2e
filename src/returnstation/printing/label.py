"""The item label: where the item goes, how good it is, what it is, and its licence plate.

Sizes are for a label of 50 x 30 mm and grow with it. From top to bottom: disposition and grade;
merchant and product; the licence plate as Code 128 with a GS1 DataMatrix beside it; the licence
plate in letters, and the time. A tall label has room below for the whole title, the numbers and
the product's own barcode.
"""

from collections.abc import Iterator
from dataclasses import replace

from returnstation.domain.barcodes.check_digits import has_gs1_check_digit
from returnstation.domain.papers import ItemLabel
from returnstation.i18n import Catalog
from returnstation.printing import fitting, symbols
from returnstation.printing.drawing import Code, DoesNotFit, Drawing, Grid, Ink
from returnstation.printing.fitting import Style
from returnstation.printing.fonts import Weight, printable
from returnstation.printing.sheet import Area, Sheet
from returnstation.printing.symbols import Symbol

_WIDTH_MM, _HEIGHT_MM = 50, 30
_TALL_FROM_MM = 55
# On tall labels the plate takes this share at most; the details get the rest.
_PLATE_SHARE = 0.68
# Whole dots from 0.24 mm on (2 at 203 dpi, 3 at 300): below, scanners at arm's length begin to
# fail; above 0.5 mm nothing is won.
_LEAST_MODULE_MM, _MOST_MODULE_MM = 0.24, 0.51


def draw_label(
    label: ItemLabel, catalog: Catalog, size_mm: tuple[float, float], grid: Grid
) -> Drawing:
    """Return an item label for a medium of ``size_mm``.

    Raises:
        DoesNotFit: Disposition, grade, warning or codes would not be legible.
        MissingGlyph: No font has one of the characters.
    """
    return _Layout(label, catalog, size_mm, grid).drawing()


class _Layout:
    def __init__(
        self, label: ItemLabel, catalog: Catalog, size_mm: tuple[float, float], grid: Grid
    ) -> None:
        width_mm, height_mm = size_mm
        self._label = label
        self._catalog = catalog
        self._is_tall = height_mm >= _TALL_FROM_MM
        room_mm = height_mm * _PLATE_SHARE if self._is_tall else height_mm
        self._sheet = Sheet(grid, min(width_mm / _WIDTH_MM, room_mm / _HEIGHT_MM))
        self._width, self._height = grid.dots(width_mm), grid.dots(height_mm)
        self._bold = Style(catalog.language, Weight.BOLD)
        self._plain = Style(catalog.language)
        # Merchants' lists hold article numbers that are none; such a one gets no barcode.
        is_gtin = bool(label.gtin) and has_gs1_check_digit(label.gtin or "")
        self._gtin = label.gtin if is_gtin else None

    def drawing(self) -> Drawing:
        mm = self._sheet.mm
        left, right = mm(2), self._width - mm(2)
        bottom = mm(_HEIGHT_MM) if self._is_tall else self._height
        self._head(Area(left, mm(1.2), right, mm(7)))
        self._subject(Area(left, mm(7.2), right, mm(11)))
        self._codes(Area(left, mm(12), right, bottom - mm(6.2)))
        self._foot(Area(left, bottom - mm(5.6), right, bottom))
        if self._is_tall:
            self._details(Area(left, bottom, right, self._height - mm(1.5)))
        return self._sheet.drawing(self._width, self._height)

    def _head(self, area: Area) -> None:
        mm = self._sheet.mm
        base_line, right = area.top + mm(4.8), area.right
        grade = " / ".join(each for each in (self._label.functional, self._label.cosmetic) if each)
        if self._label.quantity > 1:
            grade = f"×{self._label.quantity}  {grade}"
        if grade:
            right = self._sheet.text_before(grade, (right, base_line), mm(4.4), self._bold) - mm(2)
        name = self._said(f"disposition.{self._label.disposition}")
        try:
            size = fitting.shrunk(name, self._bold, right - area.left, (mm(5), mm(3)))
        except DoesNotFit:
            self._two_lines(name, Area(area.left, area.top, right, area.bottom))
        else:
            self._sheet.text(name, (area.left, base_line), size, self._bold)

    def _two_lines(self, name: str, area: Area) -> None:
        mm = self._sheet.mm
        lines = fitting.wrapped(name, self._bold, area.width, mm(2.8))
        if len(lines) > 2:
            raise DoesNotFit(name)
        for number, line in enumerate(lines):
            at = (area.left, area.top + mm(2.6 + 3 * number))
            self._sheet.text(line, at, mm(2.8), self._bold)

    def _subject(self, area: Area) -> None:
        mm = self._sheet.mm
        if self._label.is_training:
            self._warning(area)
            return
        size, base_line, right = mm(2.9), area.top + mm(2.8), area.right
        if self._label.destination:
            where = f"→ {printable(self._label.destination)}"
            right = self._sheet.text_before(where, (right, base_line), size, self._bold) - mm(1.5)
        left = self._reprint_mark(area) if self._label.is_reprint else area.left
        parts = (self._label.merchant, self._label.title)
        what = printable(" · ".join(part for part in parts if part))
        if right - left < mm(8):
            raise DoesNotFit(what)
        what = fitting.shortened(what, self._plain, right - left, size)
        self._sheet.text(what, (left, base_line), size, self._plain)

    def _warning(self, area: Area) -> None:
        mm = self._sheet.mm
        warning = self._said("papers.label.training")
        white = replace(self._bold, ink=Ink.WHITE)
        size = fitting.shrunk(warning, white, area.width - mm(2), (mm(3), mm(1.9)))
        self._sheet.box(area)
        left = area.left + (area.width - round(white.width(warning, size))) // 2
        self._sheet.text(warning, (left, area.top + mm(2.9)), size, white)

    def _reprint_mark(self, area: Area) -> int:
        """Draw a word in white on black; return where the next text may begin."""
        mm = self._sheet.mm
        word, white = self._said("papers.label.reprint"), replace(self._bold, ink=Ink.WHITE)
        right = area.left + round(white.width(word, mm(2.5))) + mm(1.6)
        self._sheet.box(Area(area.left, area.top, right, area.bottom - mm(0.2)))
        self._sheet.text(word, (area.left + mm(0.8), area.top + mm(2.7)), mm(2.5), white)
        return right + mm(1.2)

    def _codes(self, area: Area) -> None:
        plate = symbols.code_128(self._label.lpn)
        for module in self._modules():
            left = max(area.left, plate.quiet * module)
            matrix_from = left + (plate.columns + plate.quiet) * module
            for matrix in self._matrices():
                size = self._matrix_module(matrix, area.right - matrix_from, area.height)
                if size:
                    self._sheet.code(Code(left, area.top, plate, module, area.height))
                    x = area.right - matrix.columns * size
                    self._sheet.code(Code(x, area.top, matrix, size))
                    return
        raise DoesNotFit(self._label.lpn)

    def _modules(self) -> range:
        """Return the module widths allowed, widest first."""
        dots = self._sheet.grid.dots
        most = max(dots(_MOST_MODULE_MM), 2)
        least = max(dots(_LEAST_MODULE_MM), 2)
        return range(most, least - 1, -1)

    def _matrices(self) -> Iterator[Symbol]:
        label = self._label
        yield symbols.item_matrix(label.lpn, self._gtin, label.serial)
        yield symbols.item_matrix(label.lpn, self._gtin, None)
        yield symbols.item_matrix(label.lpn, None, None)

    def _matrix_module(self, matrix: Symbol, width: int, height: int) -> int | None:
        sizes = (
            size
            for size in self._modules()
            if (matrix.columns + 2 * matrix.quiet) * size <= width
            and len(matrix.rows) * size <= height
        )
        return next(sizes, None)

    def _foot(self, area: Area) -> None:
        mm = self._sheet.mm
        base_line = area.top + mm(3.6)
        time = self._catalog.shapes.moment(self._label.printed_at)
        right = self._sheet.text_before(time, (area.right, base_line), mm(2.5), self._plain)
        room = right - mm(2) - area.left
        size = fitting.shrunk(self._label.lpn, self._bold, room, (mm(3.4), mm(2.4)))
        self._sheet.text(self._label.lpn, (area.left, base_line), size, self._bold)

    def _details(self, area: Area) -> None:
        mm, label = self._sheet.mm, self._label
        self._sheet.box(Area(area.left, area.top, area.right, area.top + max(mm(0.25), 1)))
        code = self._product_code(area)
        room = area.width if code is None else code.x - code.quiet - area.left - mm(1)
        lines = [
            *fitting.wrapped(printable(label.title), self._plain, room, mm(2.3))[:2],
            *([f"SKU {printable(label.sku)}"] if label.sku else []),
            *([f"S/N {printable(label.serial)}"] if label.serial else []),
            printable(label.case_number),
        ]
        for number, line in enumerate(lines):
            base_line = area.top + mm(3 + 2.8 * number)
            if base_line <= area.bottom:
                shown = fitting.shortened(line, self._plain, room, mm(2.3))
                self._sheet.text(shown, (area.left, base_line), mm(2.3), self._plain)

    def _product_code(self, area: Area) -> Code | None:
        """Draw the product's barcode at the right, when it has one and there is room."""
        if not self._gtin:
            return None
        mm = self._sheet.mm
        symbol = symbols.product_code(self._gtin)
        module = self._sheet.grid.dots(0.33)
        top = area.top + mm(1.5)
        height = min(area.bottom - mm(2.8), top + mm(12)) - top
        x = area.right - (symbol.columns + symbol.quiet) * module
        if height < mm(4) or x - symbol.quiet * module < area.left + area.width // 3:
            return None
        code = Code(x, top, symbol, module, height)
        self._sheet.code(code)
        left = x + (code.width - round(self._plain.width(symbol.text, mm(2.2)))) // 2
        self._sheet.text(symbol.text, (left, top + height + mm(2.4)), mm(2.2), self._plain)
        return code

    def _said(self, key: str) -> str:
        return printable(self._catalog.text(key))
