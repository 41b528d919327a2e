"""SSCCs, work orders, manifests and containers, without a station."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.barcodes import Kind, parse_barcode
from returnstation.domain.cases import Item
from returnstation.domain.checklists import Grade
from returnstation.domain.containers import Container, ContainerState, room_for
from returnstation.domain.dispositions import Disposition
from returnstation.domain.manifests import condition_of
from returnstation.domain.sscc import BadPrefix, sscc
from returnstation.domain.work import StepOutcome, WorkOrder, order_for
from returnstation.sitedata import BadSiteFile, load_work

WORK = WorkOrder(
    disposition=Disposition.REWORK,
    categories=(),
    steps=("clean", "pack"),
    success=Disposition.RESTOCK_OPEN_BOX,
    failure=Disposition.LIQUIDATE,
)
TOTE = Container(code="T-1", disposition=Disposition.REWORK, place=1, capacity=3)


def an_item(functional: int | None, cosmetic: int | None, category: str = "shoes") -> Item:
    return Item(
        item_id="i",
        line_id=None,
        finding="expected",
        title="",
        added_at=datetime(2026, 11, 24, tzinfo=UTC),
        added_by=None,
        category=category,
        grade=Grade(functional, cosmetic),
    )


@given(prefix=st.from_regex(r"[0-9]{4,12}", fullmatch=True), number=st.integers(1, 99_999))
def test_every_sscc_reads_back_as_one(prefix: str, number: int) -> None:
    made = sscc(prefix, number)
    read = parse_barcode(f"]C100{made}").first(Kind.SSCC)

    assert len(made) == 18
    assert read is not None
    assert read.value == made


@pytest.mark.parametrize(
    ("prefix", "number"),
    [("880", 1), ("8801234567890", 1), ("88O1234", 1), ("8801234", 0), ("880123456789", 100_000)],
)
def test_no_sscc_without_prefix_or_beyond_its_numbers(prefix: str, number: int) -> None:
    with pytest.raises(BadPrefix):
        sscc(prefix, number)


def test_the_last_number_of_a_prefix_still_makes_an_sscc() -> None:
    assert sscc("880123456789", 99_999)[:17] == "98801234567899999"


@given(st.from_regex(r"[0-9]{4,12}", fullmatch=True), st.sets(st.integers(1, 99_999), min_size=2))
def test_no_two_numbers_make_one_sscc(prefix: str, numbers: set[int]) -> None:
    assert len({sscc(prefix, number) for number in numbers}) == len(numbers)


def test_work_goes_step_by_step_and_ends_where_it_succeeds() -> None:
    done = {"clean": StepOutcome.DONE}

    assert WORK.next_step({}) == "clean"
    assert WORK.next_step(done) == "pack"
    assert WORK.result(done) is None
    assert WORK.result({**done, "pack": StepOutcome.NOT_NEEDED}) is Disposition.RESTOCK_OPEN_BOX


def test_one_failed_step_ends_the_work() -> None:
    assert WORK.result({"clean": StepOutcome.FAILED}) is Disposition.LIQUIDATE
    assert WORK.next_step({"clean": StepOutcome.FAILED}) is None


def test_the_order_of_a_category_goes_before_the_one_for_all() -> None:
    shoes = replace(WORK, categories=("shoes",))

    assert order_for([WORK, shoes], Disposition.REWORK, "shoes") is shoes
    assert order_for([WORK, shoes], Disposition.REWORK, "toys") is WORK
    assert order_for([shoes], Disposition.REWORK, "toys") is None
    assert order_for([WORK], Disposition.LIQUIDATE, "shoes") is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("order = 1", "Expected `array`"),
        ('[[order]]\ndisposition = "rework"\nsteps = []\nsuccess = "donate"', "failure"),
        (
            '[[order]]\ndisposition="rework"\nsteps=["a","a"]\nsuccess="donate"\nfailure="donate"',
            "twice",
        ),
        (
            '[[order]]\ndisposition="rework"\nsteps=["a"]\nsuccess="rework"\nfailure="donate"',
            "back",
        ),
        (
            '[[order]]\ndisposition="rework"\nsteps=["a"]\nsuccess="donate"\nfailure="donate"\n'
            * 2,
            "all twice",
        ),
    ],
)
def test_a_wrong_file_of_work_names_what_is_wrong(text: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "work.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(BadSiteFile, match=rf"work\.toml: .*{what}"):
        load_work(file)


def test_every_shipped_work_leads_out_of_work_in_the_end() -> None:
    orders = load_work()
    for order in orders:
        for goes in (order.success, order.failure):
            following = order_for(orders, goes, "electronics")
            assert following is None or following.success is not order.disposition


@pytest.mark.parametrize(
    ("functional", "cosmetic", "condition"),
    [
        (6, 9, "New"),
        (6, 8, "Like New"),
        (5, 7, "Like New"),
        (6, 6, "Used - Good"),
        (4, 4, "Used - Good"),
        (4, 3, "Used - Fair"),
        (2, 2, "Used - Fair"),
        (1, 9, "Salvage"),
        (6, 1, "Salvage"),
        (None, None, "Salvage"),
    ],
)
def test_a_buyer_reads_the_condition_in_the_words_of_the_trade(
    functional: int | None, cosmetic: int | None, condition: str
) -> None:
    assert condition_of(an_item(functional, cosmetic)) == condition


def test_buyers_of_phones_know_no_like_new() -> None:
    assert condition_of(an_item(5, 7, "phones")) == "Used - Good"


def test_a_lot_counts_with_all_its_units() -> None:
    two, three = TOTE.with_units(2), TOTE.with_units(3)

    assert (two.state, two.has_room) == (ContainerState.IN_USE, True)
    assert (three.state, three.has_room) == (ContainerState.FULL, False)


def test_a_tote_on_a_pallet_takes_nothing_more() -> None:
    standing = replace(TOTE, on="P-1")

    assert room_for([standing], Disposition.REWORK) is None
    assert room_for([standing, TOTE], Disposition.REWORK) is TOTE
    assert room_for([TOTE], Disposition.LIQUIDATE) is None
