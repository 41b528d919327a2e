"""A line that hundreds of parcels bring back costs the hub no more for each of them."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import event, insert, select

from builders import a_line, an_order, an_rma
from returnstation.hub.database import HubDatabase
from returnstation.hub.intake import Intake, Sender
from returnstation.hub.keys import load_keys
from returnstation.hub.projecting import Projector
from returnstation.hub.tables import CONFLICT, REFUND, STATION
from returnstation.storage.outbox import Outbox
from returnstation.wire.batches import Acked, Batch, SentFact
from stations import Worker, a_station

NOW = 1_800_000_000_000
STATIONS = ("ICN3-1", "ICN3-2")


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    """What a desk tells of a parcel with one of twenty units that were sold."""
    order = an_order(lines=(a_line(quantity=20),))
    with a_station(tmp_path_factory.mktemp("desk"), [order], [an_rma()]) as station:
        worker = Worker(station)
        worker.desk.scan(order.shipments[0].tracking)
        worker.through(order.lines[0].gtin or "")
        worker.desk.do("finish")
        log = Outbox(station.database).after(0, 10_000)
    case_id = next(fact.subject for fact in log if fact.type == "case_opened")
    return [fact for fact in log if fact.subject == case_id]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[HubDatabase]:
    with closing(HubDatabase(f"sqlite:///{tmp_path}/hub.db", "hub-a")) as made:
        with made.work() as connection:
            for name in STATIONS:
                row: dict[str, object] = {"station": name, "site": "ICN3", "name": name}
                row |= {"key": bytes(32), "enrolled_ms": 1, "first_number": 1, "last_number": 9}
                connection.execute(insert(STATION), row)
        yield made


def comes_in(database: HubDatabase, parcel: Sequence[SentFact], number: int) -> None:
    """Have a parcel of the same line come in, at the two stations in turn."""
    intake = Intake(database, load_keys(database, bytes(32)))
    name = STATIONS[number % 2]
    facts = tuple(
        msgspec.structs.replace(
            fact,
            seq=seq,
            station=name,
            subject=f"case-{number}",
            fact_id=hashlib.sha256(f"{number} {seq}".encode()).digest()[:16],
        )
        for seq, fact in enumerate(parcel, start=1)
    )
    batch = Batch(branch=number + 1, before=bytes(32), facts=facts)
    assert isinstance(intake.take(Sender(name, channel="bundle"), batch, NOW), Acked)


@contextmanager
def cases_read(database: HubDatabase) -> Iterator[list[int]]:
    """Count of how many cases facts are read."""
    counts: list[int] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if "FROM fact" in statement and "fact.subject IN" in statement:
            counts.append(len(parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield counts
    event.remove(database.engine, "before_cursor_execute", note)


def conflicts(database: HubDatabase) -> list[str]:
    of_lines = CONFLICT.c.topic.startswith("line:")
    with database.look() as connection:
        return list(connection.scalars(select(CONFLICT.c.kind).where(of_lines)))


def refunds(database: HubDatabase) -> Counter[str]:
    with database.look() as connection:
        return Counter(connection.scalars(select(REFUND.c.state)))


def test_one_more_parcel_of_a_line_is_folded_alone_however_many_there_are(
    database: HubDatabase, parcel: Sequence[SentFact]
) -> None:
    read = []
    for number in range(20):
        comes_in(database, parcel, number)
        with cases_read(database) as counts:
            Projector(database).run()
        read.append(sum(counts))

    assert conflicts(database) == []
    assert max(read[2:]) == read[2] <= 4


def test_the_first_unit_too_many_is_seen_and_stops_the_money_of_all(
    database: HubDatabase, parcel: Sequence[SentFact]
) -> None:
    for number in range(20):
        comes_in(database, parcel, number)
    Projector(database).run()
    assert conflicts(database) == []
    assert refunds(database) == {"due": 20}

    comes_in(database, parcel, 20)
    Projector(database).run()

    assert conflicts(database) == ["double_inspection"]
    assert refunds(database) == {"due": 1, "void": 20}
