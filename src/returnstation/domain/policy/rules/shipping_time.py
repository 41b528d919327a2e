"""Mail orders that were not shipped in the promised time (the US federal rule)."""

from returnstation.domain.policy.decision import Eligible, Ground, Outcome
from returnstation.domain.policy.finding import Check, Finding, Inquiry, conclude
from returnstation.domain.policy.rules.late_delivery import due_on
from returnstation.domain.policy.rules.settlement import settle


def judge_shipping_time(inquiry: Inquiry) -> Finding:
    """Judge the right to cancel an order that was not shipped in time."""
    return conclude(inquiry, Ground.LATE_DELIVERY, (_check(inquiry),), settle(inquiry))


def _check(inquiry: Inquiry) -> Check:
    sale = inquiry.sale
    if sale.shipped or sale.delivered or sale.delivered_on:
        return Check(Eligible.NO, (inquiry.reason(Outcome.DENIES, "already_shipped"),))
    if sale.delay_consented:
        return Check(Eligible.NO, (inquiry.reason(Outcome.DENIES, "delay_consented"),))
    due = None if sale.shipping_time_stated and sale.promised_on is None else due_on(inquiry)
    if due is None:
        need = "promised_on" if sale.shipping_time_stated else "order_received_on"
        return Check(Eligible.REVIEW, (inquiry.reason(Outcome.LIMITS, "due_day_unknown"),), (need,))
    if sale.requested_on <= due:
        return Check(Eligible.NO, (inquiry.reason(Outcome.DENIES, "not_late", due_on=due),))
    late = inquiry.reason(Outcome.GRANTS, "not_shipped_in_time", due_on=due)
    facts = {"shipped": sale.shipped, "delay_consented": sale.delay_consented}
    needs = tuple(name for name, fact in facts.items() if fact is None)
    if needs:
        reason = inquiry.reason(Outcome.LIMITS, "shipping_unknown", due_on=due)
        return Check(Eligible.REVIEW, (reason,), needs)
    return Check(reasons=(late,))
