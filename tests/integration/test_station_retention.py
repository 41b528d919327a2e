"""A station without a hub forgets by itself what was kept long enough, and only that."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from builders import AT, an_order, an_rma
from processes import run_program
from returnstation.app import Station
from returnstation.app.retention import Retaining
from returnstation.app.tidying import Tidying
from returnstation.application.troubles import Refused
from returnstation.domain.barcodes import canonical
from returnstation.domain.facts import (
    ERASED,
    ForgottenOrder,
    NoteAdded,
    OrdersForgotten,
    PhotoTaken,
)
from returnstation.domain.orders import Order, Shipment
from returnstation.storage.audit import verify
from returnstation.storage.cache_tables import CONFLICT
from returnstation.storage.filling import Filling
from returnstation.storage.moments import to_ms
from returnstation.storage.photos import PhotoFolder
from returnstation.storage.tables import CASE, CASE_CODE, REFUND
from stations import Clock, Worker, a_station

NAME = "Xqzwvk Zyxwqq"
KEPT = timedelta(days=30)


def sold(number: str = "KR-1", **changes: Any) -> Order:
    order = an_order(number=number, **changes)
    return replace(order, customer=replace(order.customer, name=NAME))


@contextmanager
def keeping(home: Path, order: Order) -> Iterator[Station]:
    rmas = [an_rma(order_number=order.number, requested_on=order.ordered_on)]
    clock = Clock()
    with a_station(home, [order], rmas, clock, keep_orders_days=30, keep_photos_days=14) as opened:
        yield opened


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A station that keeps orders for 30 days, and photos for 14."""
    with keeping(tmp_path, sold()) as opened:
        yield opened


def a_picture(colour: str = "navy") -> bytes:
    out = BytesIO()
    Image.new("RGB", (90, 70), colour).save(out, "JPEG")
    return out.getvalue()


def a_case(station: Station, *, finished: bool = True) -> tuple[str, str]:
    """Work on the parcel of the order; return its case and a photo of it."""
    worker, order = Worker(station), sold()
    worker.desk.scan(order.shipments[0].tracking)
    if finished:
        worker.through(order.lines[0].gtin or order.lines[0].sku)
        worker.desk.do("finish")
    case_id = str(one(station, "SELECT case_id FROM return_case"))
    digest = PhotoFolder(station.home / "photos").keep(a_picture())
    with station.database.work() as work:
        note = NoteAdded(text=f"{NAME} called")
        work.facts.append(case_id, None, [note, PhotoTaken(digest=digest)], station.clock())
        work.commit()
    return case_id, digest


def paid(station: Station, state: str = "executed") -> None:
    with station.database.work() as work:
        work.connection.execute(REFUND.update().values(state=state))
        work.commit()


def one(station: Station, query: str) -> object:
    with station.database.reading() as connection:
        return connection.exec_driver_sql(query).scalar_one()


def later(station: Station, time: timedelta) -> None:
    """Have so much time gone by since the parcel was finished."""
    ended_ms = one(station, "SELECT max(ended_at) FROM return_case")
    assert isinstance(ended_ms, int)
    station.clock = lambda: AT + timedelta(milliseconds=ended_ms - to_ms(AT)) + time


def is_known(station: Station, number: str = "KR-1") -> bool:
    return station.cache.order("ds", number) is not None


def told(station: Station) -> list[object]:
    with station.database.look() as work:
        return [each.fact for each in work.facts.of(station.settings.prefix)]


def files_with(station: Station, secret: bytes) -> set[str]:
    files = (file for file in station.home.rglob("*") if file.is_file())
    return {file.name for file in files if secret in file.read_bytes()}


def test_an_order_goes_with_its_cases_words_papers_and_photos_and_no_file_names_the_buyer(
    station: Station,
) -> None:
    case_id, digest = a_case(station)
    paid(station)
    secrets = (NAME.encode(), b"zyxwqq")
    assert all(files_with(station, each) for each in secrets)

    later(station, KEPT + timedelta(seconds=1))
    done = Retaining(station).run()

    assert done == {"orders": 1, "rmas": 0, "cases": 0, "photos": 0}
    assert not is_known(station)
    assert station.cache.rmas_of("ds", "KR-1") == []
    assert not PhotoFolder(station.home / "photos").has(digest)
    assert [files_with(station, each) for each in secrets] == [set(), set()]
    order = ForgottenOrder(merchant_id="ds", order_number="KR-1", erased_ms=0)
    assert told(station) == [OrdersForgotten(orders=(order,))]
    with station.database.look() as work:
        assert NoteAdded(text=ERASED) in [each.fact for each in work.facts.of(case_id)]
    assert verify(station.home / "station.db").bad is None


