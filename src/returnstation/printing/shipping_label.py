"""Labels of parcels that travel: one back to the returns centre, one back to the customer.

From top to bottom: from; to; the carrier and what a machine must know; the barcodes with their
text below, an SSCC as the lowest. Neither is larger than A6, wherever it is printed.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from returnstation.domain.messages import Say
from returnstation.domain.papers import ShipBackLabel, ShippingLabel
from returnstation.i18n import Catalog
from returnstation.printing import fitting, symbols
from returnstation.printing.drawing import Code, DoesNotFit, Drawing, Surface
from returnstation.printing.fonts import printable
from returnstation.printing.label_parts import LabelPage
from returnstation.printing.sheet import Area
from returnstation.printing.symbols import Symbol

_MOST_WIDTH_MM, _MOST_HEIGHT_MM = 105.0, 152.4
_LEAST_HEIGHT_MM = 138.0
_MARGIN_MM = 4.0
_ADDRESSES_MM, _ROUTING_MM = 51.0, 22.5
# Carriers ask for 0.25 mm and more; what is wider than 0.51 mm wins nothing.
_MODULES_MM = (0.25, 0.51)
# GS1 General Specifications, symbol specification table 5: GS1-128 on logistic units.
_SSCC_MODULES_MM, _SSCC_HEIGHT_MM = (0.495, 0.94), 32.0
_GRAMS = 1000


def draw_shipping_label(
    label: ShippingLabel, catalog: Catalog, surface: Surface
) -> tuple[Drawing, ...]:
    """Return the label of a parcel on its way back, in the upper left corner of a medium.

    Raises:
        DoesNotFit: The medium is too small, or a part would not be legible.
        MissingGlyph: No font has one of the characters.
    """
    page = _Page(catalog, surface)
    area = page.area
    top = page.addresses(label)
    bars_top = top + page.mm(_ROUTING_MM)
    _routing(page, label, Area(area.left, top, area.right, bars_top))
    page.rule(bars_top, area)
    _tracking(page, label, area, bars_top + page.mm(3))
    return (page.drawing(surface),)


def draw_ship_back_label(
    label: ShipBackLabel, catalog: Catalog, surface: Surface
) -> tuple[Drawing, ...]:
    """Return the label of an item that goes back to the customer.

    Raises:
        DoesNotFit: The medium is too small, or a part would not be legible.
        MissingGlyph: No font has one of the characters.
    """
    page = _Page(catalog, surface)
    area = page.area
    top = page.addresses(label)
    bars_top = area.bottom - page.mm(28)
    _inside(page, label, Area(area.left, top + page.mm(2), area.right, bars_top - page.mm(2)))
    symbol = _code_128(label.lpn)
    code = page.bars(
        symbol, Area(area.left, bars_top, area.right, bars_top + page.mm(20)), _MODULES_MM
    )
    page.below(code, label.lpn, (page.mm(5), page.mm(3)))
    return (page.drawing(surface),)


class _Page(LabelPage):
    def __init__(self, catalog: Catalog, surface: Surface) -> None:
        super().__init__(catalog, surface.grid)
        width_mm = min(surface.size_mm[0], _MOST_WIDTH_MM)
        self._height_mm = surface.size_mm[1] or _MOST_HEIGHT_MM
        height_mm = min(self._height_mm, _MOST_HEIGHT_MM)
        if height_mm < _LEAST_HEIGHT_MM:
            raise DoesNotFit(f"{width_mm} x {height_mm} mm")
        rim = self.mm(_MARGIN_MM)
        self.area = Area(rim, rim, self.mm(width_mm) - rim, self.mm(height_mm) - rim)

    def addresses(self, label: ShippingLabel | ShipBackLabel) -> int:
        """Draw from and to above a line; return where it is."""
        area, mm = self.area, self.mm
        self._name("papers.pallet.from", area.left, area.top)
        sender = Area(area.left, area.top + mm(4), area.right, area.top + mm(18))
        self.address(label.sender, sender, (mm(3.2), mm(2.2)))
        self.rule(area.top + mm(18.5), area)
        self._name("papers.pallet.to", area.left, area.top + mm(20))
        bottom = area.top + mm(_ADDRESSES_MM)
        self.rule(bottom, area)
        to = Area(area.left, area.top + mm(24), area.right, bottom - mm(0.5))
        if label.is_training:
            to = replace(to, bottom=to.bottom - mm(6))
            band = Area(area.left, to.bottom, area.right, bottom - mm(0.5))
            self.band(self.said("papers.label.training"), band, (mm(3.6), mm(2)))
        self.address(label.to, to, (mm(5.6), mm(2.6)))
        return bottom

    def drawing(self, surface: Surface) -> Drawing:
        dots = surface.grid.dots
        return self.sheet.drawing(dots(surface.size_mm[0]), dots(self._height_mm))

    def _name(self, key: str, left: int, top: int) -> None:
        size = self.mm(2.8)
        self.sheet.text(self.said(key), (left, top + size), size, self.plain)


def _routing(page: _Page, label: ShippingLabel, area: Area) -> None:
    mm = page.mm
    right = area.right if label.rma is None else _rma(page, label.rma, area)
    room = right - mm(2) - area.left
    names = [page.told(n) if isinstance(n, Say) else n for n in (label.carrier, label.service) if n]
    name = " · ".join(names)
    top = page.lines(
        printable(name),
        Area(area.left, area.top + mm(1.2), area.left + room, area.top + mm(8.4)),
        (mm(5.2), mm(2.6)),
        page.bold,
    )
    for told in _told(page, label):
        size = fitting.shrunk(told, page.plain, room, (mm(3.3), mm(2.2)))
        page.sheet.text(told, (area.left, top + size), size, page.plain)
        top += fitting.line_height(size)
    if top > area.bottom:
        raise DoesNotFit(name)


def _told(page: _Page, label: ShippingLabel) -> Iterator[str]:
    if label.rma:
        yield f"{page.said('papers.receipt.rma')} {printable(label.rma)}"
    if label.weight_g is not None:
        kilograms = page.catalog.shapes.number(Decimal(label.weight_g) / _GRAMS)
        yield f"{page.said('papers.pallet.gross')} {kilograms} kg"
    if label.reason is not None:
        code = f" [{label.reason_code}]" if label.reason_code else ""
        yield f"{page.said('papers.shipping.reason')}: {page.told(label.reason)}{code}"


def _rma(page: _Page, rma: str, area: Area) -> int:
    """Draw the number of the return as a QR code at the right; return where it begins."""
    symbol = symbols.qr_code(rma)
    room = area.height - page.mm(3)
    module = min(room // (symbol.columns + 2), page.sheet.grid.dots(0.75))
    if module < max(page.sheet.grid.dots(0.38), 2):
        raise DoesNotFit(rma)
    side = symbol.columns * module
    x = area.right - side
    y = area.top + (area.height - side) // 2
    page.sheet.code(Code(x, y, symbol, module))
    return x - symbol.quiet * module


def _tracking(page: _Page, label: ShippingLabel, area: Area, top: int) -> None:
    mm = page.mm
    below = mm(6)
    bottom = area.bottom - below
    if label.sscc is not None:
        bottom -= mm(_SSCC_HEIGHT_MM) + below
        sscc_top = area.bottom - mm(_SSCC_HEIGHT_MM) - below
        place = Area(area.left, sscc_top, area.right, area.bottom - below)
        code = page.bars(symbols.gs1_128(("00", label.sscc)), place, _SSCC_MODULES_MM)
        page.below(code, f"(00) {label.sscc}", (mm(4), mm(2.5)))
    height = min(bottom - top, mm(30))
    if height < mm(10):
        raise DoesNotFit(label.tracking)
    code = page.bars(
        _code_128(label.tracking), Area(area.left, top, area.right, top + height), _MODULES_MM
    )
    page.below(code, label.tracking, (mm(4.6), mm(2.5)))


def _inside(page: _Page, label: ShipBackLabel, area: Area) -> None:
    mm = page.mm
    title = page.said("papers.ship_back.title")
    top = page.lines(
        title, Area(area.left, area.top, area.right, area.top + mm(9)), (mm(6), mm(3)), page.bold
    )
    told = [printable(label.title)]
    if label.quantity > 1:
        told[0] += f" · {page.said('papers.receipt.quantity', quantity=label.quantity)}"
    told.append(f"{page.said('papers.receipt.case')} {printable(label.case_number)}")
    if label.order_number:
        told.append(f"{page.said('papers.receipt.order')} {printable(label.order_number)}")
    room = Area(area.left, top + mm(1), area.right, top + mm(16))
    top = page.paragraphs(told, room, (mm(3.6), mm(2.2)), page.plain)
    if label.because is not None:
        clause = f" [{printable(label.clause)}]" if label.clause else ""
        because = Area(area.left, top + mm(1), area.right, area.bottom)
        words = f"{page.told(label.because)}{clause}"
        page.lines(words, because, (mm(3.6), mm(2.2)), page.plain)


def _code_128(text: str) -> Symbol:
    if not (text.isascii() and text.isprintable()):
        raise DoesNotFit(text)
    return symbols.code_128(text)
