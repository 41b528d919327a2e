"""The label of a tote or cage: what goes in, its code to read aloud and to scan.

Sizes are for a label of 50 x 30 mm and grow with it. From top to bottom: disposition; the code in
letters with place, capacity and site, a QR code beside it; the code as Code 128.
"""

from dataclasses import replace

from returnstation.domain.papers import ContainerLabel
from returnstation.i18n import Catalog
from returnstation.printing import fitting, symbols
from returnstation.printing.drawing import Code, DoesNotFit, Drawing, Grid, Ink
from returnstation.printing.fitting import Style
from returnstation.printing.fonts import Weight, printable
from returnstation.printing.sheet import Area, Sheet

_WIDTH_MM, _HEIGHT_MM = 50, 30
_PREFIX = "RST:"
_LEAST_MODULE_MM, _MOST_MODULE_MM = 0.24, 0.76


def draw_container_label(
    label: ContainerLabel, catalog: Catalog, size_mm: tuple[float, float], grid: Grid
) -> Drawing:
    """Return a tote's label for a medium of ``size_mm``.

    Raises:
        DoesNotFit: Disposition, code or a barcode would not be legible.
        MissingGlyph: No font has one of the characters.
    """
    width, height = grid.dots(size_mm[0]), grid.dots(size_mm[1])
    scale = min(size_mm[0] / _WIDTH_MM, size_mm[1] / _HEIGHT_MM)
    sheet = Sheet(grid, scale)
    mm, bold = sheet.mm, Style(catalog.language, Weight.BOLD)
    left, right = mm(2), width - mm(2)
    name = printable(catalog.text(f"disposition.{label.disposition}"))
    size = fitting.shrunk(name, bold, right - left, (mm(5), mm(2.6)))
    sheet.text(name, (left, mm(6)), size, bold)
    bars_top = height - mm(9.5)
    matrix_left = _matrix(sheet, label, Area(left, mm(7.6), right, bars_top - mm(0.6)))
    _words(sheet, label, catalog, Area(left, mm(7.6), matrix_left - mm(1), bars_top))
    _bars(sheet, label, Area(left, bars_top, right, height - mm(1.5)))
    return sheet.drawing(width, height)


def _matrix(sheet: Sheet, label: ContainerLabel, area: Area) -> int:
    """Draw the QR code at the right; return where it begins."""
    symbol = symbols.qr_code(_PREFIX + label.code)
    module = _module(sheet, (symbol.columns + 2 * symbol.quiet, area.height), label)
    x = area.right - (symbol.columns + symbol.quiet) * module + sheet.mm(1)
    y = area.top + (area.height - symbol.columns * module) // 2
    sheet.code(Code(x, y, symbol, module))
    return x - symbol.quiet * module


def _bars(sheet: Sheet, label: ContainerLabel, area: Area) -> None:
    symbol = symbols.code_128(_PREFIX + label.code)
    room = area.width + 2 * area.left
    module = _module(sheet, (symbol.columns + 2 * symbol.quiet, room), label)
    x = area.left + (area.width - symbol.columns * module) // 2
    sheet.code(Code(x, area.top, symbol, module, area.height))


def _module(sheet: Sheet, modules_in_room: tuple[int, int], label: ContainerLabel) -> int:
    """Return the widest module at which a code has room."""
    modules, room = modules_in_room
    dots = sheet.grid.dots
    widest = min(room // modules, max(dots(_MOST_MODULE_MM), 2))
    if widest < max(dots(_LEAST_MODULE_MM), 2):
        raise DoesNotFit(label.code)
    return widest


def _words(sheet: Sheet, label: ContainerLabel, catalog: Catalog, area: Area) -> None:
    mm = sheet.mm
    bold, plain = Style(catalog.language, Weight.BOLD), Style(catalog.language)
    code = printable(label.code)
    size = fitting.shrunk(code, bold, area.width, (mm(5), mm(2)))
    sheet.text(code, (area.left, area.top + mm(4.4)), size, bold)
    told = catalog.text("papers.container.capacity", n=label.capacity)
    if label.place:
        told = f"{catalog.text('papers.container.place', place=label.place)} · {told}"
    base_line = area.top + mm(7.2)
    shown = fitting.shortened(printable(told), plain, area.width, mm(2.2))
    sheet.text(shown, (area.left, base_line), mm(2.2), plain)
    below = Area(area.left, base_line + mm(0.8), area.right, base_line + mm(3.6))
    if label.is_training:
        _warning(sheet, catalog, below)
        return
    shown = fitting.shortened(printable(label.site), plain, area.width, mm(2.2))
    sheet.text(shown, (area.left, base_line + mm(2.8)), mm(2.2), plain)


def _warning(sheet: Sheet, catalog: Catalog, area: Area) -> None:
    mm = sheet.mm
    white = replace(Style(catalog.language, Weight.BOLD), ink=Ink.WHITE)
    warning = printable(catalog.text("papers.label.training"))
    size = fitting.shrunk(warning, white, area.width - mm(1), (mm(2.2), mm(1.4)))
    sheet.box(area)
    sheet.text(warning, (area.left + mm(0.5), area.bottom - mm(0.8)), size, white)
