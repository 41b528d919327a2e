"""What a site's stations are told of conflicts: written, taken back, and forgotten in time."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from threading import Thread
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, event, insert, select, update

from builders import an_order
from postgres import new_database
from returnstation.app import Station
from returnstation.hub.conflict_records import KEPT_MS, ConflictRecords
from returnstation.hub.database import HubDatabase
from returnstation.hub.erased import alone
from returnstation.hub.intake import Intake, Sender
from returnstation.hub.keys import load_keys
from returnstation.hub.projecting import Projector
from returnstation.hub.records import Change, Records
from returnstation.hub.tables import CONFLICT, RECORD, STATION
from returnstation.storage.outbox import Outbox
from returnstation.wire.batches import Acked, Batch
from returnstation.wire.conflicts import ConflictRecord
from returnstation.wire.feeds import key_of
from stations import Worker, a_station

NOW = 1_760_000_000_000
DESK = "ICN3-1"


@dataclass
class Stand:
    """A hub's database with one desk's parcel, and a clock."""

    database: HubDatabase
    now_ms: int = NOW

    def __post_init__(self) -> None:
        marks = count(100)
        self.records = ConflictRecords(lambda: self.now_ms, lambda: next(marks))

    def project(self) -> None:
        Projector(self.database, publish=self.records.publish).run()

    def put_order(self, body: bytes | None) -> None:
        order = an_order()
        with self.database.work() as connection:
            change = Change("order", key_of(order.merchant_id, order.number), body)
            Records(connection, "merchant:ds", self.now_ms, 5).put([change])

    def told(self) -> list[tuple[str, ConflictRecord | None]]:
        """Return the shards with a record, and the record; None for one that was taken back."""
        with self.database.look() as connection:
            rows = connection.execute(select(RECORD).where(RECORD.c.kind == "conflict"))
            return [
                (
                    row.shard,
                    None
                    if row.is_deleted
                    else msgspec.json.decode(bytes(row.body), type=ConflictRecord),
                )
                for row in rows
            ]


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """The facts of a desk that took in the example's parcel."""
    with a_station(tmp_path_factory.mktemp("desk")) as station:
        return _worked(station)


def _worked(station: Station) -> Batch:
    worker = Worker(station)
    worker.desk.scan(an_order().shipments[0].tracking)
    worker.through(an_order().lines[0].gtin or an_order().lines[0].sku)
    facts = tuple(Outbox(station.database).after(0, 1000))
    return Batch(branch=1, before=Outbox(station.database).hash_at(0) or b"", facts=facts)


@pytest.fixture(params=["sqlite", "postgresql"])
def stand(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, parcel: Batch
) -> Iterator[Stand]:
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("hub") / "hub.db"
        with closing(HubDatabase(f"sqlite:///{path}", "hub-a")) as made:
            yield _filled(made, parcel)
        return
    address = new_database(request.getfixturevalue("postgres_server"))
    with closing(HubDatabase(address, "hub-a")) as made:
        yield _filled(made, parcel)


def _filled(database: HubDatabase, parcel: Batch) -> Stand:
    with database.work() as connection:
        row: dict[str, object] = {
            "station": DESK,
            "site": "ICN3",
            "name": "Desk 1",
            "key": bytes(32),
        }
        row.update(enrolled_ms=1, first_number=1, last_number=9)
        connection.execute(insert(STATION), row)
    intake = Intake(database, load_keys(database, bytes(32)))
    assert isinstance(intake.take(Sender(DESK, channel="bundle"), parcel, NOW), Acked)
    stand = Stand(database)
    stand.put_order(msgspec.json.encode(an_order()))
    stand.project()
    assert stand.told() == []
    return stand


def test_a_conflict_goes_to_the_site_of_its_case_with_what_was_found(stand: Stand) -> None:
    stand.put_order(None)
    stand.project()

    ((shard, record),) = stand.told()
    assert shard == "site:ICN3"
    assert record is not None
    assert (record.kind, record.state, record.money) == ("order_changed", "open", "waits")
    (side,) = record.sides
    assert (side.key, side.station, side.units) == (record.cases[0], "Desk 1", 1)
    assert side.disposition is not None


def test_a_conflict_that_is_no_more_is_taken_back(stand: Stand) -> None:
    stand.put_order(None)
    stand.project()
    stand.put_order(msgspec.json.encode(an_order()))
    stand.project()

    assert stand.told() == [("site:ICN3", None)]


def test_the_same_again_makes_no_new_change(stand: Stand) -> None:
    stand.put_order(None)
    stand.project()
    with stand.database.work() as connection:
        before = connection.scalar(select(RECORD.c.n).where(RECORD.c.kind == "conflict"))
        (conflict_id,) = connection.scalars(select(CONFLICT.c.conflict_id))
        stand.records.publish(connection, {conflict_id})
        assert connection.scalar(select(RECORD.c.n).where(RECORD.c.kind == "conflict")) == before


def test_many_conflicts_at_once_are_asked_for_in_pieces_a_database_takes(stand: Stand) -> None:
    stand.put_order(None)
    stand.project()
    given: list[int] = []

    def noted(*asked: Any) -> None:
        given.append(len(asked[3]))

    with stand.database.work() as connection:
        (conflict_id,) = connection.scalars(select(CONFLICT.c.conflict_id))
        connection.execute(delete(CONFLICT))
        event.listen(connection, "before_cursor_execute", noted)
        stand.records.publish(connection, {conflict_id, *(str(n) for n in range(1200))})

    assert stand.told() == [("site:ICN3", None)]
    assert max(given) < 1000


@pytest.mark.parametrize(("after_ms", "gone"), [(KEPT_MS, 0), (KEPT_MS + 1, 1)])
def test_what_was_settled_is_forgotten_after_a_week(after_ms: int, gone: int, stand: Stand) -> None:
    stand.put_order(None)
    stand.project()
    assert stand.records.forget(stand.database) == 0
    with stand.database.work() as connection:
        (conflict_id,) = connection.scalars(select(CONFLICT.c.conflict_id))
        connection.execute(update(CONFLICT).values(state="settled"))
        stand.records.publish(connection, {conflict_id})

    stand.now_ms = NOW + after_ms

    assert stand.records.forget(stand.database) == gone
    assert stand.records.forget(stand.database) == 0


def test_what_is_open_is_never_forgotten(stand: Stand) -> None:
    stand.put_order(None)
    stand.project()
    stand.now_ms = NOW + 100 * KEPT_MS

    assert stand.records.forget(stand.database) == 0


def test_what_is_opened_again_while_it_is_about_to_be_forgotten_stays(stand: Stand) -> None:
    stand.put_order(None)
    stand.project()
    with stand.database.work() as connection:
        (conflict_id,) = connection.scalars(select(CONFLICT.c.conflict_id))
        connection.execute(update(CONFLICT).values(state="settled"))
        stand.records.publish(connection, {conflict_id})
    stand.now_ms = NOW + KEPT_MS + 1
    forgetting = Thread(target=stand.records.forget, args=(stand.database,))

    with stand.database.work() as connection:  # as a projector on another machine
        alone(connection)
        connection.execute(update(CONFLICT).values(state="open"))
        stand.records.publish(connection, {conflict_id})
        forgetting.start()
        forgetting.join(0.5)
    forgetting.join()

    ((_, record),) = stand.told()
    assert record is not None
    assert record.state == "open"
