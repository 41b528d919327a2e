"""A question about an item, its answers, and when it is asked."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from returnstation.domain.checklists.grades import BEST_COSMETIC, BEST_FUNCTIONAL


class UnknownAnswer(LookupError):
    """The question has no such answer."""


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    VERDICT = "pass_fail"
    MEASURE = "measure"
    COUNT = "count"
    TEXT = "text"
    SCAN = "scan"
    PARTS = "parts"


WITH_VALUE = frozenset(
    {QuestionKind.MEASURE, QuestionKind.COUNT, QuestionKind.TEXT, QuestionKind.SCAN}
)
"""Kinds whose answer follows from a value that is typed, measured or scanned."""


class Scans(StrEnum):
    """What a question of the kind ``scan`` wants."""

    SERIAL = "serial"
    IMEI = "imei"
    LOT = "lot"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question.

    Attributes:
        key: Digit it is chosen by; 1 is the worst.
        text: Message key of the answer; ``<text>.help`` defines it.
        answer_id: Its name within the question.
        functional, cosmetic: Best grade still possible after this answer.
        finding: Code recorded when the answer is given, e.g. ``hygiene_seal_broken``.
        wants_photo: A picture is asked for as proof.
        needs_photo: The answer does not count without one.
        ends: No further question makes sense (another product, nothing works).
        below, above: It is the answer to a number beyond these; days that are left for an expiry.
        differs: It is the answer to a number other than the one that was shipped.
        by_hand: It may be chosen by its key where the question wants a value, too.
        own_words: Title and definition where a site wrote its own.
    """

    key: str
    text: str
    functional: int = BEST_FUNCTIONAL
    cosmetic: int = BEST_COSMETIC
    finding: str | None = None
    wants_photo: bool = False
    needs_photo: bool = False
    ends: bool = False
    below: Decimal | None = None
    above: Decimal | None = None
    differs: bool = False
    by_hand: bool = True
    answer_id: str = ""
    own_words: tuple[str, str] | None = None

    @property
    def is_limited(self) -> bool:
        """Only some values lead to it."""
        return self.below is not None or self.above is not None or self.differs

    def takes(self, number: Decimal | None) -> bool:
        """Tell whether a number is beyond its limits."""
        if number is None:
            return False
        is_low = self.below is not None and number < self.below
        return is_low or (self.above is not None and number > self.above)


@dataclass(frozen=True, slots=True)
class Condition:
    """What an earlier question must have led to: one of its answers, or a finding of any."""

    question_id: str | None = None
    answer_id: str | None = None
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its answers stand worst first.

    Attributes:
        text: Message key of the question; ``<text>.help`` says how to look.
        unit: Of a measure, e.g. ``kg``.
        nominal, tolerance: What a measure should be, and how far from it is still right.
        scans: What a scan must be.
        when: Asked only if one of these holds; always when empty.
        picture: Name of a drawing that shows where to look.
        own_words: Question and instruction where a site wrote its own.
    """

    question_id: str
    text: str
    answers: tuple[Answer, ...]
    kind: QuestionKind = QuestionKind.CHOICE
    unit: str | None = None
    nominal: Decimal | None = None
    tolerance: Decimal | None = None
    scans: Scans | None = None
    when: tuple[Condition, ...] = ()
    picture: str | None = None
    own_words: tuple[str, str] | None = None

    @property
    def wants_value(self) -> bool:
        """Whether it is answered by a value, not by choosing."""
        return self.kind in WITH_VALUE

    @property
    def chosen(self) -> tuple[Answer, ...]:
        """The answers that may be chosen by their key."""
        return tuple(answer for answer in self.answers if answer.by_hand)

    def answer(self, key: str) -> Answer:
        """Return the answer with this key.

        Raises:
            UnknownAnswer: There is none.
        """
        for answer in self.answers:
            if answer.key == key:
                return answer
        raise UnknownAnswer(f"{self.question_id}: {key}")

    def can_find(self, findings: Collection[str | None]) -> bool:
        """Tell whether one of its answers records one of these findings."""
        return any(answer.finding in findings for answer in self.answers if answer.finding)
