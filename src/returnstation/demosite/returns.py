"""Returns announced on the demo site."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from returnstation.demosite.drawing_lots import Lots
from returnstation.demosite.numbers import Numbers
from returnstation.demosite.sales import Sale
from returnstation.domain.orders import OrderLine, ReturnLine, Rma
from returnstation.domain.policy import Category, ReturnReason

ANNOUNCED_PERCENT = 55

_MIND, _DEFECT = ReturnReason.CHANGE_OF_MIND, ReturnReason.DEFECTIVE
_REASONS: Mapping[ReturnReason, int] = {
    _MIND: 62,
    _DEFECT: 14,
    ReturnReason.NOT_AS_DESCRIBED: 10,
    ReturnReason.WRONG_ITEM: 6,
    ReturnReason.DAMAGED_IN_TRANSIT: 8,
}
_DEFECTIVE_MORE: Mapping[ReturnReason, int] = {**_REASONS, _DEFECT: 40}
_WANTS = {"refund": 80, "exchange": 16, "repair": 4}
_LATEST_DAYS = 24


class Announcing:
    """Announces returns.

    Args:
        lots: Decides.
        numbers: Gives tracking numbers.
        today: Nobody announced anything later.
    """

    def __init__(self, lots: Lots, numbers: Numbers, today: date) -> None:
        self._lots = lots
        self._numbers = numbers
        self._today = today
        self._count = 0

    def for_sale(self, sale: Sale) -> Rma | None:
        """Return what is announced of an order, if anything is."""
        is_there = bool(sale.order.delivered_on)
        if not is_there or not self._lots.chance(ANNOUNCED_PERCENT):
            return None
        return self._rma(sale, self._tracking(sale) if self._lots.chance(85) else None)

    def together(self, sales: Sequence[Sale]) -> tuple[Rma, ...]:
        """Return the returns of orders that come back in one parcel."""
        tracking = self._tracking(sales[0])
        return tuple(self._rma(sale, tracking) for sale in sales if sale.order.delivered_on)

    def _rma(self, sale: Sale, tracking: str | None) -> Rma:
        lots, order = self._lots, sale.order
        self._count += 1
        delivered = max(order.delivered_on)
        requested = delivered + timedelta(days=1 + int(_LATEST_DAYS * lots.random() ** 2))
        chosen = lots.some(order.lines, lots.randint(1, len(order.lines)))
        return Rma(
            merchant_id=order.merchant_id,
            number=f"RMA-{self._today.year % 100}{self._count:06d}",
            order_number=order.number,
            requested_on=max(min(requested, self._today), order.ordered_on),
            lines=tuple(self._line(line) for line in chosen),
            tracking=tracking,
            wants=lots.weighted(_WANTS),
        )

    def _line(self, line: OrderLine) -> ReturnLine:
        is_machine = line.legal is Category.ELECTRONICS
        reason = self._lots.weighted(_DEFECTIVE_MORE if is_machine else _REASONS)
        return ReturnLine(
            sku=line.sku, quantity=self._lots.randint(1, line.quantity), reason=reason
        )

    def _tracking(self, sale: Sale) -> str:
        carrier = self._lots.weighted(sale.place.return_carriers)
        return self._numbers.tracking(carrier, sale.place.code)
