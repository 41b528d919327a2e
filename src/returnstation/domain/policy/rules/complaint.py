"""The buyer's duty to complain in time, where the law has one."""

from returnstation.domain.policy.decision import Eligible, Outcome
from returnstation.domain.policy.facts import day_of, received_on
from returnstation.domain.policy.finding import Check, Inquiry
from returnstation.domain.policy.sale import Buyer
from returnstation.domain.policy.terms import Complaint, Event, Guarantee

_CONSUMERS = (Buyer.CONSUMER, Buyer.CONSUMER_PROTECTED)


def check_complaint(inquiry: Inquiry, guarantee: Guarantee) -> Check:
    """Tell whether the fault was reported in time."""
    sale, complaint = inquiry.sale, guarantee.complaint
    if complaint is None or (complaint.for_business and sale.buyer in _CONSUMERS):
        return Check()
    if guarantee.needs_major and sale.defect_is_major is False:
        return Check()
    if sale.notified_in_time or _surely_in_time(inquiry, complaint):
        return Check()
    if sale.notified_in_time is False:
        return Check(Eligible.NO, (inquiry.reason(Outcome.DENIES, "complaint_too_late"),))
    needs = ["notified_in_time"]
    if complaint.safe is not None and day_of(Event.DISCOVERY, sale) is None:
        needs.append("discovered_on")
    if guarantee.needs_major and sale.defect_is_major is None:
        needs.append("defect_is_major")
    reason = inquiry.reason(Outcome.LIMITS, "complaint_time_unknown")
    return Check(Eligible.REVIEW, (reason,), tuple(needs))


def _surely_in_time(inquiry: Inquiry, complaint: Complaint) -> bool:
    sale = inquiry.sale
    known_on = day_of(Event.DISCOVERY, sale) or received_on(sale)
    if complaint.safe is None or known_on is None:
        return False
    return sale.requested_on <= inquiry.end(known_on, complaint.safe).last_day
