"""Goods that did not come when they should: ending the contract for lateness."""

from datetime import date

from returnstation.domain.policy.decision import Eligible, Ground, Outcome
from returnstation.domain.policy.facts import NAMES_OF_EVENTS, day_of, received_on
from returnstation.domain.policy.finding import Check, Finding, Inquiry, conclude
from returnstation.domain.policy.rules.settlement import settle
from returnstation.domain.policy.sale import Sale


def judge_late_delivery(inquiry: Inquiry) -> Finding:
    """Judge the right to end a contract because the goods did not come in time."""
    return conclude(inquiry, Ground.LATE_DELIVERY, (_check(inquiry),), settle(inquiry))


def due_on(inquiry: Inquiry) -> date | None:
    """Return the last day for delivery: the promised one, or the end of the law's period."""
    sale, window = inquiry.sale, inquiry.terms.window
    if sale.promised_on is not None or window is None:
        return sale.promised_on
    start = day_of(window.runs_from, sale)
    return None if start is None else inquiry.end(start, window.span, window.counting).last_day


def _check(inquiry: Inquiry) -> Check:
    sale = inquiry.sale
    if sale.delivery_refused:
        return Check(reasons=(inquiry.reason(Outcome.GRANTS, "delivery_refused"),))
    due = due_on(inquiry)
    if due is None:
        return _due_day_unknown(inquiry)
    if _came_by(sale, due) or sale.requested_on <= due:
        return Check(Eligible.NO, (inquiry.reason(Outcome.DENIES, "not_late", due_on=due),))
    late = inquiry.reason(Outcome.INFORMS, "delivery_late", due_on=due)
    if sale.delivery_date_essential:
        return Check(reasons=(late, inquiry.reason(Outcome.GRANTS, "delivery_date_essential")))
    if _came_before_request(sale):
        return Check(Eligible.NO, (late, inquiry.reason(Outcome.DENIES, "delivered_meanwhile")))
    return _check_additional_period(inquiry, late_since=due)


def _check_additional_period(inquiry: Inquiry, *, late_since: date) -> Check:
    late = inquiry.reason(Outcome.INFORMS, "delivery_late", due_on=late_since)
    if inquiry.sale.additional_period_set:
        return Check(reasons=(late, inquiry.reason(Outcome.GRANTS, "additional_period_over")))
    if inquiry.sale.additional_period_set is False:
        reason = inquiry.reason(Outcome.DENIES, "additional_period_missing")
        return Check(Eligible.NO, (late, reason))
    reason = inquiry.reason(Outcome.LIMITS, "additional_period_unknown")
    return Check(Eligible.REVIEW, (late, reason), ("additional_period_set",))


def _due_day_unknown(inquiry: Inquiry) -> Check:
    window = inquiry.terms.window
    needs = ("promised_on",) if window is None else (NAMES_OF_EVENTS[window.runs_from],)
    return Check(Eligible.REVIEW, (inquiry.reason(Outcome.LIMITS, "due_day_unknown"),), needs)


def _came_by(sale: Sale, day: date) -> bool:
    came_on = received_on(sale)
    return came_on is not None and came_on <= day


def _came_before_request(sale: Sale) -> bool:
    came_on = received_on(sale)
    return bool(sale.delivered) if came_on is None else came_on <= sale.requested_on
