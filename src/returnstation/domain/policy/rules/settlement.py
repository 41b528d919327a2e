"""What follows when goods go back: money, deadline, who pays the way, what may be kept."""

from datetime import date
from decimal import ROUND_DOWN, Decimal

from returnstation.domain.calendar import Span, Unit
from returnstation.domain.money import exponent, parse_amount
from returnstation.domain.policy.decision import (
    Deduction,
    DeductionKind,
    Outcome,
    Payer,
    Reason,
    RefundMethod,
)
from returnstation.domain.policy.facts import day_of, is_digital
from returnstation.domain.policy.finding import Inquiry, Settlement
from returnstation.domain.policy.sale import ReturnReason, Sale
from returnstation.domain.policy.terms import Event, RefundDue

_AT_ONCE = Span(0, Unit.CALENDAR_DAYS)


def settle(inquiry: Inquiry, methods: tuple[RefundMethod, ...] | None = None) -> Settlement:
    """Return what the right's terms order once goods go back."""
    refund_due_on, about_refund = _refund_due(inquiry)
    payer, about_payer = _payer(inquiry)
    for_use, about_use = _for_use(inquiry)
    fees, about_fees = _for_cancelling(inquiry)
    told = tuple(inquiry.reason(Outcome.INFORMS, code) for code in inquiry.terms.tells)
    return Settlement(
        methods=inquiry.terms.methods if methods is None else methods,
        refund_due_on=refund_due_on,
        payer=payer,
        deductions=for_use + fees,
        reasons=about_refund + about_payer + about_use + about_fees + told,
    )


def _refund_due(inquiry: Inquiry) -> tuple[date | None, tuple[Reason, ...]]:
    refund = inquiry.terms.refund
    if refund is None:
        return None, ()
    event = _trigger(inquiry, refund)
    start = day_of(event, inquiry.sale)
    if start is None:
        return None, (inquiry.reason(Outcome.INFORMS, f"refund_waits_for_{event}"),)
    due = inquiry.end(start, refund.span, refund.counting).last_day
    due_reason = inquiry.reason(Outcome.INFORMS, "refund_due", due_on=due, runs_from=start)
    reasons = (due_reason, *_interest(inquiry, refund))
    if not refund.may_wait_for_goods or _nothing_to_return(inquiry.sale):
        return due, reasons
    goods_back = inquiry.sale.returned_on
    if goods_back is None:
        return due, (*reasons, inquiry.reason(Outcome.INFORMS, "refund_may_wait_for_goods"))
    if goods_back <= due:
        return due, reasons
    waited = inquiry.end(goods_back, _AT_ONCE, refund.counting).last_day
    reason = inquiry.reason(Outcome.INFORMS, "refund_waited_for_goods", due_on=waited)
    return waited, (reason, *_interest(inquiry, refund))


def _interest(inquiry: Inquiry, refund: RefundDue) -> tuple[Reason, ...]:
    if refund.interest is None:
        return ()
    return (inquiry.reason(Outcome.INFORMS, "late_refund_interest", percent=refund.interest),)


def _trigger(inquiry: Inquiry, refund: RefundDue) -> Event:
    # Where nothing can be sent back, the notice takes the place of the goods.
    if refund.runs_from is Event.GOODS_BACK and _nothing_to_return(inquiry.sale):
        return Event.NOTICE
    return refund.runs_from


def _nothing_to_return(sale: Sale) -> bool:
    return is_digital(sale) or sale.delivered is False


def _payer(inquiry: Inquiry) -> tuple[Payer | None, tuple[Reason, ...]]:
    terms = inquiry.terms
    if terms.payer is None or is_digital(inquiry.sale):
        return None, ()
    if terms.fault_payer is not None and inquiry.sale.reason is not ReturnReason.CHANGE_OF_MIND:
        reason = inquiry.reason(Outcome.INFORMS, f"return_cost_{terms.fault_payer}")
        return terms.fault_payer, (reason,)
    if terms.merchant_pays_if_untold and not inquiry.sale.informed_of_return_cost:
        return Payer.MERCHANT, (inquiry.reason(Outcome.GRANTS, "return_cost_untold"),)
    return terms.payer, (inquiry.reason(Outcome.INFORMS, f"return_cost_{terms.payer}"),)


def _for_use(inquiry: Inquiry) -> tuple[tuple[Deduction, ...], tuple[Reason, ...]]:
    sale, terms = inquiry.sale, inquiry.terms
    over_used = sale.used is True or sale.intact is False
    if DeductionKind.DIMINISHED_VALUE not in terms.deductions or not over_used:
        return (), ()
    if terms.deductions_if_told and not sale.informed_of_right:
        return (), (inquiry.reason(Outcome.GRANTS, "diminished_value_barred"),)
    kept = (Deduction(DeductionKind.DIMINISHED_VALUE),)
    return kept, (inquiry.reason(Outcome.LIMITS, "diminished_value_may_be_kept"),)


def _for_cancelling(inquiry: Inquiry) -> tuple[tuple[Deduction, ...], tuple[Reason, ...]]:
    """Return what a change of mind costs; the amount is open while the price is not known."""
    sale, fee = inquiry.sale, inquiry.terms.fee
    if fee is None or sale.reason is not ReturnReason.CHANGE_OF_MIND:
        return (), ()
    at_most = parse_amount(str(fee.at_most), fee.currency)
    reason = inquiry.reason(
        Outcome.LIMITS, "cancellation_fee", percent=int(fee.percent), at_most=at_most
    )
    if sale.price is None or sale.currency != fee.currency:
        return (Deduction(DeductionKind.CANCELLATION_FEE),), (reason,)
    cent = Decimal(1).scaleb(-exponent(fee.currency))
    share = (sale.price * fee.percent / 100).quantize(cent, ROUND_DOWN)
    amount = min(share, fee.at_most.quantize(cent))
    return (Deduction(DeductionKind.CANCELLATION_FEE, amount, fee.currency),), (reason,)