def test_nothing_goes_before_its_time_is_over(station: Station) -> None:
    _, digest = a_case(station)
    paid(station)

    later(station, timedelta(days=14) - timedelta(seconds=1))

    assert Retaining(station).run() == {"orders": 0, "rmas": 0, "cases": 0, "photos": 0}
    assert PhotoFolder(station.home / "photos").has(digest)

    later(station, timedelta(days=14, seconds=1))
    assert Retaining(station).run() == {"orders": 0, "rmas": 0, "cases": 0, "photos": 1}
    assert not PhotoFolder(station.home / "photos").has(digest)

    later(station, KEPT - timedelta(seconds=1))
    assert Retaining(station).run() == {"orders": 0, "rmas": 0, "cases": 0, "photos": 0}
    assert is_known(station)


@pytest.mark.parametrize("state", ["waiting", "exported", "acknowledged", "failed"])
def test_a_refund_that_is_not_paid_keeps_everything(station: Station, state: str) -> None:
    _, digest = a_case(station)
    paid(station, state)
    later(station, 100 * KEPT)

    assert Retaining(station).run() == {"orders": 0, "rmas": 0, "cases": 0, "photos": 0}
    assert is_known(station)
    assert PhotoFolder(station.home / "photos").has(digest)


def test_an_open_case_keeps_everything(station: Station) -> None:
    _, digest = a_case(station, finished=False)
    station.clock = lambda: AT + 100 * KEPT

    assert Retaining(station).run() == {"orders": 0, "rmas": 0, "cases": 0, "photos": 0}
    assert is_known(station)
    assert PhotoFolder(station.home / "photos").has(digest)


def test_an_open_review_keeps_everything(station: Station) -> None:
    a_case(station)
    paid(station)
    with station.database.work() as work:
        work.connection.exec_driver_sql("UPDATE return_case SET reviews_waiting = 1")
        work.commit()
    later(station, 100 * KEPT)

    assert Retaining(station).run() == {"orders": 0, "rmas": 0, "cases": 0, "photos": 0}


def in_conflict(station: Station, case_id: str) -> None:
    record = {"conflict_id": "x", "kind": "order_changed", "state": "open", "since_ms": 1}
    record |= {"owner": "site", "money": "waits", "cases": [case_id]}
    row = {"conflict_id": "x", "state": "open", "body": json.dumps(record).encode()}
    with station.cache.writing() as connection:
        connection.execute(CONFLICT.insert(), row)


def test_an_open_conflict_keeps_everything(station: Station) -> None:
    case_id, _ = a_case(station)
    paid(station)
    in_conflict(station, case_id)
    later(station, 100 * KEPT)

    assert Retaining(station).run() == {"orders": 0, "rmas": 0, "cases": 0, "photos": 0}


@pytest.mark.parametrize(("days_ago", "is_kept"), [(29, True), (30, True), (31, False)])
def test_an_order_nothing_came_back_of_goes_by_the_last_day_it_names_and_leaves_no_trace(
    station: Station, days_ago: int, *, is_kept: bool
) -> None:
    zoned = station.clock().astimezone(station.settings.for_desk().zone).date()
    delivered = zoned - timedelta(days=days_ago)
    sent = Shipment(tracking="RR1", delivered_on=delivered)
    long_ago = delivered - timedelta(days=300)
    Filling(station.cache).orders([sold("KR-2", ordered_on=long_ago, shipments=(sent,))])

    Retaining(station).run()

    assert is_known(station, "KR-2") is is_kept
    assert told(station) == []


def test_an_order_whose_return_was_announced_lately_stays(station: Station) -> None:
    today = station.clock().date()
    long_ago = today - timedelta(days=300)
    Filling(station.cache).orders([sold("KR-2", ordered_on=long_ago, shipments=())])
    rma = an_rma(order_number="KR-2", requested_on=today - timedelta(days=20))
    Filling(station.cache).rmas([rma])

    Retaining(station).run()
    assert is_known(station, "KR-2")

    Filling(station.cache).rmas([replace(rma, requested_on=today - timedelta(days=32))])
    Retaining(station).run()
    assert not is_known(station, "KR-2")


