"""Ask law and merchant policy about the lines of a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from returnstation.application.equipment import Equipment
from returnstation.domain.cases import Case, Item
from returnstation.domain.facts import CaseLine, LineJudged
from returnstation.domain.orders import Order, Rma
from returnstation.domain.policy import ReturnReason, Sale, decide
from returnstation.domain.policy.asked import facts_of
from returnstation.domain.verdicts import verdict_of

_OPENED_SEAL = frozenset({"hygiene_seal_broken", "media_seal_broken"})


@dataclass(frozen=True, slots=True)
class Judging:
    """Judges order lines as of the day the parcel is on the desk."""

    equipment: Equipment

    def lines(
        self,
        order: Order,
        rma: Rma | None,
        lines: Sequence[CaseLine],
        at: datetime,
        case: Case | None = None,
    ) -> tuple[LineJudged, ...]:
        """Return the verdict of every line, given what was found and said in its case so far."""
        return tuple(
            self._line(order, rma, line, at, case)
            for line in lines
            if line.order_number == order.number
        )

    def again(self, case: Case, items: Sequence[Item]) -> tuple[LineJudged, ...]:
        """Return new verdicts for the lines of graded items, where inspection changed them."""
        lines = {item.line_id for item in items}
        return tuple(
            judged
            for line in case.opened.lines
            if line.line_id in lines
            for judged in self.line_again(case, line)
        )

    def line_again(self, case: Case, line: CaseLine) -> tuple[LineJudged, ...]:
        """Return a line's new verdict, or nothing when it is the old one."""
        merchant_id, catalogue = case.opened.merchant_id, self.equipment.catalogue
        order = None if merchant_id is None else catalogue.order(merchant_id, line.order_number)
        if merchant_id is None or order is None or case.undeliverable is not None:
            return ()
        rma = self._rma(merchant_id, line)
        (judged,) = self.lines(order, rma, (line,), case.opened_at, case)
        return () if judged.verdict == case.verdicts.get(line.line_id) else (judged,)

    def _rma(self, merchant_id: str, line: CaseLine) -> Rma | None:
        return None if line.rma is None else self.equipment.catalogue.rma(merchant_id, line.rma)

    def _line(
        self, order: Order, rma: Rma | None, line: CaseLine, at: datetime, case: Case | None
    ) -> LineJudged:
        terms = self.equipment.terms.of(order.merchant_id)
        merchant = self.equipment.catalogue.merchant(order.merchant_id)
        received_on = self.equipment.day_in(order.customer.jurisdiction, at)
        sale = Sale(
            id=line.line_id,
            jurisdiction=order.customer.jurisdiction,
            buyer=order.customer.buyer,
            channel=order.channel,
            category=line.legal,
            reason=line.reason or ReturnReason.CHANGE_OF_MIND,
            requested_on=_requested_on(rma, received_on),
            contract_on=order.ordered_on,
            purchased_on=order.ordered_on,
            order_received_on=order.ordered_on,
            delivered_on=order.delivered_on,
            delivered=bool(order.delivered_on) or None,
            shipped=bool(order.shipments) or None,
            returned_on=received_on,
            seal_opened=_seal_opened(() if case is None else case.items_of(line.line_id)),
            proof_of_purchase=True,
            policy_displayed=None if merchant is None else merchant.policy_displayed,
            price=Decimal(line.paid.decimal()),
            currency=line.paid.currency,
            product=line.sku,
            trade_category=line.category,
            customer_tier=order.customer.tier,
            merchant_policy=None if terms is None else terms.policy,
        )
        if case is not None:
            stated: Mapping[str, Any] = case.stated.get(line.line_id, {})
            sale = replace(sale, **stated)
        decision = decide(sale, self.equipment.pack)
        version = None if terms is None else terms.version
        verdict = verdict_of(decision, version)
        return LineJudged(line_id=line.line_id, verdict=verdict, sale=facts_of(sale))


def _requested_on(rma: Rma | None, received_on: date) -> date:
    """Return the day the buyer gave notice: by the RMA, else by the goods themselves."""
    return received_on if rma is None else min(rma.requested_on, received_on)


def _seal_opened(items: Sequence[Item]) -> bool | None:
    graded = [item for item in items if item.grade is not None]
    if not graded:
        return None
    return any(_OPENED_SEAL.intersection(item.findings) for item in graded)
