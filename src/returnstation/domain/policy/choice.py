"""Which of the rights that answered decides."""

from dataclasses import dataclass
from datetime import date

from returnstation.domain.policy.decision import Confidence, Eligible, Outcome, Reason
from returnstation.domain.policy.finding import Finding
from returnstation.domain.policy.pack import Region, Right
from returnstation.domain.policy.rules import RULES
from returnstation.domain.policy.sale import ReturnReason, Sale
from returnstation.domain.policy.terms import Kind

_RANK = {Eligible.NO: 0, Eligible.REVIEW: 1, Eligible.YES: 2}
_ORDER = {kind: place for place, kind in enumerate(RULES)}
_WITHOUT_FAULT = {Kind.WITHDRAWAL, Kind.DISCLOSURE_DEFAULT, Kind.DISCLOSURE_DUTY}
_SOURCE = "returnstation statute pack"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a right said."""

    right: Right
    finding: Finding


def choose(sale: Sale, region: Region | None, answers: tuple[Answer, ...]) -> Finding:
    """Return the finding that decides by law, or one that says that no right does.

    Where the pack is unsure of all it knows, that no right is found refuses nothing; nor does the
    end of a right to change one's mind refuse a fault for which the pack has no rule.

    A right that grants goes before one that is open, and that before one that refuses. Among
    those that do not refuse, a fault's own right goes first; otherwise the one that leaves, or
    left, the buyer most time.
    """
    if region is None:
        return _no_finding(sale.jurisdiction, Eligible.REVIEW, "jurisdiction_unknown")
    applying = [answer for answer in answers if answer.finding.applies]
    best = max(applying, key=lambda answer: _weight(sale, answer)).finding if applying else None
    if best is not None and not _says_nothing_of_faults(sale, best, applying):
        return best
    if sale.reason is ReturnReason.CHANGE_OF_MIND:
        confidence = _surest(answers)
        if confidence is Confidence.LOW:
            return _no_finding(region.code, Eligible.REVIEW, "no_sure_right")
        return _no_finding(region.code, Eligible.NO, "no_right_covers_sale", confidence)
    return _no_finding(region.code, Eligible.REVIEW, "no_rule_for_reason")


def _says_nothing_of_faults(sale: Sale, best: Finding, applying: list[Answer]) -> bool:
    if sale.reason is ReturnReason.CHANGE_OF_MIND or best.eligible is not Eligible.NO:
        return False
    return all(answer.right.kind in _WITHOUT_FAULT for answer in applying)


def _weight(sale: Sale, answer: Answer) -> tuple[int, int, date, int]:
    finding = answer.finding
    closed = finding.eligible is Eligible.NO
    of_fault = sale.reason is not ReturnReason.CHANGE_OF_MIND and not closed
    by_kind = -_ORDER[answer.right.kind] if of_fault else 0
    last_day = finding.last_day or (date.min if closed else date.max)
    # On a tie the narrower right decides: it is the one written for such a sale.
    narrow = -len(answer.right.versions[-1].channels)
    return _RANK[finding.eligible], by_kind, last_day, narrow


def _surest(answers: tuple[Answer, ...]) -> Confidence:
    found = {answer.finding.confidence for answer in answers}
    return next((level for level in Confidence if level in found), Confidence.LOW)


def _no_finding(
    place: str, eligible: Eligible, code: str, confidence: Confidence = Confidence.LOW
) -> Finding:
    outcome = Outcome.DENIES if eligible is Eligible.NO else Outcome.LIMITS
    return Finding(
        rule=place,
        eligible=eligible,
        ground=None,
        confidence=confidence,
        reasons=(Reason(place, outcome, code, {"place": place}, _SOURCE),),
        applies=False,
    )
