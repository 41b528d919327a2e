"""Refunds at a real station: chosen, approved, told once, reported."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from builders import SHOES_GTIN, a_line, an_order, an_rma, euros
from returnstation.app import Station
from returnstation.application.desk.paying import Wish
from returnstation.application.desk.receipts import Receipts
from returnstation.application.inspections import Filter, ReviewState
from returnstation.application.refunds import Refunds
from returnstation.application.reviewing import Reviewing
from returnstation.application.view import Step, View
from returnstation.cli.main import main
from returnstation.domain.facts import RefundReported
from returnstation.domain.money import Money
from returnstation.domain.orders import ReturnLine, Tender
from returnstation.domain.papers import Receipt
from returnstation.domain.pay import EXECUTED, WAITING
from returnstation.domain.refunds import resolve
from returnstation.settings import load_settings, write_settings
from returnstation.storage.inspections import InspectionTable
from stations import Worker, a_station, code

EAN = SHOES_GTIN[1:]
SPLIT = (Tender(kind="card", amount=euros(10000)), Tender(kind="gift_card", amount=euros(3390)))


def to_settle(worker: Worker, parcel: str = "R-77421") -> View:
    worker.desk.scan(parcel)
    return worker.through(EAN)


@contextmanager
def with_limit(station: Station, amount: str) -> Iterator[None]:
    settings = msgspec.structs.replace(load_settings(station.home), refund_limits={"EUR": amount})
    desk = settings.for_desk()
    object.__setattr__(station.equipment, "settings", desk)
    yield


def instructions(station: Station) -> list[Any]:
    refunds = Refunds(station.equipment)
    return list(refunds.records(refunds.told((WAITING,))))


def test_the_settlement_says_what_every_amount_is_made_of(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = to_settle(Worker(station))

    assert view.settle is not None
    (line,) = view.settle.lines
    assert line.amount is not None
    assert sum(term.amount.minor for term in line.terms) == line.amount.minor
    assert [(part.label.key, part.amount) for part in view.settle.tenders] == [
        ("papers.tender.card", view.settle.total)
    ]


def test_what_is_chosen_by_key_is_what_the_buyer_gets(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker)

        asked = worker.desk.choose("1")
        key = next(o.key for o in asked.options if getattr(o.title, "key", "") == "method.exchange")
        worker.desk.choose(key)
        chosen = worker.desk.choose("1")  # the same article

    assert asked.step is Step.REASON
    assert chosen.step is Step.SETTLE
    assert chosen.settle is not None
    assert chosen.settle.lines[0].method == "exchange"
    assert chosen.settle.total == euros(0)


def test_a_locked_method_is_refused_and_says_why(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker)

        refused = worker.desk.resolve(Wish(method="repair"))

    assert code(refused) == "method-locked"
    assert refused.settle is not None
    assert refused.settle.lines[0].method == "original_payment"


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish(line="nobody", method="exchange"), "line-unknown"),
        (Wish(method="gold"), "method-unknown"),
        (Wish(method="exchange", variant="NOT-SOLD"), "variant-unknown"),
        (Wish(amount="12,5"), "amount-unreadable"),
        (Wish(amount="10.00"), "loss-not-kept"),
    ],
)
def test_a_wish_that_cannot_be_met_changes_nothing(wish: Wish, why: str, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        before = to_settle(worker)

        refused = worker.desk.resolve(wish)

    assert code(refused) == why
    assert refused.seq == before.seq


def test_a_choice_can_be_taken_back(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker)
        worker.desk.resolve(Wish(method="store_credit"))

        undone = worker.desk.do("undo")

    assert undone.settle is not None
    assert undone.settle.lines[0].method == "original_payment"


def test_an_exchange_is_reckoned_by_the_price_of_the_other_product(tmp_path: Path) -> None:
    order = an_order(lines=(a_line(unit_price=euros(15000)),))
    with a_station(tmp_path, [order], [an_rma()]) as station:
        worker = Worker(station)
        to_settle(worker)

        view = worker.desk.resolve(Wish(method="exchange", variant="DP2-BK"))

    assert view.settle is not None
    assert view.settle.lines[0].amount == euros(2100)  # 150.00 less 129.00


def test_money_goes_back_as_it_came(tmp_path: Path) -> None:
    with a_station(tmp_path, [an_order(tenders=SPLIT)], [an_rma()]) as station:
        worker = Worker(station)
        to_settle(worker)
        worker.desk.do("finish")

        (told,) = instructions(station)

    assert [(part["kind"], part["amount"]) for part in told["tenders"]] == [
        ("gift_card", "33.90"),
        ("card", "100.00"),
    ]


def test_simulating_writes_nothing(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        before = to_settle(worker)

        again = worker.desk.state()

    assert again.seq == before.seq
    assert again.settle == before.settle


def test_above_the_limit_goods_move_and_money_waits(tmp_path: Path) -> None:
    with a_station(tmp_path) as station, with_limit(station, "100.00"):
        worker = Worker(station)
        shown = to_settle(worker)
        done = worker.desk.do("finish")
        table = InspectionTable(station.database, station.equipment.settings.zone)

        waiting = list(table.rows(Filter(state=ReviewState.WAITING)))

        assert shown.settle is not None
        assert shown.settle.approval is not None
        assert done.step is Step.READY
        assert instructions(station) == []
        (row,) = waiting
        assert row.why is not None
        assert row.why.key == "review.refund-over-limit"


def test_a_supervisors_yes_lets_it_go(tmp_path: Path) -> None:
    with a_station(tmp_path) as station, with_limit(station, "100.00"):
        worker = Worker(station)
        to_settle(worker)
        worker.desk.do("finish")
        Worker(station, "SUPERVISOR")
        table = InspectionTable(station.database, station.equipment.settings.zone)
        reviewing = Reviewing(station.equipment, station.desk.memory, table)
        (row,) = table.rows(Filter(state=ReviewState.WAITING))

        reviewing.approve(row.item_id)

        (told,) = instructions(station)
        assert told["total"] == "133.90"
        assert list(table.rows(Filter(state=ReviewState.WAITING))) == []


def test_what_was_exported_is_not_exported_again(tmp_path: Path) -> None:
    out = tmp_path / "refunds.jsonl"
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker)
        worker.desk.do("finish")
    arguments = ["--home", str(tmp_path), "export", "refunds", "--out", str(out)]

    main(arguments)
    first = [msgspec.json.decode(line) for line in out.read_bytes().splitlines()]
    main(arguments)
    second = out.read_bytes()
    main([*arguments, "--all"])
    third = [msgspec.json.decode(line) for line in out.read_bytes().splitlines()]

    assert [row["state"] for row in first] == ["waiting"]
    assert second == b""
    assert [(row["key"], row["state"]) for row in third] == [(first[0]["key"], "exported")]


def test_what_became_of_it_is_brought_back(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker)
        worker.desk.do("finish")
        (told,) = instructions(station)
    file = tmp_path / "reports.csv"
    file.write_text(f"key,state\n{told['key']},paid\nnobody,paid\n", encoding="utf-8")

    refused = main(["--home", str(tmp_path), "import", "refunds", str(file)])
    main(["--home", str(tmp_path), "import", "refunds", str(file)])

    with a_station(tmp_path) as station:
        refunds = Refunds(station.equipment)
        assert refused == 1
        assert [row.key for row in refunds.told((EXECUTED,))] == [told["key"]]
        assert refunds.report([RefundReported(key=told["key"], state=EXECUTED)]) == 0


def test_a_lot_and_a_unit_in_two_parcels_pay_the_line_to_the_cent(tmp_path: Path) -> None:
    line = a_line(quantity=3, unit_price=euros(3334), discount=euros(2))
    order = an_order(lines=(line,), shipping=None)
    announced = [
        an_rma(number=number, tracking=None, lines=(ReturnLine(sku=line.sku, quantity=units),))
        for number, units in (("R-1", 2), ("R-2", 1))
    ]
    with a_station(tmp_path, [order], announced) as station:
        worker = Worker(station)
        ways = (("R-1", 2, "restock_new", None), ("R-2", 1, "restock_open_box", "no_room"))
        for number, units, disposition, reason in ways:
            worker.desk.scan(number)
            worker.desk.add(EAN, units)
            worker.inspect_as_new()
            worker.label(worker.desk.dispose(disposition, reason))
            worker.desk.do("finish")

        assert [told["total"] for told in instructions(station)] == ["66.66", "33.34"]


def test_limits_are_written_and_read(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    settings = msgspec.structs.replace(settings, refund_limits={"EUR": "250.00", "ds/KRW": "1"})

    write_settings(tmp_path, settings)

    limits = load_settings(tmp_path).for_desk().limits
    assert limits.of("ds", "KRW") == Money(1, "KRW")
    assert limits.of("other", "KRW") is None
    assert not limits.allows("operator", "other", Money(1, "KRW"))
    assert limits.allows("operator", "other", euros(25000))
    assert not limits.allows("operator", "other", euros(25001))
    assert replace(limits, amounts={}).allows("operator", "other", euros(99999))


def test_a_gifts_receipt_names_neither_giver_nor_price(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        to_settle(worker)
        opened = station.desk.memory.opened()
        case = replace(opened.case, is_gift=True)

        paper = Receipts(station.equipment).of(case, resolve(case)).paper

    assert isinstance(paper, Receipt)
    assert (paper.customer, paper.order_number, paper.taxes) == (None, None, ())
    assert [(line.refund, line.deductions) for line in paper.lines] == [(None, ())]
    assert [name.key for name, _ in paper.tenders] == ["papers.tender.gift_card"]


def test_the_receipt_says_what_an_amount_is_made_of(tmp_path: Path) -> None:
    order = an_order(lines=(a_line(discount=euros(900), tax_rate="19"),), tenders=SPLIT)
    with a_station(tmp_path, [order], [an_rma()]) as station:
        worker = Worker(station)
        to_settle(worker)
        case = station.desk.memory.opened().case

        paper = Receipts(station.equipment).of(case, resolve(case)).paper

    assert isinstance(paper, Receipt)
    (line,) = paper.lines
    assert [(say.key, amount) for say, amount in line.deductions] == [
        ("papers.pay.price", -euros(12900)),
        ("papers.pay.discount", euros(900)),
    ]
    assert [say.key for say, _ in paper.tenders] == [
        "papers.tender.gift_card",
        "papers.tender.card",
    ]
    assert [say.values for say, _ in paper.taxes] == [{"rate": "19"}]
