"""Goods other than promised, where one limit runs from delivery and one from knowledge."""

from datetime import date

from returnstation.domain.calendar import Span
from returnstation.domain.policy.decision import Eligible, Ground, Outcome
from returnstation.domain.policy.facts import day_of, received_on
from returnstation.domain.policy.finding import Check, Finding, Inquiry, conclude
from returnstation.domain.policy.rules.guarantee import about_burden
from returnstation.domain.policy.rules.scope import check_scope
from returnstation.domain.policy.rules.settlement import settle
from returnstation.domain.policy.rules.window import check_claim_window, start_of, window_for
from returnstation.domain.policy.sale import ReturnReason
from returnstation.domain.policy.terms import Event


def judge_mismatch(inquiry: Inquiry) -> Finding:
    """Judge a right that is lost as soon as either of its two limits is."""
    checks = [*check_scope(inquiry)]
    window = window_for(inquiry)
    if window is not None:
        checks.append(check_claim_window(inquiry, window))
        start = start_of(inquiry, window)
        if window.knowledge is not None and start is not None:
            checks.append(_check_knowledge(inquiry, window.knowledge, start))
    if inquiry.terms.guarantee is not None:
        checks.append(Check(reasons=about_burden(inquiry, inquiry.terms.guarantee)))
    if inquiry.sale.reason is ReturnReason.LATE:
        checks.append(_check_lateness(inquiry))
        return conclude(inquiry, Ground.LATE_DELIVERY, checks, settle(inquiry))
    return conclude(inquiry, Ground.NON_CONFORMITY, checks, settle(inquiry))


def _check_lateness(inquiry: Inquiry) -> Check:
    """Tell whether goods that may go back for coming late did come late."""
    promised_on, came_on = inquiry.sale.promised_on, received_on(inquiry.sale)
    if promised_on is None:
        reason = inquiry.reason(Outcome.LIMITS, "due_day_unknown")
        return Check(Eligible.REVIEW, (reason,), ("promised_on",))
    if (came_on or inquiry.sale.requested_on) <= promised_on:
        reason = inquiry.reason(Outcome.DENIES, "not_late", due_on=promised_on)
        return Check(Eligible.NO, (reason,))
    return Check(reasons=(inquiry.reason(Outcome.INFORMS, "delivery_late", due_on=promised_on),))


def _check_knowledge(inquiry: Inquiry, limit: Span, delivered_on: date) -> Check:
    requested = inquiry.sale.requested_on
    known_on = day_of(Event.DISCOVERY, inquiry.sale)
    if known_on is None:
        # Nobody knows of a fault before the goods are there.
        surely = inquiry.end(delivered_on, limit).last_day
        if requested <= surely:
            return Check(needs=("discovered_on",), end_unknown=True)
        reason = inquiry.reason(Outcome.LIMITS, "knowledge_unknown", n=limit.length)
        return Check(Eligible.REVIEW, (reason,), ("discovered_on",), end_unknown=True)
    last_day = inquiry.end(known_on, limit).last_day
    if requested <= last_day:
        reason = inquiry.reason(Outcome.INFORMS, "within_knowledge_limit", last_day=last_day)
        return Check(reasons=(reason,), last_day=last_day)
    reason = inquiry.reason(Outcome.DENIES, "knowledge_limit_passed", last_day=last_day)
    return Check(Eligible.NO, (reason,), last_day=last_day)
