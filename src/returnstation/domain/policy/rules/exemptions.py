"""What a right does not cover, and when such an exemption fails."""

from returnstation.domain.messages import say
from returnstation.domain.policy.decision import Confidence, Eligible, Outcome
from returnstation.domain.policy.facts import FACTS, Truth, all_of, any_of, asked_as
from returnstation.domain.policy.finding import Check, Inquiry
from returnstation.domain.policy.sale import Category, ReturnReason, Sale
from returnstation.domain.policy.terms import Exemption


def check_exemptions(inquiry: Inquiry) -> tuple[Check, ...]:
    """Return a check for every exemption that may concern the goods."""
    exemptions = inquiry.terms.exemptions
    checks = (_check(inquiry, exemption) for exemption in exemptions)
    return tuple(check for check in checks if check is not None)


def check_requirements(inquiry: Inquiry) -> tuple[Check, ...]:
    """Return a check for every fact the right asks for."""
    return tuple(_require(inquiry, name) for name in inquiry.terms.requires)


def _check(inquiry: Inquiry, exemption: Exemption) -> Check | None:
    sale, code = inquiry.sale, f"exempt_{exemption.code}"
    if not _concerns(sale, exemption):
        return None
    given = _given(sale, exemption)
    if given is False or (given is None and not exemption.categories):
        # Goods count as unused and whole until somebody finds otherwise.
        return None
    kept = _kept(sale, exemption)
    if given and kept and exemption.confidence is Confidence.LOW:
        reason = inquiry.reason(Outcome.LIMITS, "exemption_unsure", exempt=say(f"law.{code}"))
        return Check(Eligible.REVIEW, (reason,), confidence=exemption.confidence)
    if given and kept:
        return Check(Eligible.NO, (inquiry.reason(Outcome.DENIES, code),))
    if kept is False:
        return Check(
            reasons=(inquiry.reason(Outcome.GRANTS, "exemption_void", exempt=say(f"law.{code}")),)
        )
    reason = inquiry.reason(Outcome.LIMITS, "exemption_open", exempt=say(f"law.{code}"))
    return Check(Eligible.REVIEW, (reason,), _unknown(sale, exemption))


def _concerns(sale: Sale, exemption: Exemption) -> bool:
    return sale.category in (exemption.categories or Category) and sale.reason in (
        exemption.reasons or ReturnReason
    )


def _given(sale: Sale, exemption: Exemption) -> Truth:
    """Tell whether the goods are as the exemption says."""
    truths = [all_of(FACTS[name](sale) for name in exemption.when)]
    if exemption.any_of:
        truths.append(any_of(FACTS[name](sale) for name in exemption.any_of))
    if exemption.unless:
        truths.append(not FACTS[exemption.unless](sale))
    return all_of(truths)


def _kept(sale: Sale, exemption: Exemption) -> Truth:
    """Tell whether the merchant did what the exemption depends on."""
    truths: list[Truth] = []
    if exemption.told:
        truths.append(sale.informed_of_exclusion)
    if exemption.consented:
        truths.append(sale.exclusion_consented)
    return all_of(truths)


def _unknown(sale: Sale, exemption: Exemption) -> tuple[str, ...]:
    names = [asked_as(n) for n in (*exemption.when, *exemption.any_of) if FACTS[n](sale) is None]
    if exemption.told and sale.informed_of_exclusion is None:
        names.append("informed_of_exclusion")
    if exemption.consented and sale.exclusion_consented is None:
        names.append("exclusion_consented")
    return tuple(dict.fromkeys(names))


def _require(inquiry: Inquiry, name: str) -> Check:
    holds = FACTS[name](inquiry.sale)
    if holds:
        return Check()
    if holds is None:
        reason = inquiry.reason(Outcome.LIMITS, f"unknown_{name}")
        return Check(Eligible.REVIEW, (reason,), (asked_as(name),))
    return Check(Eligible.NO, (inquiry.reason(Outcome.DENIES, f"not_{name}"),))
