"""The better of law and merchant policy for the buyer, and what of the policy law overrides."""

from dataclasses import replace
from datetime import date

from returnstation.domain.messages import say
from returnstation.domain.policy.decision import (
    Eligible,
    Ground,
    Outcome,
    Payer,
    Reason,
)
from returnstation.domain.policy.finding import Finding, Settlement
from returnstation.domain.policy.merchant import MerchantPolicy, RefundType
from returnstation.domain.policy.merchant_terms import merchant_reason

_NEVER = date.max
_WITHOUT_FAULT = {Ground.WITHDRAWAL, Ground.DISCLOSURE_DEFAULT}
_RANK = {Eligible.NO: 0, Eligible.REVIEW: 1, Eligible.YES: 2}


def better_of(law: Finding, merchant: Finding, policy: MerchantPolicy) -> Finding:
    """Return the finding that decides, with the law as the floor of its terms."""
    if not merchant.applies:
        return law
    if not law.applies and merchant.ground is Ground.GOODWILL:
        return merchant
    if _RANK[law.eligible] < _RANK[merchant.eligible]:
        return merchant
    if law.eligible is Eligible.YES:
        return _above_the_floor(law, merchant, policy)
    no_right = law.ground is None and law.eligible is Eligible.NO
    if law.eligible is merchant.eligible and (no_right or _longer(merchant, law)):
        return merchant
    return law


def _above_the_floor(law: Finding, merchant: Finding, policy: MerchantPolicy) -> Finding:
    settlement = _best_terms(law.settlement, merchant, policy)
    beaten = _beaten_terms(law, merchant, policy)
    more_generous = (
        merchant.eligible is Eligible.YES
        and law.ground in _WITHOUT_FAULT
        and _longer(merchant, law)
        and RefundType.FULL in policy.refund_types
        and not policy.has_fee
    )
    chosen = merchant if more_generous else law
    return replace(chosen, settlement=settlement, reasons=chosen.reasons + beaten)


def _best_terms(law: Settlement, merchant: Finding, policy: MerchantPolicy) -> Settlement:
    """Return the law's terms, improved where the merchant promises more."""
    if merchant.eligible is not Eligible.YES:
        return law
    free = merchant.settlement.payer is Payer.MERCHANT and law.payer is not Payer.MERCHANT
    extra = tuple(m for m in merchant.settlement.methods if m not in law.methods)
    if not free:
        return replace(law, methods=law.methods + extra)
    kept = tuple(reason for reason in law.reasons if reason.code != "return_cost_consumer")
    offer = merchant_reason(policy, Outcome.GRANTS, "merchant_pays_return")
    return replace(law, methods=law.methods + extra, payer=Payer.MERCHANT, reasons=(*kept, offer))


def _beaten_terms(law: Finding, merchant: Finding, policy: MerchantPolicy) -> tuple[Reason, ...]:
    """Return a reason for every term of the merchant that falls short of the law."""
    terms = []
    if merchant.eligible is Eligible.NO or _longer(law, merchant):
        terms.append("returnPolicyCategory" if policy.days is None else "merchantReturnDays")
    charged = policy.fees is not None and policy.fees.charges_buyer
    if law.settlement.payer is Payer.MERCHANT and (charged or policy.shipping_fee):
        terms.append("returnFees")
    if policy.has_fee:
        terms.append("restockingFee")
    if RefundType.FULL not in policy.refund_types:
        terms.append("refundType")
    return tuple(
        merchant_reason(
            policy,
            Outcome.LIMITS,
            "merchant_term_beaten",
            term=say(f"law.term_{term}"),
            beaten_by=law.rule,
        )
        for term in terms
    )


def _longer(one: Finding, other: Finding) -> bool:
    """Tell whether one window ends later; one without an end is the longest when it is open."""
    return _end(one) > _end(other)


def _end(finding: Finding) -> date:
    if finding.last_day is not None:
        return finding.last_day
    return date.min if finding.eligible is Eligible.NO else _NEVER
