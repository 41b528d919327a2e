"""What one right says of one sale: the question put to a rule, and its answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from returnstation.domain.calendar import Calendar, Ending, Span
from returnstation.domain.messages import Value
from returnstation.domain.policy.decision import (
    Confidence,
    Deduction,
    Eligible,
    Ground,
    Outcome,
    Payer,
    Reason,
    RefundMethod,
)
from returnstation.domain.policy.pack import Right
from returnstation.domain.policy.sale import Sale
from returnstation.domain.policy.terms import Matter, Terms

_SURENESS = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)


_MATTERS = (
    ("within_window", Matter.WINDOW),
    ("within_knowledge", Matter.WINDOW),
    ("window_closed", Matter.WINDOW),
    ("window_before", Matter.WINDOW),
    ("window_", Matter.INFORMATION),
    ("extended_window", Matter.INFORMATION),
    ("never_told", Matter.INFORMATION),
    ("told_date", Matter.INFORMATION),
    ("refund_", Matter.REFUND),
    ("late_refund", Matter.REFUND),
    ("return_cost", Matter.PAYER),
    ("diminished_value", Matter.DEDUCTIONS),
    ("exempt_", Matter.EXEMPTIONS),
    ("exclusion_", Matter.EXEMPTIONS),
)
"""What a reason is about, by how its code begins."""


@cache
def matter_of(code: str) -> Matter | None:
    """Return the matter a reason is about, if statutes settle it in an article of its own."""
    return next((matter for start, matter in _MATTERS if code.startswith(start)), None)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A right, asked about a sale.

    Attributes:
        terms: The right as it stood on the day of the contract.
        extensions: Rules that lengthen a guarantee of the same region.
    """

    sale: Sale
    right: Right
    terms: Terms
    calendar: Calendar
    extensions: tuple[tuple[Right, Terms], ...] = ()

    def reason(self, outcome: Outcome, code: str, **values: Value) -> Reason:
        """Return a reason of this right, with the article it stands in."""
        source = self.terms.source_on(matter_of(code))
        return Reason(self.right.rule, outcome, code, values, source)

    def end(self, event: date, span: Span, counting: str = "") -> Ending:
        """Return the end of a period by the right's own way of counting, or a named one."""
        return self.calendar.end(event, span, counting or self.terms.counting)


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one condition of a right.

    Attributes:
        answer: Met, not met, or not to be told from what is known.
        last_day: The end of the window, if this was about one.
        confidence: How sure the pack is of what it compared with.
        end_unknown: Another limit may end the window earlier than ``last_day``.
    """

    answer: Eligible = Eligible.YES
    reasons: tuple[Reason, ...] = ()
    needs: tuple[str, ...] = ()
    last_day: date | None = None
    confidence: Confidence = Confidence.HIGH
    end_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What follows when goods go back under a right."""

    methods: tuple[RefundMethod, ...] = ()
    refund_due_on: date | None = None
    payer: Payer | None = None
    deductions: tuple[Deduction, ...] = ()
    reasons: tuple[Reason, ...] = ()


NOTHING = Settlement()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one right, or a merchant's policy, says of a sale.

    Attributes:
        rule: Rule id, or ``merchant:<policy id>``.
        applies: False for a right that does not concern this sale; it cannot decide.
    """

    rule: str
    eligible: Eligible
    ground: Ground | None
    confidence: Confidence
    last_day: date | None = None
    settlement: Settlement = NOTHING
    reasons: tuple[Reason, ...] = ()
    needs: tuple[str, ...] = ()
    applies: bool = True


def worst(answers: Iterable[Eligible]) -> Eligible:
    """Return no if any is no, else review if any is review, else yes."""
    known = tuple(answers)
    if Eligible.NO in known:
        return Eligible.NO
    return Eligible.REVIEW if Eligible.REVIEW in known else Eligible.YES


def least_sure(confidences: Iterable[Confidence]) -> Confidence:
    """Return the lowest confidence."""
    return min(confidences, key=_SURENESS.index)


def unlike(inquiry: Inquiry, *reasons: Reason) -> Finding:
    """Return that a right does not concern this sale, and why."""
    return Finding(
        rule=inquiry.right.rule,
        eligible=Eligible.NO,
        ground=None,
        confidence=inquiry.terms.confidence,
        reasons=reasons,
        applies=False,
    )


def conclude(
    inquiry: Inquiry, ground: Ground, checks: Iterable[Check], settlement: Settlement = NOTHING
) -> Finding:
    """Form a right's answer from its conditions.

    A right the pack is not sure of never refuses by itself, nor grants.
    """
    done = tuple(checks)
    eligible = worst(check.answer for check in done)
    confidence = least_sure(
        (inquiry.terms.confidence, *(check.confidence for check in done if check.answer != "yes"))
    )
    reasons = tuple(reason for check in done for reason in check.reasons)
    if confidence is Confidence.LOW:
        eligible = Eligible.REVIEW
        reasons += (inquiry.reason(Outcome.LIMITS, "rule_unsure"),)
    needs = tuple(dict.fromkeys(need for check in done for need in check.needs))
    if eligible is Eligible.NO:
        settlement, needs = NOTHING, ()
    return Finding(
        rule=inquiry.right.rule,
        eligible=eligible,
        ground=ground,
        confidence=confidence,
        last_day=_last_day(done, eligible),
        settlement=settlement,
        reasons=reasons,
        needs=needs,
    )


def _last_day(checks: tuple[Check, ...], eligible: Eligible) -> date | None:
    """Return the end of the window, unless something else than its end denies the right."""
    refused = eligible is Eligible.NO
    if refused and any(_denies_otherwise(check) for check in checks):
        return None
    if not refused and any(check.end_unknown for check in checks):
        return None
    days = [check.last_day for check in checks if check.last_day is not None]
    return min(days, default=None)


def _denies_otherwise(check: Check) -> bool:
    return check.answer is Eligible.NO and check.last_day is None
