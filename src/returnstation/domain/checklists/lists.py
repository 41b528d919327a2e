"""A checklist: the questions for some goods, and the grade that follows from the answers.

Each answer sets the best grade still possible; the lowest wins.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from returnstation.domain.checklists.grades import BEST_COSMETIC, BEST_FUNCTIONAL, Grade
from returnstation.domain.checklists.questions import Answer, Condition, Question

GENERAL = "general"
"""The category that stands for every other."""


@dataclass(frozen=True, slots=True)
class Goods:
    """What a checklist is chosen by; ``codes`` are SKU and GTIN."""

    merchant_id: str | None
    category: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """The questions for some goods.

    Attributes:
        categories: Categories of goods; ``general`` takes every one.
        merchants: Ids of merchants; empty for all.
        products: SKUs, GTINs or patterns such as ``PHONE-*``; empty for all.
        version: Counted up by whoever changes it.
        content_hash: SHA-256 of everything it asks.
    """

    checklist_id: str
    categories: tuple[str, ...]
    questions: tuple[Question, ...]
    merchants: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    version: int = 1
    content_hash: str = ""

    def fit(self, goods: Goods) -> tuple[int, ...] | None:
        """Return how closely it is made for some goods; None when it is not for them.

        A product counts more than a merchant, a merchant more than a category.
        """
        exact = any(code in self.products for code in goods.codes)
        alike = any(fnmatchcase(code, name) for code in goods.codes for name in self.products)
        is_own = goods.merchant_id in self.merchants
        is_named = goods.category in self.categories
        if (
            (self.products and not alike)
            or (self.merchants and not is_own)
            or not (is_named or GENERAL in self.categories)
        ):
            return None
        return (int(exact), int(bool(self.products)), int(is_own), int(is_named))

    def without(self, is_dropped: Callable[[Question], bool]) -> "Checklist":
        """Return the checklist without some of its questions."""
        kept = tuple(question for question in self.questions if not is_dropped(question))
        return self if len(kept) == len(self.questions) else replace(self, questions=kept)

    def next_question(self, answers: Mapping[str, str]) -> Question | None:
        """Return the first question without an answer, or None when the grade is fixed."""
        for question in self.questions:
            key = answers.get(question.question_id)
            if key is not None:
                if question.answer(key).ends:
                    return None
            elif self._is_asked(question, answers):
                return question
        return None

    def still_open(self, answers: Mapping[str, str]) -> tuple[Question, ...]:
        """Return the questions that may still be asked."""
        if self.next_question(answers) is None:
            return ()
        found: list[Question] = []
        for question in self.questions:
            if question.question_id in answers:
                continue
            if self._is_asked(question, answers) or any(
                _may_come(condition, found) for condition in question.when
            ):
                found.append(question)
        return tuple(found)

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
        left = [answer for question in self.still_open(answers) for answer in question.answers]
        lowest_f = min([functional, *(a.functional for a in left)])
        lowest_c = min([cosmetic, *(a.cosmetic for a in left)])
        return range(lowest_f, functional + 1), range(lowest_c, cosmetic + 1)

    def findings(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """Return the codes the answers record."""
        return tuple(a.finding for a in self.given(answers) if a.finding is not None)

    def given(self, answers: Mapping[str, str]) -> tuple[Answer, ...]:
        """Return the answers chosen, in the order of the questions."""
        return tuple(answer for _, answer in self._given(answers))

    def _given(self, answers: Mapping[str, str]) -> Iterator[tuple[Question, Answer]]:
        for question in self.questions:
            if question.question_id in answers:
                yield question, question.answer(answers[question.question_id])

    def _is_asked(self, question: Question, answers: Mapping[str, str]) -> bool:
        return not question.when or any(self._holds(one, answers) for one in question.when)

    def _holds(self, condition: Condition, answers: Mapping[str, str]) -> bool:
        for question, answer in self._given(answers):
            if condition.finding is not None and answer.finding == condition.finding:
                return True
            named = (condition.question_id, condition.answer_id)
            if named == (question.question_id, answer.answer_id):
                return True
        return False


def _may_come(condition: Condition, waiting: list[Question]) -> bool:
    """Tell whether a question that may still be asked can make a condition true."""
    if condition.finding is not None:
        return any(question.can_find({condition.finding}) for question in waiting)
    return any(question.question_id == condition.question_id for question in waiting)
