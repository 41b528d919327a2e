"""What a hub asks its database again and again is found by an index, however much there is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, inspect

from forgetting_stand import NUMBER, a_new_stand, put, sold
from merchant_stand import Stand, a_finished_case, a_sqlite
from returnstation.hub.database import HubDatabase
from returnstation.hub.erasing import Erasing
from returnstation.hub.webhook_delivery import Courier
from returnstation.hub.webhook_sending import Guard
from returnstation.wire.batches import SentFact

MANY = (
    "case_clock",
    "case_link",
    "case_state",
    "fact",
    "item_state",
    "merchant_out",
    "record",
    "record_made",
    "refund",
    "refund_report",
    "rma_of_order",
    "station_photo",
    "stock_movement",
    "webhook_delivery",
    "webhook_event",
)
"""Tables that grow with every parcel, or every order."""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    return a_finished_case(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with a_sqlite(tmp_path) as database, a_new_stand(database, tmp_path) as made:
        yield made


@contextmanager
def watched(database: HubDatabase) -> Iterator[list[str]]:
    """Yield which statements go through a whole table, or all of a merchant's deliveries."""
    found: list[str] = []

    def look(connection: Any, _cursor: Any, statement: str, parameters: Any, *context: Any) -> None:
        if not statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            return
        _, is_many = context
        given = parameters[0] if is_many else parameters
        plan = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", given)
        for step in [str(row[3]) for row in plan.fetchall()]:
            is_whole = any(f"{step} ".startswith(f"SCAN {table} ") for table in MANY)
            if is_whole or ("webhook_delivery" in step and "(merchant_id=?)" in step):
                found.append(f"{step}: {' '.join(statement.split())}")

    event.listen(database.engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", look)


def test_nothing_whole_is_read_to_project_a_case(stand: Stand, log: Sequence[SentFact]) -> None:
    with watched(stand.hub.database) as found:
        stand.take(log)
        put(stand, "orders", sold())
        stand.project_anew()

    everything = "SELECT case_state.case_id FROM case_state"  # by the test itself
    assert [each for each in found if not each.endswith(everything)] == []


def test_nothing_whole_is_read_to_erase_an_order(stand: Stand, log: Sequence[SentFact]) -> None:
    stand.take(log)

    with watched(stand.hub.database) as found:
        Erasing(stand.hub).erase("ds", NUMBER)
        stand.project()

    assert found == []


def test_nothing_whole_is_read_to_see_what_webhooks_wait(
    stand: Stand, log: Sequence[SentFact]
) -> None:
    stand.ask("POST", stand.of("webhooks"), {"url": "http://127.0.0.1:9/x"})
    stand.take(log)
    guard = Guard((ip_network("127.0.0.0/8"),), seconds=0.3, whole_seconds=0.6)
    courier = Courier(stand.hub.database, guard, stand.hub.now_ms, lambda: 0.5)

    with watched(stand.hub.database) as found:
        (endpoint,) = courier.due()
        courier.deliver(endpoint)
        stand.ask("GET", "/metrics")

    assert [each for each in found if "webhook_delivery" in each] == []


def test_a_hub_from_before_gets_the_index_it_lacks(tmp_path: Path) -> None:
    with a_sqlite(tmp_path) as database, database.work() as connection:
        connection.exec_driver_sql("DROP INDEX event_of_case")

    with a_sqlite(tmp_path) as database, database.look() as connection:
        names = [each["name"] for each in inspect(connection).get_indexes("webhook_event")]

    assert names == ["event_of_case"]
