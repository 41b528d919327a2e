"""What a merchant's own policies say of a sale."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from returnstation.domain.messages import Value, say
from returnstation.domain.policy.decision import (
    Confidence,
    Eligible,
    Ground,
    MerchantOffer,
    Outcome,
    Reason,
)
from returnstation.domain.policy.facts import NAMES_OF_EVENTS, day_of, received_on
from returnstation.domain.policy.finding import Check, Finding, Settlement, worst
from returnstation.domain.policy.merchant import MerchantPolicy, PolicySet
from returnstation.domain.policy.merchant_choice import Chosen, choose_policy
from returnstation.domain.policy.merchant_offer import merchant_reason, offer_of, reasons_of_offer
from returnstation.domain.policy.merchant_settlement import settle_by_policy
from returnstation.domain.policy.merchant_words import ItemCondition, ReturnWindow
from returnstation.domain.policy.sale import Channel, ReturnReason, Sale
from returnstation.domain.policy.terms import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantFinding(Finding):
    """What a merchant says, with the policy that says it.

    Attributes:
        policy: The policy that holds; None when none does.
        offer: What it adds to the answer.
        in_state: The goods are in a state in which the policy takes them.
    """

    policy: MerchantPolicy | None
    offer: MerchantOffer | None = None
    in_state: bool = True


def judge_merchant(sale: Sale, policies: PolicySet) -> MerchantFinding:
    """Judge a sale by the merchant's policies alone.

    A more specific policy that may hold, because a fact is not known, leaves the answer open
    where it would give another one.
    """
    chosen = choose_policy(sale, policies)
    found = _elsewhere(chosen) if chosen.policy is None else _judge(sale, chosen.policy)
    if not chosen.perhaps:
        return found
    others = [_judge(sale, policy) for policy in chosen.perhaps]
    if any(other.eligible is not found.eligible for other in others):
        return _open(found, others[0], chosen)
    needs = () if found.eligible is Eligible.NO else chosen.needs
    return replace(found, needs=(*found.needs, *needs))


def _open(found: MerchantFinding, other: MerchantFinding, chosen: Chosen) -> MerchantFinding:
    """Leave the answer open between the policy that holds and those that may."""
    perhaps = {policy.id: policy for policy in chosen.perhaps}
    reasons = (
        merchant_reason(policy, Outcome.LIMITS, "merchant_policy_perhaps", terms=policy.id)
        for policy in perhaps.values()
    )
    return replace(
        found if found.applies else other,
        eligible=Eligible.REVIEW,
        last_day=None,
        reasons=(*found.reasons, *reasons),
        needs=tuple(dict.fromkeys((*found.needs, *chosen.needs))),
    )


def _elsewhere(chosen: Chosen) -> MerchantFinding:
    """Say of every policy why it is not for this sale."""
    missed = {(policy.rule, name): policy for policy, name in chosen.missed}
    return MerchantFinding(
        rule=next((policy.rule for policy, _ in chosen.missed), "merchant"),
        eligible=Eligible.NO,
        ground=None,
        confidence=Confidence.HIGH,
        reasons=tuple(_not_for(policy, name) for (_, name), policy in missed.items()),
        applies=False,
        policy=None,
    )


def _not_for(policy: MerchantPolicy, name: str) -> Reason:
    if name == "countries":
        return merchant_reason(policy, Outcome.INFORMS, "merchant_policy_elsewhere")
    condition = say(f"law.merchant_scope_{name}")
    return merchant_reason(policy, Outcome.INFORMS, "merchant_policy_not_for", condition=condition)


def _judge(sale: Sale, policy: MerchantPolicy) -> MerchantFinding:
    goodwill = sale.reason is ReturnReason.CHANGE_OF_MIND
    window = _check_window(sale, policy)
    state = _check_state(sale, policy)
    eligible = worst((window.answer, state.answer))
    refused = eligible is Eligible.NO
    offer = offer_of(sale, policy, eligible)
    return MerchantFinding(
        rule=policy.rule,
        eligible=eligible,
        ground=Ground.GOODWILL if goodwill else Ground.COMMERCIAL_GUARANTEE,
        confidence=Confidence.HIGH,
        last_day=window.last_day,
        settlement=Settlement() if refused else settle_by_policy(sale, policy),
        reasons=(*window.reasons, *state.reasons, *reasons_of_offer(policy, offer)),
        needs=() if refused else window.needs,
        policy=policy,
        offer=offer,
        in_state=state.answer is Eligible.YES,
    )


def _check_window(sale: Sale, policy: MerchantPolicy) -> Check:
    if policy.final_sale and sale.reason is ReturnReason.CHANGE_OF_MIND:
        reason = merchant_reason(policy, Outcome.DENIES, "merchant_final_sale")
        return Check(Eligible.NO, (reason,))
    match policy.window.kind:
        case ReturnWindow.NOT_PERMITTED:
            reason = merchant_reason(policy, Outcome.DENIES, "merchant_takes_nothing_back")
            return Check(Eligible.NO, (reason,))
        case ReturnWindow.UNLIMITED:
            return Check(reasons=(merchant_reason(policy, Outcome.GRANTS, "merchant_unlimited"),))
        case ReturnWindow.UNSPECIFIED:
            reason = merchant_reason(policy, Outcome.LIMITS, "merchant_window_unspecified")
            return Check(Eligible.REVIEW, (reason,))
        case ReturnWindow.FINITE:
            return _check_end(sale, policy)


def _check_end(sale: Sale, policy: MerchantPolicy) -> Check:
    if policy.window.until is not None:
        return _compare(sale, policy, policy.window.until)
    event = Event.PURCHASE if sale.channel is Channel.IN_STORE else Event.DELIVERY
    start = day_of(event, sale) or received_on(sale)
    if start is None and sale.delivered is False:
        reason = merchant_reason(policy, Outcome.GRANTS, "merchant_before_delivery")
        return Check(reasons=(reason,))
    if start is None:
        reason = merchant_reason(policy, Outcome.LIMITS, "merchant_start_unknown")
        return Check(Eligible.REVIEW, (reason,), (NAMES_OF_EVENTS[event],))
    return _compare(sale, policy, start + timedelta(days=policy.window.days or 0))


def _compare(sale: Sale, policy: MerchantPolicy, last_day: date) -> Check:
    days = policy.window.days
    values: dict[str, Value] = {"last_day": last_day}
    if days is not None:
        values["n"] = days
    if sale.requested_on <= last_day:
        code = "merchant_within_until" if days is None else "merchant_within_window"
        reason = merchant_reason(policy, Outcome.GRANTS, code, **values)
        return Check(reasons=(reason,), last_day=last_day)
    code = "merchant_until_over" if days is None else "merchant_window_closed"
    reason = merchant_reason(policy, Outcome.DENIES, code, **values)
    return Check(Eligible.NO, (reason,), last_day=last_day)


def _check_state(sale: Sale, policy: MerchantPolicy) -> Check:
    """Compare the state of faultless goods with those the merchant takes, as far as known."""
    taken = policy.conditions
    if not taken or sale.reason is not ReturnReason.CHANGE_OF_MIND:
        return Check()
    used = sale.used or sale.unused is False
    if used and taken == (ItemCondition.NEW,):
        reason = merchant_reason(policy, Outcome.DENIES, "merchant_wants_new")
        return Check(Eligible.NO, (reason,))
    if sale.intact is False and ItemCondition.DAMAGED not in taken:
        reason = merchant_reason(policy, Outcome.DENIES, "merchant_wants_undamaged")
        return Check(Eligible.NO, (reason,))
    return Check()
