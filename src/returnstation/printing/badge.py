"""A worker's badge: a card of 85.6 x 54 mm (ISO/IEC 7810, ID-1) in the corner of any medium."""

from returnstation.domain.papers import Badge
from returnstation.i18n import Catalog
from returnstation.printing import symbols
from returnstation.printing.drawing import DoesNotFit, Drawing, Ink, Surface, moved
from returnstation.printing.fonts import printable
from returnstation.printing.label_parts import LabelPage
from returnstation.printing.sheet import Area

_PREFIX = "RSB:"
_CARD_MM = (85.6, 54.0)
_OFFICE_MARGIN_MM = 10.0
_MODULES_MM = (0.25, 0.51)


def draw_badge(badge: Badge, catalog: Catalog, surface: Surface) -> tuple[Drawing, ...]:
    """Return the badge.

    Raises:
        DoesNotFit: The medium is smaller than a card, or a part would not be legible.
        MissingGlyph: No font has one of the characters.
    """
    width_mm, height_mm = surface.label_mm
    if width_mm < _CARD_MM[0] or height_mm < _CARD_MM[1]:
        raise DoesNotFit(f"{width_mm} x {height_mm} mm")
    page = LabelPage(catalog, surface.grid)
    if (width_mm, height_mm) != _CARD_MM:
        _line_to_cut_along(page)
    _fill_card(badge, page)
    # Office printers leave the edges of a page white.
    has_margin = width_mm >= _CARD_MM[0] + 2 * _OFFICE_MARGIN_MM
    aside = page.mm(_OFFICE_MARGIN_MM) if has_margin else 0
    size = (surface.grid.dots(width_mm), surface.grid.dots(height_mm))
    return (Drawing(*size, surface.grid, moved(page.sheet.marks, aside, aside)),)


def _line_to_cut_along(page: LabelPage) -> None:
    mm, thick = page.mm, max(page.mm(0.2), 1)
    right, bottom = mm(_CARD_MM[0]), mm(_CARD_MM[1])
    page.sheet.box(Area(0, 0, right, bottom), Ink.GREY)
    page.sheet.box(Area(thick, thick, right - thick, bottom - thick), Ink.WHITE)


def _fill_card(badge: Badge, page: LabelPage) -> None:
    mm = page.mm
    left, right = mm(5), mm(_CARD_MM[0] - 5)
    site = Area(left, mm(4), right, mm(10))
    page.lines(printable(badge.site), site, (mm(3.6), mm(2.4)), page.plain)
    name = Area(left, mm(10.5), right, mm(22.5))
    page.lines(printable(badge.name), name, (mm(8), mm(3.4)), page.bold)
    role = Area(left, mm(22.8), right, mm(28))
    page.lines(page.said(f"slip.role.{badge.role}"), role, (mm(3.8), mm(2.6)), page.plain)
    symbol = symbols.code_128(_PREFIX + badge.code)
    code = page.bars(symbol, Area(left, mm(30), right, mm(45)), _MODULES_MM)
    page.below(code, badge.code, (mm(4), mm(2.5)))
