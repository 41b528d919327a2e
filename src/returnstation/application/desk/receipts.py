"""The customer's receipt of a settled case."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from returnstation.application.equipment import Equipment
from returnstation.application.recording import ToPrint
from returnstation.domain.cases import Case
from returnstation.domain.facts import RefundResolved, ResolvedLine
from returnstation.domain.messages import Say, say
from returnstation.domain.money import Money, total
from returnstation.domain.orders import Merchant
from returnstation.domain.papers import Outcome, PaperKind, Receipt, ReceiptLine, Term
from returnstation.domain.pay import ACCEPTED, REFUSED, WITHOUT_MONEY
from returnstation.domain.refunds import given_for

_PAPER_OUTCOMES = {ACCEPTED: Outcome.ACCEPTED, REFUSED: Outcome.REFUSED}
_DEDUCTIONS = frozenset(
    {"restocking_fee", "cancellation_fee", "return_shipping", "diminished_value"}
)

TERMS_TOLD = frozenset(
    {
        "return_cost_consumer",
        "return_cost_merchant",
        "return_cost_untold",
        "merchant_pays_return",
        "diminished_value_may_be_kept",
        "refund_may_wait_for_goods",
        "late_refund_interest",
    }
)
"""Reasons printed below the deciding one; their words exist in every receipt language."""


@dataclass(frozen=True, slots=True)
class Receipts:
    """Writes receipts."""

    equipment: Equipment

    def of(self, case: Case, refund: RefundResolved) -> ToPrint:
        """Return the receipt of a case.

        Whoever sends a gift back learns neither who gave it nor what it cost: no name, no
        amount of a line, only what the credit is worth.
        """
        settings = self.equipment.settings
        opened = case.opened
        catalogue = self.equipment.catalogue
        merchant = None if opened.merchant_id is None else catalogue.merchant(opened.merchant_id)
        order = (
            None if merchant is None else catalogue.order(merchant.merchant_id, opened.orders[0])
        )
        accepted = [line for line in refund.lines if line.outcome == ACCEPTED]
        paid = [line for line in accepted if _is_paid(line)]
        is_gift = case.is_gift
        receipt = Receipt(
            case_number=case.number,
            merchant=opened.merchant or "",
            country=opened.jurisdiction or "",
            received_on=self.equipment.day_in(opened.jurisdiction, case.opened_at),
            issued_at=self.equipment.now().astimezone(settings.zone),
            lines=tuple(receipt_line(case, line) for line in refund.lines),
            rma=opened.rma,
            order_number=None if is_gift else ", ".join(opened.orders),
            customer=None if order is None or is_gift else order.customer.short_name,
            shipping_refund=None if is_gift else refund.shipping or None,
            refund_total=_given(refund) if paid else None,
            refund_due_on=_due_on(case, refund),
            refund_method=accepted[0].method if accepted else None,
            feedback_url=None if merchant is None else feedback_page(merchant, case.number),
            is_training=settings.is_training,
            tenders=tuple(
                (say(f"papers.tender.{tender_word(part.kind)}"), part.amount)
                for part in refund.tenders
            ),
            taxes=() if is_gift else taxes_told(refund),
        )
        printer = self.equipment.printer_for(PaperKind.RECEIPT) or settings.receipt_printer
        return ToPrint(receipt, opened.language, printer)


def feedback_page(merchant: Merchant, case_number: str) -> str | None:
    """Return where a customer says how a return went; the address carries the case number.

    It goes where the merchant's address says ``{case}``, else into the query as ``case``.
    """
    address = merchant.feedback_url
    if not address:
        return None
    if "{case}" in address:
        return address.replace("{case}", quote(case_number, safe=""))
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode({"case": case_number})) if part)
    return urlunsplit(parts._replace(query=query))


def because_of(case: Case, line_id: str) -> tuple[Say, str]:
    """Return why a line was decided as it was, and the clause."""
    verdict = case.verdicts.get(line_id)
    deciding = None if verdict is None else verdict.deciding
    if deciding is None:
        return say("papers.receipt.outcome.review"), ""
    return deciding.say(), deciding.source


def receipt_line(case: Case, resolved: ResolvedLine) -> ReceiptLine:
    """Return a line of the receipt, with what its amount is made of."""
    line = case.line(resolved.line_id)
    because, clause = because_of(case, resolved.line_id)
    is_paid = resolved.outcome == ACCEPTED and _is_paid(resolved)
    is_told = resolved.outcome == ACCEPTED and not case.is_gift
    terms = resolved.terms if is_told else ()
    parts = () if len(terms) < 2 else terms
    return ReceiptLine(
        title=line.title,
        sku=line.sku,
        quantity=resolved.units or case.units_of(line.line_id),
        outcome=_PAPER_OUTCOMES.get(resolved.outcome, Outcome.REVIEW),
        because=because,
        clause=clause or None,
        refund=given_for(resolved) if is_paid and not case.is_gift else None,
        deductions=tuple((say(term_key(term.code)), -term.amount) for term in parts),
        gtin=line.gtin,
        terms=_terms_told(case, line.line_id) if resolved.outcome == ACCEPTED else (),
    )


def _is_paid(line: ResolvedLine) -> bool:
    """Tell whether money is given for a line, be it beside goods: a difference, postage."""
    return line.method not in WITHOUT_MONEY or bool(line.amount)


def term_key(code: str) -> str:
    """Return the message of a term; what is kept back has words of its own."""
    return f"papers.deduction.{code}" if code in _DEDUCTIONS else f"papers.pay.{code}"


TENDERS = frozenset(
    {"card", "store_credit", "gift_card", "points", "transfer", "cash", "invoice", "wallet"}
)
"""Means of payment that have a name in every language; others are called ``other``."""


def tender_word(kind: str) -> str:
    """Return by what name a means of payment is told."""
    return kind if kind in TENDERS else "other"


def taxes_told(refund: RefundResolved) -> tuple[tuple[Say, Money], ...]:
    """Return the tax contained in a refund, by rate."""
    return tuple(
        (say("papers.receipt.tax", rate=share.rate), share.tax)
        for share in refund.taxes
        if share.rate is not None and share.tax
    )


def _given(refund: RefundResolved) -> Money:
    parts = [part.amount for part in refund.tenders]
    return total(parts, refund.total.currency) if parts else refund.total


def _terms_told(case: Case, line_id: str) -> tuple[Term, ...]:
    """Return what the customer must know of the settlement, beside sum and day."""
    verdict = case.verdicts.get(line_id)
    reasons = () if verdict is None else verdict.reasons
    return tuple((r.say(), r.source) for r in reasons if r.code in TERMS_TOLD)


def _due_on(case: Case, refund: RefundResolved) -> date | None:
    days = [
        case.verdicts[line.line_id].refund_due_on
        for line in refund.lines
        if line.outcome == ACCEPTED and line.line_id in case.verdicts
    ]
    return min((day for day in days if day is not None), default=None)
