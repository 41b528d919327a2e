"""What an order tells of money, as a case keeps it: shares, taxes, duties, means of payment."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypedDict

from returnstation.domain.facts import PaidBy, StoredRate
from returnstation.domain.money import Money, prorate
from returnstation.domain.orders import Order, OrderLine


class LineMoney(TypedDict):
    """The amounts of a whole order line, by the names of a case's line."""

    sold_for: Money
    listed: Money
    tax: Money
    tax_rate: str | None
    duties: Money | None


def line_money(order: Order) -> dict[int, LineMoney]:
    """Return the amounts by line number; discounts and duties of the order are shared out."""
    paid = order.paid_shares()
    weights = [paid[line.number].minor for line in order.lines]
    duties = None if order.duties is None else prorate(order.duties, weights)
    return {
        line.number: LineMoney(
            sold_for=paid[line.number],
            listed=Money(line.unit_price.minor * line.quantity, order.currency),
            tax=_tax(line, paid[line.number]),
            tax_rate=line.tax_rate,
            duties=None if duties is None else duties[place],
        )
        for place, line in enumerate(order.lines)
    }


def paid_by(orders: Sequence[Order]) -> tuple[PaidBy, ...]:
    """Return the means of payment of which the amount is told."""
    return tuple(
        PaidBy(order_number=order.number, number=number, kind=tender.kind, amount=tender.amount)
        for order in orders
        for number, tender in enumerate(order.tenders, start=1)
    )


def stored_rate(order: Order) -> StoredRate | None:
    """Return the rate at which the order was settled; None when in its own currency."""
    if order.settled_in is None or order.rate is None:
        return None
    return StoredRate(currency=order.settled_in, rate=order.rate, on=order.rate_on)


def _tax(line: OrderLine, paid: Money) -> Money:
    """Return the tax in what was paid; a discount on the whole order lowers it in proportion."""
    before = line.paid
    return line.tax.share(Fraction(paid.minor, before.minor)) if before else line.tax
