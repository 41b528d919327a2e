"""What other parcels of the same orders were settled at, so that nothing is paid twice."""

from collections import Counter
from collections.abc import Iterable

from returnstation.domain.facts import PaidBy, RefundResolved, ResolvedLine
from returnstation.domain.money import Money
from returnstation.domain.pay.outcomes import ACCEPTED, REVIEW

_TAKEN = frozenset({ACCEPTED, REVIEW})
"""What waits for a person may still be paid, so its share is not free for others."""


class Earlier:
    """The refunds of other finished cases, by line and by tender."""

    def __init__(self, refunds: Iterable[RefundResolved] = ()) -> None:
        self._units: Counter[str] = Counter()
        self._paid_units: Counter[str] = Counter()
        self._shares: Counter[str] = Counter()
        self._duties: Counter[str] = Counter()
        self._tenders: Counter[tuple[str, int]] = Counter()
        self._shipped: set[str] = set()
        self._postage: Counter[str] = Counter()
        for refund in refunds:
            self._add(refund)

    def units(self, line_id: str) -> int:
        """Return how many units are paid back, or may be once a person has decided."""
        return self._units[line_id]

    def paid_units(self, line_id: str) -> int:
        """Return how many units the buyer has got something for."""
        return self._paid_units[line_id]

    def share(self, line: str, currency: str) -> Money:
        """Return what was paid for the units settled."""
        return Money(self._shares[line], currency)

    def duties(self, line: str, currency: str) -> Money:
        """Return the duties paid back."""
        return Money(self._duties[line], currency)

    def given(self, tender: PaidBy) -> Money:
        """Return what a means of payment has got back."""
        return Money(self._tenders[tender.order_number, tender.number], tender.amount.currency)

    def has_shipping(self, order_number: str) -> bool:
        """Tell whether the delivery of an order is paid back."""
        return order_number in self._shipped

    def postage(self, rma: str, currency: str) -> Money:
        """Return what was given back of the postage that an RMA stated."""
        return Money(self._postage[rma], currency)

    def _add(self, refund: RefundResolved) -> None:
        for line in refund.lines:
            self._add_line(line)
            if refund.postage_rma is not None:
                paid = (term.amount.minor for term in line.terms if term.code == "postage")
                self._postage[refund.postage_rma] += sum(paid)
            if refund.shipping:
                self._shipped.add(line.line_id.rpartition("/")[0])
        for tender in refund.tenders:
            self._tenders[tender.order_number, tender.number] += tender.amount.minor

    def _add_line(self, line: ResolvedLine) -> None:
        if line.outcome not in _TAKEN or line.share is None:
            return
        self._shares[line.line_id] += line.share.minor
        self._duties[line.line_id] += 0 if line.duties is None else line.duties.minor
        self._units[line.line_id] += line.units
        if line.outcome == ACCEPTED:
            self._paid_units[line.line_id] += line.units
