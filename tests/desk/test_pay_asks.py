"""The settlement asked at a real desk: other articles, amounts, lost value, the buyer's postage."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import SHOES_GTIN, WATCH_GTIN, a_line, an_order, an_rma, euros
from returnstation.app import Station
from returnstation.application.desk.receipts import Receipts
from returnstation.application.inspections import Filter, ReviewState
from returnstation.application.recording import Recording
from returnstation.application.refunds import Refunds
from returnstation.application.view import Step, View
from returnstation.domain.facts import Fact, ItemGraded, LineJudged, PhotoTaken
from returnstation.domain.papers import Outcome, Receipt
from returnstation.domain.pay import WAITING
from returnstation.domain.policy import Eligible, Payer, RefundMethod
from returnstation.domain.refunds import resolve
from returnstation.domain.verdicts import VerdictDeduction
from stations import PIN, Worker, a_station, code

EAN = SHOES_GTIN[1:]
ORDER = an_order(lines=(a_line(unit_price=euros(15000)),))


def record(worker: Worker, station: Station, *facts: Fact) -> View:
    """Let more be true of the open case."""
    with station.equipment.work() as work:
        opened = worker.desk.memory.opened()
        worker.desk.memory.open = Recording(station.equipment).act(work, opened, None, facts)
        work.commit()
    return worker.desk.state()


def to_settle(worker: Worker, station: Station, **verdict: Any) -> View:
    """Take the parcel to its settlement; its verdict is changed as told."""
    worker.desk.scan("R-77421")
    shown = worker.through(EAN)
    case = worker.desk.memory.opened().case
    changed = [
        LineJudged(line_id=key, verdict=replace(found, **verdict))
        for key, found in case.verdicts.items()
        if verdict
    ]
    return record(worker, station, *changed) if changed else shown


def with_scratches(worker: Worker, station: Station, *photos: str) -> None:
    """Let the item bear a finding, and pictures of it."""
    (item,) = worker.desk.memory.opened().case.items.values()
    assert item.grade is not None
    graded = ItemGraded(item_id=item.item_id, grade=item.grade, findings=("scratched",), seconds=1)
    taken = [PhotoTaken(digest=digest, item_id=item.item_id) for digest in photos]
    record(worker, station, graded, *taken)


def choose(worker: Worker, title: str) -> View:
    """Choose an option by its words."""
    options = worker.desk.state().options
    return worker.desk.choose(next(o.key for o in options if getattr(o.title, "key", "") == title))


def to_exchange(worker: Worker) -> View:
    worker.desk.choose("1")
    return choose(worker, "method.exchange")


@pytest.mark.parametrize("text", [WATCH_GTIN, WATCH_GTIN[1:], "DP2-BK"])
def test_another_article_shows_its_difference_before_it_is_taken(text: str, tmp_path: Path) -> None:
    with a_station(tmp_path, [ORDER], [an_rma()]) as station:
        worker = Worker(station)
        before = to_settle(worker, station)
        to_exchange(worker)

        asked = worker.desk.scan(text)
        given = worker.desk.choose("1")

    assert asked.seq == before.seq
    assert asked.instruction.help is not None
    assert asked.instruction.help.key == "pay.difference.back"
    assert asked.instruction.help.values == {"amount": euros(2100)}
    assert given.settle is not None
    assert (given.settle.lines[0].variant, given.settle.total) == ("DP2-BK", euros(2100))


@pytest.mark.parametrize(
    ("price", "key"),
    [(12899, "owes"), (12900, "none"), (12901, "back")],
)
def test_a_difference_is_said_to_the_cent(price: int, key: str, tmp_path: Path) -> None:
    order = an_order(lines=(a_line(unit_price=euros(price)),))
    with a_station(tmp_path, [order], [an_rma()]) as station:
        worker = Worker(station)
        to_settle(worker, station)
        to_exchange(worker)

        asked = worker.desk.typed("DP2-BK")

    assert asked.instruction.help is not None
    assert asked.instruction.help.key == f"pay.difference.{key}"


def test_another_article_can_be_chosen_anew(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker, station)
        to_exchange(worker)
        worker.desk.typed("DP2-BK")

        again = worker.desk.choose("2")

    assert again.instruction.text.key == "ask.exchange"
    assert again.entry is not None


def test_the_same_article_scanned_is_the_same(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker, station)
        to_exchange(worker)

        given = worker.desk.scan(EAN)

    assert given.step is Step.SETTLE
    assert given.settle is not None
    assert (given.settle.lines[0].method, given.settle.lines[0].variant) == ("exchange", None)


def test_an_article_the_merchant_has_not_is_refused_and_asked_for_again(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker, station)
        to_exchange(worker)

        refused = worker.desk.typed("NOT-SOLD")

    assert code(refused) == "variant-unknown"
    assert refused.entry is not None


def to_reduce(worker: Worker, station: Station) -> View:
    to_settle(
        worker, station, methods=(RefundMethod.ORIGINAL_PAYMENT, RefundMethod.PRICE_REDUCTION)
    )
    worker.desk.choose("1")
    return choose(worker, "method.price_reduction")


@pytest.mark.parametrize(
    ("typed", "reduced"), [("0.01", 1), ("30", 3000), ("30,5", 3050), ("129.00", 12900)]
)
def test_a_reduction_is_typed(typed: str, reduced: int, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        asked = to_reduce(worker, station)

        given = worker.desk.typed(typed)

    assert asked.entry is not None
    assert (asked.entry.unit, asked.entry.signs) == ("EUR", ".")
    assert given.settle is not None
    assert given.settle.lines[0].amount == euros(reduced)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("0", "amount-needed"),
        ("129.01", "reduction-above-share"),
        ("1,000", "amount-unreadable"),
        ("much", "amount-unreadable"),
    ],
)
def test_a_reduction_that_cannot_be_is_asked_for_again(
    typed: str, why: str, tmp_path: Path
) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        asked = to_reduce(worker, station)

        refused = worker.desk.typed(typed)

    assert code(refused) == why
    assert (refused.entry, refused.seq) == (asked.entry, asked.seq)


LOSS = (VerdictDeduction("diminished_value"),)


@pytest.mark.parametrize("lacks", ["finding", "photo"])
def test_lost_value_without_proof_is_locked_and_says_why(lacks: str, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker, station, deductions=LOSS)
        if lacks == "photo":
            with_scratches(worker, station)

        option = worker.desk.choose("1").options[-1]
        refused = worker.desk.choose(option.key)

    assert option.key == "0"
    assert option.locked is not None
    assert option.locked.key == f"pay.loss.no-{lacks}"
    assert code(refused) == "no-such-option"


def test_where_nothing_may_be_kept_it_is_not_offered(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker, station)

        asked = worker.desk.choose("1")

    assert "0" not in {option.key for option in asked.options}


@pytest.mark.parametrize(
    ("typed", "lost"), [("10", 1000), ("10%", 1290), ("12,5%", 1612), ("0", 0), ("100%", 12900)]
)
def test_a_supervisor_says_how_much_value_was_lost(typed: str, lost: int, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station, "SUPERVISOR")
        to_settle(worker, station, deductions=LOSS)
        with_scratches(worker, station, "ab" * 32)
        worker.desk.choose("1")
        asked = worker.desk.choose("0")

        given = worker.desk.typed(typed)

    assert asked.entry is not None
    assert asked.entry.signs == ".%"
    assert given.settle is not None
    assert given.settle.lines[0].amount == euros(12900 - lost)


def test_an_operator_keeps_no_more_than_the_grade_suggests(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker, station, deductions=LOSS)
        with_scratches(worker, station, "ab" * 32)
        worker.desk.choose("1")
        worker.desk.choose("0")

        refused = worker.desk.typed("0.01")

    assert code(refused) == "loss-needs-supervisor"


def test_a_supervisor_states_the_buyers_postage(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station, "SUPERVISOR")
        shown = to_settle(worker, station, payer=Payer.MERCHANT)
        asked = worker.desk.choose("0")

        given = worker.desk.typed("4.99")
        undone = worker.desk.do("undo")

    assert shown.settle is not None
    assert shown.settle.total is not None
    assert shown.settle.postage_key == "0"
    assert asked.entry is not None
    assert given.settle is not None
    assert given.settle.total == shown.settle.total + euros(499)
    assert "papers.pay.postage" in {term.label.key for term in given.settle.lines[0].terms}
    assert undone.settle is not None
    assert undone.settle.total == shown.settle.total


@pytest.mark.parametrize(
    ("badge", "payer"), [("OPERATOR", Payer.MERCHANT), ("SUPERVISOR", Payer.CONSUMER)]
)
def test_postage_is_not_asked_for_in_vain(badge: str, payer: Payer, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station, badge)

        shown = to_settle(worker, station, payer=payer)

    assert shown.settle is not None
    assert shown.settle.postage_key == ""


def test_an_operator_cannot_state_postage(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker, station, payer=Payer.MERCHANT)

        refused = worker.desk.choose("0")

    assert code(refused) == "postage-needs-supervisor"


def refuse_later(station: Station) -> str:
    """Finish a parcel, then refuse its item as a supervisor; return the item."""
    worker = Worker(station)
    worker.desk.scan("R-77421")
    worker.through(EAN)
    worker.desk.do("finish")
    worker.desk.do("sign-out")
    station.desk.sign_in("SUPERVISOR", PIN)
    item_id = station.reviews.window(Filter(), 0, 1)[0].item_id
    station.reviews.override(item_id, "refuse", "ship_back", "worn outdoors")
    return item_id


def test_money_told_too_much_waits_for_a_supervisor_with_its_amounts(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        refuse_later(station)

        (row,) = station.reviews.window(Filter(state=ReviewState.WAITING), 0, 5)
        told = [each.key for each in Refunds(station.equipment).told((WAITING,))]

    assert row.why is not None
    assert row.why.key == "review.refund-overpaid"
    assert row.why.values == {"told": euros(13390), "due": euros(0)}
    assert len(told) == 1


def test_once_a_supervisor_knows_it_waits_no_longer(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        item_id = refuse_later(station)

        station.reviews.approve(item_id)

        (row,) = station.reviews.window(Filter(), 0, 5)
        history = [entry.text.key for entry in station.reviews.history(item_id).entries]
        assert station.reviews.counts().waiting == 0
        assert (row.outcome, row.state) == ("refuse", ReviewState.APPROVED)
        assert "history.overpayment_seen" in history


def test_a_later_yes_pays_nothing_twice(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        item_id = refuse_later(station)

        station.reviews.override(item_id, "accept", "restock_new", "not worn after all")

        assert station.reviews.counts().waiting == 0
        assert len(Refunds(station.equipment).told((WAITING,))) == 1


def test_why_a_line_is_refused_is_chosen_and_told(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker, station, eligible=Eligible.NO)

        asked = worker.desk.choose("1")
        given = choose(worker, "rejection.EW")
        case = worker.desk.memory.opened().case
        paper = Receipts(station.equipment).of(case, resolve(case)).paper

    assert asked.instruction.text.key == "ask.rejection"
    assert given.settle is not None
    assert given.settle.lines[0].rejection == "EW"
    assert isinstance(paper, Receipt)
    assert paper.lines[0].outcome is Outcome.REFUSED


def test_a_suspected_counterfeit_waits_for_a_person_before_anything_is_paid(
    tmp_path: Path,
) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        asked = worker.desk.scan(EAN)
        fake = next(
            o.key for o in asked.options if getattr(o.title, "key", "").endswith("same.fake")
        )

        shown = worker.desk.choose(fake)
        item = worker.desk.memory.in_hand

    assert item is not None
    assert item.findings == ("counterfeit_suspected",)
    assert shown.proposal is None or shown.proposal.disposition == "quarantine"
    assert resolve(worker.desk.memory.opened().case).lines[0].outcome == "review"
