"""Whoever has all there is of a feed is beyond what was deleted and is forgotten."""

from returnstation.hub.database import HubDatabase
from returnstation.hub.records import Change, Records, page
from returnstation.wire.feeds import START, Cursor

SHARD = "merchant:ds"
MOST = 3


def put(database: HubDatabase, key: str, body: bytes | None, mark: int) -> None:
    with database.work() as connection:
        Records(connection, SHARD, mark, mark).put([Change("product", key, body)])


def reached(database: HubDatabase, after: Cursor = START) -> tuple[Cursor, bool]:
    with database.look() as connection:
        found = page(connection, SHARD, after, MOST, "g")
    return found.cursor, found.is_last


def test_who_begins_after_the_last_change_was_forgotten_follows_to_the_end(
    database: HubDatabase,
) -> None:
    put(database, "stays", b"{}", 1)
    put(database, "goes", b"{}", 2)
    put(database, "goes", None, 3)
    with database.work() as connection:
        Records(connection, SHARD, 9, 9).prune(9)

    cursor, is_last = reached(database)

    assert (cursor, is_last) == (Cursor(3, 3), True)
    assert reached(database, cursor) == (cursor, True)
    put(database, "late", b"{}", 10)
    assert reached(database, cursor) == (Cursor(4, 10), True)


def test_who_has_not_all_of_it_yet_does_not(database: HubDatabase) -> None:
    for mark in range(20, 20 + MOST + 1):
        put(database, f"more-{mark}", b"{}", mark)

    cursor, is_last = reached(database)

    assert not is_last
    assert cursor.mark < 20 + MOST
