"""Events on their way to endpoints that are off, gone, or told a month again."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, insert, select, update

from merchant_stand import Stand, a_stand, column
from returnstation.hub.database import HubDatabase, locked
from returnstation.hub.tables_merchants import ACCOUNT, DELIVERY, ENDPOINT, EVENT
from returnstation.hub.webhook_delivery import KEEP_MS, Courier
from returnstation.hub.webhook_events import Happened, note
from returnstation.hub.webhook_sending import Guard

MANY = 20_000


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_stand(database, tmp_path) as made:
        yield made


def an_endpoint(stand: Stand, *types: str) -> str:
    wish = {"url": "https://shop.example/hooks", "types": types}
    return str(stand.ask("POST", stand.of("webhooks"), wish).json["endpoint_id"])


def happen(stand: Stand, *types: str) -> None:
    happened = [(n, Happened(t, f"case-{n}", b"{}", is_gone=False)) for n, t in enumerate(types, 1)]
    with stand.hub.database.work() as connection:
        note(connection, ("ds", "g"), happened, stand.hub.now_ms())


def test_what_waits_for_an_endpoint_that_is_off_is_forgotten_after_a_month(stand: Stand) -> None:
    an_endpoint(stand)
    happen(stand, "refund.due")
    with stand.hub.database.work() as connection:
        connection.execute(update(ENDPOINT).values(off_ms=1, off_why="gone"))
    courier = Courier(stand.hub.database, Guard(), stand.hub.now_ms, lambda: 0.5)

    stand.clock.forward(milliseconds=KEEP_MS)
    courier.forget()
    assert column(stand, DELIVERY.c.n) == column(stand, EVENT.c.n) == [1]

    stand.clock.forward(milliseconds=1)
    courier.forget()
    assert column(stand, DELIVERY.c.n) == column(stand, EVENT.c.n) == []


def test_what_waits_for_an_endpoint_that_is_on_is_never_forgotten(stand: Stand) -> None:
    an_endpoint(stand)
    happen(stand, "refund.due")
    courier = Courier(stand.hub.database, Guard(), stand.hub.now_ms, lambda: 0.5)

    stand.clock.forward(milliseconds=KEEP_MS + 1)
    courier.forget()

    assert column(stand, DELIVERY.c.n) == column(stand, EVENT.c.n) == [1]


def test_an_event_noted_while_its_endpoint_is_removed_is_not_on_its_way_for_ever(
    stand: Stand,
) -> None:
    endpoint = an_endpoint(stand)
    removing = Thread(target=stand.desk.endpoints.remove, args=("ds", endpoint))
    with stand.hub.database.work() as connection:  # as whoever tells merchants
        account = select(ACCOUNT.c.merchant_id).where(ACCOUNT.c.merchant_id == "ds")
        connection.execute(locked(connection, account))
        note(connection, ("ds", "g"), [(1, Happened("refund.due", "c", b"{}", is_gone=False))], 1)
        removing.start()
        removing.join(0.5)
    removing.join()

    assert column(stand, DELIVERY.c.n) == []


def test_only_wanted_events_since_a_moment_are_sent_again(stand: Stand) -> None:
    endpoint = an_endpoint(stand, "refund.due")
    happen(stand, "refund.due", "case.finished", "refund.due")
    with stand.hub.database.work() as connection:
        connection.execute(update(DELIVERY).values(state="failed", attempts=9, done_ms=5))
        connection.execute(update(EVENT).where(EVENT.c.n == 1).values(at_ms=5))
    stand.clock.forward(seconds=1)

    answer = stand.ask("POST", stand.of(f"webhooks/{endpoint}/replay?since=6"))

    assert answer.json == {"events": 1}
    with stand.hub.database.look() as connection:
        rows = connection.execute(select(DELIVERY).order_by(DELIVERY.c.n)).all()
    assert [(row.n, row.case_id, row.state, row.attempts) for row in rows] == [
        (1, "case-1", "failed", 9),
        (3, "case-3", "pending", 0),
    ]
    assert (rows[1].since_ms, rows[1].next_ms, rows[1].done_ms) == (
        stand.hub.now_ms(),
        stand.hub.now_ms(),
        None,
    )


def test_a_month_that_is_sent_again_is_not_held_in_memory(stand: Stand) -> None:
    endpoint = an_endpoint(stand)
    about = {"merchant_id": "ds", "event_id": "e", "type": "refund.due", "at_ms": 9, "body": b"{}"}
    with stand.hub.database.work() as connection:
        rows = [about | {"n": n, "case_id": f"case-{n}"} for n in range(1, MANY + 1)]
        connection.execute(insert(EVENT), rows)
    del rows

    tracemalloc.start()
    try:
        count = stand.desk.endpoints.replay("ds", endpoint, 0, stand.hub.now_ms())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == MANY
    assert column(stand, func.count(DELIVERY.c.n)) == [MANY]
    assert peak < 1 << 20
