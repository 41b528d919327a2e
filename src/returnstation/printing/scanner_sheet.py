"""The sheet of barcodes that set a scanner up, one below the other."""

from collections.abc import Iterator

from returnstation.domain.papers import ScannerSheet
from returnstation.i18n import Catalog
from returnstation.printing import symbols
from returnstation.printing.column import Column
from returnstation.printing.drawing import Code, DoesNotFit, Drawing, Grid, Ink
from returnstation.printing.fitting import Style
from returnstation.printing.flow import Block, Page, paginated
from returnstation.printing.fonts import Weight

_ROLL_BELOW_MM = 120
_MODULE_MM, _BAR_HEIGHT_MM = 0.3, 14
_OFFICE_MARGIN_MM, _ROLL_MARGIN_MM = 19.0, 4.0
_HEAD_MM, _BODY_MM, _SMALL_MM = 6.0, 4.2, 3.0


def draw_scanner_sheet(
    sheet: ScannerSheet, catalog: Catalog, size_mm: tuple[float, float | None], grid: Grid
) -> tuple[Drawing, ...]:
    """Return the pages of a sheet; without a height it is one piece of a roll.

    Raises:
        DoesNotFit: A barcode is wider than the paper.
        MissingGlyph: No font has one of the characters.
    """
    width_mm, height_mm = size_mm
    margin_mm = _ROLL_MARGIN_MM if width_mm < _ROLL_BELOW_MM else _OFFICE_MARGIN_MM
    height = None if height_mm is None else grid.dots(height_mm)
    page = Page(grid, grid.dots(width_mm), height, grid.dots(margin_mm))
    return paginated(tuple(_blocks(sheet, catalog, page)), page)


def _blocks(sheet: ScannerSheet, catalog: Catalog, page: Page) -> Iterator[Block]:
    bold = Style(catalog.language, Weight.BOLD)
    plain, grey = Style(catalog.language), Style(catalog.language, ink=Ink.GREY)
    head = Column(page.grid, room=page.room)
    head.paragraph(catalog.text("setup.title"), head.mm(_HEAD_MM), bold)
    head.paragraph(sheet.scanner, head.mm(_BODY_MM), bold)
    head.paragraph(catalog.text("setup.help"), head.mm(_BODY_MM), plain)
    head.paragraph(sheet.source, head.mm(_SMALL_MM), grey)
    yield head.block(after=6)
    for setup in sheet.codes:
        part = Column(page.grid, room=page.room)
        part.paragraph(catalog.say(setup.title), part.mm(_BODY_MM), bold)
        part.gap(1.5)
        symbol = symbols.setup_code(setup.text, sheet.function_3)
        module = max(1, part.mm(_MODULE_MM))
        code = Code(symbol.quiet * module, part.top, symbol, module, part.mm(_BAR_HEIGHT_MM))
        if code.width + 2 * code.quiet > page.room:
            raise DoesNotFit(setup.text)
        part.code(code)
        part.top += code.height
        part.gap(1)
        part.paragraph(setup.text, part.mm(_SMALL_MM), grey, left=code.x)
        # Two codes before one look would both be read.
        yield part.block(after=12)
