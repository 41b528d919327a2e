"""Count the days of the law: which day a period ends on, by a named counting rule.

Periods in days, months and years end on the same kind of day everywhere, but states differ in
whether the day of the event counts and in which days an end may not fall on. Those differences
are data (``resources/policy/counting.toml``); the holidays come from the ``holidays`` library.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import import_module

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 5, 6


class Unit(StrEnum):
    """What a period is measured in."""

    CALENDAR_DAYS = "calendar_days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"
    YEARS = "years"


class RestDay(StrEnum):
    """A kind of day on which nobody need act."""

    SATURDAY = "saturday"
    SUNDAY = "sunday"
    HOLIDAY = "holiday"


class FirstDay(StrEnum):
    """The day that is counted as the first."""

    AFTER_EVENT = "day_after_event"
    EVENT = "event_day"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time."""

    length: int
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraDay:
    """A rest day the library does not know: a day of the year, or so many days from Easter."""

    month: int | None = None
    day: int | None = None
    easter: int | None = None
    through: int | None = None
    since: int = 0

    def days(self, year: int) -> tuple[date, ...]:
        """Return the days of one year."""
        if year < self.since:
            return ()
        if self.easter is not None:
            return (easter_sunday(year) + self.easter * _DAY,)
        first = date(year, self.month or 1, self.day or 1)
        return tuple(first + n * _DAY for n in range((self.through or first.day) - first.day + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingRule:
    """How one law counts.

    Attributes:
        rest: Days a period may not end on; business days are all the others.
        country: Whose holidays; empty means those of the buyer's country and its part.
        national: Holidays of parts of the country do not count.
        categories: Kinds of holidays of the library that count.
    """

    name: str
    text: str
    source: str
    confidence: str = "high"
    rest: frozenset[RestDay] = frozenset()
    first_day: FirstDay = FirstDay.AFTER_EVENT
    country: str = ""
    subdivision: str = ""
    national: bool = False
    categories: tuple[str, ...] = ("public",)
    extra: tuple[ExtraDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a period.

    Attributes:
        last_day: The last day that still counts.
        rolled: Whether a rest day moved the end.
    """

    last_day: date
    rolled: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the days are counted: ISO 3166 country and part, e.g. ``AU`` and ``NSW``."""

    country: str
    part: str = ""


def add_months(day: date, months: int) -> date:
    """Return the same day number so many months later, or that month's last day.

    >>> add_months(date(2028, 2, 29), 24)
    datetime.date(2030, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def unrolled_end(event: date, span: Span, rule: CountingRule, place: Place) -> date:
    """Return the last day of a period before any rest day moves it."""
    inclusive = rule.first_day is FirstDay.EVENT
    match span.unit:
        case Unit.CALENDAR_DAYS:
            return event + (span.length - inclusive) * _DAY
        case Unit.BUSINESS_DAYS:
            return _business_day(event - _DAY if inclusive else event, span.length, rule, place)
        case Unit.MONTHS:
            return add_months(event, span.length) - inclusive * _DAY
        case Unit.YEARS:
            return add_months(event, 12 * span.length) - inclusive * _DAY


def end_of(event: date, span: Span, rule: CountingRule, place: Place) -> Ending:
    """Return the last day of a period that an event starts, moved on from rest days."""
    due = unrolled_end(event, span, rule, place)
    last = due
    while is_rest_day(last, rule, place):
        last += _DAY
    return Ending(last, last != due)


def is_rest_day(day: date, rule: CountingRule, place: Place) -> bool:
    """Tell whether a period may not end on this day."""
    if not rule.rest:
        return False
    weekday = day.weekday()
    if weekday == _SATURDAY and RestDay.SATURDAY in rule.rest:
        return True
    if weekday == _SUNDAY and RestDay.SUNDAY in rule.rest:
        return True
    return RestDay.HOLIDAY in rule.rest and day in _holidays(rule, place, day.year)


def _business_day(event: date, number: int, rule: CountingRule, place: Place) -> date:
    day = event
    while number > 0:
        day += _DAY
        number -= not is_rest_day(day, rule, place)
    return day


def _holidays(rule: CountingRule, place: Place, year: int) -> frozenset[date]:
    country = rule.country or place.country
    own_part = "" if rule.national or country != place.country else place.part
    part = rule.subdivision or own_part
    extra = (day for days in rule.extra for day in days.days(year))
    if not rule.extra:
        return _public_holidays(country, part, rule.categories, year)
    return _public_holidays(country, part, rule.categories, year).union(extra)


@cache
def _public_holidays(
    country: str, part: str, categories: tuple[str, ...], year: int
) -> frozenset[date]:
    # Loaded on first use: the library takes a tenth of a second to import.
    library = import_module("holidays")
    supported: Mapping[str, list[str]] = library.list_supported_countries(include_aliases=False)
    if country not in supported:
        return frozenset()
    subdivision = part if part in supported[country] else None
    known = library.country_holidays(
        country, subdiv=subdivision, years=year, expand=False, categories=categories
    )
    return frozenset(known)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The counting rules of a pack, seen from one place."""

    rules: Mapping[str, CountingRule]
    place: Place = field(default_factory=lambda: Place(""))

    def end(self, event: date, span: Span, counting: str) -> Ending:
        """Return the end of a period counted by a rule's name."""
        return end_of(event, span, self.rules[counting], self.place)
