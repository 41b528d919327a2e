"""Inspection at a whole desk: values, branches, kits, lots and the command sheet."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import a_product
from returnstation.app import Station
from returnstation.application.desk.commands import command_sheet
from returnstation.application.view import Step, View
from returnstation.domain.cases import Item
from returnstation.domain.messages import Say
from returnstation.i18n import load_catalog
from returnstation.storage.filling import Filling
from stations import Worker, a_station

PHONE, CONE, SHOE = "08806079000017", "08806079000024", "08806079000031"
SET = "08806079000048"
IMEI = "490154203237518"


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path) as station:
        Filling(station.cache).products(
            [
                a_product(
                    sku="PH-1",
                    title="Phone",
                    gtin=PHONE,
                    category="phone",
                    parts=("charger", "cable"),
                ),
                a_product(sku="CONE-1", title="Cone", gtin=CONE, category="cone"),
                a_product(
                    sku="SET-1",
                    title="Set",
                    gtin=SET,
                    category="phone",
                    parts=tuple(f"piece {number}" for number in range(1, 11)),
                    picture="set.png",
                ),
                a_product(sku="SH-1", title="Shoe", gtin=SHOE, category="shoes"),
            ]
        )
        yield station


@pytest.fixture
def worker(station: Station) -> Worker:
    worker = Worker(station)
    worker.desk.scan("NOBODY-KNOWS-1")
    return worker


def in_hand(worker: Worker) -> Item:
    item = worker.desk.memory.in_hand
    assert item is not None
    return item


def asked(view: View) -> str:
    return view.instruction.text.key


def test_a_scanned_imei_answers_the_question_and_names_the_unit(worker: Worker) -> None:
    desk = worker.desk
    desk.scan(PHONE)
    desk.answer("3")
    assert asked(desk.answer("9")) == "check.phones.imei"

    refused = desk.measure(IMEI[:-1] + "0")
    view = desk.scan(IMEI)

    assert refused.problem is not None
    assert refused.problem.code == "reading-imei"
    assert asked(view) == "check.shared.battery"
    assert in_hand(worker).serial == IMEI
    assert in_hand(worker).values == {"imei": IMEI}


def test_a_phone_that_stays_dark_is_not_asked_for_its_battery(worker: Worker) -> None:
    desk = worker.desk
    desk.scan(PHONE)
    for key in ("3", "9", "3", "2"):
        desk.answer(key)

    view = desk.answer("1")

    assert asked(view) == "check.phones.water"


@pytest.mark.parametrize(
    ("typed", "finding"),
    [("2.79", "base_weight_wrong"), ("2,8 kg", None), ("3.61", "base_weight_wrong")],
)
def test_a_weight_beyond_its_tolerance_is_a_finding(
    typed: str, finding: str | None, worker: Worker
) -> None:
    desk = worker.desk
    desk.scan(CONE)
    for key in ("4", "3", "3"):
        desk.answer(key)

    desk.typed(typed)
    desk.answer("3")

    assert in_hand(worker).findings == ((finding,) if finding else ())
    assert in_hand(worker).values["weight"] == typed.replace(",", ".").removesuffix(" kg")


def test_the_parts_that_are_not_there_are_kept_by_name(worker: Worker) -> None:
    desk = worker.desk
    desk.scan(PHONE)
    desk.answer("3")

    marked = desk.answer("2")
    desk.answer("9")

    assert [option.evidence[0].kind for option in marked.options[:2]] == ["check", "cross"]
    assert in_hand(worker).lacking == ("cable",)
    desk.grade(4, 4)
    assert "incomplete" in in_hand(worker).findings


def test_the_tenth_part_of_a_kit_is_marked_on_its_second_page(worker: Worker) -> None:
    desk = worker.desk
    desk.scan(SET)
    desk.answer("3")

    first = desk.answer("1")
    second = desk.answer("8")
    desk.answer("3")
    desk.answer("9")

    assert [option.key for option in first.options] == ["1", "2", "3", "4", "5", "6", "7", "8", "9"]
    assert [option.title for option in second.options[:3]] == ["piece 8", "piece 9", "piece 10"]
    assert [option.key for option in second.options] == ["1", "2", "3", "8", "9"]
    assert in_hand(worker).lacking == ("piece 1", "piece 10")


def test_the_picture_of_the_product_is_named_while_it_is_inspected(worker: Worker) -> None:
    shown = worker.desk.scan(SET)

    assert shown.product_picture == "set.png"


def test_a_product_without_a_picture_has_none_beside_it(worker: Worker) -> None:
    assert worker.desk.scan(PHONE).product_picture is None


def test_limits_of_a_measure_are_shown_with_the_reader_s_decimal_sign(worker: Worker) -> None:
    worker.desk.scan(CONE)
    for key in ("4", "3", "3"):
        view = worker.desk.answer(key)

    details = [option.detail for option in view.options if isinstance(option.detail, Say)]

    assert load_catalog("de").say(details[0]).startswith("unter 2,8 kg")
    assert load_catalog("en").say(details[0]).startswith("below 2.8 kg")
    assert view.question is not None
    assert view.question.value is not None
    assert view.question.value.signs == "."


def test_missing_parts_can_be_named_by_their_numbers(worker: Worker) -> None:
    desk = worker.desk
    desk.scan(PHONE)
    desk.answer("3")

    refused = desk.measure("3")
    desk.measure("1, 2")

    assert refused.problem is not None
    assert in_hand(worker).lacking == ("charger", "cable")


def test_pieces_of_a_kit_are_ticked_off_by_scanning_them(worker: Worker) -> None:
    desk = worker.desk
    desk.scan(f"]d28006{SHOE}0203")
    desk.answer("3")

    view = desk.scan(f"]d28006{SHOE}0103")
    desk.answer("9")

    assert [option.evidence[0].kind for option in view.options[:3]] == ["check", "check", "cross"]
    assert in_hand(worker).lacking == ("3/3",)


def test_twenty_equal_units_are_one_item(worker: Worker) -> None:
    desk = worker.desk

    view = desk.add(SHOE, 20)

    assert view.question is not None
    assert view.question.quantity == 20
    assert in_hand(worker).quantity == 20
    assert len(desk.memory.opened().case.items) == 1


def test_one_bad_unit_is_taken_off_a_lot_and_inspected_on_its_own(worker: Worker) -> None:
    desk = worker.desk
    desk.add(SHOE, 20)
    desk.answer("3")

    desk.do("lot")
    desk.choose("1")

    lot, apart = desk.memory.opened().case.items.values()
    assert (lot.quantity, apart.quantity) == (19, 1)
    assert lot.answers
    assert not apart.answers
    assert sum(item.quantity for item in (lot, apart)) == 20


def test_taking_back_a_split_makes_the_lot_whole(worker: Worker) -> None:
    desk = worker.desk
    desk.add(SHOE, 20)
    desk.split(3)

    desk.do("undo")

    assert [item.quantity for item in desk.memory.opened().case.items.values()] == [20]


@pytest.mark.parametrize("quantity", [0, -1, 10_000])
def test_a_lot_has_a_sensible_number_of_units(quantity: int, worker: Worker) -> None:
    worker.desk.scan(SHOE)

    view = worker.desk.lot(quantity)

    assert view.problem is not None
    assert in_hand(worker).quantity == 1


@pytest.mark.parametrize("quantity", [0, 20, 21])
def test_a_lot_keeps_a_unit_when_it_is_split(quantity: int, worker: Worker) -> None:
    worker.desk.add(SHOE, 20)

    view = worker.desk.split(quantity)

    assert view.problem is not None
    assert in_hand(worker).quantity == 20


def test_a_number_that_is_typed_counts_a_lot(worker: Worker) -> None:
    worker.desk.scan(SHOE)
    worker.desk.do("lot")

    worker.desk.typed("48")

    assert in_hand(worker).quantity == 48
    assert worker.desk.memory.ask is None


def test_the_checklist_of_an_item_is_recorded_with_its_hash(
    station: Station, worker: Worker
) -> None:
    worker.desk.scan(PHONE)

    item = in_hand(worker)

    book = station.equipment.checklists
    assert item.checklist == "phones"
    assert item.checklist_hash is not None
    assert book.version("lost", item.checklist_hash).checklist_id == "phones"


def test_two_scanned_halves_of_a_grade_fix_it(worker: Worker) -> None:
    desk = worker.desk
    desk.scan(SHOE)

    half = desk.scan("RS:F5")
    desk.scan("RS:C7")

    assert half.step is Step.QUESTION
    assert str(in_hand(worker).grade) == "F5 · C7"


def test_a_disposition_is_chosen_by_scanning_it(worker: Worker) -> None:
    desk = worker.desk
    desk.scan(SHOE)
    desk.scan("RS:F1")
    desk.scan("RS:C1")

    view = desk.scan("RS:D-QUARANTINE")

    assert view.problem is None


def test_every_command_of_the_sheet_is_known(worker: Worker) -> None:
    texts = [code.text for group in command_sheet().groups for code in group.codes]

    for text in texts:
        view = worker.desk.scan(text)
        code = None if view.problem is None else view.problem.code
        assert code not in {"command-unknown", "code-unknown", "disposition-unknown"}, text
        if worker.desk.memory.ask is not None:
            worker.desk.do("back")
        if worker.desk.memory.open is None:
            worker.desk.scan("NOBODY-KNOWS-2")

    assert len(set(texts)) == len(texts)
