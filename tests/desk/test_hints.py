"""Hints: raised once, cleared with one key, never a verdict."""

from dataclasses import replace
from pathlib import Path

import pytest

from builders import SHOES_GTIN, an_order, an_rma
from returnstation.app import Station
from returnstation.application.view import Step, View
from returnstation.domain.cases import Item
from returnstation.domain.messages import Say
from returnstation.domain.orders import ReturnLine, Rma
from returnstation.domain.policy import ReturnReason
from stations import PIN, Worker, a_station

EAN = SHOES_GTIN[1:]


def asked(view: View) -> str:
    return view.instruction.text.key


def opened(station: Station) -> Worker:
    worker = Worker(station)
    worker.desk.scan("R-77421")
    worker.desk.scan(EAN)
    return worker


def in_hand(station: Station) -> Item:
    item = station.desk.memory.in_hand
    assert item is not None
    return item


def weighing(station: Station, grams: int | None) -> Station:
    station.__dict__["equipment"] = replace(station.equipment, weigh=lambda: grams)
    return station


def because(reason: ReturnReason) -> Rma:
    return an_rma(lines=(ReturnLine(sku="HR3-NV-270", reason=reason),))


@pytest.mark.parametrize(
    ("grams", "is_asked"), [(972, False), (973, True), (828, False), (827, True)]
)
def test_the_weight_is_doubted_beyond_eight_percent(
    grams: int, is_asked: object, tmp_path: Path
) -> None:
    with a_station(tmp_path, [an_order()], [an_rma()]) as station:
        view = opened(weighing(station, grams)).inspect_as_new()

    assert (asked(view) == "hint.weight_differs") is is_asked


def test_a_silent_scale_is_no_hint_and_nobody_waits(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = opened(weighing(station, None)).inspect_as_new()

    assert view.step is Step.DISPOSE


def test_one_key_clears_a_false_hint_and_the_weight_is_on_record(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = opened(weighing(station, 500))
        worker.inspect_as_new()
        before = station.desk.memory.opened().case.verdicts
        view = worker.desk.choose("1")
        item = in_hand(station)
        after = station.desk.memory.opened().case.verdicts

    assert view.step is Step.DISPOSE
    assert (item.grams, dict(item.hints), item.findings) == (500, {"weight_differs": False}, ())
    assert after == before


def test_a_right_hint_becomes_a_finding_a_supervisor_sees(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = opened(weighing(station, 500))
        worker.inspect_as_new()
        worker.desk.choose("2")
        item = in_hand(station)

    assert item.findings == ("weight_differs",)


def test_going_back_leaves_the_hint_open_and_does_not_ask_again(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = opened(weighing(station, 500))
        worker.inspect_as_new()
        view = worker.desk.do("back")

        assert in_hand(station).hints == {}
    assert view.step is Step.DISPOSE


def test_the_weight_of_an_item_without_hint_is_recorded_with_its_disposition(
    tmp_path: Path,
) -> None:
    with a_station(tmp_path) as station:
        worker = opened(weighing(station, 905))
        worker.inspect_as_new()
        worker.desk.do("accept")
        item = in_hand(station)

    assert item.grams == 905


def test_the_last_step_can_be_taken_back_after_weighing(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = opened(weighing(station, 905))
        worker.inspect_as_new()
        view = worker.desk.do("undo")

    assert view.step is Step.QUESTION


@pytest.mark.parametrize(
    ("reason", "is_asked"),
    [(ReturnReason.DEFECTIVE, True), (ReturnReason.CHANGE_OF_MIND, False)],
)
def test_a_claimed_fault_nobody_finds_is_asked_about(
    reason: ReturnReason, is_asked: object, tmp_path: Path
) -> None:
    with a_station(tmp_path, [an_order()], [because(reason)]) as station:
        view = opened(station).inspect_as_new()

    assert (asked(view) == "hint.claim_not_found") is is_asked


def test_how_often_a_hint_was_right_is_said_with_the_next_one(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = opened(weighing(station, 500))
        first = worker.inspect_as_new()
        worker.desk.choose("2")
        with station.database.look() as work:
            precision = work.cases.precision("weight_differs")

    assert first.instruction.help == Say("hint.first")
    assert precision == (1, 1)


def test_a_supervisor_sees_how_often_hints_were_right(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = opened(weighing(station, 500))
        worker.inspect_as_new()
        worker.desk.choose("1")
        worker.desk.sign_in("SUPERVISOR", PIN)

        hints = station.reviews.counts().hints

    assert [(hint.kind, hint.of) for hint in hints] == [("weight_differs", 1)]
