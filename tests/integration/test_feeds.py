"""Feeds miss nothing: what followed them is what a question to the hub would answer."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, text

from postgres import PostgresServer, new_database
from returnstation.hub.database import HubDatabase
from returnstation.hub.records import Change, FeedGone, Records, page
from returnstation.hub.sealed_records import Stored, opened
from returnstation.hub.subject_keys import keys_at
from returnstation.hub.tables import FEED, FEED_MARK, RECORD
from returnstation.wire.feeds import START, Cursor, Page
from waiting import PATIENCE

SHARD = "merchant:ds"
KEYS = st.sampled_from("abcdefg")
NOW = 1_000


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[HubDatabase]:
    with closing(HubDatabase(new_database(postgres_server), "hub-a")) as made:
        yield made


def emptied(database: HubDatabase) -> None:
    with database.work() as connection:
        for table in (RECORD, FEED, FEED_MARK):
            connection.execute(delete(table))


class Follower:
    """A station's copy of a feed."""

    def __init__(self) -> None:
        self.cursor = START
        self.rows: dict[str, bytes] = {}

    def take(self, some: Page) -> None:
        for row in some.rows:
            if row.is_deleted:
                self.rows.pop(row.key, None)
            else:
                self.rows[row.key] = row.body
        self.cursor = some.cursor

    def follow(self, connection: Connection, most: int = 1000) -> None:
        is_last = False
        while not is_last:
            some = page(connection, SHARD, self.cursor, most, "g")
            self.take(some)
            is_last = some.is_last


def asked(connection: Connection) -> dict[str, bytes]:
    """The oracle: what a direct question answers."""
    rows = connection.execute(select(RECORD).where(RECORD.c.is_deleted.is_(False))).all()
    stored = [Stored(row.kind, row.key, bytes(row.body)) for row in rows]
    bodies = opened(keys_at(connection), stored)
    return {row.key: body or b"" for row, body in zip(rows, bodies, strict=True)}


def put(database: HubDatabase, mark: int, *changes: tuple[str, bytes | None]) -> int:
    with database.work() as connection:
        records = Records(connection, SHARD, NOW, mark)
        return records.put([Change("order", key, body) for key, body in changes])


CHANGES = st.lists(
    st.tuples(KEYS, st.one_of(st.none(), st.binary(min_size=1, max_size=3))), min_size=1, max_size=5
)
STEPS = st.lists(st.one_of(CHANGES, st.integers(1, 4)), max_size=25)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_whoever_follows_a_feed_has_what_the_hub_has(
    database: HubDatabase, steps: list[list[tuple[str, bytes | None]] | int]
) -> None:
    emptied(database)
    follower = Follower()
    for mark, step in enumerate(steps, start=1):
        if isinstance(step, int):  # one page of so many rows, then the line breaks
            with database.look() as connection:
                follower.take(page(connection, SHARD, follower.cursor, step, "g"))
        else:
            put(database, mark, *step)

    with database.look() as connection:
        follower.follow(connection)
        assert follower.rows == asked(connection)


def test_putting_the_same_again_moves_nothing(database: HubDatabase) -> None:
    emptied(database)
    assert put(database, 1, ("a", b"1"), ("b", b"2")) == 2
    assert put(database, 2, ("a", b"1"), ("b", b"3")) == 1
    assert put(database, 3, ("a", b"1"), ("b", b"3")) == 0


def test_a_cursor_of_another_life_of_the_hub_leads_nowhere(database: HubDatabase) -> None:
    emptied(database)
    put(database, 7, ("a", b"1"))
    with database.look() as connection:
        good = page(connection, SHARD, START, 9, "g").cursor
        assert good == Cursor(1, 7)
        assert page(connection, SHARD, good, 9, "g").rows == ()
        for bad in (Cursor(1, 8), Cursor(2, 7)):
            with pytest.raises(FeedGone):
                page(connection, SHARD, bad, 9, "g")


def test_a_cursor_from_before_forgotten_tombstones_must_begin_anew(database: HubDatabase) -> None:
    emptied(database)
    put(database, 1, ("a", b"1"), ("b", b"1"))
    with database.look() as connection:
        early = page(connection, SHARD, START, 1, "g").cursor
    put(database, 2, ("a", None))
    put(database, 3, ("c", b"1"))

    with database.work() as connection:
        assert Records(connection, SHARD, NOW + 1, 4).prune(NOW + 1) == 1
        assert Records(connection, SHARD, NOW + 1, 5).prune(NOW + 1) == 0

    with database.look() as connection:
        with pytest.raises(FeedGone):
            page(connection, SHARD, early, 9, "g")
        follower = Follower()
        follower.follow(connection)
        assert follower.rows == {"b": b"1", "c": b"1"}


