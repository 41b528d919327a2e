from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.calendar import (
    CountingRule,
    ExtraDay,
    FirstDay,
    Place,
    RestDay,
    Span,
    Unit,
    add_months,
    easter_sunday,
    end_of,
    is_rest_day,
)

_NOWHERE = Place("")
_PLAIN = CountingRule(name="PLAIN", text="", source="")
_WORKWEEK = CountingRule(name="WEEK", text="", source="", rest=frozenset(RestDay))
_DAYS = st.dates(date(1990, 1, 1), date(2150, 1, 1))
_SPANS = st.builds(Span, st.integers(0, 60), st.sampled_from(Unit))


def last_day(event: date, length: int, unit: Unit, rule: CountingRule = _PLAIN) -> date:
    return end_of(event, Span(length, unit), rule, _NOWHERE).last_day


def test_the_day_of_the_event_is_not_counted() -> None:
    assert last_day(date(2027, 3, 1), 14, Unit.CALENDAR_DAYS) == date(2027, 3, 15)


def test_a_rule_may_count_the_day_of_the_event() -> None:
    rule = CountingRule(name="JP", text="", source="", first_day=FirstDay.EVENT)

    assert last_day(date(2027, 6, 1), 8, Unit.CALENDAR_DAYS, rule) == date(2027, 6, 8)


def test_an_end_on_a_weekend_moves_to_monday() -> None:
    ending = end_of(date(2027, 3, 6), Span(14, Unit.CALENDAR_DAYS), _WORKWEEK, _NOWHERE)

    assert ending.last_day == date(2027, 3, 22)
    assert ending.rolled


def test_an_end_on_a_working_day_stays() -> None:
    ending = end_of(date(2027, 3, 1), Span(14, Unit.CALENDAR_DAYS), _WORKWEEK, _NOWHERE)

    assert ending.last_day == date(2027, 3, 15)
    assert not ending.rolled


def test_business_days_leave_out_weekends() -> None:
    assert last_day(date(2027, 3, 4), 3, Unit.BUSINESS_DAYS, _WORKWEEK) == date(2027, 3, 9)


def test_no_business_day_at_all_is_the_day_itself() -> None:
    assert last_day(date(2027, 3, 4), 0, Unit.BUSINESS_DAYS, _WORKWEEK) == date(2027, 3, 4)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2027, 3, 15), 12, date(2028, 3, 15)),
    ],
)
def test_a_month_without_the_day_ends_on_its_last(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


def test_years_from_a_leap_day_end_on_the_last_of_february() -> None:
    assert last_day(date(2028, 2, 29), 2, Unit.YEARS) == date(2030, 2, 28)


@pytest.mark.parametrize(
    "day", [date(1990, 4, 15), date(2019, 4, 21), date(2027, 3, 28), date(2038, 4, 25)]
)
def test_easter_is_when_it_is(day: date) -> None:
    assert easter_sunday(day.year) == day


def test_extra_days_start_in_their_year_and_may_last() -> None:
    days = ExtraDay(month=12, day=25, through=27, since=2026)

    assert days.days(2025) == ()
    assert days.days(2026) == (date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 27))


def test_holidays_of_a_part_of_a_country_count_there_only() -> None:
    epiphany = date(2027, 1, 6)

    assert is_rest_day(epiphany, _WORKWEEK, Place("DE", "BY"))
    assert not is_rest_day(epiphany, _WORKWEEK, Place("DE", "BE"))


def test_a_national_rule_knows_no_holidays_of_parts() -> None:
    cesar_chavez_day = date(2027, 3, 31)
    columbus_day = date(2027, 10, 11)
    federal = CountingRule(
        name="US", text="", source="", rest=frozenset(RestDay), country="US", national=True
    )

    assert not is_rest_day(cesar_chavez_day, federal, Place("US", "CA"))
    assert is_rest_day(columbus_day, federal, Place("US", "CA"))
    assert is_rest_day(cesar_chavez_day, _WORKWEEK, Place("US", "CA"))


def test_a_country_nobody_knows_has_weekends_only() -> None:
    assert is_rest_day(date(2027, 3, 6), _WORKWEEK, Place("XX"))
    assert not is_rest_day(date(2027, 1, 1), _WORKWEEK, Place("XX"))


@given(_DAYS, _SPANS)
def test_a_period_never_ends_on_a_rest_day(event: date, span: Span) -> None:
    ending = end_of(event, span, _WORKWEEK, Place("KR"))

    assert span.unit is Unit.BUSINESS_DAYS or not is_rest_day(
        ending.last_day, _WORKWEEK, Place("KR")
    )


@given(_DAYS, _SPANS, st.integers(0, 40))
def test_a_later_event_never_ends_earlier(event: date, span: Span, days: int) -> None:
    later = event + timedelta(days=days)

    first, second = (end_of(day, span, _WORKWEEK, Place("DE")).last_day for day in (event, later))

    assert first <= second


@given(_DAYS, _SPANS)
def test_a_period_never_ends_before_it_starts(event: date, span: Span) -> None:
    assert end_of(event, span, _PLAIN, _NOWHERE).last_day >= event
