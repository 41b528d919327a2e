"""The better of law and merchant policy for the buyer, and what of the policy law overrides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from returnstation.domain.messages import Value, say
from returnstation.domain.policy.decision import (
    DeductionKind,
    Eligible,
    Ground,
    MerchantOffer,
    Outcome,
    Payer,
    RefundMethod,
)
from returnstation.domain.policy.finding import Finding, Settlement
from returnstation.domain.policy.merchant import MerchantPolicy, ReturnCost
from returnstation.domain.policy.merchant_offer import merchant_reason, plain_number
from returnstation.domain.policy.merchant_settlement import payer_of, split_reason
from returnstation.domain.policy.merchant_terms import MerchantFinding
from returnstation.domain.policy.merchant_words import RefundType
from returnstation.domain.policy.sale import ReturnReason, Sale

_NEVER = date.max
_WITHOUT_FAULT = {Ground.WITHDRAWAL, Ground.DISCLOSURE_DEFAULT}
_RANK = {Eligible.NO: 0, Eligible.REVIEW: 1, Eligible.YES: 2}
_MONEY = {RefundMethod.ORIGINAL_PAYMENT, RefundMethod.CASH_REFUND}
_NO_OFFER = MerchantOffer(policy="")

_Term = tuple[str, Value, Value]
"""A term by name, what the merchant says, and what the law says."""


def better_of(sale: Sale, law: Finding, merchant: MerchantFinding) -> Finding:
    """Return the finding that decides, with the law as the floor of its terms."""
    if not merchant.applies:
        return law
    if not law.applies and merchant.ground is Ground.GOODWILL:
        return merchant
    if _RANK[law.eligible] < _RANK[merchant.eligible]:
        return _with_what_law_may_say(law, merchant)
    if law.eligible is Eligible.YES and merchant.policy is not None:
        return _above_the_floor(sale, law, merchant, merchant.policy)
    no_right = law.ground is None and law.eligible is Eligible.NO
    if law.eligible is merchant.eligible and (no_right or _longer(merchant, law)):
        return merchant
    return law


def offer_in(merchant: MerchantFinding, chosen: Finding) -> MerchantOffer | None:
    """Return what the merchant adds to the answer that was chosen; None when nothing."""
    if merchant.policy is None or chosen.eligible is Eligible.NO:
        return None
    offer = merchant.offer or replace(_NO_OFFER, policy=merchant.policy.id)
    if chosen.settlement.payer is Payer.SPLIT:
        offer = replace(offer, split=merchant.policy.split)
    if chosen.eligible is not Eligible.YES:
        offer = replace(offer, keep_it=False, auto_approve=False)
    return None if offer == replace(_NO_OFFER, policy=offer.policy) else offer


def _with_what_law_may_say(law: Finding, merchant: Finding) -> Finding:
    """Return the merchant's answer; where it is silent on the way back, an open law is not."""
    orders = law.settlement
    is_said = merchant.settlement.payer is not None or orders.payer is not Payer.MERCHANT
    if law.eligible is not Eligible.REVIEW or is_said:
        return merchant
    why = tuple(reason for reason in orders.reasons if reason.code == "return_cost_merchant")
    settlement = merchant.settlement
    settlement = replace(settlement, payer=orders.payer, reasons=(*settlement.reasons, *why))
    return replace(merchant, settlement=settlement)


def _above_the_floor(
    sale: Sale, law: Finding, merchant: MerchantFinding, policy: MerchantPolicy
) -> Finding:
    settlement = _best_terms(law.settlement, merchant, policy)
    beaten = tuple(
        merchant_reason(
            policy,
            Outcome.LIMITS,
            "merchant_term_beaten",
            term=say(f"law.term_{term}"),
            beaten_by=law.rule,
            value=value,
            floor=floor,
        )
        for term, value, floor in _beaten_terms(sale, law, merchant, policy)
    )
    more_generous = (
        merchant.eligible is Eligible.YES
        and law.ground in _WITHOUT_FAULT
        and _longer(merchant, law)
        and RefundType.FULL in policy.refund_types
        and not policy.restocks_for(sale.reason)
    )
    chosen: Finding = merchant if more_generous else law
    return replace(chosen, settlement=settlement, reasons=chosen.reasons + beaten)


