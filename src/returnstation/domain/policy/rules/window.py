"""Is the buyer in time? Start, end, extensions and second limits of a window."""

from dataclasses import replace
from datetime import date

from returnstation.domain.calendar import unrolled_end
from returnstation.domain.policy.decision import Confidence, Eligible, Outcome, Reason
from returnstation.domain.policy.facts import (
    FACTS,
    NAMES_OF_EVENTS,
    Truth,
    concluded_on,
    day_of,
    is_digital,
    received_on,
)
from returnstation.domain.policy.finding import Check, Inquiry
from returnstation.domain.policy.sale import Buyer, Channel, Sale
from returnstation.domain.policy.terms import Event, LateInformation, NoticeRule, Window

_AFTER_CONTRACT = frozenset({Event.DELIVERY, Event.DOCUMENTS, Event.DISCOVERY})


def check_window(inquiry: Inquiry) -> Check:
    """Tell whether the request came within the right's window."""
    window = window_for(inquiry)
    if window is None:
        return Check(reasons=(inquiry.reason(Outcome.GRANTS, "no_time_limit"),))
    start = start_of(inquiry, window)
    if start is None:
        return unstarted(inquiry, window)
    ending = inquiry.end(start, window.span, window.counting)
    told_late = _informed_late(inquiry, start, ending.last_day)
    return told_late or _check_regular(inquiry, window, start)


def check_claim_window(inquiry: Inquiry, window: Window) -> Check:
    """Tell whether a complaint came within its window; what the buyer was told is no matter."""
    start = start_of(inquiry, window)
    if start is None:
        return unstarted(inquiry, window)
    return _check_regular(inquiry, window, start)


def _check_regular(inquiry: Inquiry, window: Window, start: date) -> Check:
    ending = inquiry.end(start, window.span, window.counting)
    checked = judge_last_day(inquiry, window, start, ending.last_day)
    if not ending.rolled:
        return checked
    rule = inquiry.calendar.rules[window.counting or inquiry.terms.counting]
    before = unrolled_end(start, window.span, rule, inquiry.calendar.place)
    moved = Reason(inquiry.right.rule, Outcome.INFORMS, "end_moved", {"day": before}, rule.source)
    return replace(
        checked, reasons=(*checked.reasons, moved), confidence=Confidence(rule.confidence)
    )


def window_for(inquiry: Inquiry) -> Window | None:
    """Return the window for this buyer, goods and channel."""
    sale, terms = inquiry.sale, inquiry.terms
    protected = _protected_window(inquiry)
    if protected is not None and _meets(sale, terms.protected_requires):
        return protected
    special = (one for one in terms.special_windows if one.covers(sale.category, sale.channel))
    found = next(special, None)
    return terms.window if found is None else found.window


def _protected_window(inquiry: Inquiry) -> Window | None:
    protected = inquiry.sale.buyer is Buyer.CONSUMER_PROTECTED
    return inquiry.terms.protected_window if protected else None


def _meets(sale: Sale, fact: str) -> Truth:
    return FACTS[fact](sale) if fact else True


def start_of(inquiry: Inquiry, window: Window) -> date | None:
    """Return the day the window runs from, or None when it is not known or not yet there."""
    sale = inquiry.sale
    start = day_of(_start_event(inquiry, window), sale)
    if start is None:
        return None
    others = (day_of(event, sale) for event in window.not_before)
    return max([start, *(day for day in others if day is not None)])


def judge_last_day(inquiry: Inquiry, window: Window, start: date, last_day: date) -> Check:
    """Compare the request with the last day of a window."""
    sale = inquiry.sale
    if sale.requested_on > last_day:
        return _after_the_end(inquiry, window, start, last_day)
    received = sale.notice_received_on or sale.requested_on
    if inquiry.terms.notice is NoticeRule.RECEIVED and received > last_day:
        reason = inquiry.reason(Outcome.LIMITS, "notice_arrived_late", last_day=last_day)
        return Check(Eligible.REVIEW, (reason,), last_day=last_day)
    reason = inquiry.reason(Outcome.GRANTS, "within_window", last_day=last_day, runs_from=start)
    return Check(reasons=(reason,), last_day=last_day)


def _after_the_end(inquiry: Inquiry, window: Window, start: date, last_day: date) -> Check:
    requested = inquiry.sale.requested_on
    if inquiry.terms.grace_counting:
        grace = inquiry.end(start, window.span, inquiry.terms.grace_counting).last_day
        if requested <= grace:
            reason = inquiry.reason(Outcome.GRANTS, "rest_day_grace", last_day=last_day)
            return Check(reasons=(reason,), last_day=last_day)
    protected, fact = _protected_window(inquiry), inquiry.terms.protected_requires
    if protected is not None and fact and FACTS[fact](inquiry.sale) is None:
        later = inquiry.end(start, protected.span, protected.counting).last_day
        if requested <= later:
            reason = inquiry.reason(Outcome.LIMITS, "protected_window_unknown", last_day=later)
            return Check(Eligible.REVIEW, (reason,), (fact,), last_day=last_day)
    if window.perhaps is not None:
        perhaps = inquiry.end(start, window.perhaps, window.counting).last_day
        if requested <= perhaps:
            reason = inquiry.reason(Outcome.LIMITS, "longer_window_unverified", last_day=perhaps)
            return Check(Eligible.REVIEW, (reason,), last_day=last_day)
    reason = inquiry.reason(Outcome.DENIES, "window_closed", last_day=last_day, runs_from=start)
    return Check(Eligible.NO, (reason,), last_day=last_day)


