"""What the hub makes of facts: the same rows, whenever and in whatever order they came."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from builders import an_order
from returnstation.app import Station
from returnstation.domain.orders import Order
from returnstation.hub.database import HubDatabase
from returnstation.hub.intake import Intake, Sender
from returnstation.hub.keys import load_keys
from returnstation.hub.projecting import Projector
from returnstation.hub.records import Change, Records
from returnstation.hub.tables import (
    BRANCH,
    CASE,
    CASE_LINK,
    CONFLICT,
    CONFLICT_CASE,
    DIRTY,
    FACT,
    FEED,
    FEED_MARK,
    ITEM,
    MOVEMENT,
    QUARANTINE,
    RECORD,
    REFUND,
    STATION,
    UNPROJECTED,
)
from returnstation.storage.outbox import Outbox
from returnstation.sync.uploading import Progress, next_batch
from returnstation.wire.batches import Acked, Batch, SentFact
from returnstation.wire.feeds import key_of
from stations import Worker, a_station

NOW = 1_760_000_000_000
PROJECTED = (CASE, CASE_LINK, ITEM, MOVEMENT, REFUND, CONFLICT, CONFLICT_CASE, UNPROJECTED)


@dataclass
class Told:
    """The log of one station, ready to be sent."""

    name: str
    facts: Sequence[SentFact]
    hashes: Sequence[bytes]

    def batch(self, start: int, size: int) -> Batch:
        before = self.hashes[start]
        return Batch(branch=1, before=before, facts=tuple(self.facts[start : start + size]))


def log_of(station: Station, name: str) -> Told:
    outbox = Outbox(station.database)
    facts = outbox.after(0, 10_000)
    hashes = [outbox.hash_at(seq) or b"" for seq in range(len(facts) + 1)]
    return Told(name, facts, hashes)


def finished(worker: Worker) -> None:
    """Take in the parcel of the example and give back its first product."""
    worker.desk.scan(an_order().shipments[0].tracking)
    worker.through(an_order().lines[0].gtin or an_order().lines[0].sku)


@pytest.fixture(scope="module")
def two_desks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Told]:
    """Two desks without a network that both took in what was sold once."""
    logs = []
    for place, name in enumerate(("ICN3-1", "ICN3-2")):
        home: Path = tmp_path_factory.mktemp(name)
        numbers = (1 + 1000 * place, 1000 + 1000 * place)
        with a_station(home, numbers=numbers) as station:
            finished(Worker(station))
            logs.append(log_of(station, name))
    return logs[0], logs[1]


def emptied(database: HubDatabase) -> Intake:
    with database.work() as connection:
        for table in (
            *PROJECTED,
            FACT,
            BRANCH,
            STATION,
            QUARANTINE,
            DIRTY,
            RECORD,
            FEED,
            FEED_MARK,
        ):
            connection.execute(delete(table))
        for name in ("ICN3-1", "ICN3-2"):
            row: dict[str, object] = {"station": name, "site": "ICN3", "name": name}
            row |= {"key": bytes(32)}
            row |= {"enrolled_ms": 1, "first_number": 1, "last_number": 9}
            connection.execute(insert(STATION), row)
    return Intake(database, load_keys(database, bytes(32)))


def taken(intake: Intake, told: Told, size: int = 500) -> None:
    for start in range(0, len(told.facts), size):
        reply = intake.take(Sender(told.name, channel="bundle"), told.batch(start, size), NOW)
        assert isinstance(reply, Acked)


def rows(database: HubDatabase) -> dict[str, list[tuple[object, ...]]]:
    with database.look() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in PROJECTED
        }


def conflicts(database: HubDatabase) -> list[tuple[str, str, str]]:
    with database.look() as connection:
        found = connection.execute(select(CONFLICT.c.kind, CONFLICT.c.state, CONFLICT.c.money))
        return sorted((row.kind, row.state, row.money) for row in found)


def test_a_case_with_its_items_and_movements_is_at_the_hub(
    database: HubDatabase, two_desks: tuple[Told, Told]
) -> None:
    intake = emptied(database)
    taken(intake, two_desks[0])
    Projector(database).run()

    with database.look() as connection:
        case = connection.execute(select(CASE)).one()
        item = connection.execute(select(ITEM)).one()
        moves = connection.execute(select(MOVEMENT).order_by(MOVEMENT.c.at_ms)).all()
    assert (case.merchant_id, case.order_number) == ("ds", an_order().number)
    assert (item.sku, item.custody) == (an_order().lines[0].sku, "in_container")
    assert [(m.came_from, m.went_to) for m in moves] == [
        ("buyer", "received"),
        ("received", item.disposition),
    ]


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_rows(
    database: HubDatabase, two_desks: tuple[Told, Told], random: Random
) -> None:
    intake = emptied(database)
    for told in two_desks:
        taken(intake, told)
    Projector(database).run()
    wanted = rows(database)
    assert wanted["conflict"]

    intake = emptied(database)
    at = {told.name: 0 for told in two_desks}
    while any(at[told.name] < len(told.facts) for told in two_desks):
        told = random.choice(two_desks)
        size = random.randint(1, 9)
        start = max(0, at[told.name] - random.randint(0, 3))  # some of it came before
        if start < len(told.facts):
            intake.take(Sender(told.name, channel="bundle"), told.batch(start, size), NOW)
            at[told.name] = max(at[told.name], start + size)
        if random.random() < 0.5:
            Projector(database).step(most=random.randint(1, 3))
    Projector(database).run()

    assert rows(database) == wanted


def test_two_desks_that_took_in_what_was_sold_once_are_seen_and_money_is_paid_once(
    database: HubDatabase, two_desks: tuple[Told, Told]
) -> None:
    intake = emptied(database)
    for told in two_desks:
        taken(intake, told)
    Projector(database).run()

    # They inspected alike: nobody need act, and one of the two is paid.
    assert conflicts(database) == [("double_inspection", "told", "once")]


def test_an_order_that_changed_meanwhile_stops_its_money(
    database: HubDatabase, two_desks: tuple[Told, Told]
) -> None:
    intake = emptied(database)
    taken(intake, two_desks[0])
    Projector(database).run()
    assert conflicts(database) == []

    order = an_order()
    with database.work() as connection:
        changes = [_order(order)]
        Records(connection, "merchant:ds", NOW, 5).put(changes)
    Projector(database).run()
    assert conflicts(database) == []

    with database.work() as connection:
        gone = Change("order", key_of("ds", order.number), None)
        Records(connection, "merchant:ds", NOW, 6).put([gone])
    Projector(database).run()
    assert conflicts(database) == [("order_changed", "open", "waits")]


def test_facts_that_make_no_sense_together_stop_nobody(
    database: HubDatabase, two_desks: tuple[Told, Told]
) -> None:
    intake = emptied(database)
    taken(intake, two_desks[0])
    facts = two_desks[1].facts
    lost = next(place for place, fact in enumerate(facts) if fact.type == "item_added")
    odd = [fact for place, fact in enumerate(facts) if place != lost]
    renumbered = tuple(msgspec.structs.replace(f, seq=n) for n, f in enumerate(odd, start=1))
    batch = Batch(branch=9, before=bytes(32), facts=renumbered)
    assert isinstance(intake.take(Sender("ICN3-2", channel="bundle"), batch, NOW), Acked)

    Projector(database).run()

    with database.look() as connection:
        assert len(connection.execute(select(CASE)).all()) == 1
        assert connection.scalar(select(UNPROJECTED.c.why)) is not None


def test_a_fact_that_came_on_two_branches_counts_once(
    database: HubDatabase, two_desks: tuple[Told, Told]
) -> None:
    intake = emptied(database)
    taken(intake, two_desks[0])
    Projector(database).run()
    wanted = rows(database)

    facts = tuple(two_desks[0].facts)
    again = Batch(branch=77, before=bytes(32), facts=facts)
    assert isinstance(intake.take(Sender("ICN3-1", channel="bundle"), again, NOW), Acked)
    Projector(database).run()

    assert rows(database) == wanted


def test_a_station_that_went_on_in_two_ways_is_told_to_it(
    database: HubDatabase, two_desks: tuple[Told, Told]
) -> None:
    intake = emptied(database)
    told = two_desks[0]
    taken(intake, told)
    Projector(database).run()
    assert conflicts(database) == []

    twin = msgspec.structs.replace(told.facts[5], body=b"{}", epoch=99)
    other = Batch(branch=2, before=told.hashes[5], facts=(twin,))
    assert isinstance(intake.take(Sender(told.name, channel="bundle"), other, NOW), Acked)
    Projector(database).run()

    with database.look() as connection:
        found = connection.execute(select(CONFLICT)).all()
    assert [(row.kind, row.owner, row.money) for row in found] == [
        ("station_forked", "it", "flows")
    ]


@pytest.mark.parametrize("copy_first", [False, True])
def test_a_copied_station_that_sends_its_whole_log_is_told_to_it(
    database: HubDatabase, two_desks: tuple[Told, Told], *, copy_first: bool
) -> None:
    intake = emptied(database)
    told = two_desks[0]
    twin = msgspec.structs.replace(told.facts[5], body=b"{}", epoch=99)
    own = Batch(branch=1, before=bytes(32), facts=tuple(told.facts))
    copy = Batch(branch=2, before=bytes(32), facts=(*told.facts[:5], twin))
    for batch in (copy, own) if copy_first else (own, copy):
        assert isinstance(intake.take(Sender(told.name, channel="bundle"), batch, NOW), Acked)
        Projector(database).run()

    with database.look() as connection:
        found = connection.execute(select(CONFLICT)).all()
    assert "station_forked" in [row.kind for row in found]


def test_a_log_sent_again_from_the_start_is_no_fork(
    database: HubDatabase, two_desks: tuple[Told, Told]
) -> None:
    intake = emptied(database)
    told = two_desks[0]
    for branch, most in ((1, 5), (2, len(told.facts)), (3, 9)):
        batch = Batch(branch=branch, before=bytes(32), facts=tuple(told.facts[:most]))
        assert isinstance(intake.take(Sender(told.name, channel="bundle"), batch, NOW), Acked)
        Projector(database).run()

    assert "station_forked" not in [kind for kind, *_ in conflicts(database)]


def test_the_station_model_sends_the_same_batches(two_desks: tuple[Told, Told]) -> None:
    told = two_desks[0]

    class Log:
        def after(self, seq: int, most: int) -> Sequence[SentFact]:
            return told.facts[seq : seq + most]

        def hash_at(self, seq: int) -> bytes | None:
            return told.hashes[seq] if seq < len(told.hashes) else None

    batch = next_batch(Log(), Progress(1), 7)
    assert batch == told.batch(0, 7)


def _order(order: Order) -> Change:
    return Change("order", key_of(order.merchant_id, order.number), msgspec.json.encode(order))