def is_announced(station: Station, number: str) -> bool:
    return station.cache.rma("ds", number) is not None


def announced(station: Station, days_ago: int, **changes: Any) -> None:
    """Have a return be announced of which there is no order."""
    day = station.clock().astimezone(station.settings.for_desk().zone).date()
    rma = an_rma(number="R-9", requested_on=day - timedelta(days=days_ago))
    Filling(station.cache).rmas([replace(rma, **{"order_number": "KR-9", **changes})])


@pytest.mark.parametrize(("days_ago", "is_kept"), [(29, True), (30, True), (31, False)])
@pytest.mark.parametrize("order_number", ["KR-9", ""])
def test_an_announced_return_without_its_order_goes_by_its_own_day(
    station: Station, order_number: str, days_ago: int, *, is_kept: bool
) -> None:
    announced(station, days_ago, order_number=order_number)

    assert Retaining(station).run()["rmas"] == (not is_kept)

    assert is_announced(station, "R-9") is is_kept
    assert told(station) == []


def test_one_whose_order_is_here_goes_with_it_only(station: Station) -> None:
    announced(station, 300, order_number="KR-1")

    assert Retaining(station).run()["rmas"] == 0
    assert is_announced(station, "R-9")


def case_row(station: Station, **changes: Any) -> None:
    """Have a case that ended and was paid long ago, but for what changes."""
    row: dict[str, Any] = {"case_id": "x", "number": "C-9", "state": "closed", "country": "KR"}
    row |= {"merchant_id": "ds", "merchant": "", "order_number": "", "clause": ""}
    row |= {"opened_at": 1, "ended_at": 2, "reviews_waiting": 0} | changes
    with station.database.work() as work:
        work.connection.execute(CASE.insert(), row)
        work.connection.execute(CASE_CODE.insert(), {"case_id": "x", "code": "C9"})
        work.commit()


def code_of_the_parcel(station: Station, code: str) -> None:
    with station.database.work() as work:
        work.connection.execute(CASE_CODE.insert(), {"case_id": "x", "code": canonical(code)})
        work.commit()


@pytest.mark.parametrize("known_by", ["KR-9 first", "R-9", "RR999888777DE"])
@pytest.mark.parametrize(
    ("change", "is_kept"),
    [({}, False), ({"ended_at": None}, True), ({"reviews_waiting": 1}, True)],
)
def test_an_announced_return_stays_as_long_as_a_case_of_its_order_or_parcel_is_worked_on(
    station: Station, known_by: str, change: dict[str, Any], *, is_kept: bool
) -> None:
    announced(station, 300, tracking="RR999888777DE")
    of_order = {"order_number": "KR-8, KR-9"} if known_by.startswith("KR") else {}
    case_row(station, **of_order, **change)
    if not of_order:
        code_of_the_parcel(station, known_by)

    Retaining(station).run()

    assert is_announced(station, "R-9") is is_kept


@pytest.mark.parametrize(("seconds", "is_kept"), [(-1, True), (1, False)])
def test_an_announced_return_stays_until_days_after_its_case_ended(
    station: Station, seconds: int, *, is_kept: bool
) -> None:
    announced(station, 300)
    case_row(station, order_number="KR-9", ended_at=to_ms(station.clock()))
    later(station, KEPT + timedelta(seconds=seconds))

    Retaining(station).run()

    assert is_announced(station, "R-9") is is_kept


@pytest.mark.parametrize(("state", "is_kept"), [("executed", False), ("exported", True)])
def test_an_announced_return_stays_until_its_refund_was_paid(
    station: Station, state: str, *, is_kept: bool
) -> None:
    a_case(station)
    paid(station, state)
    announced(station, 300)
    with station.database.work() as work:
        work.connection.execute(CASE.update().values(order_number="KR-9"))
        work.commit()
    later(station, KEPT + timedelta(seconds=1))

    Retaining(station).run()

    assert is_announced(station, "R-9") is is_kept


def test_an_announced_return_stays_as_long_as_a_conflict_of_its_case_is_open(
    station: Station,
) -> None:
    announced(station, 300)
    case_row(station, order_number="KR-9")
    in_conflict(station, "x")
    Retaining(station).run()
    assert is_announced(station, "R-9")

    with station.cache.writing() as connection:
        connection.execute(CONFLICT.delete())
    Retaining(station).run()
    assert not is_announced(station, "R-9")


