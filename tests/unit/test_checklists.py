"""Questions, answers and the grade that follows, in every checklist that ships."""

from collections.abc import Iterator, Mapping
from functools import cache

import pytest

from returnstation.domain.checklists import Answer, Checklist, Grade, Question, UnknownAnswer
from returnstation.sitedata import load_checklists

MOST_WALKS = 20_000


@cache
def shipped() -> Mapping[str, Checklist]:
    return {checklist.checklist_id: checklist for checklist in load_checklists().values()}


def walks(checklist: Checklist, answers: Mapping[str, str]) -> Iterator[list[Mapping[str, str]]]:
    """Yield every way through the questions as the answers after each step."""
    question = checklist.next_question(answers)
    if question is None:
        yield [answers]
        return
    for answer in question.answers:
        for rest in walks(checklist, {**answers, question.question_id: answer.key}):
            yield [answers, *rest]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_what_is_possible_always_contains_the_final_grade(name: str) -> None:
    checklist = shipped()[name]

    for count, walk in enumerate(walks(checklist, {})):
        assert count < MOST_WALKS
        final = checklist.grade(walk[-1])
        for answers in walk:
            functional, cosmetic = checklist.possible(answers)
            assert final.functional in functional
            assert final.cosmetic in cosmetic


@pytest.mark.parametrize("name", sorted(shipped()))
def test_after_the_last_answer_one_grade_is_possible(name: str) -> None:
    checklist = shipped()[name]

    for walk in walks(checklist, {}):
        final = checklist.grade(walk[-1])
        assert [list(grades) for grades in checklist.possible(walk[-1])] == [
            [final.functional],
            [final.cosmetic],
        ]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_first_answer_of_every_question_is_the_worst(name: str) -> None:
    for question in shipped()[name].questions:
        caps = [answer.functional + answer.cosmetic for answer in question.answers]

        assert caps[0] == min(caps), question.question_id


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_best_answers_give_the_best_grade(name: str) -> None:
    checklist = shipped()[name]

    best = {question.question_id: question.answers[-1].key for question in checklist.questions}

    assert checklist.grade(best) == Grade(6, 9)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_ids_are_unique_and_keys_count_from_one(name: str) -> None:
    questions = shipped()[name].questions

    assert len({question.question_id for question in questions}) == len(questions)
    for question in questions:
        keys = [answer.key for answer in question.answers]
        assert keys == [str(number) for number in range(1, len(keys) + 1)]
        assert len({answer.text for answer in question.answers}) == len(keys)


def test_an_answer_that_ends_asks_nothing_more() -> None:
    checklist = Checklist(
        "c",
        ("general",),
        (
            Question("same", "q1", (Answer("1", "a", functional=1, ends=True), Answer("2", "b"))),
            Question("power", "q2", (Answer("1", "c", functional=2), Answer("2", "d"))),
        ),
    )

    assert checklist.next_question({"same": "1"}) is None
    assert checklist.next_question({"same": "2"}) is checklist.questions[1]
    assert checklist.next_question({"same": "2", "power": "1"}) is None


def test_a_question_refuses_an_answer_it_does_not_have() -> None:
    question = Question("same", "q1", (Answer("1", "a"), Answer("2", "b")))

    with pytest.raises(UnknownAnswer):
        question.answer("3")


def test_findings_stand_in_the_order_of_the_questions() -> None:
    checklist = Checklist(
        "c",
        ("general",),
        (
            Question("one", "q1", (Answer("1", "a", finding="first"), Answer("2", "b"))),
            Question("two", "q2", (Answer("1", "c", finding="second"), Answer("2", "d"))),
        ),
    )

    assert checklist.findings({"two": "1", "one": "1"}) == ("first", "second")
    assert checklist.findings({"two": "2"}) == ()
