"""Periods, days and lists as messages."""

from collections.abc import Iterable
from decimal import Decimal

from returnstation.domain.calendar import CountingRule, FirstDay, RestDay, Span, Unit
from returnstation.domain.messages import Say, say
from returnstation.domain.money import Money, parse_amount
from returnstation.domain.policy.decision import Confidence
from returnstation.domain.policy.terms import Event, RefundDue, Threshold, Window

_SURENESS = tuple(Confidence)


def span(length: Span) -> Say:
    """Return a length of time: ``7 days``."""
    return say(f"policy.span.{length.unit}", n=length.length)


def event(name: Event) -> Say:
    """Return what a period runs from, to stand within a sentence."""
    return say(f"policy.event.{name}")


def listed(items: Iterable[Say]) -> Say | None:
    """Return several things as one enumeration; None when there are none."""
    whole: Say | None = None
    for item in items:
        whole = item if whole is None else say("policy.listed", first=whole, next=item)
    return whole


def window(period: Window, rule: CountingRule) -> Say:
    """Return how long a buyer has, and from when."""
    counted = "with" if rule.first_day is FirstDay.EVENT else "after"
    return say(f"policy.window.{counted}", span=span(period.span), event=event(period.runs_from))


def refund(due: RefundDue) -> Say:
    """Return by when the money is back."""
    if not due.length:
        return say("policy.refund.at_once", event=event(due.runs_from))
    return say("policy.refund.by", span=span(due.span), event=event(due.runs_from))


def rest_days(days: Iterable[RestDay]) -> Say | None:
    """Return the days on which nobody need act, in the order of a week."""
    named = frozenset(days)
    return listed(say(f"policy.rest.{day}") for day in RestDay if day in named)


def rest(rule: CountingRule, unit: Unit | None) -> Say:
    """Return what becomes of a period that would end on a rest day."""
    days = rest_days(rule.rest)
    if days is None:
        return say("policy.rest.none")
    counted_out = unit is Unit.BUSINESS_DAYS
    return say("policy.rest.left_out" if counted_out else "policy.rest.moves", days=days)


def threshold(limit: Threshold) -> Say | None:
    """Return from or up to which price a right exists; None when it names none."""
    for name in ("at_least", "more_than", "up_to"):
        amount: Decimal | None = getattr(limit, name)
        if amount is not None:
            return say(f"policy.price.{name}", amount=money(amount, limit.currency))
    return None


def money(amount: Decimal, currency: str) -> Money:
    """Return an amount of the law."""
    return parse_amount(str(amount), currency)


def percent(share: Decimal) -> Say:
    """Return a share of the price."""
    return say("policy.percent", share=f"{share.normalize():f}")


def least_sure(levels: Iterable[Confidence]) -> Confidence:
    """Return the lowest of several confidences."""
    return max(levels, key=_SURENESS.index, default=Confidence.HIGH)
