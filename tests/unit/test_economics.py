"""What ways out bring: closest figures, whole sums, error, and what rounding may hide."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation import datafiles
from returnstation.domain.checklists import Grade
from returnstation.domain.economics import (
    Bracket,
    Closer,
    Cover,
    Economics,
    Lane,
    Period,
    Selector,
    Wares,
    Way,
)
from returnstation.domain.money import Money, total
from returnstation.domain.recovery import (
    Goods,
    Recovery,
    recovery,
    rounded,
    step_of,
    to_step,
)
from returnstation.sitedata import BadSiteFile, load_economics, read_economics

ECONOMICS = load_economics()
ON = date(2026, 11, 24)
SHOES = Wares(merchant_id="ds", category="shoes", sku="HR3", weight_g=900)
OUTLET = next(way for way in ECONOMICS.ways if way.name == "outlet")

grades = st.builds(Grade, st.integers(1, 6), st.integers(0, 9))
amounts = st.integers(0, 10**9)
ways = st.sampled_from(ECONOMICS.ways)
kinds = st.sampled_from(["shoes", "apparel", "electronics", "books", "nothing"])
wares = st.builds(
    Wares,
    merchant_id=st.sampled_from(["ds", "onbit-media", None]),
    category=kinds,
    sku=st.sampled_from(["A", None]),
    weight_g=st.one_of(st.none(), st.integers(0, 200_000)),
    size=st.sampled_from(["small", "large", None]),
)


def goods(grade: Grade, value: int, about: Wares = SHOES, on: date = ON) -> Goods:
    return Goods(wares=about, grade=grade, value=Money(value, "KRW"), on=on)


def sum_of(way: Way, economics: Economics, about: Goods) -> Recovery:
    found = recovery(way, economics, about)
    assert found is not None
    return found


def test_the_picture_of_the_outlet_is_counted_term_by_term() -> None:
    found = sum_of(OUTLET, ECONOMICS, goods(Grade(6, 6), 215_000))

    assert {term.name: term.amount.minor for term in found.terms} == {
        "price": 137_600,
        "labour": -2_400,
        "rework": -2_500,
        "freight": -2_800,
        "holding": -1_890,
        "compliance": 0,
    }
    assert found.net == Money(128_010, "KRW")
    # 7 % of 137,600; a quarter of 2,400; 30 % of 1,890; squared, added, rooted, rounded up.
    assert found.error == Money(9_668, "KRW")


@given(ways, wares, grades, amounts)
def test_a_sum_is_its_terms_to_the_minor_unit(
    way: Way, about: Wares, grade: Grade, value: int
) -> None:
    found = sum_of(way, ECONOMICS, goods(grade, value, about))

    assert found.net == total([term.amount for term in found.terms], "KRW")
    assert found.net == found.price - found.cost
    assert found.price.minor >= 0
    assert all(term.amount.minor <= 0 for term in found.terms[1:])


@given(ways, wares, grades, amounts)
def test_a_rounded_sum_still_is_its_terms(way: Way, about: Wares, grade: Grade, value: int) -> None:
    found = sum_of(way, ECONOMICS, goods(grade, value, about))
    step = step_of(found.error)

    shown = rounded(found, step)

    assert shown.net == total([term.amount for term in shown.terms], "KRW")
    assert shown.net == shown.price + shown.cost
    assert shown.net.minor % step == 0
    assert abs(shown.net.minor - found.net.minor) <= step / 2
    assert step <= max(1, found.error.minor)


@pytest.mark.parametrize(
    ("error", "step"), [(0, 1), (9, 1), (85, 1), (99, 1), (100, 10), (9_012, 100), (10_000, 1000)]
)
def test_no_digit_is_shown_beyond_the_second_of_the_error(error: int, step: int) -> None:
    assert step_of(Money(error, "KRW")) == step


@pytest.mark.parametrize(
    ("minor", "shown"), [(149, 100), (150, 200), (-149, -100), (-150, -200), (0, 0)]
)
def test_halves_are_rounded_away_from_zero(minor: int, shown: int) -> None:
    assert to_step(Money(minor, "KRW"), 100) == Money(shown, "KRW")


@given(ways, wares, grades, grades, amounts)
def test_a_worse_grade_never_brings_a_better_price(
    way: Way, about: Wares, one: Grade, other: Grade, value: int
) -> None:
    worse = Grade(
        min(one.functional or 0, other.functional or 0), min(one.cosmetic or 0, other.cosmetic or 0)
    )

    better = sum_of(way, ECONOMICS, goods(one, value, about))

    assert sum_of(way, ECONOMICS, goods(worse, value, about)).price <= better.price


@given(st.integers(0, 2000), st.integers(0, 2000), grades, amounts)
def test_more_stock_never_makes_restocking_better(
    days: int, more: int, grade: Grade, value: int
) -> None:
    def restocked(cover: int) -> Money:
        stock = replace(ECONOMICS, covers=(Cover(wares=Selector(), days=cover),))
        return sum_of(OUTLET, stock, goods(grade, value)).net

    assert restocked(days + more) <= restocked(days)


@given(ways, wares, grades, amounts, st.integers(0, 400))
def test_later_in_the_season_never_brings_more(
    way: Way, about: Wares, grade: Grade, value: int, later: int
) -> None:
    now, then = (goods(grade, value, about, day) for day in (ON, ON + timedelta(days=later)))
    (closest,) = replace(ECONOMICS, ways=(replace(way, only=Selector()),)).ways_for(about)

    assert sum_of(closest, ECONOMICS, then).net <= sum_of(closest, ECONOMICS, now).net


@pytest.mark.parametrize(("days_left", "is_late"), [(21, 0), (20, 1)])
def test_what_sells_on_the_last_day_of_the_season_still_has_its_price(
    days_left: int, is_late: int
) -> None:
    way = replace(OUTLET, season_ends_on=ON + timedelta(days=days_left), after_season_percent=50)

    found = sum_of(way, ECONOMICS, goods(Grade(6, 6), 215_000))

    assert found.price == Money(137_600 // (1 + is_late), "KRW")


CLOSER = (
    Closer(way="outlet", wares=Selector(merchant="ds"), figures={"labour_minutes": 1, "days": 1}),
    Closer(way="outlet", wares=Selector(sku="HR3"), figures={"labour_minutes": 4}),
    Closer(way="outlet", wares=Selector(category="shoes"), figures={"labour_minutes": 2}),
    Closer(
        way="outlet",
        wares=Selector(merchant="ds", category="shoes"),
        figures={"labour_minutes": 3},
    ),
)


@pytest.mark.parametrize(
    ("about", "minutes"),
    [
        (Wares(), 6),
        (Wares(merchant_id="ds"), 1),
        (Wares(category="shoes"), 2),
        (Wares(merchant_id="ds", category="shoes"), 3),
        (Wares(merchant_id="ds", category="shoes", sku="HR3"), 4),
        (Wares(sku="HR3"), 4),
    ],
)
def test_the_closest_figure_counts(about: Wares, minutes: int) -> None:
    economics = replace(ECONOMICS, ways=(OUTLET,), closer=CLOSER)

    (way,) = economics.ways_for(about)

    assert way.labour_minutes == minutes
    assert way.days == (1 if about.merchant_id else 21)


def test_a_way_for_one_merchant_does_not_exist_for_another() -> None:
    theirs = Wares(merchant_id="mirae-electronics", category="electronics")

    assert "mirae-supplier" in {way.name for way in ECONOMICS.ways_for(theirs)}
    assert "mirae-supplier" not in {way.name for way in ECONOMICS.ways_for(SHOES)}


LANE = Lane(
    origin="place.incheon",
    target="place.yongin",
    brackets=(
        Bracket(up_to_g=500, cost=1000),
        Bracket(up_to_g=2000, cost=1800),
        Bracket(up_to_g=2000, cost=9000, size="large"),
    ),
    per_kg_more=400,
)


@pytest.mark.parametrize(
    ("weight", "size", "cost"),
    [
        (0, None, 1000),
        (500, None, 1000),
        (501, None, 1800),
        (None, None, 1800),
        (2000, None, 1800),
        (2001, None, 2200),
        (3000, None, 2200),
        (3001, None, 2600),
        (100, "large", 9000),
        (2500, "large", 9400),
        (100, "small", 1000),
    ],
)
def test_freight_is_by_weight_and_size(weight: int | None, size: str | None, cost: int) -> None:
    assert LANE.cost(Wares(weight_g=weight, size=size)) == cost


def test_another_currency_counts_by_the_stored_rate() -> None:
    economics = replace(ECONOMICS, rates={"EUR": Fraction(1620)})

    assert economics.exchanged(Money(150, "EUR")) == Money(2430, "KRW")
    assert economics.exchanged(Money(5, "KRW")) == Money(5, "KRW")
    assert economics.exchanged(Money(5, "XTS")) is None


def test_a_rate_counts_whole_units_of_a_currency_with_cents() -> None:
    economics = replace(ECONOMICS, currency="EUR", rates={"KRW": Fraction("0.000617")})

    assert economics.exchanged(Money(100_000, "KRW")) == Money(6_170, "EUR")


def test_a_fee_is_a_share_of_the_price_and_a_fixed_amount() -> None:
    way = replace(OUTLET, fee_percent=Fraction(12), fee=300)

    found = sum_of(way, ECONOMICS, goods(Grade(6, 6), 100_000))

    assert found.terms[-1].amount == Money(-(64_000 * 12 // 100) - 300, "KRW")


@pytest.mark.parametrize(
    ("period", "begins"),
    [
        (Period.WEEK, date(2026, 11, 23)),
        (Period.MONTH, date(2026, 11, 1)),
        (Period.YEAR, date(2026, 1, 1)),
    ],
)
def test_a_quota_begins_anew_with_its_period(period: Period, begins: date) -> None:
    assert period.begins(ON) == begins
    assert period.begins(begins) == begins
    assert period.begins(begins - timedelta(days=1)) < begins


def shipped() -> str:
    return datafiles.resource("economics", "default.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("labour_minutes = 6", "labor_minutes = 6", "labor_minutes"),
        ("55, 64, 72", "55, 64, 62", "way outlet: price_percent: a worse grade"),
        ("[0, 0, 50, 80, 95, 100]", "[0, 0, 50, 80, 75, 100]", "functional_percent"),
        ('lane = "germany"', 'lane = "moon"', "way outlet-eu: lane: moon"),
        ('name = "rework"', 'name = "outlet"', "outlet stands twice"),
        ('way = "main"', 'way = "mein"', "closer 1: way: mein"),
        ('EUR = "1620"', 'EUR = "0"', "rates: EUR"),
        ('EUR = "1620"', "EUR = 1620.5", "rates"),
        ("{ up_to_g = 1000, cost = 400 }", "{ up_to_g = 9000, cost = 400 }", "lane pallet"),
        ("{ up_to_g = 1000, cost = 400 }", "{ up_to_g = 1000, cost = 1700 }", "lane pallet"),
        ('disposition = "recycle"', 'disposition = "missing"', "missing has no goods"),
        ("functional_floor = 6\ncosmetic_floor = 9", "functional_floor = 6", "cosmetic_floor"),
        ('period = "month"', 'period = "moon"', "period"),
    ],
)
def test_a_wrong_figure_names_file_and_key(tmp_path: Path, old: str, new: str, why: str) -> None:
    file = tmp_path / "mine.toml"
    assert old in shipped()
    file.write_text(shipped().replace(old, new, 1), encoding="utf-8")

    with pytest.raises(BadSiteFile, match=f"mine.toml: .*{why}"):
        read_economics(file)


def test_a_homes_own_figures_go_before_those_that_ship(tmp_path: Path) -> None:
    folder = tmp_path / "economics"
    folder.mkdir()
    text = shipped().replace("labour_per_hour = 24000", "labour_per_hour = 12345")
    (folder / "default.toml").write_text(text, encoding="utf-8")

    assert load_economics("default", tmp_path).labour_per_hour == 12345
    assert load_economics("default", tmp_path / "elsewhere") == ECONOMICS
