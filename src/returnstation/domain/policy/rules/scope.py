"""Does a right cover this buyer, channel and price?"""

from decimal import Decimal

from returnstation.domain.money import Money, parse_amount
from returnstation.domain.policy.decision import Confidence, Eligible, Outcome
from returnstation.domain.policy.facts import Truth, concluded_on, received_on
from returnstation.domain.policy.finding import Check, Finding, Inquiry, unlike
from returnstation.domain.policy.sale import Channel, Sale
from returnstation.domain.policy.terms import Threshold

_IN_PERSON_ONLY = frozenset(Channel) - {Channel.ONLINE, Channel.TELEPHONE, Channel.IN_STORE}


def outside_scope(inquiry: Inquiry) -> Finding | None:
    """Return a finding when the right is not for this reason, buyer or channel."""
    sale, terms = inquiry.sale, inquiry.terms
    if sale.reason not in terms.reasons:
        return unlike(inquiry)
    if sale.buyer not in terms.buyers and terms.business_up_to is None:
        return unlike(inquiry, inquiry.reason(Outcome.DENIES, "buyer_not_covered"))
    if sale.channel not in terms.channels | terms.unclear_channels:
        return unlike(inquiry, inquiry.reason(Outcome.DENIES, "channel_not_covered"))
    return None


def check_scope(inquiry: Inquiry) -> tuple[Check, ...]:
    """Check what of a right's scope is open although it is for this kind of sale."""
    return (_channel(inquiry), _business(inquiry), *_thresholds(inquiry))


def _channel(inquiry: Inquiry) -> Check:
    if inquiry.sale.channel in inquiry.terms.channels:
        return Check()
    return Check(Eligible.REVIEW, (inquiry.reason(Outcome.LIMITS, "channel_unclear"),))


def _business(inquiry: Inquiry) -> Check:
    limit = inquiry.terms.business_up_to
    if inquiry.sale.buyer in inquiry.terms.buyers or limit is None:
        return Check()
    return _price(inquiry, limit)


def _thresholds(inquiry: Inquiry) -> tuple[Check, ...]:
    channel = inquiry.sale.channel
    return tuple(
        _price(inquiry, threshold)
        for threshold in inquiry.terms.thresholds
        if channel in (threshold.channels or _IN_PERSON_ONLY)
    )


def _price(inquiry: Inquiry, threshold: Threshold) -> Check:
    if _not_at_once(inquiry, threshold):
        return Check()
    reached, amount = _reached(inquiry.sale, threshold), _amount(threshold)
    if reached:
        return Check()
    if reached is None:
        answer = Eligible.REVIEW if threshold.essential else Eligible.YES
        need = "price" if inquiry.sale.price is None else "currency"
        reason = inquiry.reason(Outcome.LIMITS, "price_unknown", amount=amount)
        return Check(answer, (reason,), (need,))
    if threshold.at_once and not _days_known(inquiry.sale):
        reason = inquiry.reason(Outcome.LIMITS, "handed_over_at_once_unknown", amount=amount)
        return Check(Eligible.REVIEW, (reason,), ("contract_on", "delivered_on"))
    reason = inquiry.reason(Outcome.DENIES, "price_not_covered", amount=amount)
    answer = Eligible.REVIEW if threshold.confidence is Confidence.LOW else Eligible.NO
    return Check(answer, (reason,), confidence=threshold.confidence)


def _reached(sale: Sale, threshold: Threshold) -> Truth:
    if sale.price is None or sale.currency != threshold.currency:
        return None
    if threshold.at_least is not None:
        return sale.price >= threshold.at_least
    if threshold.more_than is not None:
        return sale.price > threshold.more_than
    return threshold.up_to is None or sale.price <= threshold.up_to


def _amount(threshold: Threshold) -> Money:
    limit = threshold.at_least or threshold.more_than or threshold.up_to or Decimal(0)
    return parse_amount(str(limit), threshold.currency)


def _days_known(sale: Sale) -> bool:
    return concluded_on(sale) is not None and received_on(sale) is not None


def _not_at_once(inquiry: Inquiry, threshold: Threshold) -> bool:
    """Tell whether goods handed over later keep an exclusion of small sales away."""
    sale = inquiry.sale
    later = _days_known(sale) and concluded_on(sale) != received_on(sale)
    return threshold.at_once and later
