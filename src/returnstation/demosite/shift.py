"""The shift of the demo: which parcels come, what lies in them, and what is done."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from returnstation.demosite.drawing_lots import Lots
from returnstation.demosite.generate import DemoSite
from returnstation.demosite.numbers import Numbers
from returnstation.demosite.plans import PLANS, Answers, Plan, ScanKind, Where
from returnstation.domain.orders import Order, OrderLine, Rma


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedItem:
    """One product taken out of the parcel.

    Attributes:
        code: What is scanned: a serial number, else the article number of 13 digits.
        has_photo: A picture is taken of it.
        is_other: It is not what was ordered; the desk asks, and it is taken instead of the
            first line offered.
        dispose, reason: Another disposition than proposed, and why.
        reprint: The label is printed again, for this reason.
    """

    code: str
    title: str
    answers: Answers = Answers.BEST
    has_photo: bool = False
    is_other: bool = False
    dispose: str | None = None
    reason: str | None = None
    reprint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReturn:
    """One parcel of the shift.

    Attributes:
        scan: The text that is scanned; of a picture, what is read from it.
        picture: File name of the label's picture, where the parcel is known by one.
        country: The jurisdiction the desk must show; None for a parcel nobody knows.
        merchant: Name of the merchant to choose when the number is of several.
        orders: Numbers of the orders that lie in it.
        tracking: On the label of the way back.
        missing: How many announced products are not there.
        hold: Put aside for this reason after the first product, then resumed by a scan.
        cancel: Cancelled for this reason before anything is inspected.
    """

    name: str
    kind: ScanKind
    scan: str
    country: str | None
    items: tuple[PlannedItem, ...]
    merchant_id: str | None = None
    merchant: str | None = None
    orders: tuple[str, ...] = ()
    rmas: tuple[str, ...] = ()
    tracking: str | None = None
    picture: str | None = None
    missing: int = 0
    hold: str | None = None
    cancel: str | None = None


_Announced: TypeAlias = tuple[Order, Rma | None]


def shift(site: DemoSite) -> tuple[PlannedReturn, ...]:
    """Return the shift of a site; no order comes twice.

    A plan for which the site has no order is left out; the site of ``SEED`` has one for each.
    """
    planning = _Planning(site)
    planned = (planning.planned(plan) for plan in PLANS)
    return tuple(each for each in planned if each is not None)


class _Planning:
    """Finds an order for each plan."""

    def __init__(self, site: DemoSite) -> None:
        self._site = site
        self._used: set[tuple[str, str]] = set()
        self._rmas: Mapping[tuple[str, str], Rma] = {
            (rma.merchant_id, rma.order_number): rma for rma in site.rmas
        }
        self._names = {merchant.merchant_id: merchant.name for merchant in site.merchants}
        self._numbers = Counter(order.number for order in site.orders)
        self._parcels: Mapping[str | None, int] = Counter(
            rma.tracking for rma in site.rmas if rma.tracking
        )

    def planned(self, plan: Plan) -> PlannedReturn | None:
        """Return a plan with its order, or None when none fits."""
        if plan.kind is ScanKind.UNKNOWN:
            return self._blind(plan)
        found = self._several() if plan.where is None else self._one(plan.kind, plan.where)
        if not found:
            return None
        self._used |= {(order.merchant_id, order.number) for order, _ in found}
        order, rma = found[0]
        lines = [line for each, announced in found for line in _coming(each, announced)]
        items = [_item(line, plan) for line in lines[: len(lines) - plan.missing]]
        if plan.is_other_product:
            items[0] = self._other(items[0], order)
        return PlannedReturn(
            name=plan.name,
            kind=plan.kind,
            scan=_scan(plan.kind, order, rma, lines[0]),
            country=order.customer.jurisdiction,
            items=tuple(items),
            merchant_id=order.merchant_id,
            merchant=self._names[order.merchant_id],
            orders=tuple(each.number for each, _ in found),
            rmas=tuple(announced.number for _, announced in found if announced),
            tracking=None if rma is None else rma.tracking,
            picture=f"{plan.name}.jpg" if plan.kind is ScanKind.PICTURE else None,
            missing=plan.missing,
            hold=plan.hold,
            cancel=plan.cancel,
        )

    def _one(self, kind: ScanKind, where: Where) -> list[_Announced]:
        is_shared = kind is ScanKind.AMBIGUOUS
        for order, rma in self._free():
            is_alone = rma is None or self._parcels.get(rma.tracking, 1) == 1
            has_double = self._numbers[order.number] > 1
            if is_alone and has_double is is_shared and where.fits(order, rma):
                return [(order, rma)]
        return []

    def _several(self) -> list[_Announced]:
        """Return orders that come back in one parcel, one unit of each product."""
        together: dict[str, list[_Announced]] = {}
        for order, rma in self._free():
            if rma is not None and self._parcels.get(rma.tracking, 1) > 1:
                together.setdefault(rma.tracking or "", []).append((order, rma))
        for pair in together.values():
            if all(line.quantity == 1 for order, _ in pair for line in order.lines):
                return pair
        return []

    def _free(self) -> Iterable[_Announced]:
        for order in self._site.orders:
            key = (order.merchant_id, order.number)
            if key not in self._used:
                yield order, self._rmas.get(key)

    def _blind(self, plan: Plan) -> PlannedReturn:
        numbers = Numbers(Lots(f"{self._site.seed} unknown"))
        known = {sent.tracking for order in self._site.orders for sent in order.shipments}
        known |= {number for number in self._parcels if number}
        scan = numbers.tracking("ems", "FR")
        while scan in known:
            scan = numbers.tracking("ems", "FR")
        products = [p for p in self._site.products if p.category in {"books", "shoes"}]
        items = [
            PlannedItem(code=_thirteen(product.gtin), title=product.title, answers=plan.answers)
            for product in (products[0], products[-1])
        ]
        return PlannedReturn(
            name=plan.name, kind=plan.kind, scan=scan, country=None, items=tuple(items)
        )

    def _other(self, item: PlannedItem, order: Order) -> PlannedItem:
        ordered = {line.sku for line in order.lines}
        other = next(
            product
            for product in self._site.products
            if product.merchant_id == order.merchant_id and product.sku not in ordered
        )
        return replace(item, code=_thirteen(other.gtin), title=other.title, is_other=True)


def _coming(order: Order, rma: Rma | None) -> list[OrderLine]:
    if rma is None:
        return [order.lines[0]]
    announced = {line.sku for line in rma.lines}
    return [line for line in order.lines if line.sku in announced]


def _item(line: OrderLine, plan: Plan) -> PlannedItem:
    return PlannedItem(
        code=line.serials[0] if line.serials else _thirteen(line.gtin),
        title=line.title,
        answers=plan.answers,
        has_photo=plan.has_photo,
        dispose=plan.dispose,
        reason=plan.reason,
        reprint=plan.reprint,
    )


def _scan(kind: ScanKind, order: Order, rma: Rma | None, line: OrderLine) -> str:
    match kind:
        case ScanKind.ORDER | ScanKind.AMBIGUOUS:
            return order.number
        case ScanKind.SSCC:
            return next(sent.sscc for sent in order.shipments if sent.sscc)
        case ScanKind.SERIAL:
            return line.serials[0]
        case ScanKind.RMA if rma is not None:
            return rma.number
    return (rma.tracking if rma is not None else None) or order.shipments[0].tracking


def _thirteen(gtin: str | None) -> str:
    """Return an article number as it is printed on a product."""
    return (gtin or "")[-13:]
