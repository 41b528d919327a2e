"""A new cache that cannot be made leaves no part of itself: neither room nor names are lost."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from builders import a_merchant, an_order
from returnstation.app import Station
from returnstation.app.erasing import Forgetting
from returnstation.app.renewal import LEFT_FOR_FACTS, CacheRenewal
from returnstation.app.syncing import follow
from returnstation.application.troubles import Trouble
from returnstation.storage.generations import CacheFiles
from returnstation.storage.snapshots import build_snapshot, unpack_snapshot
from returnstation.wire.feeds import Cursor, Page, Row, Snapshot, key_of
from returnstation.wire.messages import Hello
from stations import a_station

SHARD = "merchant:ds"


class Disk:
    """A disk with so much room."""

    def __init__(self, free: int) -> None:
        self.free = free

    def __call__(self, folder: Path) -> "Disk":
        return self


class SnapshotHub:
    """A hub that has a snapshot, and whose line breaks when it is asked for a page."""

    def __init__(self, packed: Path, told: Snapshot) -> None:
        self.packed, self.told = packed, told

    def snapshot(self) -> Snapshot:
        return self.told

    def part(self, name: str, start: int) -> bytes:
        return self.packed.read_bytes()[start:]

    def page(self, shard: str, after: Cursor) -> Page:
        raise Trouble("hub-unreachable", url="")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> SnapshotHub:
    packed = tmp_path_factory.mktemp("hub") / "cache.zst"
    order = an_order()
    rows = [
        Row("merchant", "ds", 1, is_deleted=False, body=msgspec.json.encode(a_merchant())),
        Row(
            "order",
            key_of("ds", order.number),
            2,
            is_deleted=False,
            body=msgspec.json.encode(order),
        ),
    ]
    return SnapshotHub(packed, build_snapshot(packed, rows, "g", {SHARD: Cursor(2, 7)}))


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path / "station") as opened:
        yield opened


def renewal_of(station: Station, hub: SnapshotHub, free: int) -> CacheRenewal:
    files = CacheFiles(station.home, station.database)
    return CacheRenewal(hub, files, station.home, station.cache, Disk(free))


def hello() -> Hello:
    return Hello(hub="h", time_ms=1, heads=(), feeds={SHARD: 3}, generation="g")


def caches(station: Station) -> set[str]:
    return {file.name for file in station.home.iterdir() if "cache" in file.name} - {
        "cache-1.db",
        "cache-1.db-wal",
        "cache-1.db-shm",
    }


def test_a_snapshot_with_damage_inside_leaves_nothing_behind(
    hub: SnapshotHub, tmp_path: Path
) -> None:
    whole = hub.packed.read_bytes()
    bad = tmp_path / "bad.zst"
    bad.write_bytes(whole[: len(whole) // 2] + bytes(64) + whole[len(whole) // 2 :])

    with pytest.raises(Trouble, match="snapshot-damaged"):
        unpack_snapshot(bad, hub.told, tmp_path / "cache-2.db")

    assert [file.name for file in tmp_path.iterdir()] == ["bad.zst"]


def test_a_line_that_breaks_after_the_snapshot_came_leaves_no_second_cache(
    station: Station, hub: SnapshotHub
) -> None:
    with pytest.raises(Trouble, match="hub-unreachable"):
        follow(station, hub, hello())

    assert caches(station) == set()
    assert station.cache.order("ds", an_order().number) is not None


def test_what_a_program_that_was_killed_had_unpacked_makes_room_for_the_next_try(
    station: Station, hub: SnapshotHub
) -> None:
    (station.home / "cache-2.part").write_bytes(b"Seoyeon Kim")

    renewal = renewal_of(station, hub, 1 << 40)
    renewal.begin()
    renewal.leave()

    assert caches(station) == set()


def test_half_a_cache_is_no_place_where_an_erased_order_survives(station: Station) -> None:
    (station.home / "cache-2.part").write_bytes(b"Seoyeon Kim")

    assert Forgetting(station).scrub()

    assert caches(station) == set()


@pytest.mark.parametrize("spare", [-1, 0])
def test_a_snapshot_leaves_room_for_the_facts_of_the_desk(
    station: Station, hub: SnapshotHub, spare: int
) -> None:
    needed = hub.told.size + hub.told.raw_size + LEFT_FOR_FACTS
    renewal = renewal_of(station, hub, needed + spare)

    if spare < 0:
        with pytest.raises(Trouble, match="orders-no-room"):
            renewal.fetch(hub.told)
        assert caches(station) == set()
    else:
        assert renewal.fetch(hub.told) is not None
        renewal.adopt()
        assert station.cache.order("ds", an_order().number) is not None


def test_a_snapshot_for_which_the_room_is_gone_gives_back_what_had_come(
    station: Station, hub: SnapshotHub
) -> None:
    (station.home / f"{hub.told.name}.part").write_bytes(hub.packed.read_bytes()[:9])

    with pytest.raises(Trouble, match="orders-no-room"):
        renewal_of(station, hub, LEFT_FOR_FACTS).fetch(hub.told)

    assert caches(station) == set()
