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
from returnstation.domain.policy.terms import Guarantee, LimitedChoice


def settle_fault(inquiry: Inquiry, guarantee: Guarantee) -> Settlement:
    """Return what follows when a fault is accepted."""
    methods, about_remedy = _remedies(inquiry, guarantee)
    settlement = settle(inquiry, methods)
    reasons = (about_remedy, *settlement.reasons)
    if not _use_may_be_deducted(inquiry, guarantee):
        return replace(settlement, reasons=reasons)
    deductions = (*settlement.deductions, Deduction(DeductionKind.DIMINISHED_VALUE))
    reasons = (*reasons, inquiry.reason(Outcome.LIMITS, "use_may_be_deducted"))
    return replace(settlement, deductions=deductions, reasons=reasons)


def _remedies(inquiry: Inquiry, guarantee: Guarantee) -> tuple[tuple[RefundMethod, ...], Reason]:
    sale, terms = inquiry.sale, inquiry.terms
    limited = guarantee.limited_choice
    if limited is not None and _choice_is_limited(inquiry, guarantee, limited):
        return limited.methods, inquiry.reason(Outcome.LIMITS, "remedy_choice_limited")
    if not terms.later_methods:
        return terms.methods, inquiry.reason(Outcome.INFORMS, "remedy_free_choice")
    if sale.defect_is_major:
        return terms.later_methods, inquiry.reason(Outcome.GRANTS, "remedy_major_defect")
    if _repair_failed(inquiry, guarantee):
        return terms.later_methods, inquiry.reason(Outcome.GRANTS, "remedy_repair_failed")
    return terms.methods, inquiry.reason(Outcome.LIMITS, "remedy_repair_first")


def _choice_is_limited(inquiry: Inquiry, guarantee: Guarantee, limited: LimitedChoice) -> bool:
    sale, delivered_on = inquiry.sale, received_on(inquiry.sale)
    if sale.category not in limited.categories or delivered_on is None:
        return False
    if sale.defect_is_major or _repair_failed(inquiry, guarantee):
        return False
    return sale.requested_on > inquiry.end(delivered_on, limited.after).last_day


def _repair_failed(inquiry: Inquiry, guarantee: Guarantee) -> bool:
    """Tell whether a repair did not help, or took longer than the law gives it."""
    sale, repair = inquiry.sale, inquiry.sale.repair
    if repair is None or repair.failed:
        return repair is not None
    if guarantee.cure is None or repair.requested_on is None:
        return False
    waited_until = repair.given_back_on or sale.requested_on
    return waited_until > inquiry.end(repair.requested_on, guarantee.cure).last_day


def _use_may_be_deducted(inquiry: Inquiry, guarantee: Guarantee) -> bool:
    """Tell whether goods are rejected so late that use may be set off."""
    after, delivered_on = guarantee.use_deducted_after, received_on(inquiry.sale)
    if after is None or delivered_on is None or not _repair_failed(inquiry, guarantee):
        return False
    return inquiry.sale.requested_on > inquiry.end(delivered_on, after).last_day
