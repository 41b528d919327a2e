"""A page is as large as a station takes it, however large its records are."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, delete, func, select

from builders import an_order
from merchant_stand import Stand, a_sqlite, a_stand
from returnstation.hub.database import HubDatabase
from returnstation.hub.records import Change, Records, page
from returnstation.hub.server import LARGEST_BODY
from returnstation.hub.tables import FEED, FEED_MARK, RECORD
from returnstation.wire.feeds import LARGEST_PAGE, MOST_ROWS, START, Page
from returnstation.wire.packing import packed, unpacked

SHARD = "merchant:ds"
LARGE = bytes(14 << 20)


@pytest.fixture
def empty(database: HubDatabase) -> HubDatabase:
    with database.work() as connection:
        for table in (RECORD, FEED, FEED_MARK):
            connection.execute(delete(table))
    return database


def put(database: HubDatabase, *bodies: bytes) -> None:
    changes = [Change("product", f"ds\x1f{place}", body) for place, body in enumerate(bodies)]
    with database.work() as connection:
        Records(connection, SHARD, 1, 7).put(changes)


def pages(connection: Connection, most: int = MOST_ROWS) -> Iterator[Page]:
    """Follow the feed from its start as a station does."""
    cursor, is_last = START, False
    while not is_last:
        sent = packed(page(connection, SHARD, cursor, most, "g"))
        some = unpacked(sent, Page, LARGEST_PAGE)
        yield some
        cursor, is_last = some.cursor, some.is_last


def test_records_too_large_for_one_page_come_in_several(empty: HubDatabase) -> None:
    put(empty, *([LARGE] * 5), b"small")

    with empty.look() as connection:
        found = list(pages(connection))

    assert [[row.n for row in some.rows] for some in found] == [[1, 2], [3, 4], [5, 6]]
    assert [some.n for some in found] == [2, 4, 6]
    assert [some.is_last for some in found] == [False, False, True]


def test_a_record_larger_than_a_page_should_be_is_one_alone(empty: HubDatabase) -> None:
    put(empty, b"small", LARGE * 3, b"small")

    with empty.look() as connection:
        found = list(pages(connection))

    assert [[row.n for row in some.rows] for some in found] == [[1], [2], [3]]


@pytest.mark.parametrize("count", [199, 200, 201, 401])
def test_small_records_are_cut_by_their_number_alone(empty: HubDatabase, count: int) -> None:
    put(empty, *(b"%d" % place for place in range(count)))

    with empty.look() as connection:
        (whole,) = pages(connection)
        (exactly,) = pages(connection, count)
        most, rest = pages(connection, count - 1)

    assert len(whole.rows) == len(exactly.rows) == count
    assert [len(most.rows), len(rest.rows)] == [count - 1, 1]


def test_no_order_a_merchant_may_send_is_larger_than_a_page(tmp_path: Path) -> None:
    order = msgspec.to_builtins(an_order()) | {"shipments": [{"tracking": "a"}] * 10_000}
    sent = msgspec.json.encode(order)
    with a_sqlite(tmp_path) as database, a_stand(database, tmp_path) as stand:
        kept = taken(stand, sent)

    # Nothing else grows like a shipment that leaves out what it may.
    assert kept / len(sent) * LARGEST_BODY < LARGEST_PAGE * 0.9


def taken(stand: Stand, order: bytes) -> int:
    """Return how many bytes are kept of an order."""
    assert stand.ask("POST", stand.of("orders"), order).json["taken"] == 1
    with stand.hub.database.look() as connection:
        wanted = select(func.length(RECORD.c.body)).where(RECORD.c.kind == "order")
        return int(connection.scalar(wanted) or 0)