def _best_terms(law: Settlement, merchant: Finding, policy: MerchantPolicy) -> Settlement:
    """Return the law's terms, improved where the merchant promises more."""
    if merchant.eligible is not Eligible.YES:
        return law
    extra = tuple(m for m in merchant.settlement.methods if m not in law.methods)
    better = replace(law, methods=law.methods + extra)
    offered = merchant.settlement.payer
    kept = tuple(reason for reason in law.reasons if reason.code != "return_cost_consumer")
    if offered is Payer.MERCHANT and law.payer is not Payer.MERCHANT:
        offer = merchant_reason(policy, Outcome.GRANTS, "merchant_pays_return")
        return replace(better, payer=offered, reasons=(*kept, offer))
    if offered is Payer.SPLIT and law.payer is Payer.CONSUMER and policy.split is not None:
        offer = split_reason(policy, policy.split)
        return replace(better, payer=offered, reasons=(*kept, offer))
    return better


def _beaten_terms(
    sale: Sale, law: Finding, merchant: MerchantFinding, policy: MerchantPolicy
) -> Iterator[_Term]:
    """Yield every term of the merchant that falls short of the law."""
    orders, cost = law.settlement, policy.cost_for(sale.reason)
    if _longer(law, merchant):
        yield (*_said_of_window(sale, policy), law.last_day or say("law.value_no_end"))
    if not merchant.in_state:
        state = policy.conditions[0]
        yield "itemCondition", say(f"law.value_{state}"), say("law.value_any_state")
    charges = cost.charges_buyer or payer_of(policy, cost) is Payer.SPLIT
    if orders.payer is Payer.MERCHANT and charges:
        yield "returnFees", _said_of_cost(cost), say("law.value_FreeReturn")
    kinds = {deduction.kind for deduction in orders.deductions}
    if policy.restocks_for(sale.reason) and DeductionKind.RESTOCKING_FEE not in kinds:
        yield "restockingFee", _said_of_fee(policy), say("law.value_no_fee")
    money = next((method for method in orders.methods if method in _MONEY), None)
    if money is not None and RefundType.FULL not in policy.refund_types:
        given = policy.refund_types[0]
        yield "refundType", say(f"law.value_{given}"), say(f"method.{money}")


def _said_of_window(sale: Sale, policy: MerchantPolicy) -> tuple[str, Value]:
    window = policy.window
    if policy.final_sale and sale.reason is ReturnReason.CHANGE_OF_MIND:
        return "finalSale", say("law.value_final_sale")
    if window.until is not None:
        return "merchantReturnDays", window.until
    if window.days is None:
        return "returnPolicyCategory", say(f"law.value_{window.kind}")
    return "merchantReturnDays", say("law.value_days", n=window.days)


def _said_of_cost(cost: ReturnCost) -> Value:
    if cost.shipping:
        return cost.shipping
    return say("law.value_split") if cost.fees is None else say(f"law.value_{cost.fees}")


def _said_of_fee(policy: MerchantPolicy) -> Value:
    fee = policy.restocking
    if fee is None:
        return say("law.value_RestockingFees")
    if fee.percent is not None:
        return say("law.value_percent", percent=plain_number(fee.percent))
    return fee.amount


def _longer(one: Finding, other: Finding) -> bool:
    """Tell whether one window ends later; one without an end is the longest when it is open."""
    return _end(one) > _end(other)


def _end(finding: Finding) -> date:
    if finding.last_day is not None:
        return finding.last_day
    return date.min if finding.eligible is Eligible.NO else _NEVER
