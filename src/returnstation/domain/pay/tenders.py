"""To where money goes back: the means of payment of each order, in a fixed order.

The merchant's own money first (credit, gift card, points), since it can only be spent there and
the rest is then returned by one payment; after it the others, in the order in which they stand
in the order. No means of payment gets back more than was paid by it.
"""

from collections.abc import Iterable, Iterator, Mapping

from returnstation.domain.facts import CaseOpened, PaidBy
from returnstation.domain.money import Money
from returnstation.domain.pay.earlier import Earlier

OWN = ("store_credit", "gift_card", "points", "voucher")
"""The merchant's own money, in the order of giving back."""

DEFAULT = "card"


def given_back(
    opened: CaseOpened, amounts: Mapping[str, Money], earlier: Earlier
) -> tuple[PaidBy, ...]:
    """Share out what is paid back of each order.

    Args:
        opened: The case's opening, with what the orders were paid by.
        amounts: What is paid back, by order number.
        earlier: What other cases have given back.
    """
    return tuple(
        part
        for order_number, amount in amounts.items()
        for part in _shared(_tenders(opened, order_number, amount.currency), amount, earlier)
    )


def paid_anew(opened: CaseOpened, amount: Money) -> tuple[PaidBy, ...]:
    """Return by what is paid what no means of payment had paid, e.g. the buyer's postage.

    It is money the buyer spent elsewhere, so it never becomes the merchant's own.
    """
    if not amount:
        return ()
    kind = opened.payment or DEFAULT
    order = opened.orders[0] if opened.orders else ""
    kind = "transfer" if kind in OWN else kind
    return (PaidBy(order_number=order, number=0, kind=kind, amount=amount),)


def _shared(tenders: Iterable[PaidBy], amount: Money, earlier: Earlier) -> Iterator[PaidBy]:
    left = amount
    *known, rest = tenders
    for tender in known:
        free = max(tender.amount - earlier.given(tender), Money(0, amount.currency))
        part = min(free, left)
        left -= part
        if part:
            yield PaidBy(
                order_number=tender.order_number,
                number=tender.number,
                kind=tender.kind,
                amount=part,
            )
    if left:
        yield PaidBy(
            order_number=rest.order_number, number=rest.number, kind=rest.kind, amount=left
        )


def _tenders(opened: CaseOpened, order_number: str, currency: str) -> list[PaidBy]:
    """Return an order's means of payment, and last the one that paid what no amount is told of."""
    known = [
        tender
        for tender in opened.paid_by
        if tender.order_number == order_number and tender.amount.currency == currency
    ]
    rest = PaidBy(
        order_number=order_number,
        number=max((tender.number for tender in known), default=0) + 1,
        kind=opened.payment or DEFAULT,
        amount=Money(0, currency),
    )
    return [*sorted(known, key=_rank), rest]


def _rank(tender: PaidBy) -> tuple[int, int]:
    own = OWN.index(tender.kind) if tender.kind in OWN else len(OWN)
    return own, tender.number
