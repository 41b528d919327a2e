"""Every counting rule against an independent walk through the calendar, day by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest

from returnstation.domain.calendar import Place, Span, Unit, end_of, is_rest_day
from returnstation.policydata import load_pack

_DAY = timedelta(days=1)
_EASTER = {
    2026: date(2026, 4, 5),
    2027: date(2027, 3, 28),
    2028: date(2028, 4, 16),
    2029: date(2029, 4, 1),
    2030: date(2030, 4, 21),
}
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True)
class Law:
    """What the statute says: on which days no period ends, and from where it is seen."""

    rest: str = ""
    jurisdiction: str = "DE"
    holidays_of: str = ""
    counts_event: bool = False


# As the statutes have it; "s" Saturday, "u" Sunday, "h" holidays (of `holidays_of`, or of the
# buyer's country and part).
_LAWS = {
    "PLAIN": Law(),
    "EU_1182_71": Law("suh", "PT"),
    "UK_NONE": Law("", "GB"),
    "UK_INCLUSIVE": Law("", "GB", counts_event=True),
    "DE_BGB_193": Law("suh", "DE-BY"),
    "FR_L221_19": Law("suh", "FR"),
    "NL_TERMIJNENWET": Law("suh", "NL"),
    "PL_KC_115": Law("suh", "PL"),
    "CZ_NOZ_607": Law("suh", "CZ"),
    "AT_ABGB_903": Law("suh", "AT"),
    "IT_CC_2963": Law("suh", "IT"),
    "ES_NATURAL": Law("", "ES"),
    "SE_1930_173": Law("suh", "SE"),
    "FI_150_1930": Law("suh", "FI"),
    "DK_FAL_19": Law("suh", "DK"),
    "NO_SAT_HOL": Law("suh", "NO"),
    "CH_SUN_SAT_HOL": Law("suh", "CH-ZH"),
    "US_FTC_BD": Law("uh", "US-CA", "US"),
    "US_CA_BD": Law("uh", "US-CA"),
    "US_WORKING_DAYS": Law("suh", "US-CA", "US"),
    "US_RI_BD": Law("suh", "US-RI", "US"),
    "CA_STATUTE": Law("uh", "CA-BC"),
    "KR_CIVIL_161": Law("suh", "KR"),
    "JP_FROM_EVENT": Law("", "JP", counts_event=True),
    "CN_CC_203": Law("suh", "CN"),
    "TW_CC_122": Law("suh", "TW"),
    "SG_BD": Law("suh", "SG"),
    "AU_BD": Law("suh", "AU-NSW"),
    "NZ_WD": Law("suh", "NZ-AUK", "NZ"),
    "SK_OZ_122": Law("suh", "SK"),
    "HU_PTK_8_3": Law("suh", "HU"),
    "EE_TSUS_136": Law("suh", "EE"),
    "TR_TBK_93": Law("uh", "TR"),
    "TR_TBK_93_SATURDAY": Law("suh", "TR"),
    "BR_CC_132": Law("uh", "BR"),
    "AR_NONE": Law("", "AR"),
    "CL_NONE": Law("", "CL"),
    "CO_BD": Law("suh", "CO"),
    "MX_BD": Law("suh", "MX"),
    "MY_BD": Law("suh", "MY"),
    "ID_BD": Law("suh", "ID"),
    "VN_BD": Law("suh", "VN"),
    "IL_INTERP_10": Law("sh", "IL"),
    "ZA_INTERP_4": Law("uh", "ZA"),
    "ZA_BD": Law("suh", "ZA"),
    "RU_GK_193": Law("suh", "RU"),
}


@cache
def holidays_in(jurisdiction: str, year: int) -> frozenset[date]:
    country, _, part = jurisdiction.partition("-")
    listed = holidays.country_holidays(country, subdiv=part or None, years=year, expand=False)
    return frozenset(listed) | frozenset(corrections(country, year))


def corrections(country: str, year: int) -> Iterator[date]:
    """Yield the days the law adds to the library's list of public holidays."""
    easter = _EASTER[year]
    days: dict[str, tuple[date, ...]] = {
        "NL": (date(year, 5, 5), easter - 2 * _DAY),
        "AT": (easter - 2 * _DAY,),
        "SE": (midsummer_eve(year), date(year, 12, 24), date(year, 12, 31)),
        "FI": (midsummer_eve(year), date(year, 12, 24), date(year, 12, 6), date(year, 5, 1)),
        "DK": (date(year, 6, 5), date(year, 12, 24), date(year, 12, 31)),
        "CA": (easter + _DAY,),
        "NZ": (date(year, 1, 1), date(year, 1, 2), *(date(year, 12, d) for d in range(25, 32))),
    }
    yield from days.get(country, ())


def midsummer_eve(year: int) -> date:
    return next(day for n in range(19, 26) if (day := date(year, 6, n)).weekday() == 4)


def rests(law: Law, day: date) -> bool:
    if day.weekday() == _SATURDAY and "s" in law.rest:
        return True
    if day.weekday() == _SUNDAY and "u" in law.rest:
        return True
    return "h" in law.rest and day in holidays_in(law.holidays_of or law.jurisdiction, day.year)


def moved_on(law: Law, day: date) -> date:
    while rests(law, day):
        day += _DAY
    return day


def walk(law: Law, event: date, days: int) -> date:
    """Count day by day, the first being the event's or the next."""
    day = event - _DAY if law.counts_event else event
    for _ in range(days):
        day += _DAY
    return moved_on(law, day)


