"""What a repair does to the end of a guarantee: it pauses it, or lengthens it."""

from datetime import date, timedelta

from returnstation.domain.policy.decision import Outcome, Reason
from returnstation.domain.policy.finding import Inquiry
from returnstation.domain.policy.sale import Repair
from returnstation.domain.policy.terms import Guarantee


def after_repair(
    inquiry: Inquiry, guarantee: Guarantee, end: date
) -> tuple[date | None, tuple[Reason, ...]]:
    """Return the end of the window with a repair reckoned in; None while the clock stands."""
    repair = inquiry.sale.repair
    if repair is None or (repair.requested_on is not None and repair.requested_on > end):
        return end, ()
    if guarantee.repair_pauses is not None and repair.requested_on is not None:
        return _paused(inquiry, guarantee, repair, end)
    if repair.given_back_on is None or repair.failed:
        return end, ()
    return _extended(inquiry, guarantee, end)


def _paused(
    inquiry: Inquiry, guarantee: Guarantee, repair: Repair, end: date
) -> tuple[date | None, tuple[Reason, ...]]:
    if repair.requested_on is None or guarantee.repair_pauses is None:
        return end, ()
    if repair.given_back_on is None:
        return None, (inquiry.reason(Outcome.LIMITS, "repair_stops_clock"),)
    # The day of the request and the day the goods come back both belong to the waiting.
    waited = repair.given_back_on - repair.requested_on + timedelta(days=1)
    least = inquiry.end(repair.given_back_on, guarantee.repair_pauses).last_day
    later = max(end + waited, least)
    return later, (inquiry.reason(Outcome.INFORMS, "repair_stopped_clock", last_day=later),)


def _extended(inquiry: Inquiry, guarantee: Guarantee, end: date) -> tuple[date, tuple[Reason, ...]]:
    """Return the later end that a successful repair gives; the longest extension counts."""
    ends = [(end, "", "")]
    if guarantee.repaired_extends is not None:
        later = inquiry.end(end, guarantee.repaired_extends).last_day
        ends.append((later, inquiry.right.rule, inquiry.terms.source))
    for right, terms in inquiry.extensions:
        if terms.window is not None:
            later = inquiry.end(end, terms.window.span).last_day
            ends.append((later, right.rule, terms.source))
    last_day, rule, source = max(ends)
    if not rule:
        return end, ()
    values = {"last_day": last_day}
    reason = Reason(rule, Outcome.INFORMS, "repair_extends_guarantee", values, source)
    return last_day, (reason,)
