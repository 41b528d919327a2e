"""The questions an item is inspected by, and the grade that follows from the answers.

Functional F1 to F6 and cosmetic C0 to C9 are the two independent scales of R2v3 / SERI REC
v1.2, tables 3 and 4. Each answer sets the best grade still possible; the lowest wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass

BEST_FUNCTIONAL = 6
BEST_COSMETIC = 9


class UnknownAnswer(LookupError):
    """The question has no such answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question.

    Attributes:
        key: Digit it is chosen by; 1 is the worst.
        text: Message key of the answer; ``<text>.help`` defines it.
        functional, cosmetic: Best grade still possible after this answer.
        finding: Code recorded when the answer is given, e.g. ``hygiene_seal_broken``.
        wants_photo: A picture is asked for as proof.
        needs_photo: The answer does not count without one.
        ends: No further question makes sense (another product, nothing works).
    """

    key: str
    text: str
    functional: int = BEST_FUNCTIONAL
    cosmetic: int = BEST_COSMETIC
    finding: str | None = None
    wants_photo: bool = False
    needs_photo: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question; its answers stand worst first."""

    question_id: str
    text: str
    answers: tuple[Answer, ...]

    def answer(self, key: str) -> Answer:
        """Return the answer chosen by ``key``.

        Raises:
            UnknownAnswer: There is none.
        """
        for answer in self.answers:
            if answer.key == key:
                return answer
        raise UnknownAnswer(f"{self.question_id}: {key}")


@dataclass(frozen=True, slots=True)
class Grade:
    """Functional and cosmetic grade; None where the item was not graded."""

    functional: int | None
    cosmetic: int | None

    def __str__(self) -> str:
        return f"F{self.functional} · C{self.cosmetic}"


@dataclass(frozen=True, slots=True)
class Checklist:
    """The questions for a category of goods."""

    checklist_id: str
    categories: tuple[str, ...]
    questions: tuple[Question, ...]

    def next_question(self, answers: Mapping[str, str]) -> Question | None:
        """Return the first question without an answer, or None when the grade is fixed."""
        for question in self.questions:
            key = answers.get(question.question_id)
            if key is None:
                return question
            if question.answer(key).ends:
                return None
        return None

    def grade(self, answers: Mapping[str, str]) -> Grade:
        """Return the best grade the answers so far allow."""
        given = self.given(answers)
        return Grade(
            min((a.functional for a in given), default=BEST_FUNCTIONAL),
            min((a.cosmetic for a in given), default=BEST_COSMETIC),
        )

    def possible(self, answers: Mapping[str, str]) -> tuple[range, range]:
        """Return the functional and cosmetic grades that open questions can still lead to."""
        now = self.grade(answers)
        functional, cosmetic = now.functional or 0, now.cosmetic or 0
        if self.next_question(answers) is None:
            return range(functional, functional + 1), range(cosmetic, cosmetic + 1)
        left = [a for q in self.questions if q.question_id not in answers for a in q.answers]
        lowest_f = min([functional, *(a.functional for a in left)])
        lowest_c = min([cosmetic, *(a.cosmetic for a in left)])
        return range(lowest_f, functional + 1), range(lowest_c, cosmetic + 1)

    def findings(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """Return the codes the answers record."""
        return tuple(a.finding for a in self.given(answers) if a.finding is not None)

    def given(self, answers: Mapping[str, str]) -> tuple[Answer, ...]:
        """Return the answers chosen, in the order of the questions."""
        asked = (q for q in self.questions if q.question_id in answers)
        return tuple(q.answer(answers[q.question_id]) for q in asked)
