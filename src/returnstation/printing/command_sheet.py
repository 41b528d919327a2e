"""The sheet of commands to scan, barcodes under their heads: two columns, one on a roll."""

from collections.abc import Iterator, Sequence

from returnstation.domain.papers import CommandCode, CommandGroup, CommandSheet
from returnstation.i18n import Catalog
from returnstation.printing import symbols
from returnstation.printing.column import Column
from returnstation.printing.drawing import Code, DoesNotFit, Drawing, Grid, Mark, moved
from returnstation.printing.fitting import Style
from returnstation.printing.flow import Block, Page, paginated
from returnstation.printing.fonts import Weight

_MODULE_MM, _QR_MODULE_MM, _BAR_HEIGHT_MM = 0.25, 0.5, 8
_MARGIN_MM, _GUTTER_MM, _BELOW_MM = 12.0, 8.0, 7.0
_ROLL_BELOW_MM, _ROLL_MARGIN_MM = 120, 4.0
_HEAD_MM, _GROUP_MM, _NAME_MM, _SMALL_MM = 6.0, 4.6, 4.2, 3.0
_COLUMNS_OF_PAGE, _COLUMNS_OF_ROLL = 2, 1


def draw_command_sheet(
    sheet: CommandSheet, catalog: Catalog, size_mm: tuple[float, float | None], grid: Grid
) -> tuple[Drawing, ...]:
    """Return the pages of the sheet.

    Raises:
        DoesNotFit: A barcode is wider than its column.
        MissingGlyph: No font has one of the characters.
    """
    width_mm, height_mm = size_mm
    height = None if height_mm is None else grid.dots(height_mm)
    is_roll = width_mm < _ROLL_BELOW_MM
    margin_mm = _ROLL_MARGIN_MM if is_roll else _MARGIN_MM
    page = Page(grid, grid.dots(width_mm), height, grid.dots(margin_mm))
    columns = _COLUMNS_OF_ROLL if is_roll else _COLUMNS_OF_PAGE
    return paginated(tuple(_blocks(sheet, catalog, page, columns)), page)


def _blocks(sheet: CommandSheet, catalog: Catalog, page: Page, columns: int) -> Iterator[Block]:
    head = Column(page.grid, room=page.room)
    bold, plain = Style(catalog.language, Weight.BOLD), Style(catalog.language)
    head.paragraph(catalog.text("sheet.title"), head.mm(_HEAD_MM), bold)
    head.paragraph(catalog.text("sheet.help"), head.mm(_SMALL_MM), plain)
    yield head.block(after=4)
    for group in sheet.groups:
        yield from _group(group, catalog, page, columns)


def _group(group: CommandGroup, catalog: Catalog, page: Page, columns: int) -> Iterator[Block]:
    title = Column(page.grid, room=page.room)
    title.paragraph(
        catalog.say(group.title), title.mm(_GROUP_MM), Style(catalog.language, Weight.BOLD)
    )
    title.rule()
    before: Block | None = title.block(after=3)
    for start in range(0, len(group.codes), columns):
        room = (page.room - page.grid.dots(_GUTTER_MM) * (columns - 1)) // columns
        row = _row(group.codes[start : start + columns], catalog, page.grid, room)
        # A head stays with its first row.
        yield row if before is None else _below(before, row)
        before = None


def _row(codes: Sequence[CommandCode], catalog: Catalog, grid: Grid, room: int) -> Block:
    marks: list[Mark] = []
    height = 0
    for place, command in enumerate(codes):
        block = _cell(command, catalog, Column(grid, room=room))
        marks += moved(block.marks, place * (room + grid.dots(_GUTTER_MM)), 0)
        height = max(height, block.height)
    return Block(tuple(marks), height)


def _cell(command: CommandCode, catalog: Catalog, part: Column) -> Block:
    name = Style(catalog.language, Weight.BOLD)
    part.paragraph(catalog.say(command.title), part.mm(_NAME_MM), name)
    part.gap(1)
    code = _code(command.text, part)
    part.code(code)
    part.top = code.y + code.height
    return part.block(after=_BELOW_MM)


def _code(text: str, part: Column) -> Code:
    """Return a command as bars, or as QR code where the roll is too narrow for them."""
    symbol, module = symbols.code_128(text), max(1, part.mm(_MODULE_MM))
    if (symbol.columns + 2 * symbol.quiet) * module <= part.room:
        return Code(symbol.quiet * module, part.top, symbol, module, part.mm(_BAR_HEIGHT_MM))
    symbol, module = symbols.qr_code(text), max(2, part.mm(_QR_MODULE_MM))
    rim = symbol.quiet * module
    if symbol.columns * module + 2 * rim > part.room:
        raise DoesNotFit(text)
    return Code(rim, part.top + rim, symbol, module)


def _below(first: Block, second: Block) -> Block:
    marks = (*first.marks, *moved(second.marks, 0, first.height))
    return Block(marks, first.height + second.height)
