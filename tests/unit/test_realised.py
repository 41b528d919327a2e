"""Real sales move an estimate by as much as they weigh."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.checklists import Grade
from returnstation.domain.economics import Learning
from returnstation.domain.realised import MILLION, Sample, estimate, expected
from returnstation.sitedata import load_economics

OUTLET = next(way for way in load_economics().ways if way.name == "outlet")
DAY = date(2026, 11, 23)
C6 = Grade(6, 6)
K20 = Learning(weight=20)

grades = st.builds(Grade, st.integers(1, 6), st.integers(0, 9))


def a_sample(
    share: int, count: int, grade: Grade = C6, channel: str = "outlet", last_on: date = DAY
) -> Sample:
    return Sample(
        channel=channel,
        grade=grade,
        is_product=False,
        count=count,
        shares=share * count,
        squares=share * share * count,
        last_on=last_on,
    )


samples = st.builds(a_sample, st.integers(0, 3 * MILLION), st.integers(1, 500), grades)


def test_without_sales_the_estimate_stands() -> None:
    assert expected(OUTLET, C6, (), K20) == estimate(OUTLET, C6)
    assert estimate(OUTLET, C6).share == 640_000


def test_as_many_sales_as_the_estimate_weighs_meet_in_the_middle() -> None:
    found = expected(OUTLET, C6, [a_sample(600_000, 20)], K20)

    assert found.share == 620_000
    assert found.count == 20
    assert found.last_on == DAY


def test_many_sales_carry_it() -> None:
    found = expected(OUTLET, C6, [a_sample(600_000, 10_000)], K20)

    assert abs(found.share - 600_000) < 100


def test_the_product_itself_moves_what_its_category_told() -> None:
    others = a_sample(600_000, 20)
    own = replace(a_sample(500_000, 20), is_product=True)

    found = expected(OUTLET, C6, [own, others], K20)

    assert found.share == 560_000
    assert found.count == 40


def test_sales_elsewhere_or_of_another_grade_do_not_count() -> None:
    elsewhere = a_sample(100_000, 50, channel="pallet")
    worse = a_sample(100_000, 50, grade=Grade(6, 4))

    assert expected(OUTLET, C6, [elsewhere, worse], K20).share == 640_000


@pytest.mark.parametrize("count", [1, 20, 1000])
def test_sales_that_agree_narrow_the_error(count: int) -> None:
    before = estimate(OUTLET, C6).spread

    after = expected(OUTLET, C6, [a_sample(640_000, count)], K20).spread

    assert after < before * 1.05 if count == 1 else after < before


def test_sales_that_scatter_widen_the_error() -> None:
    wild = replace(a_sample(640_000, 100), squares=100 * (640_000**2 + 200_000**2))

    assert expected(OUTLET, C6, [wild], K20).spread > 2 * estimate(OUTLET, C6).spread


@given(st.lists(samples, max_size=8), grades, grades)
def test_a_worse_grade_never_brings_more_whatever_was_sold(
    sold: list[Sample], one: Grade, other: Grade
) -> None:
    worse = Grade(
        min(one.functional or 0, other.functional or 0), min(one.cosmetic or 0, other.cosmetic or 0)
    )

    better = expected(OUTLET, one, sold, K20).share

    assert expected(OUTLET, worse, sold, K20).share <= better


@given(st.integers(0, 3 * MILLION), st.integers(1, 10**6), st.integers(1, 10**4))
def test_the_learned_share_lies_between_estimate_and_sales(
    share: int, count: int, weight: int
) -> None:
    learned = expected(
        OUTLET, Grade(6, 9), [a_sample(share, count, Grade(6, 9))], Learning(weight=weight)
    )

    low, high = sorted((share, estimate(OUTLET, Grade(6, 9)).share))
    assert low - 1 <= learned.share <= high