def test_who_begins_after_tombstones_were_forgotten_gets_through_page_by_page(
    database: HubDatabase,
) -> None:
    emptied(database)
    put(database, 1, ("a", b"1"), ("b", b"1"), ("gone", b"1"), ("c", b"1"))
    with database.look() as connection:
        early = page(connection, SHARD, START, 2, "g").cursor
    put(database, 2, ("d", b"1"), ("gone", None), ("e", b"1"))
    with database.look() as connection:
        amid = page(connection, SHARD, START, 4, "g").cursor
        beyond = page(connection, SHARD, START, 5, "g").cursor

    with database.work() as connection:
        assert Records(connection, SHARD, NOW + 1, 3).prune(NOW + 1) == 1

    with database.look() as connection:
        at, found = START, []
        for _ in range(5):
            told = page(connection, SHARD, at, 1, "g")
            at = told.cursor
            found += [row.key for row in told.rows]
        assert (found, told.is_last) == (["a", "b", "c", "d", "e"], True)
        assert [row.key for row in page(connection, SHARD, beyond, 9, "g").rows] == ["e"]
        for before in (early, amid):
            with pytest.raises(FeedGone):
                page(connection, SHARD, before, 9, "g")


def test_somebody_who_was_removed_is_never_forgotten(database: HubDatabase) -> None:
    emptied(database)
    with database.work() as connection:
        records = Records(connection, SHARD, NOW, 1)
        records.put([Change("user", "u-1", b"{}"), Change("product", "p", b"{}")])
        records.put([Change("user", "u-1", None), Change("product", "p", None)])
        assert Records(connection, SHARD, NOW + 1, 2).prune(NOW + 1) == 1

    with database.look() as connection:
        (row,) = page(connection, SHARD, START, 9, "g").rows
    assert (row.key, row.is_deleted) == ("u-1", True)


def _interleaved(database: HubDatabase, draw: str) -> tuple[set[str], set[str]]:
    """Let the transaction that draws first commit last, and read in between."""
    late_has_drawn, may_commit = Event(), Event()

    def late() -> None:
        with database.work() as connection:
            _write(connection, draw, "late")
            late_has_drawn.set()
            may_commit.wait(PATIENCE)

    def early() -> None:
        with database.work() as connection:
            _write(connection, draw, "early")

    first, second = Thread(target=late), Thread(target=early)
    follower = Follower()
    first.start()
    assert late_has_drawn.wait(PATIENCE)
    second.start()
    # With our clock it waits for the first; with a sequence it does not.
    second.join(0.5 if draw == "counter" else PATIENCE)
    with database.look() as connection:
        follower.follow(connection)
    may_commit.set()
    first.join()
    second.join()
    with database.look() as connection:
        follower.follow(connection)
        return set(follower.rows), set(asked(connection))


def _write(connection: Connection, draw: str, key: str) -> None:
    if draw == "counter":
        Records(connection, SHARD, NOW, 5).put([Change("order", key, b"x")])
        return
    n = connection.scalar(text("SELECT nextval('naive')"))
    row = {"shard": SHARD, "kind": "order", "key": key, "n": n, "is_deleted": False}
    connection.execute(RECORD.insert(), row | {"changed_ms": NOW, "body": b"x"})
    mark = {"shard": SHARD, "upto": n, "mark": 5}
    connection.execute(FEED_MARK.insert(), mark)


def test_a_transaction_that_commits_late_is_not_missed(postgres: HubDatabase) -> None:
    followed, there = _interleaved(postgres, "counter")
    assert followed == there == {"early", "late"}


def test_the_known_bad_clock_of_a_sequence_is_caught(postgres: HubDatabase) -> None:
    with postgres.work() as connection:
        connection.execute(text("CREATE SEQUENCE naive"))
        connection.execute(FEED.insert(), {"shard": SHARD, "last": 99})

    followed, there = _interleaved(postgres, "sequence")

    assert there == {"early", "late"}
    assert followed == {"early"}


def test_a_path_of_a_database_is_made_where_there_is_none(tmp_path: Path) -> None:
    with closing(HubDatabase(f"sqlite:///{tmp_path}/deep/hub.db", "hub-a")) as made:
        assert made.hub_id == "hub-a"
