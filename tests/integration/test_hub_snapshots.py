"""Ready-made caches at the hub: nothing of what was erased or pruned meanwhile is left in them."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forgetting_stand import MAIL, NUMBER, SHARD, a_new_stand, put, sold
from merchant_stand import Stand
from returnstation.hub.database import HubDatabase
from returnstation.hub.erasing import Erasing
from returnstation.hub.housekeeping import Housekeeping
from returnstation.hub.records import Change, Records
from returnstation.hub.serving import chores_of, renew_snapshots
from returnstation.hub.snapshots import CHORE as SNAPSHOTS
from returnstation.storage.snapshots import build_snapshot, unpack_snapshot
from returnstation.wire.feeds import MOST_ROWS, Cursor, Row, Snapshot

SITE = "ICN3"
LATER_MS = 10**15


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_new_stand(database, tmp_path) as made:
        yield made


def written(
    target: Path, rows: Iterable[Row], generation: str, cursors: Mapping[str, Cursor]
) -> Snapshot:
    """Write what records say into a file, as if that were a cache."""
    content = b"".join(row.body for row in rows)
    target.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    size = len(content)
    return Snapshot(
        name=target.name,
        format=1,
        generation=generation,
        cursors=dict(cursors),
        size=size,
        raw_size=size,
        sha256=digest,
    )


def lying_there(stand: Stand) -> bytes:
    return b"".join(file.read_bytes() for file in (stand.hub.home / "snapshots").glob("*"))


def test_an_order_erased_while_a_cache_is_made_is_not_left_in_it(stand: Stand) -> None:
    left = [NUMBER]

    def build(
        target: Path, rows: Iterable[Row], generation: str, cursors: Mapping[str, Cursor]
    ) -> Snapshot:
        made = written(target, rows, generation, cursors)
        while left:
            Erasing(stand.hub).erase("ds", left.pop())
        return made

    renew_snapshots(stand.hub, build)

    assert stand.hub.snapshots.newest(SITE) is not None
    assert MAIL.encode() not in lying_there(stand)


def test_a_cache_that_orders_were_erased_from_each_time_is_made_within_the_hour(
    stand: Stand,
) -> None:
    numbers = ["A-1", "A-2", NUMBER]
    put(stand, "orders", sold("A-1"), sold("A-2"))
    left = list(numbers)

    def build(
        target: Path, rows: Iterable[Row], generation: str, cursors: Mapping[str, Cursor]
    ) -> Snapshot:
        made = written(target, rows, generation, cursors)
        if left:
            Erasing(stand.hub).erase("ds", left.pop())
        return made

    chores = [each for each in chores_of(stand.hub, build) if each.name == SNAPSHOTS]
    housekeeping = Housekeeping(stand.hub.database, chores, stand.hub.now_ms)
    housekeeping.tick()
    assert stand.hub.snapshots.newest(SITE) is None
    assert left == []
    stand.clock.forward(minutes=59)
    housekeeping.tick()
    assert stand.hub.snapshots.newest(SITE) is None

    stand.clock.forward(minutes=1)
    housekeeping.tick()

    assert stand.hub.snapshots.newest(SITE) is not None
    assert MAIL.encode() not in lying_there(stand)


def test_of_a_cache_whose_making_was_cut_short_nothing_is_left(stand: Stand) -> None:
    folder = stand.hub.home / "snapshots"
    folder.mkdir()
    hour_ago = stand.hub.now_ms() / 1000 - 3600
    for name in ("ICN3-g-7.db", "ICN3-g-7.db-wal", "ICN3-g-7.zst", "ICN3.part", "fresh.db"):
        (folder / name).write_text(MAIL)
        since = 1 if name == "fresh.db" else -1  # somebody may be writing that
        os.utime(folder / name, (hour_ago + since, hour_ago + since))

    renew_snapshots(stand.hub, written)
    told = stand.hub.snapshots.newest(SITE)
    assert told is not None
    names = {file.name for file in folder.glob("*")}
    assert names == {"fresh.db", f"{SITE}.json", told.name}
    for name in ("fresh.db", told.name):
        os.utime(folder / name, (hour_ago - 1, hour_ago - 1))
    stand.hub.snapshots.forget("BUS1")
    assert {file.name for file in folder.glob("*")} == {f"{SITE}.json", told.name}


def test_two_who_make_a_cache_of_a_site_at_once_do_not_spoil_each_others(
    stand: Stand, tmp_path: Path
) -> None:
    stand.clock.at = datetime.now(UTC)  # as the files': none is from an hour ago
    folder = stand.hub.home / "snapshots"

    def build(
        target: Path, rows: Iterable[Row], generation: str, cursors: Mapping[str, Cursor]
    ) -> Snapshot:
        def slowly() -> Iterator[Row]:
            for place, row in enumerate(rows):
                if place == 1:
                    unpack(stand.hub.renew_snapshot(SITE, build_snapshot))
                yield row

        return build_snapshot(target, slowly(), generation, cursors)

    def unpack(told: Snapshot) -> None:
        unpack_snapshot(folder / told.name, told, tmp_path / "cache.db")

    told = stand.hub.renew_snapshot(SITE, build)

    unpack(told)
    assert stand.hub.snapshots.newest(SITE) == told
    assert {file.name for file in folder.iterdir()} == {f"{SITE}.json", told.name}


def test_what_is_pruned_while_a_cache_is_made_stops_nothing(stand: Stand) -> None:
    def write(mark: int, *changes: Change) -> None:
        with stand.hub.database.work() as connection:
            Records(connection, SHARD, stand.hub.now_ms(), mark).put(changes)

    write(1, *(Change("product", f"ds\x1fP-{n}", b"{}") for n in range(MOST_ROWS)))
    write(2, Change("product", "ds\x1fGONE", b"{}"))
    write(3, Change("product", "ds\x1fGONE", None))
    rows, _, _ = stand.hub.feeds.whole(SITE)

    first = next(rows)
    with stand.hub.database.work() as connection:
        assert Records(connection, SHARD, LATER_MS, 4).prune(LATER_MS) == 1
    keys = [first.key, *(row.key for row in rows)]

    assert len(keys) == len(set(keys))
    assert {f"ds\x1fP-{n}" for n in range(MOST_ROWS)} <= set(keys)
