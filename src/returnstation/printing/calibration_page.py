"""The test page: where the edges are, how sharp bars come out, how dark, and every script.

It fits any medium: what has no room on a small label is left out, from the bottom.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from returnstation.domain.papers.calibration import CalibrationPage
from returnstation.i18n import Catalog
from returnstation.printing import fitting, symbols
from returnstation.printing.drawing import Code, DoesNotFit, Drawing, Surface
from returnstation.printing.fitting import Style
from returnstation.printing.fonts import Weight, printable
from returnstation.printing.sheet import Area, Sheet

_ROLL_HEIGHT_MM = 100.0
_FRAME_MM, _TICKS_MM, _RIM_MM = 0.25, (1.0, 1.8, 2.8), 7.0
_MODULES = (1, 2, 3, 4)
# Black rows in every four.
_SHADES = (1, 2, 3, 4)
_SCRIPTS = (
    ("en", "Returns 0O 1lI ÄÖÜß éèñç ŁŻ €£₩"),
    ("ko", "반품 라벨 확인 가나다 뷁"),
    ("ja", "返品ラベル かなカナ 検品済"),
    ("zh-Hans", "退货标签 质检 货处"),
    ("zh-Hant", "退貨標籤 質檢 貨處"),
)
_TEXT_MM = (2.5, 3.0, 4.0)


def draw_calibration_page(
    page: CalibrationPage, catalog: Catalog, surface: Surface
) -> tuple[Drawing, ...]:
    """Return the page, with a frame at the edges of what is printed.

    Raises:
        DoesNotFit: The paper has no room even for the rulers.
    """
    return (_Layout(page, catalog, surface).drawing(),)


class _Layout:
    def __init__(self, page: CalibrationPage, catalog: Catalog, surface: Surface) -> None:
        self._page = page
        self._catalog = catalog
        self._sheet = Sheet(surface.grid)
        width_mm, height_mm = surface.size_mm
        self._width = surface.grid.dots(width_mm)
        self._height = surface.grid.dots(_ROLL_HEIGHT_MM if height_mm is None else height_mm)
        self._plain = Style(catalog.language)
        self._small = Style("en")

    def drawing(self) -> Drawing:
        mm = self._sheet.mm
        edge = self._edge()
        self._frame(edge)
        rim = mm(_RIM_MM)
        inside = Area(edge.left + rim, edge.top + rim, edge.right - mm(2), edge.bottom - mm(2))
        if inside.width < mm(15) or inside.height < mm(5):
            raise DoesNotFit(f"{self._width} x {self._height}")
        top = inside.top
        for block in self._blocks():
            room = Area(inside.left, top, inside.right, inside.bottom)
            if block.height <= room.height and block.width <= room.width:
                block.draw(room)
                top += block.height + mm(1.2)
        return self._sheet.drawing(self._width, self._height)

    def _edge(self) -> Area:
        """Return the edges, so far inside that the printer's offset cuts nothing off."""
        across, along = (self._sheet.grid.dots(length) for length in self._page.offset_mm)
        right, bottom = self._width - max(across, 0), self._height - max(along, 0)
        return Area(max(-across, 0), max(-along, 0), right, bottom)

    def _frame(self, edge: Area) -> None:
        thick = max(self._sheet.mm(_FRAME_MM), 1)
        for side in (
            Area(edge.left, edge.top, edge.right, edge.top + thick),
            Area(edge.left, edge.bottom - thick, edge.right, edge.bottom),
            Area(edge.left, edge.top, edge.left + thick, edge.bottom),
            Area(edge.right - thick, edge.top, edge.right, edge.bottom),
        ):
            self._sheet.box(side)
        dots = self._sheet.grid.dots
        # Exact at every tick, not a rounded millimetre many times.
        for at in self._millimetres(edge.width):
            self._tick_below(edge, edge.left + dots(at), at)
        for at in self._millimetres(edge.height):
            self._tick_beside(edge, edge.top + dots(at), at)

    def _millimetres(self, length: int) -> range:
        return range(1, int(length * 25.4 / self._sheet.grid.dpi))

    def _tick_below(self, edge: Area, x: int, at: int) -> None:
        length = self._sheet.mm(_tick_mm(at))
        self._sheet.box(Area(x, edge.top, x + 1, edge.top + length))
        if at % 10 == 0 and x + self._sheet.mm(4) < edge.right:
            base_line = edge.top + length + self._sheet.mm(2.2)
            self._sheet.text(str(at), (x + 1, base_line), self._sheet.mm(2), self._small)

    def _tick_beside(self, edge: Area, y: int, at: int) -> None:
        length = self._sheet.mm(_tick_mm(at))
        self._sheet.box(Area(edge.left, y, edge.left + length, y + 1))
        if at % 10 == 0 and y + self._sheet.mm(2) < edge.bottom:
            place = (edge.left + length + self._sheet.mm(0.3), y + self._sheet.mm(0.8))
            self._sheet.text(str(at), place, self._sheet.mm(2), self._small)

    def _blocks(self) -> "Sequence[_Block]":
        size = self._sheet.mm(_TEXT_MM[0])
        lines = [self._line(text, self._style_of(text), size) for text in self._about()]
        scripts = [self._line(text, Style(language), size) for language, text in _SCRIPTS]
        larger = [
            self._line(text, Style(language), self._sheet.mm(height))
            for height in _TEXT_MM[1:]
            for language, text in _SCRIPTS
        ]
        codes = [self._code(module) for module in _MODULES[1:]]
        return [*lines, self._bars(), self._shades(), *scripts, *codes, *larger]

    def _about(self) -> Sequence[str]:
        page = self._page
        across, along = page.offset_mm
        darkness = "–" if page.darkness is None else str(page.darkness)
        time = self._catalog.shapes.moment(page.printed_at)
        return (
            printable(page.name),
            printable(page.model),
            printable(f"{time} · {page.medium}"),
            f"offset_mm {across:g}, {along:g} · darkness {darkness} · {self._sheet.grid.dpi} dpi",
        )

    def _style_of(self, text: str) -> Style:
        is_name = text == printable(self._page.name)
        return Style(self._catalog.language, Weight.BOLD if is_name else Weight.REGULAR)

    def _line(self, text: str, style: Style, size: int) -> "_Block":
        def write(room: Area) -> None:
            shown = fitting.shortened(text, style, room.width, size)
            self._sheet.text(shown, (room.left, room.top + size), size, style)

        return _Block(0, round(size * 1.2), write)

    def _bars(self) -> "_Block":
        """Bars and spaces of the same few dots, standing and lying."""
        mm = self._sheet.mm
        side, step = mm(4), mm(5)

        def draw(room: Area) -> None:
            for number, module in enumerate(_MODULES):
                left = room.left + number * 2 * step
                for at in range(0, side - module + 1, 2 * module):
                    self._sheet.box(Area(left + at, room.top, left + at + module, room.top + side))
                    lying, top = left + step, room.top + at
                    self._sheet.box(Area(lying, top, lying + side, top + module))

        return _Block(2 * step * len(_MODULES), side, draw)

    def _shades(self) -> "_Block":
        """Blocks that grow from a quarter to full black."""
        mm = self._sheet.mm
        width, height = mm(8), mm(3)

        def draw(room: Area) -> None:
            for number, black in enumerate(_SHADES):
                left = room.left + number * mm(9)
                for top in range(room.top, room.top + height - 3, 4):
                    self._sheet.box(Area(left, top, left + width, top + black))

        return _Block(mm(9) * len(_SHADES), height, draw)

    def _code(self, module: int) -> "_Block":
        """A code to scan, of bars so many dots wide."""
        symbol = symbols.code_128(f"TEST{module}")
        height = self._sheet.mm(8)
        quiet = symbol.quiet * module

        def draw(room: Area) -> None:
            self._sheet.code(Code(room.left + quiet, room.top, symbol, module, height))

        return _Block(symbol.columns * module + 2 * quiet, height, draw)


@dataclass(frozen=True, slots=True)
class _Block:
    """A part that is drawn where there is room for it; a width of 0 adapts itself."""

    width: int
    height: int
    draw: Callable[[Area], None]


def _tick_mm(at: int) -> float:
    short, longer, longest = _TICKS_MM
    return longest if at % 10 == 0 else longer if at % 5 == 0 else short
