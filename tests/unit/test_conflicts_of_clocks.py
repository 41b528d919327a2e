"""A last day between two days on which a parcel may have come parts what law says of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import AT, a_case_line, a_verdict, opened
from returnstation.domain.conflicts import CaseTold, ConflictKind, Money, of_clock
from returnstation.domain.facts import Fact, ItemAdded, LineJudged, Recorded
from returnstation.domain.folding import fold
from returnstation.domain.policy import Eligible
from returnstation.domain.verdicts import Verdict, VerdictReason

LINE = a_case_line().line_id
BOUGHT, ENDS = date(2026, 11, 1), date(2026, 11, 19)
VERDICT = a_verdict(last_day=ENDS)


def november(day: int) -> date:
    return date(2026, 11, day)


def judged(believed: int, verdict: Verdict = VERDICT, **sale: Any) -> LineJudged:
    """Return the verdict of a desk that believed the parcel came on a day of November."""
    day = november(believed).isoformat()
    known = {"requested_on": day, "returned_on": day, "purchased_on": BOUGHT.isoformat()}
    return LineJudged(line_id=LINE, verdict=verdict, sale={**known, **sale})


def case(*facts: Fact, has_item: bool = True) -> CaseTold:
    item = ItemAdded(item_id="i", line_id=LINE, finding="expected", title="t")
    all_facts = (opened(a_case_line()), *facts, *((item,) if has_item else ()))
    told = tuple(
        Recorded(n, f"f-{n}", AT + timedelta(seconds=n), "kim", "case-1", fact)
        for n, fact in enumerate(all_facts, start=1)
    )
    return CaseTold("A", fold(told), told)


def days(first: int, last: int) -> tuple[date, date]:
    return november(first), november(last)


@pytest.mark.parametrize(
    ("first", "believed", "last", "is_parted"),
    [
        (18, 18, 20, True),
        (19, 19, 21, True),
        (19, 19, 20, False),  # as good as one day
        (17, 18, 19, False),
        (20, 21, 22, False),
        (20, 18, 22, True),  # what the desk believed in lies before the last day
        (24, 18, 24, True),
    ],
)
def test_a_last_day_between_what_may_be_parts_answers(
    first: int, believed: int, last: int, *, is_parted: bool
) -> None:
    found = of_clock(case(judged(believed)), days(first, last))

    assert (found is not None) is is_parted


def test_it_waits_for_a_supervisor_and_names_line_and_days() -> None:
    told = case(judged(18))

    found = of_clock(told, days(18, 24))

    assert found is not None
    assert (found.kind, found.owner, found.money, found.is_open, found.cases) == (
        ConflictKind.CLOCK_UNSURE,
        "site",
        Money.WAITS,
        True,
        ("case-1",),
    )
    assert found.details == {
        "lines": LINE,
        "last_day": "2026-11-19",
        "first": "2026-11-18",
        "last": "2026-11-24",
    }
    assert found.since == AT + timedelta(seconds=2)


def test_nothing_came_before_it_was_bought() -> None:
    since_ever = (date(1970, 1, 1), november(24))

    found = of_clock(case(judged(18)), since_ever)

    assert found is not None
    assert found.details["first"] == BOUGHT.isoformat()


@pytest.mark.parametrize(("announced", "is_parted"), [(12, False), (19, False), (20, True)])
def test_what_was_announced_before_the_last_day_is_in_time_whenever_it_came(
    announced: int, *, is_parted: bool
) -> None:
    fact = judged(24, requested_on=november(announced).isoformat())

    found = of_clock(case(fact), days(13, 24))

    assert (found is not None) is is_parted


def test_the_last_day_of_every_rule_counts() -> None:
    ends = {"last_day": {"is": "day", "on": "2026-11-22"}, "other": {"is": "day", "on": "x"}}
    reason = VerdictReason("merchant:ds", "denies", "merchant_window_closed", "terms", ends)
    verdict = replace(a_verdict(last_day=None), reasons=(reason,), eligible=Eligible.NO)

    assert of_clock(case(judged(24, verdict)), days(20, 26)) is not None
    assert of_clock(case(judged(24, verdict)), days(23, 26)) is None


def test_only_the_newest_verdict_of_a_line_of_which_something_came_counts() -> None:
    newer = a_verdict(last_day=november(29))

    assert of_clock(case(judged(18), judged(18, newer)), days(18, 24)) is None
    assert of_clock(case(judged(18), has_item=False), days(18, 24)) is None


@pytest.mark.parametrize("day", [None, 5, "soon", "2026-13-40"])
def test_what_no_desk_should_write_harms_nobody(day: object) -> None:
    odd = {"last_day": day}
    reason = VerdictReason("r", "grants", "within_window", "s", odd)
    verdict = replace(VERDICT, reasons=(reason,))
    fact = judged(18, verdict, requested_on=day, returned_on=day, purchased_on=day)

    assert of_clock(case(fact), days(18, 24)) is not None
    assert of_clock(case(fact), days(20, 24)) is None


@given(st.tuples(*[st.integers(1, 28)] * 4))
def test_where_it_says_nothing_all_days_that_may_be_have_one_answer(
    numbers: tuple[int, ...],
) -> None:
    first, last, believed, ends = numbers
    first, last = min(first, last), max(first, last)
    told = case(judged(believed, a_verdict(last_day=november(ends))))
    possible = {*range(first, last + 1), believed}
    answers = {day <= ends for day in possible}

    found = of_clock(told, days(first, last))

    assert (found is not None) is (len(answers) == 2 and max(possible) - min(possible) > 1)
