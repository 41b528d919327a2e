"""Hints that something is not as it seems; never a verdict, and one key clears a false one."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from returnstation.domain.cases import Item
from returnstation.domain.checklists import BEST_COSMETIC, BEST_FUNCTIONAL
from returnstation.domain.messages import Say, say
from returnstation.domain.policy import ReturnReason


class HintKind(StrEnum):
    """What a hint is about; each stands in the precision figures by itself."""

    WEIGHT = "weight_differs"
    CLAIM_NOT_FOUND = "claim_not_found"
    DAMAGE_NOT_CLAIMED = "damage_not_claimed"
    WORN = "worn_and_returned"
    OFTEN = "returns_often"


LEAST_DIFFERENCE_G = 15
"""Grams below which packaging and damp explain a difference."""
OFTEN_RETURNS = 4
"""Other parcels of one customer within a year from which on their number is said."""

_FAULTS = frozenset(
    {ReturnReason.DEFECTIVE, ReturnReason.DAMAGED_IN_TRANSIT, ReturnReason.NOT_AS_DESCRIBED}
)
_LIKINGS = frozenset({ReturnReason.CHANGE_OF_MIND})
_DAMAGE = frozenset({"damaged", "defective", "water_damage"})
_WORN = frozenset({"worn", "smell", "tag_removed", "stained"})
_CLOTHES = frozenset({"apparel", "shoes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known beside the item itself.

    Attributes:
        reason: What the customer said.
        product_g: Weight of one unit of the product, packed as it is sold.
        measured_g: What lies on the scale.
        tolerance_percent: How far a whole item may be off.
        others: Other parcels of the customer within a year; None when nobody knows.
    """

    reason: ReturnReason | None = None
    product_g: int | None = None
    measured_g: int | None = None
    tolerance_percent: int = 8
    others: int | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at."""

    kind: HintKind
    text: Say


def hints(item: Item, evidence: Evidence) -> Iterator[Hint]:
    """Yield what does not fit, the hardest to explain away first; what was settled is left out."""
    for hint in (
        _weight(item, evidence),
        _claim(item, evidence),
        _worn(item, evidence),
        _often(evidence),
    ):
        if hint is not None and hint.kind.value not in item.hints:
            yield hint


def _weight(item: Item, evidence: Evidence) -> Hint | None:
    unit, measured = evidence.product_g, evidence.measured_g
    if unit is None or measured is None or item.is_other_product:
        return None
    expected = unit * item.quantity
    allowed = max(LEAST_DIFFERENCE_G, expected * evidence.tolerance_percent // 100)
    if abs(measured - expected) <= allowed:
        return None
    return Hint(HintKind.WEIGHT, say("hint.weight_differs", measured=measured, expected=expected))


def _claim(item: Item, evidence: Evidence) -> Hint | None:
    grade, reason = item.grade, evidence.reason
    if grade is None or reason is None:
        return None
    is_perfect = (grade.functional, grade.cosmetic) == (BEST_FUNCTIONAL, BEST_COSMETIC)
    if reason in _FAULTS and is_perfect and not item.findings:
        said = say(f"reason.{reason.value}")
        return Hint(HintKind.CLAIM_NOT_FOUND, say("hint.claim_not_found", claimed=said))
    if reason in _LIKINGS and _DAMAGE.intersection(item.findings):
        return Hint(HintKind.DAMAGE_NOT_CLAIMED, say("hint.damage_not_claimed"))
    return None


def _worn(item: Item, evidence: Evidence) -> Hint | None:
    """Clothes that were worn and then no longer liked ("wardrobing")."""
    is_worn = item.category in _CLOTHES and bool(_WORN.intersection(item.findings))
    if is_worn and evidence.reason in _LIKINGS:
        return Hint(HintKind.WORN, say("hint.worn_and_returned"))
    return None


def _often(evidence: Evidence) -> Hint | None:
    if evidence.others is None or evidence.others < OFTEN_RETURNS:
        return None
    return Hint(HintKind.OFTEN, say("hint.returns_often", n=evidence.others))
