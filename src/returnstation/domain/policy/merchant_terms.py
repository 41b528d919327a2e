"""What a merchant's own policy says of a sale."""

from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from returnstation.domain.messages import Value
from returnstation.domain.money import exponent
from returnstation.domain.policy.decision import (
    Confidence,
    Deduction,
    DeductionKind,
    Eligible,
    Ground,
    Outcome,
    Payer,
    Reason,
    RefundMethod,
)
from returnstation.domain.policy.facts import NAMES_OF_EVENTS, day_of, received_on
from returnstation.domain.policy.finding import Check, Finding, Settlement, worst
from returnstation.domain.policy.merchant import (
    ItemCondition,
    MerchantPolicy,
    RefundType,
    ReturnFees,
    ReturnWindow,
)
from returnstation.domain.policy.sale import Channel, ReturnReason, Sale
from returnstation.domain.policy.terms import Event

_METHODS = {
    RefundType.FULL: RefundMethod.ORIGINAL_PAYMENT,
    RefundType.EXCHANGE: RefundMethod.EXCHANGE,
    RefundType.STORE_CREDIT: RefundMethod.STORE_CREDIT,
}
_PAYERS = {
    ReturnFees.FREE: Payer.MERCHANT,
    ReturnFees.CUSTOMER: Payer.CONSUMER,
    ReturnFees.SHIPPING: Payer.CONSUMER,
    ReturnFees.ORIGINAL_SHIPPING: Payer.MERCHANT,
}


def rule_of(policy: MerchantPolicy) -> str:
    """Return the name under which a merchant's policy decides."""
    return f"merchant:{policy.id}"


def merchant_reason(policy: MerchantPolicy, outcome: Outcome, code: str, **values: Value) -> Reason:
    """Return a reason out of a merchant's policy."""
    return Reason(rule_of(policy), outcome, code, values, policy.id)


def judge_merchant(sale: Sale, policy: MerchantPolicy) -> Finding:
    """Judge a sale by the merchant's policy alone."""
    if not policy.applies_in(sale.jurisdiction):
        reason = merchant_reason(policy, Outcome.INFORMS, "merchant_policy_elsewhere")
        return _finding(sale, policy, (Check(Eligible.NO, (reason,)),), applies=False)
    return _finding(sale, policy, (_check_window(sale, policy), _check_condition(sale, policy)))


def _finding(
    sale: Sale, policy: MerchantPolicy, checks: tuple[Check, ...], *, applies: bool = True
) -> Finding:
    eligible = worst(check.answer for check in checks)
    goodwill = sale.reason is ReturnReason.CHANGE_OF_MIND
    return Finding(
        rule=rule_of(policy),
        eligible=eligible,
        ground=Ground.GOODWILL if goodwill else Ground.COMMERCIAL_GUARANTEE,
        confidence=Confidence.HIGH,
        last_day=checks[0].last_day,
        settlement=Settlement() if eligible is Eligible.NO else settle_by_policy(sale, policy),
        reasons=tuple(reason for check in checks for reason in check.reasons),
        needs=tuple(need for check in checks for need in check.needs),
        applies=applies,
    )


def _check_window(sale: Sale, policy: MerchantPolicy) -> Check:
    match policy.window:
        case ReturnWindow.NOT_PERMITTED:
            reason = merchant_reason(policy, Outcome.DENIES, "merchant_takes_nothing_back")
            return Check(Eligible.NO, (reason,))
        case ReturnWindow.UNLIMITED:
            return Check(reasons=(merchant_reason(policy, Outcome.GRANTS, "merchant_unlimited"),))
        case ReturnWindow.UNSPECIFIED:
            reason = merchant_reason(policy, Outcome.LIMITS, "merchant_window_unspecified")
            return Check(Eligible.REVIEW, (reason,))
        case ReturnWindow.FINITE:
            return _check_days(sale, policy, policy.days or 0)


def _check_days(sale: Sale, policy: MerchantPolicy, days: int) -> Check:
    event = Event.PURCHASE if sale.channel is Channel.IN_STORE else Event.DELIVERY
    start = day_of(event, sale) or received_on(sale)
    if start is None and sale.delivered is False:
        reason = merchant_reason(policy, Outcome.GRANTS, "merchant_before_delivery")
        return Check(reasons=(reason,))
    if start is None:
        reason = merchant_reason(policy, Outcome.LIMITS, "merchant_start_unknown")
        return Check(Eligible.REVIEW, (reason,), (NAMES_OF_EVENTS[event],))
    return _compare(sale, policy, start + timedelta(days=days))


def _compare(sale: Sale, policy: MerchantPolicy, last_day: date) -> Check:
    values: dict[str, Value] = {"last_day": last_day, "n": policy.days}
    if sale.requested_on <= last_day:
        reason = merchant_reason(policy, Outcome.GRANTS, "merchant_within_window", **values)
        return Check(reasons=(reason,), last_day=last_day)
    reason = merchant_reason(policy, Outcome.DENIES, "merchant_window_closed", **values)
    return Check(Eligible.NO, (reason,), last_day=last_day)


def _check_condition(sale: Sale, policy: MerchantPolicy) -> Check:
    only_new = policy.conditions == (ItemCondition.NEW,)
    faultless = sale.reason is ReturnReason.CHANGE_OF_MIND
    if only_new and faultless and (sale.used or sale.unused is False):
        reason = merchant_reason(policy, Outcome.DENIES, "merchant_wants_new")
        return Check(Eligible.NO, (reason,))
    return Check()


def settle_by_policy(sale: Sale, policy: MerchantPolicy) -> Settlement:
    """Return what follows when a merchant takes goods back by its own policy."""
    payer = None if policy.fees is None else _PAYERS.get(policy.fees)
    return Settlement(
        methods=tuple(_METHODS[kind] for kind in policy.refund_types),
        payer=payer,
        deductions=_deductions(sale, policy),
    )


def _deductions(sale: Sale, policy: MerchantPolicy) -> tuple[Deduction, ...]:
    kept: list[Deduction] = []
    if policy.has_fee:
        kept.append(_restocking(sale, policy))
    if policy.shipping_fee:
        kept.append(Deduction(DeductionKind.RETURN_SHIPPING, policy.shipping_fee, policy.currency))
    if policy.fees is ReturnFees.ORIGINAL_SHIPPING:
        kept.append(Deduction(DeductionKind.OUTBOUND_SHIPPING))
    return tuple(kept)


def _restocking(sale: Sale, policy: MerchantPolicy) -> Deduction:
    kind, percent = DeductionKind.RESTOCKING_FEE, policy.restocking_percent
    if percent is None or sale.price is None or sale.currency is None:
        return Deduction(kind, policy.restocking_fee, policy.fee_currency)
    # Rounded down, for the buyer.
    unit = Decimal(1).scaleb(-exponent(sale.currency))
    fee = (sale.price * percent / 100).quantize(unit, ROUND_DOWN)
    return Deduction(kind, fee, sale.currency)
