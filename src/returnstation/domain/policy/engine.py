"""Ask every rule about a sale and form one answer."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from returnstation.domain.policy.better import better_of, offer_in
from returnstation.domain.policy.choice import Answer, choose
from returnstation.domain.policy.decision import (
    Confidence,
    Decision,
    Eligible,
    MerchantOffer,
    Outcome,
    Reason,
)
from returnstation.domain.policy.facts import law_day
from returnstation.domain.policy.finding import Finding, Inquiry
from returnstation.domain.policy.merchant_terms import judge_merchant
from returnstation.domain.policy.pack import Pack, Region
from returnstation.domain.policy.rules import RULES
from returnstation.domain.policy.rules.scope import outside_scope
from returnstation.domain.policy.sale import Sale
from returnstation.domain.policy.terms import Kind

_NO_POLICY = "merchant"
_QUIET = {Kind.PROCEDURE, Kind.GUARANTEE_EXTENSION, Kind.ANNOUNCED}


def decide(sale: Sale, pack: Pack, law_on: date | None = None) -> Decision:
    """Return what law and merchant policy say of a sale, with all reasons.

    The law is asked first; a merchant's policy decides only where it is better for the buyer.

    Args:
        sale: What is known.
        pack: The statutes.
        law_on: Whose law is asked, as if the contract had been made on this day; None for the
            day it was made.
    """
    region = pack.region(sale.jurisdiction)
    day = law_on or law_day(sale)
    answers = () if region is None else tuple(_ask_all(sale, region, pack, day))
    chosen = choose(sale, region, answers)
    findings = [*(answer.finding for answer in answers), chosen]
    offer = None
    if sale.merchant_policy is not None and sale.merchant_policy.is_unread:
        chosen = _left_open(chosen)
        findings.append(chosen)
    elif sale.merchant_policy is not None:
        merchant = judge_merchant(sale, sale.merchant_policy)
        chosen = better_of(sale, chosen, merchant)
        findings += [merchant, chosen]
        offer = offer_in(merchant, chosen)
    return _decision(sale, pack, chosen, findings, offer)


def _ask_all(sale: Sale, region: Region, pack: Pack, day: date) -> Iterator[Answer]:
    calendar = pack.calendar(sale.jurisdiction)
    in_force = [(right, right.on(day)) for right in region.rights]
    extensions = tuple(
        (right, terms)
        for right, terms in in_force
        if terms is not None and right.kind is Kind.GUARANTEE_EXTENSION
    )
    for right, terms in in_force:
        if right.kind not in RULES:
            continue
        inquiry = Inquiry(sale, right, terms or right.versions[0], calendar, extensions)
        if terms is not None:
            yield Answer(right, outside_scope(inquiry) or RULES[right.kind](inquiry))
        elif right.kind not in _QUIET and outside_scope(inquiry) is None:
            yield Answer(right, _not_in_force(inquiry))


def _not_in_force(inquiry: Inquiry) -> Finding:
    """Leave a sale open that is older than what the pack knows of its law."""
    since = inquiry.terms.since
    return Finding(
        rule=inquiry.right.rule,
        eligible=Eligible.REVIEW,
        ground=None,
        confidence=Confidence.LOW,
        reasons=(inquiry.reason(Outcome.LIMITS, "law_of_that_day_unknown", since=since),),
    )


def _left_open(law: Finding) -> Finding:
    """Leave what the law says to a person, as terms nobody can read may say more."""
    reason = Reason(_NO_POLICY, Outcome.LIMITS, "merchant_policy_unread")
    return replace(
        law,
        eligible=Eligible.REVIEW,
        confidence=Confidence.LOW,
        reasons=(*law.reasons, reason),
    )


def _decision(
    sale: Sale,
    pack: Pack,
    chosen: Finding,
    findings: Iterable[Finding],
    offer: MerchantOffer | None,
) -> Decision:
    everything = tuple(findings)
    settlement = chosen.settlement
    return Decision(
        id=sale.id,
        eligible=chosen.eligible,
        decided_by=chosen.rule if chosen.applies else None,
        ground=chosen.ground,
        last_day=chosen.last_day,
        refund_methods=settlement.methods,
        refund_due_on=settlement.refund_due_on,
        return_shipping_payer=settlement.payer,
        deductions=settlement.deductions,
        reasons=_reasons(chosen, everything),
        needs=_needs(chosen, everything),
        confidence=chosen.confidence,
        pack=pack.version,
        merchant=offer,
    )


def _reasons(chosen: Finding, findings: tuple[Finding, ...]) -> tuple[Reason, ...]:
    """Return what every rule said, and what follows from the one that decides; each once."""
    said = [reason for finding in findings for reason in finding.reasons]
    unique: list[Reason] = []
    for reason in (*said, *chosen.settlement.reasons):
        if reason not in unique:
            unique.append(reason)
    return tuple(unique)


def _needs(chosen: Finding, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    if chosen.eligible is not Eligible.REVIEW:
        return chosen.needs
    open_ones = [chosen, *(one for one in findings if one.eligible is Eligible.REVIEW)]
    return tuple(dict.fromkeys(need for finding in open_ones for need in finding.needs))