def test_words_of_cases_whose_order_is_not_here_go_too(station: Station) -> None:
    case_id, digest = a_case(station)
    paid(station)
    with station.cache.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sale_order")
    later(station, KEPT + timedelta(seconds=1))

    assert Retaining(station).run() == {"orders": 0, "rmas": 1, "cases": 1, "photos": 0}

    assert files_with(station, NAME.encode()) == set()
    assert not PhotoFolder(station.home / "photos").has(digest)
    with station.database.look() as work:
        assert NoteAdded(text=ERASED) in [each.fact for each in work.facts.of(case_id)]
    assert Retaining(station).run() == {"orders": 0, "rmas": 0, "cases": 0, "photos": 0}


def test_a_photo_that_a_case_names_which_is_not_old_stays(station: Station) -> None:
    _, digest = a_case(station)
    paid(station)
    with station.database.work() as work:
        work.connection.exec_driver_sql(
            "INSERT INTO return_case (case_id, number, state, country, merchant_id, merchant,"
            " order_number, opened_at, clause, reviews_waiting)"
            " VALUES ('open', 'C-9', 'open', 'KR', 'ds', '', 'KR-9', 1, '', 0)"
        )
        work.facts.append("open", None, [PhotoTaken(digest=digest)], station.clock())
        work.commit()
    later(station, timedelta(days=20))

    assert Retaining(station).run()["photos"] == 0
    assert PhotoFolder(station.home / "photos").has(digest)


def test_a_pass_is_made_once_a_day_in_steps_and_goes_on_where_it_was(station: Station) -> None:
    long_ago = (station.clock() - timedelta(days=300)).date()
    numbers = [f"OLD-{n}" for n in range(5)]
    orders = [sold(number, ordered_on=long_ago, shipments=()) for number in numbers]
    Filling(station.cache).orders(orders)

    counts = [Retaining(station, at_once=2).step() for _ in range(20)]  # each as if just started

    assert [each["orders"] for each in counts if each and "orders" in each] == [1, 2, 2, 0]
    assert counts[-1] is None
    Filling(station.cache).orders(orders)
    assert Retaining(station).step() is None
    now = station.clock()
    station.clock = lambda: now + timedelta(days=1)
    assert Retaining(station).step() == {"orders": 5}


def test_both_are_off_by_default(tmp_path: Path) -> None:
    with a_station(tmp_path, [sold()], [an_rma(order_number="KR-1")]) as station:
        _, digest = a_case(station)
        paid(station)
        later(station, 100 * KEPT)

        assert Retaining(station).run() == {"orders": 0, "rmas": 0, "cases": 0, "photos": 0}
        assert is_known(station)
        assert PhotoFolder(station.home / "photos").has(digest)


def test_with_a_hub_its_retention_counts(station: Station) -> None:
    a_case(station)
    paid(station)
    later(station, 100 * KEPT)
    station.database.keep_setting("hub_url", "https://hub.example")

    assert Retaining(station).step() is None
    with pytest.raises(Refused, match="retention-of-hub"):
        Retaining(station).run()
    assert is_known(station)


def test_a_station_without_a_hub_tidies_up_in_a_thread_of_its_own(station: Station) -> None:
    a_case(station)
    paid(station)
    later(station, KEPT + timedelta(days=70))
    tidying = Tidying(station)

    tidying.round()

    assert not is_known(station)
    assert "Zyxwqq" not in str(one(station, "SELECT group_concat(paper) FROM print_job"))
    assert station.start_syncing() is None
    assert "tidying" in {thread.name for thread in threading.enumerate()}
    station.close()
    assert "tidying" not in {thread.name for thread in threading.enumerate()}


def test_the_command_forgets_at_once_and_says_how_much(tmp_path: Path) -> None:
    with keeping(tmp_path, sold(shipments=(), ordered_on=date(2020, 1, 1))):
        pass

    done = run_program("--home", str(tmp_path), "--json", "retention")
    said = run_program("--home", str(tmp_path), "retention")

    assert json.loads(done.out) == {
        "kept_days": {"orders": 30, "photos": 14},
        "forgotten": {"orders": 1, "rmas": 0, "cases": 0, "photos": 0},
    }
    assert "orders are kept 30 days" in said.out
    assert said.out.splitlines()[-1] == "forgotten: 0 orders, 0 rmas, 0 cases, 0 photos"