def walk_working_days(law: Law, event: date, days: int) -> date:
    day, counted = event - _DAY if law.counts_event else event, 0
    while counted < days:
        day += _DAY
        counted += not rests(law, day)
    return day


def walk_months(law: Law, event: date, months: int) -> date:
    """Go to the first of the target month, then as far as the event's day number allows."""
    first = event.replace(day=1)
    for _ in range(months):
        first = (first + 31 * _DAY).replace(day=1)
    day = first
    while day.day < event.day and (day + _DAY).month == first.month:
        day += _DAY
    return moved_on(law, day - _DAY if law.counts_event else day)


def every_day() -> Iterator[date]:
    day = date(2026, 1, 1)
    while day <= date(2028, 12, 31):
        yield day
        day += _DAY


def place_of(law: Law) -> Place:
    country, _, part = law.jurisdiction.partition("-")
    return Place(country, part)


def test_every_counting_rule_of_the_pack_is_examined() -> None:
    assert set(load_pack().counting) == set(_LAWS)


@pytest.mark.parametrize("name", _LAWS)
def test_the_last_day_is_the_one_found_by_walking(name: str) -> None:
    law, rule, place = _LAWS[name], load_pack().counting[name], place_of(_LAWS[name])

    wrong = [
        (event, n, unit)
        for event in every_day()
        for n, unit, found in (
            *((n, Unit.CALENDAR_DAYS, walk(law, event, n)) for n in (7, 10, 14, 30)),
            *((n, Unit.MONTHS, walk_months(law, event, n)) for n in (1, 4)),
            (1, Unit.YEARS, walk_months(law, event, 12)),
        )
        if end_of(event, Span(n, unit), rule, place).last_day != found
    ]

    assert wrong == []


@pytest.mark.parametrize("name", [name for name, law in _LAWS.items() if law.rest])
def test_working_days_are_those_found_by_walking(name: str) -> None:
    law, rule, place = _LAWS[name], load_pack().counting[name], place_of(_LAWS[name])

    wrong = [
        (event, n)
        for event in every_day()
        for n in (3, 10)
        if end_of(event, Span(n, Unit.BUSINESS_DAYS), rule, place).last_day
        != walk_working_days(law, event, n)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", date(2027, 3, 28)),
        ("Europe/Berlin", date(2027, 10, 31)),
        ("America/New_York", date(2027, 3, 14)),
        ("Australia/Sydney", date(2027, 4, 4)),
        ("Africa/Cairo", date(2027, 4, 30)),
    ],
)
def test_a_change_of_the_clock_neither_adds_nor_takes_a_day(zone: str, change: date) -> None:
    plain = load_pack().counting["PLAIN"]

    for days_before in range(15):
        event = change - days_before * _DAY
        last_hour = datetime(event.year, event.month, event.day, 23, 59, tzinfo=ZoneInfo(zone))
        walked = (last_hour + timedelta(days=14)).date()
        assert end_of(event, Span(14, Unit.CALENDAR_DAYS), plain, Place("")).last_day == walked


@pytest.mark.parametrize(
    ("name", "jurisdiction", "day", "is_rest"),
    [
        ("NL_TERMIJNENWET", "NL", date(2026, 5, 5), True),
        ("NL_TERMIJNENWET", "NL", date(2027, 4, 27), True),
        ("PL_KC_115", "PL", date(2024, 12, 24), False),
        ("PL_KC_115", "PL", date(2026, 12, 24), True),
        ("IT_CC_2963", "IT", date(2028, 10, 4), True),
        ("IT_CC_2963", "IT", date(2024, 10, 4), False),
        ("KR_CIVIL_161", "KR", date(2026, 5, 1), True),
        ("KR_CIVIL_161", "KR", date(2026, 7, 17), True),
        ("KR_CIVIL_161", "KR", date(2025, 7, 17), False),
        ("SE_1930_173", "SE", date(2026, 6, 19), True),
        ("SE_1930_173", "SE", date(2026, 12, 31), True),
        ("FI_150_1930", "FI", date(2026, 12, 24), True),
        ("FI_150_1930", "FI", date(2026, 12, 31), False),
        ("DK_FAL_19", "DK", date(2026, 6, 5), True),
        ("DK_FAL_19", "DK", date(2026, 5, 1), False),
        ("US_FTC_BD", "US", date(2026, 6, 19), True),
        ("US_FTC_BD", "US", date(2026, 6, 20), False),
        ("US_FTC_BD", "US-CA", date(2027, 3, 31), False),
        ("US_CA_BD", "US-CA", date(2027, 3, 31), True),
        ("AU_BD", "AU-NSW", date(2027, 10, 4), True),
        ("AU_BD", "AU-VIC", date(2027, 10, 4), False),
        ("DE_BGB_193", "DE-BY", date(2027, 1, 6), True),
        ("DE_BGB_193", "DE-BE", date(2027, 1, 6), False),
        ("ZA_INTERP_4", "ZA", date(2027, 3, 20), False),
        ("ZA_BD", "ZA", date(2027, 3, 20), True),
        ("IL_INTERP_10", "IL", date(2027, 3, 7), False),
        ("IL_INTERP_10", "IL", date(2027, 3, 6), True),
    ],
)
def test_the_days_that_calendars_get_wrong(
    name: str, jurisdiction: str, day: date, *, is_rest: bool
) -> None:
    country, _, part = jurisdiction.partition("-")

    assert is_rest_day(day, load_pack().counting[name], Place(country, part)) is is_rest
