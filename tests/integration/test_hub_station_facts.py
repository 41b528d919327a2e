"""Facts a station writes of itself: more every day, for years, and never read all again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from merchant_stand import STATIONS, Stand, a_stand, column
from returnstation.domain.facts import OrderForgotten
from returnstation.hub.database import HubDatabase
from returnstation.hub.dates import CLOCK_TOPIC
from returnstation.hub.intake import Intake, Sender
from returnstation.hub.keys import load_keys
from returnstation.hub.tables import DIRTY
from returnstation.wire.batches import Batch, SentFact
from returnstation.wire.facts import body_of


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_stand(database, tmp_path) as made:
        yield made


def forgot(number: int) -> SentFact:
    body = body_of(OrderForgotten(merchant_id="ds", order_number=f"N-{number}", erased_ms=1))
    fact_id, station = number.to_bytes(16, "big"), STATIONS[0]
    return SentFact(
        number, station, 1, fact_id, number << 16, "order_forgotten", 1, station, None, body
    )


def test_what_a_station_forgot_before_is_not_read_when_it_forgets_more(stand: Stand) -> None:
    read: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT") and "fact.body" in statement:
            read.append(statement)

    event.listen(stand.hub.database.engine, "before_cursor_execute", look)
    try:
        stand.take([forgot(number) for number in range(1, 100)])
    finally:
        event.remove(stand.hub.database.engine, "before_cursor_execute", look)

    assert read == []


def test_what_it_tells_of_its_clock_is_still_looked_at(stand: Stand) -> None:
    booted = SentFact(
        1, STATIONS[0], 1, bytes(16), 1 << 16, "booted", 1, STATIONS[0], None, b'{"wall_ms":1}'
    )
    intake = Intake(stand.hub.database, load_keys(stand.hub.database, bytes(32)))

    intake.take(Sender(STATIONS[0]), Batch(branch=1, before=bytes(32), facts=(booted,)), 1)

    assert column(stand, DIRTY.c.subject) == [f"{CLOCK_TOPIC}{STATIONS[0]}"]
