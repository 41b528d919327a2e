"""Ask every rule about a sale and form one answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from returnstation.domain.policy.better import better_of
from returnstation.domain.policy.decision import Confidence, Decision, Eligible, Outcome, Reason
from returnstation.domain.policy.facts import law_day
from returnstation.domain.policy.finding import NOTHING, Finding, Inquiry
from returnstation.domain.policy.merchant_terms import judge_merchant
from returnstation.domain.policy.pack import Pack, Region, Right
from returnstation.domain.policy.rules import RULES
from returnstation.domain.policy.rules.scope import outside_scope
from returnstation.domain.policy.sale import ReturnReason, Sale
from returnstation.domain.policy.terms import Kind, Terms

_RANK = {Eligible.NO: 0, Eligible.REVIEW: 1, Eligible.YES: 2}
_ORDER = {kind: place for place, kind in enumerate(RULES)}
_PACK_SOURCE = "statute pack"


@dataclass(frozen=True, slots=True)
class _Answered:
    """A right's finding, and what ranks it among others."""

    finding: Finding
    right: Right
    terms: Terms


def decide(sale: Sale, pack: Pack) -> Decision:
    """Return what law and merchant policy say of a sale, with all reasons.

    The law is asked first; a merchant's policy decides only where it is better for the buyer.
    """
    region = pack.region(sale.jurisdiction)
    answers = () if region is None else tuple(_ask_all(sale, region, pack))
    chosen = _of_law(sale, region, answers)
    reasons = [reason for answer in answers for reason in answer.finding.reasons]
    reasons += [reason for reason in chosen.reasons if reason not in reasons]
    if sale.merchant_policy is not None:
        merchant = judge_merchant(sale, sale.merchant_policy)
        chosen = better_of(chosen, merchant, sale.merchant_policy)
        reasons += merchant.reasons
        extra = (*chosen.reasons, *chosen.settlement.reasons)
        reasons += [reason for reason in extra if reason not in reasons]
    return _decision(sale, pack, chosen, reasons, answers)


def _ask_all(sale: Sale, region: Region, pack: Pack) -> Iterable[_Answered]:
    calendar = pack.calendar(sale.jurisdiction)
    day = law_day(sale)
    in_force = [(right, right.on(day)) for right in region.rights]
    extensions = tuple(
        (right, terms)
        for right, terms in in_force
        if right.kind is Kind.GUARANTEE_EXTENSION and terms is not None
    )
    for right, terms in in_force:
        rule = RULES.get(right.kind)
        if rule is None:
            continue
        if terms is None:
            yield _not_yet(sale, right, pack)
            continue
        inquiry = Inquiry(sale, right, terms, calendar, extensions)
        yield _Answered(outside_scope(inquiry) or rule(inquiry), right, terms)
