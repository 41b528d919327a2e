"""One return from scan to papers, on a real station."""

from datetime import date
from pathlib import Path

import pytest

from builders import SHOES_GTIN, WATCH_GTIN, a_line, an_order, an_rma, euros
from returnstation.application.view import Outcome, Sound, Step
from returnstation.domain.money import Money
from returnstation.domain.orders import Customer, ReturnLine, Shipment
from returnstation.domain.papers import Receipt
from returnstation.domain.policy import Category
from returnstation.storage.audit import verify
from stations import Worker, a_station, code

EAN = SHOES_GTIN[1:]


def test_a_parcel_goes_from_scan_to_receipt_with_four_scans(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)

        matched = worker.desk.scan("R-77421")
        settled = worker.through(EAN)
        done = worker.desk.do("finish")
        all_printed = station.finish_printing()

        assert matched.step is Step.MATCHED
        assert settled.step is Step.SETTLE
        assert done.step is Step.READY
        assert done.sound is Sound.DONE
        assert all_printed
    assert len(list((tmp_path / "printed" / "labels").iterdir())) == 1
    assert len(list((tmp_path / "printed" / "receipts").iterdir())) == 1
    assert verify(tmp_path / "station.db").bad is None


def test_the_verdict_stands_beside_the_line_at_once(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = Worker(station).desk.scan("689204177735")

    assert view.case is not None
    (line,) = view.case.lines
    assert view.case.country == "DE"
    assert line.outcome is Outcome.ACCEPT
    assert line.clause
    assert line.deadline is not None
    assert view.sound is Sound.ACCEPT


@pytest.mark.parametrize("scan", ["R-77421", "DS-118402", "ds 118402", "RR473124829DE"])
def test_any_code_of_the_parcel_finds_its_order(scan: str, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = Worker(station).desk.scan(scan)

    assert view.case is not None
    assert [entry.value for entry in view.case.facts].count("DS-118402") == 1


def test_scanning_the_parcel_again_finds_the_same_case(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)

        first = worker.desk.scan("R-77421")
        worker.desk.hold("later")
        second = worker.desk.scan("689204177735")

    assert first.case is not None
    assert second.case is not None
    assert second.case.case_id == first.case.case_id


def test_a_code_nobody_knows_opens_a_blind_case(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)

        blind = worker.desk.scan("NOBODY-4711")
        worker.desk.scan(EAN)
        graded = worker.inspect_as_new()

    assert blind.case is not None
    assert blind.case.is_blind
    assert graded.proposal is not None
    assert graded.proposal.disposition == "quarantine"


def test_a_number_two_orders_share_is_asked_never_guessed(tmp_path: Path) -> None:
    twin = an_order(merchant_id="other", shipments=())
    with a_station(tmp_path, [an_order(), twin]) as station:
        worker = Worker(station)

        asked = worker.desk.scan("DS-118402")
        refused = worker.desk.scan(EAN)
        chosen = worker.desk.choose("1")

    assert asked.step is Step.CHOOSE
    assert len(asked.options) == 3
    assert asked.case is None
    assert code(refused) == "answer-first"
    assert chosen.step is Step.MATCHED


def test_two_returns_in_one_parcel_open_one_case(tmp_path: Path) -> None:
    second = an_order(number="DS-2", lines=(a_line(sku="DP2-BK", gtin=WATCH_GTIN),), shipments=())
    rmas = [an_rma(), an_rma(number="R-2", order_number="DS-2", lines=(ReturnLine(sku="DP2-BK"),))]
    with a_station(tmp_path, [an_order(), second], rmas) as station:
        view = Worker(station).desk.scan("689204177735")

    assert view.case is not None
    assert [line.sku for line in view.case.lines] == ["HR3-NV-270", "DP2-BK"]


def test_a_product_scanned_before_its_parcel_is_refused_aloud(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        view = Worker(station).desk.scan(EAN)

    assert code(view) == "product-before-parcel"
    assert view.sound is Sound.SCAN_REFUSED
    assert view.case is None


def test_a_product_of_another_order_is_not_recorded_before_somebody_says_what_happened(
    tmp_path: Path,
) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        before = worker.desk.scan("R-77421")

        asked = worker.desk.scan(WATCH_GTIN[1:])
        taken = worker.desk.choose("1")

    assert asked.step is Step.CHOOSE
    assert asked.seq == before.seq
    assert taken.step is Step.QUESTION
    assert taken.case is not None
    assert taken.case.warnings


def test_a_serial_that_was_never_shipped_is_said_aloud(tmp_path: Path) -> None:
    order = an_order(lines=(a_line(serials=("SN-1",)),))
    with a_station(tmp_path, [order], [an_rma()]) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")

        view = worker.desk.scan(f"]d201{SHOES_GTIN}21SN-9")

    assert view.case is not None
    assert [say.key for say in view.case.warnings] == ["finding.serial_not_shipped.of"]


def test_a_serial_that_came_back_before_is_said_aloud(tmp_path: Path) -> None:
    order = an_order(
        lines=(a_line(serials=("SN-1", "SN-2"), quantity=2),),
        shipments=(Shipment(tracking="X1X1X1X1"),),
    )
    with a_station(tmp_path, [order], [an_rma(tracking=None)]) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.through("SN-1")
        worker.desk.do("finish")
        worker.desk.scan("R-77421")

        view = worker.desk.scan("SN-1")

    assert view.case is not None
    assert "finding.came_back_in" in [say.key for say in view.case.warnings]


def test_what_is_missing_is_recorded_and_not_refunded(tmp_path: Path) -> None:
    order = an_order(lines=(a_line(), a_line(number=2, sku="DP2-BK", gtin=WATCH_GTIN)))
    rma = an_rma(lines=(ReturnLine(sku="HR3-NV-270"), ReturnLine(sku="DP2-BK")))
    with a_station(tmp_path, [order], [rma]) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        waiting = worker.through(EAN)

        early = worker.desk.do("settle")
        settled = worker.desk.do("missing")

    assert waiting.step is Step.MATCHED
    assert code(early) == "lines-waiting"
    assert settled.step is Step.SETTLE
    assert settled.settle is not None
    assert settled.settle.total == euros(12900)


def test_the_whole_order_back_gives_the_delivery_cost_back(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")

        view = worker.through(EAN)

    assert view.settle is not None
    assert view.settle.shipping == euros(490)
    assert view.settle.total == euros(13390)


def test_what_the_eye_finds_to_be_another_product_is_quarantined_and_not_refunded(
    tmp_path: Path,
) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.scan(EAN)

        graded = worker.desk.choose("1")
        settled = worker.label(worker.desk.do("accept"))

    assert graded.proposal is not None
    assert graded.proposal.disposition == "quarantine"
    assert settled.settle is not None
    assert settled.settle.total == euros(0)
    assert settled.settle.lines[0].outcome is Outcome.SUPERVISOR


def test_what_came_back_before_is_not_refunded_again(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        first = worker.through(EAN)
        worker.desk.do("finish")

        again = worker.desk.scan("DS-118402")
        settled = worker.through(EAN)

    assert first.settle is not None
    assert first.settle.total == euros(13390)
    assert again.step is Step.MATCHED
    assert settled.settle is not None
    assert settled.settle.total == euros(0)
    assert settled.settle.lines[0].outcome is Outcome.SUPERVISOR


def test_the_second_of_two_units_is_refunded_once_the_first_came_earlier(tmp_path: Path) -> None:
    shipment = Shipment(tracking="RR473124829DE", delivered_on=date(2026, 11, 20))
    order = an_order(lines=(a_line(quantity=2),), shipments=(shipment,))
    with a_station(tmp_path, [order]) as station:
        worker = Worker(station)
        totals = []
        for _ in range(2):
            worker.desk.scan("DS-118402")
            worker.through(EAN)
            view = worker.desk.do("settle")
            assert view.settle is not None
            totals.append(view.settle.total)
            worker.desk.do("finish")

    assert totals == [euros(12900), euros(12900 + 490)]  # with the last unit the delivery cost


def test_one_unit_of_two_announced_gives_no_delivery_cost_back(tmp_path: Path) -> None:
    shipment = Shipment(tracking="RR473124829DE", delivered_on=date(2026, 11, 20))
    order = an_order(lines=(a_line(quantity=2),), shipments=(shipment,))
    with a_station(tmp_path, [order], [an_rma(requested_on=date(2026, 11, 22))]) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")

        view = worker.through(EAN)

    assert view.settle is not None
    assert view.settle.total == euros(12900)


def test_orders_in_different_currencies_are_not_put_into_one_case(tmp_path: Path) -> None:
    won = Money(50000, "KRW")
    other = an_order(
        number="DS-2",
        currency="KRW",
        shipping=None,
        lines=(a_line(unit_price=won, discount=Money(0, "KRW"), tax=Money(0, "KRW")),),
        shipments=(),
    )
    rmas = [an_rma(), an_rma(number="R-2", order_number="DS-2")]
    with a_station(tmp_path, [an_order(), other], rmas) as station:
        view = Worker(station).desk.scan("689204177735")

    assert view.step is Step.CHOOSE


def test_two_cases_of_one_order_open_at_once_refund_a_unit_once(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")
        worker.desk.hold("later")
        worker.desk.scan("RR473124829DE")
        first = worker.through(EAN)
        worker.desk.do("finish")
        worker.desk.scan("R-77421")
        second = worker.through(EAN)

    assert first.settle is not None
    assert second.settle is not None
    assert first.settle.total == euros(13390)
    assert second.settle.total == euros(0)
    assert second.settle.lines[0].outcome is Outcome.SUPERVISOR


def test_the_parcel_after_a_refused_one_gives_no_delivery_cost_back(tmp_path: Path) -> None:
    shipment = Shipment(tracking="RR473124829DE", delivered_on=date(2026, 11, 20))
    lines = (
        a_line(legal=Category.CUSTOM_MADE),
        a_line(number=2, sku="DP2-BK", gtin=WATCH_GTIN),
    )
    with a_station(tmp_path, [an_order(lines=lines, shipments=(shipment,))]) as station:
        worker = Worker(station)
        totals = []
        for product in (EAN, WATCH_GTIN[1:]):
            worker.desk.scan("DS-118402")
            worker.through(product)
            view = worker.desk.do("settle")
            assert view.settle is not None
            totals.append(view.settle.total)
            worker.desk.do("finish")

    assert totals == [euros(0), euros(12900)]


def test_the_receipt_tells_what_the_law_orders_beside_the_decision(tmp_path: Path) -> None:
    customer = Customer(name="김하늘", jurisdiction="KR", language="ko")
    delivered = (Shipment(tracking="T-1", delivered_on=date(2026, 11, 20)),)
    order = an_order(number="KR-1", customer=customer, shipments=delivered)
    with a_station(tmp_path, [order]) as station:
        worker = Worker(station)
        worker.desk.scan("KR-1")
        worker.through(EAN)
        worker.desk.do("finish")
        with station.database.look() as work:
            job = work.jobs.next_for("receipts")

    assert job is not None
    assert isinstance(job.paper, Receipt)
    told = {text.key: (text.values, clause) for text, clause in job.paper.lines[0].terms}
    assert told["law.late_refund_interest"][0] == {"percent": 15}
    assert told["law.return_cost_consumer"][1] == "전자상거래법 제18조 제9항"
