"""The tag that keeps hands off: what it is in white on black, why as large as there is room.

Sizes are for a label of 50 x 30 mm and grow with it.
"""

from collections.abc import Sequence
from contextlib import suppress

from returnstation.domain.papers import QuarantineTag
from returnstation.i18n import Catalog
from returnstation.printing import fitting, symbols
from returnstation.printing.drawing import DoesNotFit, Drawing, Surface
from returnstation.printing.fonts import printable
from returnstation.printing.label_parts import LabelPage
from returnstation.printing.sheet import Area

_WIDTH_MM, _HEIGHT_MM = 50, 30
_MODULES_MM = (0.24, 0.51)


def draw_quarantine_tag(
    tag: QuarantineTag, catalog: Catalog, surface: Surface
) -> tuple[Drawing, ...]:
    """Return the tag.

    Raises:
        DoesNotFit: The reason or the barcode would not be legible.
        MissingGlyph: No font has one of the characters.
    """
    width_mm, height_mm = surface.label_mm
    scale = min(width_mm / _WIDTH_MM, height_mm / _HEIGHT_MM)
    page = LabelPage(catalog, surface.grid, scale)
    mm, dots = page.mm, surface.grid.dots
    width, height = dots(width_mm), dots(height_mm)
    left, right = mm(2), width - mm(2)
    page.band(page.said("disposition.quarantine").upper(), Area(0, 0, width, mm(7)), (mm(5), mm(3)))
    bars_top = height - mm(11)
    _subject(page, tag, Area(left, bars_top - mm(3.2), right, bars_top))
    top = mm(7.6)
    if tag.is_training:
        warning = Area(left, top, right, top + mm(3))
        page.band(page.said("papers.label.training"), warning, (mm(2.2), mm(1.2)))
        top += mm(3.4)
    reasons = [page.told(reason) for reason in tag.reasons]
    room = Area(left, top, right, bars_top - mm(3.4))
    _loud(page, reasons, room)
    plate = symbols.code_128(tag.lpn)
    page.bars(plate, Area(left, bars_top, right, bars_top + mm(6.6)), _MODULES_MM)
    _foot(page, tag, Area(left, height - mm(4), right, height - mm(1)))
    return (page.sheet.drawing(width, height),)


def _loud(page: LabelPage, reasons: Sequence[str], area: Area) -> None:
    """Write as many reasons as there is room for, the gravest in any case."""
    sizes = (page.mm(9), page.mm(2.2))
    for count in range(len(reasons), 1, -1):
        with suppress(DoesNotFit):
            page.paragraphs(reasons[:count], area, sizes, page.bold)
            return
    page.paragraphs(reasons[:1], area, sizes, page.bold)


def _subject(page: LabelPage, tag: QuarantineTag, area: Area) -> None:
    parts = [tag.merchant, tag.title]
    if tag.quantity > 1:
        parts.insert(0, f"×{tag.quantity}")
    words = printable(" · ".join(part for part in parts if part))
    size = page.mm(2.2)
    shown = fitting.shortened(words, page.plain, area.width, size)
    page.sheet.text(shown, (area.left, area.top + page.mm(2.3)), size, page.plain)


def _foot(page: LabelPage, tag: QuarantineTag, area: Area) -> None:
    mm, base_line = page.mm, area.top + page.mm(2.4)
    time = page.catalog.shapes.moment(tag.tagged_at)
    right = page.sheet.text_before(time, (area.right, base_line), mm(2.2), page.plain)
    size = fitting.shrunk(tag.lpn, page.bold, right - mm(1.5) - area.left, (mm(2.8), mm(2)))
    page.sheet.text(tag.lpn, (area.left, base_line), size, page.bold)