def _informed_late(inquiry: Inquiry, start: date, regular_end: date) -> Check | None:
    """Judge by the rules for a buyer told late or never; None when told in time."""
    late, told = inquiry.terms.late_information, _told_in_time(inquiry, start)
    if told:
        return None
    if late is None:
        return _perhaps_open(inquiry, regular_end, "never_told_unclear")
    if told is None:
        return _perhaps_told(inquiry, late, start, regular_end)
    return _told_late(inquiry, late, start, regular_end)


def _told_late(inquiry: Inquiry, late: LateInformation, start: date, regular_end: date) -> Check:
    sale, final = inquiry.sale, _final_end(inquiry, start, regular_end)
    if sale.informed_on is not None and late.restarts is not None:
        restarted = inquiry.end(sale.informed_on, late.restarts).last_day
        last_day = restarted if final is None else min(restarted, final)
        return _within(inquiry, max(last_day, regular_end), "window_after_information")
    if late.endless:
        return Check(reasons=(inquiry.reason(Outcome.GRANTS, "window_waits_for_information"),))
    if final is None:
        return _perhaps_open(inquiry, regular_end, "told_date_unknown", "informed_on")
    return _within(inquiry, final, "window_extended")


def _told_in_time(inquiry: Inquiry, start: date) -> Truth:
    sale, late = inquiry.sale, inquiry.terms.late_information
    if late is not None and late.told_by:
        return FACTS[late.told_by](sale)
    return sale.informed_of_right if sale.informed_on is None else sale.informed_on <= start


def _perhaps_told(
    inquiry: Inquiry, late: LateInformation, start: date, regular_end: date
) -> Check | None:
    """Leave a request open that is in time only if the buyer was not told."""
    final = _final_end(inquiry, start, regular_end) or regular_end
    if not regular_end < inquiry.sale.requested_on <= final:
        return None
    reason = inquiry.reason(Outcome.LIMITS, f"unknown_{late.told_by}")
    return Check(Eligible.REVIEW, (reason,), (late.told_by,), last_day=regular_end)


def _final_end(inquiry: Inquiry, start: date, regular_end: date) -> date | None:
    """Return the end of the window of a buyer who was never told."""
    late = inquiry.terms.late_information
    if late is not None and late.extends is not None:
        return inquiry.end(regular_end, late.extends).last_day
    if late is not None and late.lasts is not None:
        return inquiry.end(start, late.lasts).last_day
    return None


def _within(inquiry: Inquiry, last_day: date, code: str) -> Check:
    if inquiry.sale.requested_on <= last_day:
        return Check(
            reasons=(inquiry.reason(Outcome.GRANTS, code, last_day=last_day),), last_day=last_day
        )
    reason = inquiry.reason(Outcome.DENIES, "extended_window_closed", last_day=last_day)
    return Check(Eligible.NO, (reason,), last_day=last_day)


def _perhaps_open(inquiry: Inquiry, regular_end: date, code: str, *needs: str) -> Check:
    """Grant within the regular window; after it the end cannot be told."""
    if inquiry.sale.requested_on <= regular_end:
        return _within(inquiry, regular_end, "within_window")
    return Check(Eligible.REVIEW, (inquiry.reason(Outcome.LIMITS, code),), needs)


def unstarted(inquiry: Inquiry, window: Window) -> Check:
    """Judge a window whose start is not known, or has not come."""
    sale = inquiry.sale
    event = _start_event(inquiry, window)
    if event is Event.DELIVERY and sale.delivered is False:
        return Check(reasons=(inquiry.reason(Outcome.GRANTS, "window_before_delivery"),))
    if event is Event.DOCUMENTS and not sale.informed_of_right:
        without = _without_document(inquiry, window)
        if without is not None:
            return without
    needs = (NAMES_OF_EVENTS[event],)
    earliest = _earliest_start(inquiry, window, event)
    if earliest is not None:
        soonest = inquiry.end(earliest, window.span, window.counting).last_day
        if sale.requested_on <= soonest:
            reason = inquiry.reason(Outcome.GRANTS, "within_window_anyway", last_day=soonest)
            return Check(reasons=(reason,), needs=needs)
    return Check(Eligible.REVIEW, (inquiry.reason(Outcome.LIMITS, "start_unknown"),), needs)


def _earliest_start(inquiry: Inquiry, window: Window, event: Event) -> date | None:
    """Return a day before which the window cannot have started, although its start is unknown."""
    sale = inquiry.sale
    bounds = [day_of(other, sale) for other in window.not_before]
    if event in _AFTER_CONTRACT:
        bounds.append(concluded_on(sale))
    if event is Event.DISCOVERY:
        # Nobody knows of a fault before the goods are there.
        bounds.append(received_on(sale))
    return max((day for day in bounds if day is not None), default=None)


def _without_document(inquiry: Inquiry, window: Window) -> Check | None:
    """Judge by the rules for a buyer who never got the document the window runs from."""
    late, concluded = inquiry.terms.late_information, concluded_on(inquiry.sale)
    if window.without_document is not None and concluded is not None:
        last_day = inquiry.end(concluded, window.without_document, window.counting).last_day
        return _within(inquiry, last_day, "window_without_document")
    if late is None:
        return None
    if late.lasts is not None and concluded is not None:
        return _within(inquiry, inquiry.end(concluded, late.lasts).last_day, "window_extended")
    return Check(reasons=(inquiry.reason(Outcome.GRANTS, "window_waits_for_information"),))


def _start_event(inquiry: Inquiry, window: Window) -> Event:
    if window.for_digital is not None and is_digital(inquiry.sale):
        return window.for_digital
    if window.for_hidden is not None and inquiry.sale.defect_is_apparent is False:
        return window.for_hidden
    if window.for_telephone is not None and inquiry.sale.channel is Channel.TELEPHONE:
        return window.for_telephone
    return window.runs_from
