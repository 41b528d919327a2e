"""Questions, answers and the grade that follows, in every checklist that ships."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from returnstation.domain.checklists import (
    Answer,
    Checklist,
    ChecklistBook,
    Condition,
    Goods,
    Grade,
    Question,
    UnknownAnswer,
)
from returnstation.sitedata import load_checklists


@cache
def shipped() -> Mapping[str, Checklist]:
    return {checklist.checklist_id: checklist for checklist in load_checklists().current}


def walk(checklist: Checklist, choose: Callable[[Question], str]) -> list[Mapping[str, str]]:
    """Return one way through the questions as the answers after each step."""
    steps: list[Mapping[str, str]] = [{}]
    while (question := checklist.next_question(steps[-1])) is not None:
        steps.append({**steps[-1], question.question_id: choose(question)})
    return steps


def any_answer(data: st.DataObject) -> Callable[[Question], str]:
    return lambda question: data.draw(st.sampled_from(question.answers)).key


@pytest.mark.parametrize("name", sorted(shipped()))
@settings(max_examples=60)
@given(data=st.data())
def test_what_is_possible_always_contains_the_final_grade(name: str, data: st.DataObject) -> None:
    checklist = shipped()[name]

    steps = walk(checklist, any_answer(data))

    final = checklist.grade(steps[-1])
    for answers in steps:
        functional, cosmetic = checklist.possible(answers)
        assert final.functional in functional
        assert final.cosmetic in cosmetic


@pytest.mark.parametrize("name", sorted(shipped()))
@settings(max_examples=60)
@given(data=st.data())
def test_after_the_last_answer_one_grade_is_possible(name: str, data: st.DataObject) -> None:
    checklist = shipped()[name]

    end = walk(checklist, any_answer(data))[-1]

    final = checklist.grade(end)
    assert [list(grades) for grades in checklist.possible(end)] == [
        [final.functional],
        [final.cosmetic],
    ]


@pytest.mark.parametrize("name", sorted(shipped()))
@settings(max_examples=60)
@given(data=st.data())
def test_only_questions_that_may_still_come_are_asked(name: str, data: st.DataObject) -> None:
    checklist = shipped()[name]

    steps = walk(checklist, any_answer(data))

    for before, after in pairwise(steps):
        asked = next(iter(after.keys() - before.keys()))
        assert asked in {question.question_id for question in checklist.still_open(before)}


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_first_answer_of_every_question_is_the_worst(name: str) -> None:
    for question in shipped()[name].questions:
        caps = [answer.functional + answer.cosmetic for answer in question.answers]

        assert caps[0] == min(caps), question.question_id


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_best_answers_give_the_best_grade(name: str) -> None:
    checklist = shipped()[name]

    best = walk(checklist, lambda question: question.answers[-1].key)[-1]

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


def _branching() -> Checklist:
    power = Question("power", "q1", (Answer("1", "a", finding="dead"), Answer("2", "b")))
    power = replace(power, answers=tuple(replace(a, answer_id=a.text) for a in power.answers))
    health = Question(
        "health", "q2", (Answer("1", "c"), Answer("2", "d")), when=(Condition("power", "b"),)
    )
    parts = Question(
        "parts", "q3", (Answer("1", "e"), Answer("2", "f")), when=(Condition(finding="dead"),)
    )
    return Checklist("c", ("general",), (power, health, parts))


def test_a_question_is_asked_only_after_the_answer_it_waits_for() -> None:
    checklist = _branching()

    after_works = checklist.next_question({"power": "2"})
    after_dead = checklist.next_question({"power": "1"})

    assert after_works is checklist.questions[1]
    assert after_dead is checklist.questions[2]
    assert checklist.next_question({"power": "2", "health": "1"}) is None


def test_a_branch_that_is_cut_off_counts_no_more() -> None:
    checklist = _branching()

    assert len(checklist.still_open({})) == 3
    assert checklist.still_open({"power": "1"}) == (checklist.questions[2],)


def test_the_most_specific_checklist_is_chosen() -> None:
    asked = (Question("q", "q", (Answer("1", "a"), Answer("2", "b"))),)
    general = Checklist("general", ("general",), asked)
    shoes = Checklist("shoes", ("shoes",), asked)
    own = Checklist("own", ("general",), asked, merchants=("m",))
    alike = Checklist("alike", ("general",), asked, products=("SH-*",))
    exact = Checklist("exact", ("general",), asked, products=("SH-1",))
    book = ChecklistBook((general, shoes, own, alike, exact))

    assert book.choose(Goods(None, "toys")) is general
    assert book.choose(Goods(None, "shoes")) is shoes
    assert book.choose(Goods("m", "shoes")) is own
    assert book.choose(Goods("m", "shoes", ("SH-2",))) is alike
    assert book.choose(Goods("m", "shoes", ("SH-1", "0880"))) is exact


def test_a_version_that_was_in_use_is_found_by_its_hash() -> None:
    asked = (Question("q", "q", (Answer("1", "a"), Answer("2", "b"))),)
    old = Checklist("shoes", ("shoes",), asked, content_hash="old")
    new = Checklist("shoes", ("shoes", "general"), asked, version=2, content_hash="new")
    book = ChecklistBook((new,), {"old": old, "new": new})

    assert book.version("shoes", "old") is old
    assert book.version("shoes", None) is new
    assert book.version("gone", "lost") is new


@pytest.mark.parametrize(
    ("grade", "name"),
    [
        (Grade(6, 8), "A"),
        (Grade(6, 7), "B"),
        (Grade(5, 9), "B"),
        (Grade(4, 9), "C"),
        (Grade(1, 0), "D"),
    ],
)
def test_a_merchant_names_grades_by_the_first_it_reaches(grade: Grade, name: str) -> None:
    book = load_checklists()

    assert book.merchant_grade(grade, "anybody") == name
    assert book.merchant_grade(None, "anybody") is None
