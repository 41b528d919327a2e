"""Faulty goods: the legal guarantee and the short right to reject."""

from datetime import date

from returnstation.domain.policy.decision import Eligible, Ground, Outcome, Reason
from returnstation.domain.policy.facts import day_of, received_on
from returnstation.domain.policy.finding import Check, Finding, Inquiry, conclude
from returnstation.domain.policy.rules.complaint import check_complaint
from returnstation.domain.policy.rules.remedies import settle_fault
from returnstation.domain.policy.rules.repair import after_repair
from returnstation.domain.policy.rules.scope import check_scope
from returnstation.domain.policy.rules.window import check_claim_window, unstarted, window_for
from returnstation.domain.policy.sale import Category
from returnstation.domain.policy.terms import Event, Guarantee

_PLAIN = Guarantee()


def judge_guarantee(inquiry: Inquiry) -> Finding:
    """Judge a buyer's right against goods that are not as they must be."""
    guarantee = inquiry.terms.guarantee or _PLAIN
    checks = [
        *check_scope(inquiry),
        check_complaint(inquiry, guarantee),
        _check_limit(inquiry, guarantee),
        _check_life(inquiry, guarantee),
        _check_guarantee_window(inquiry, guarantee),
    ]
    return conclude(inquiry, Ground.NON_CONFORMITY, checks, settle_fault(inquiry, guarantee))


def _check_guarantee_window(inquiry: Inquiry, guarantee: Guarantee) -> Check:
    window, delivered_on = window_for(inquiry), received_on(inquiry.sale)
    if window is None:
        return Check(reasons=(inquiry.reason(Outcome.GRANTS, "guarantee_without_fixed_end"),))
    hidden = window.for_hidden is not None and inquiry.sale.defect_is_apparent is False
    if window.runs_from is not Event.DELIVERY or hidden:
        return check_claim_window(inquiry, window)
    if delivered_on is None:
        return unstarted(inquiry, window)
    regular_end = inquiry.end(delivered_on, window.span, window.counting).last_day
    end, about_repair = after_repair(inquiry, guarantee, regular_end)
    if end is None:
        return Check(Eligible.REVIEW, about_repair, ("repair",))
    return _judge_end(inquiry, guarantee, end, about_repair)


def _judge_end(
    inquiry: Inquiry, guarantee: Guarantee, end: date, about_repair: tuple[Reason, ...]
) -> Check:
    requested = inquiry.sale.requested_on
    if requested <= end:
        reason = inquiry.reason(Outcome.GRANTS, "fault_within_guarantee", last_day=end)
        reasons = (reason, *about_repair, *about_burden(inquiry, guarantee))
        return Check(reasons=reasons, last_day=end)
    if guarantee.open_ended:
        reason = inquiry.reason(Outcome.LIMITS, "guarantee_may_last_longer", last_day=end)
        return Check(Eligible.REVIEW, (reason, *about_repair), last_day=end)
    window = window_for(inquiry)
    if window and window.for_hidden and inquiry.sale.defect_is_apparent is None:
        reason = inquiry.reason(Outcome.LIMITS, "hidden_defect_unknown", last_day=end)
        return Check(Eligible.REVIEW, (reason,), ("defect_is_apparent",), last_day=end)
    if guarantee.defect_must_show:
        return _claimed_later(inquiry, guarantee, end)
    reason = inquiry.reason(Outcome.DENIES, "guarantee_over", last_day=end)
    return Check(Eligible.NO, (reason, *about_repair), last_day=end)


def _claimed_later(inquiry: Inquiry, guarantee: Guarantee, end: date) -> Check:
    """Judge a claim after the window, for a defect that may have shown within it."""
    requested = inquiry.sale.requested_on
    showed_on = inquiry.sale.defect_appeared_on or inquiry.sale.discovered_on
    over = inquiry.reason(Outcome.DENIES, "guarantee_over", last_day=end)
    if showed_on is not None and showed_on > end:
        return Check(Eligible.NO, (over,), last_day=end)
    last = _last_claim(inquiry, guarantee, end, showed_on or end)
    if last is not None and requested > last:
        late = inquiry.reason(Outcome.DENIES, "claim_after_guarantee_too_late", last_day=last)
        return Check(Eligible.NO, (late,), last_day=last)
    if showed_on is None:
        reason = inquiry.reason(Outcome.LIMITS, "defect_day_unknown", last_day=end)
        return Check(Eligible.REVIEW, (reason,), ("defect_appeared_on",), last_day=end)
    if last is None:
        reason = inquiry.reason(Outcome.LIMITS, "claim_after_guarantee_unclear", last_day=end)
        return Check(Eligible.REVIEW, (reason,), last_day=end)
    reason = inquiry.reason(Outcome.GRANTS, "claim_after_guarantee", last_day=last)
    return Check(reasons=(reason, *about_burden(inquiry, guarantee)), last_day=last)


def _last_claim(inquiry: Inquiry, guarantee: Guarantee, end: date, showed_on: date) -> date | None:
    if guarantee.claim_after_defect is not None:
        return max(end, inquiry.end(showed_on, guarantee.claim_after_defect).last_day)
    if guarantee.claim_after_window is not None:
        return inquiry.end(end, guarantee.claim_after_window).last_day
    return None


def about_burden(inquiry: Inquiry, guarantee: Guarantee) -> tuple[Reason, ...]:
    """Return who must prove that the fault was there on delivery."""
    delivered_on = received_on(inquiry.sale)
    if guarantee.burden is None or delivered_on is None:
        return ()
    if inquiry.sale.category not in (guarantee.burden_for or Category):
        return ()
    until = inquiry.end(delivered_on, guarantee.burden).last_day
    showed_on = day_of(Event.DISCOVERY, inquiry.sale) or inquiry.sale.requested_on
    if showed_on <= until:
        return (inquiry.reason(Outcome.INFORMS, "burden_on_seller", until=until),)
    return (inquiry.reason(Outcome.INFORMS, "burden_on_buyer", until=until),)


def _check_limit(inquiry: Inquiry, guarantee: Guarantee) -> Check:
    delivered_on = received_on(inquiry.sale)
    if guarantee.limit is None or delivered_on is None:
        return Check()
    last_day = inquiry.end(delivered_on, guarantee.limit).last_day
    if inquiry.sale.requested_on <= last_day:
        return Check()
    reason = inquiry.reason(Outcome.DENIES, "claim_barred", last_day=last_day)
    return Check(Eligible.NO, (reason,), last_day=last_day)


def _check_life(inquiry: Inquiry, guarantee: Guarantee) -> Check:
    if inquiry.sale.category not in guarantee.shorter_for:
        return Check()
    return Check(Eligible.REVIEW, (inquiry.reason(Outcome.LIMITS, "goods_keep_shorter"),))
