"""Diminished value: what a use beyond trying out took from the goods, proven or not kept.

Law leaves the amount to be assessed (Directive 2011/83/EU art. 14(2)). It may be kept only
where the verdict says so, something was found, and a picture shows it.
"""

from dataclasses import dataclass
from fractions import Fraction

from returnstation.domain.cases import Case, Item
from returnstation.domain.messages import Say, say
from returnstation.domain.money import Money

DIMINISHED_VALUE = "diminished_value"

# Share of the price lost, in per cent, by what is left of nine cosmetic and six functional
# steps. A trade's rule of thumb to start from; the person who assesses may say otherwise.
_BY_COSMETIC = (100, 80, 60, 40, 30, 20, 10, 5, 0, 0)
_BY_FUNCTIONAL = (100, 100, 75, 50, 25, 10, 0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves a loss: codes of findings, and digests of pictures."""

    findings: tuple[str, ...]
    photos: tuple[str, ...]


def evidence(case: Case, line_id: str) -> Evidence:
    """Return what was found on a line's items, and the pictures of those items."""
    items = [item for item in case.items_of(line_id) if item.findings]
    return Evidence(
        tuple(dict.fromkeys(finding for item in items for finding in item.findings)),
        tuple(dict.fromkeys(photo.digest for item in items for photo in item.photos)),
    )


def may_lose_value(case: Case, line_id: str) -> bool:
    """Tell whether the verdict lets anything be kept for diminished value, once it is proven."""
    verdict = case.verdicts.get(line_id)
    kinds = () if verdict is None else (deduction.kind for deduction in verdict.deductions)
    return DIMINISHED_VALUE in kinds


def barred(case: Case, line_id: str) -> Say | None:
    """Return why nothing may be kept for diminished value; None when something may."""
    if not may_lose_value(case, line_id):
        return say("pay.loss.not-allowed")
    found = evidence(case, line_id)
    if not found.findings:
        return say("pay.loss.no-finding")
    return None if found.photos else say("pay.loss.no-photo")


def proposed(case: Case, line_id: str, share: Money) -> Money:
    """Return what the grades suggest to keep of a share; nothing where nothing may be kept."""
    items = case.items_of(line_id)
    units = case.units_of(line_id)
    if barred(case, line_id) is not None or not units:
        return Money(0, share.currency)
    lost = sum(_lost(item) * item.quantity for item in items)
    return share.share(Fraction(lost, 100 * units))


def assessed(case: Case, line_id: str, share: Money) -> Money:
    """Return what a person said the line lost, never above its share, nor without evidence."""
    fact = case.assessed.get(line_id)
    nothing = Money(0, share.currency)
    if fact is None or not (fact.findings and fact.photos):
        return nothing
    return max(min(fact.amount, share), nothing)


def _lost(item: Item) -> int:
    if item.grade is None:
        return 0
    cosmetic, functional = item.grade.cosmetic, item.grade.functional
    by_look = 0 if cosmetic is None else _BY_COSMETIC[cosmetic]
    return max(by_look, 0 if functional is None else _BY_FUNCTIONAL[functional])
