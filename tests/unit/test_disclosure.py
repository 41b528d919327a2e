"""Figures of discarded goods: what counts, by what it is told apart, and how shares come."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import AT
from returnstation.application.disclosing import COLUMNS, disclosure_csv
from returnstation.domain.cases import Item
from returnstation.domain.disclosure import (
    NO_GROUND,
    TREATMENTS,
    Discarded,
    Treatment,
    discarded,
    disclosed,
)
from returnstation.domain.dispositions import Disposition

ITEM = Item(
    item_id="i",
    line_id=None,
    finding="expected",
    title="",
    added_at=AT,
    added_by=None,
    category="shoes",
    quantity=3,
    disposition=Disposition.DESTROY,
    unit_g=900,
)
ONE = Discarded(
    merchant="m",
    category="shoes",
    treatment=Treatment.DISPOSAL,
    ground="damaged",
    units=1,
    grams=900,
)


def test_a_lot_weighs_what_its_units_weigh() -> None:
    found = discarded(ITEM, "m")

    assert found is not None
    assert (found.units, found.grams, found.ground) == (3, 2700, NO_GROUND)


def test_the_scale_goes_before_the_catalogue() -> None:
    found = discarded(replace(ITEM, grams=2500), "m")

    assert found is not None
    assert found.grams == 2500


def test_a_weight_nobody_knows_is_not_made_up() -> None:
    found = discarded(replace(ITEM, unit_g=None), "m")

    assert found is not None
    assert found.grams is None
    (line,) = disclosed([found])
    assert (line.grams, line.unweighed) == (0, 3)


@pytest.mark.parametrize("disposition", [None, *Disposition])
def test_only_what_is_discarded_counts(disposition: Disposition | None) -> None:
    found = discarded(replace(ITEM, disposition=disposition), "m")

    assert (found is not None) == (disposition in TREATMENTS)


def test_grounds_and_treatments_are_told_apart_and_share_their_category() -> None:
    other_way = replace(ONE, treatment=Treatment.RECYCLING, ground=NO_GROUND)

    lines = list(disclosed([ONE, ONE, replace(ONE, ground="defective"), other_way]))

    assert [(x.treatment.value, x.ground, x.units, x.percent) for x in lines] == [
        ("disposal", "damaged", 2, Fraction(50)),
        ("disposal", "defective", 1, Fraction(25)),
        ("recycling", "none", 1, Fraction(25)),
    ]


def test_merchants_and_categories_do_not_share() -> None:
    lines = list(disclosed([ONE, replace(ONE, merchant="n"), replace(ONE, category="apparel")]))

    assert [line.percent for line in lines] == [100, 100, 100]


def test_the_file_says_kilograms() -> None:
    head, line = disclosure_csv(disclosed([ONE, replace(ONE, grams=105)]))

    assert head.strip().split(",") == list(COLUMNS)
    assert line.strip() == "m,shoes,disposal,damaged,2,1.005,0,100.00"


def test_without_goods_there_is_only_the_head_line() -> None:
    assert len(list(disclosure_csv(disclosed([])))) == 1


@given(
    st.lists(
        st.builds(
            Discarded,
            merchant=st.sampled_from("mn"),
            category=st.sampled_from(["shoes", "apparel"]),
            treatment=st.sampled_from(Treatment),
            ground=st.sampled_from(["none", "damaged"]),
            units=st.integers(1, 50),
            grams=st.none() | st.integers(0, 10**6),
        )
    )
)
def test_nothing_is_lost_or_counted_twice(goods: list[Discarded]) -> None:
    lines = list(disclosed(goods))

    assert sum(line.units for line in lines) == sum(one.units for one in goods)
    assert sum(line.grams for line in lines) == sum(one.grams or 0 for one in goods)
    for line in lines:
        same = [
            x.percent for x in lines if (x.merchant, x.category) == (line.merchant, line.category)
        ]
        assert 99 < sum(same) <= 100
