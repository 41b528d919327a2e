"""Which order line a scanned product is, and what is odd about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from returnstation.domain.barcodes import Barcode, Kind, canonical
from returnstation.domain.cases import Case
from returnstation.domain.facts import CaseLine, LandedItem
from returnstation.domain.orders import Product

EXPECTED, UNANNOUNCED, UNEXPECTED = "expected", "unannounced", "unexpected"
WRONG_ITEM, UNKNOWN = "wrong_item", "unknown"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a product scan said.

    Attributes:
        gtins: 14 digits each; eight digits may be a GTIN-8 and a UPC-E at once.
        serial: Serial number or IMEI.
        lot, expires_on: As the code on the product says.
        piece: Which piece of a kit it is, ``2/3``, where the code says so (ITIP, AI 8006).
        code: The text to show when nothing is known about it.
    """

    code: str
    gtins: tuple[str, ...]
    serial: str | None
    key: str
    lot: str | None = None
    expires_on: date | None = None
    piece: str | None = None

    @property
    def gtin(self) -> str | None:
        """The likeliest GTIN."""
        return next(iter(self.gtins), None)

    @property
    def codes(self) -> tuple[str, ...]:
        """What products are looked up by."""
        return self.gtins or (self.code,)


@dataclass(frozen=True, slots=True)
class Landing:
    """A line a product landed on; ``findings`` are codes of what is odd."""

    line: CaseLine
    finding: str
    serial: str | None
    findings: tuple[str, ...]


def scanned_product(barcode: Barcode) -> Scanned:
    """Return what a scan says about a product."""
    gtins = [found.value for found in barcode.candidates if found.kind is Kind.GTIN]
    serial = barcode.first(Kind.SERIAL) or barcode.first(Kind.IMEI)
    lot, expires_on = barcode.first(Kind.LOT), barcode.says("expires_on")
    return Scanned(
        code=barcode.text,
        gtins=tuple(dict.fromkeys(gtins)),
        serial=None if serial is None else serial.value,
        key=canonical(barcode.text),
        lot=None if lot is None else lot.value,
        expires_on=None if expires_on is None else date.fromisoformat(expires_on),
        piece=_piece(barcode.says("piece")),
    )


def land(case: Case, scanned: Scanned) -> Landing | None:
    """Return the line a product belongs to, or None when it is on no line of the case.

    A serial that was shipped decides; else GTIN or SKU, announced lines with units still to
    come first.
    """
    by_serial = _line_with_serial(case.opened.lines, scanned)
    if by_serial is not None:
        line, serial = by_serial
        return Landing(line, _finding(case, line), serial, ())
    lines = [line for line in case.opened.lines if _is(line, scanned)]
    if not lines:
        return None
    best = max(lines, key=lambda line: (case.expected(line), _left(case, line)))
    return Landing(best, _finding(case, best), scanned.serial, _odd(best, scanned))


def landed_on(case: Case) -> tuple[Case, tuple[LandedItem, ...]]:
    """Return a case whose items without a line are on the lines they belong to, and which."""
    landed = []
    for item in case.items.values():
        if item.line_id is not None:
            continue
        code = item.sku or item.serial or item.title
        gtins = () if item.gtin is None else (item.gtin,)
        landing = land(case, Scanned(code, gtins, item.serial, canonical(code)))
        if landing is None:
            continue
        on = LandedItem(
            item_id=item.item_id,
            line_id=landing.line.line_id,
            finding=landing.finding,
            findings=landing.findings,
        )
        landed.append(on)
        there = replace(item, line_id=on.line_id, finding=on.finding)
        case = replace(case, items={**case.items, item.item_id: there})
    return case, tuple(landed)


def product_of(products: Sequence[Product], merchant_id: str | None) -> Product | None:
    """Return the product a code means: the merchant's own, or the only one there is."""
    own = [product for product in products if product.merchant_id == merchant_id]
    if own:
        return own[0]
    return products[0] if len(products) == 1 else None


def _line_with_serial(lines: Sequence[CaseLine], scanned: Scanned) -> tuple[CaseLine, str] | None:
    wanted = {scanned.key, canonical(scanned.serial or scanned.code)}
    for line in lines:
        for serial in line.serials:
            if canonical(serial) in wanted:
                return line, serial
    return None


def _is(line: CaseLine, scanned: Scanned) -> bool:
    return line.gtin in scanned.gtins or canonical(line.sku) == scanned.key


def _left(case: Case, line: CaseLine) -> int:
    return line.quantity - len(case.items_of(line.line_id))


def _finding(case: Case, line: CaseLine) -> str:
    if case.expected(line):
        return EXPECTED
    return UNANNOUNCED if _left(case, line) > 0 and not line.is_announced else UNEXPECTED


def _odd(line: CaseLine, scanned: Scanned) -> tuple[str, ...]:
    if not line.serials:
        return ()
    return ("serial_not_read",) if scanned.serial is None else ("serial_not_shipped",)


def _piece(told: str | None) -> str | None:
    """Return a piece a kit can have."""
    number, _, total = (told or "").partition("/")
    is_real = number.isdigit() and total.isdigit() and 1 <= int(number) <= int(total)
    return told if is_real else None
