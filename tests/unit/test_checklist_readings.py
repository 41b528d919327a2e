"""Values that answer a question: which are taken, and which answer they are."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.checklists import (
    Answer,
    BadReading,
    Known,
    Question,
    QuestionKind,
    Scans,
    answer_to,
    read_value,
)

TODAY = Known(date(2026, 11, 24))
IMEI = "490154203237518"
WEIGHT = Question(
    "weight",
    "q",
    (
        Answer("1", "light", below=Decimal("2.8")),
        Answer("2", "heavy", above=Decimal("3.6")),
        Answer("3", "right"),
    ),
    QuestionKind.MEASURE,
    unit="kg",
)
EXPIRY = Question(
    "expiry",
    "q",
    (
        Answer("1", "past", below=Decimal(0)),
        Answer("2", "soon", below=Decimal(30)),
        Answer("3", "ok"),
    ),
    QuestionKind.SCAN,
    scans=Scans.EXPIRY,
)
NUMBER = Question(
    "imei",
    "q",
    (Answer("1", "other", differs=True), Answer("2", "same")),
    QuestionKind.SCAN,
    scans=Scans.IMEI,
)


def answered(question: Question, text: str, known: Known = TODAY) -> str:
    return answer_to(question, read_value(question, text, known)).text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2.79", "light"), ("2.8", "right"), ("3.6", "right"), ("3.61", "heavy"),
        ("3,2", "right"), ("3.2 kg", "right"), (" 3.2KG ", "right"), ("\N{MINUS SIGN}1", "light"),
    ],
)  # fmt: skip
def test_a_measure_is_the_answer_whose_limits_it_is_beyond(text: str, answer: str) -> None:
    assert answered(WEIGHT, text) == answer


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "number"), ("heavy", "number"), ("3.2 lb", "unit"), ("1e9", "unit"), ("٣", "number")],
)
def test_what_is_no_measure_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadReading) as refused:
        read_value(WEIGHT, text, TODAY)

    assert refused.value.code == code


def test_a_count_is_a_whole_number() -> None:
    patches = replace(WEIGHT, kind=QuestionKind.COUNT, unit=None)

    assert read_value(patches, "3", TODAY).value == "3"
    for text in ("2.5", "-1"):
        with pytest.raises(BadReading):
            read_value(patches, text, TODAY)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2026-11-23", "past"), ("2026-11-24", "soon"), ("2026-12-23", "soon"),
        ("2026-12-24", "ok"), ("261123", "past"), ("24.12.2026", "ok"), ("11/2026", "soon"),
        ("2027-02", "ok"), ("(17)261123", "past"),
    ],
)  # fmt: skip
def test_a_date_before_today_has_expired(text: str, answer: str) -> None:
    assert answered(EXPIRY, text) == answer


@pytest.mark.parametrize("text", ["2026-13-01", "31.02.2027", "soon", "", "99"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(BadReading, match="day"):
        read_value(EXPIRY, text, TODAY)


def test_another_device_than_the_one_sent_is_told_apart() -> None:
    sent = Known(TODAY.today, (IMEI,))
    other = Known(TODAY.today, ("356938035643809",))

    assert answered(NUMBER, IMEI, sent) == "same"
    assert answered(NUMBER, "49-015420-323751-8", sent) == "same"
    assert answered(NUMBER, IMEI, other) == "other"
    assert answered(NUMBER, IMEI) == "same"


def test_an_imei_with_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(BadReading, match="imei"):
        read_value(NUMBER, IMEI[:-1] + "7", TODAY)


@given(text=st.text(max_size=60), question=st.sampled_from([WEIGHT, EXPIRY, NUMBER]))
def test_no_text_is_more_than_refused(text: str, question: Question) -> None:
    try:
        reading = read_value(question, text, TODAY)
    except BadReading:
        return

    assert answer_to(question, reading) in question.answers
