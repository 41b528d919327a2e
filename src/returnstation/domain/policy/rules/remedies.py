"""What a buyer of faulty goods may demand, and in which order."""

from dataclasses import replace

from returnstation.domain.policy.decision import (
    Deduction,
    DeductionKind,
    Outcome,
    Reason,
    RefundMethod,
)
from returnstation.domain.policy.facts import received_on
from returnstation.domain.policy.finding import Inquiry, Settlement
from returnstation.domain.policy.rules.settlement import settle
from returnstation.domain.policy.sale import Sale
from returnstation.domain.policy.terms import Guarantee


def settle_fault(inquiry: Inquiry, guarantee: Guarantee) -> Settlement:
    """Return what follows when a fault is accepted."""
    methods, about_remedy = _remedies(inquiry)
    settlement = settle(inquiry, methods)
    reasons = (about_remedy, *settlement.reasons)
    if not _use_may_be_deducted(inquiry, guarantee):
        return replace(settlement, reasons=reasons)
    deductions = (*settlement.deductions, Deduction(DeductionKind.DIMINISHED_VALUE))
    reasons = (*reasons, inquiry.reason(Outcome.LIMITS, "use_may_be_deducted"))
    return replace(settlement, deductions=deductions, reasons=reasons)


def _remedies(inquiry: Inquiry) -> tuple[tuple[RefundMethod, ...], Reason]:
    sale, terms = inquiry.sale, inquiry.terms
    if not terms.later_methods:
        return terms.methods, inquiry.reason(Outcome.INFORMS, "remedy_free_choice")
    if sale.defect_is_major:
        return terms.later_methods, inquiry.reason(Outcome.GRANTS, "remedy_major_defect")
    if _repair_failed(sale):
        return terms.later_methods, inquiry.reason(Outcome.GRANTS, "remedy_repair_failed")
    return terms.methods, inquiry.reason(Outcome.LIMITS, "remedy_repair_first")


def _repair_failed(sale: Sale) -> bool:
    return sale.repair is not None and bool(sale.repair.failed)


def _use_may_be_deducted(inquiry: Inquiry, guarantee: Guarantee) -> bool:
    """Tell whether goods are rejected so late that use may be set off."""
    after, delivered_on = guarantee.use_deducted_after, received_on(inquiry.sale)
    if after is None or delivered_on is None or not _repair_failed(inquiry.sale):
        return False
    return inquiry.sale.requested_on > inquiry.end(delivered_on, after).last_day
