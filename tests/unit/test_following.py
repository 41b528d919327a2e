"""Feeds are followed one by one; what stands in the way of one is not in the way of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from returnstation.application.troubles import Trouble
from returnstation.sync.following import Following
from returnstation.wire.feeds import Cursor, Page, Row, Snapshot
from returnstation.wire.messages import Hello

FEEDS = ("site:A", "merchant:a", "merchant:b")


@dataclass
class MemoryCache:
    """A cache that cannot read some feeds."""

    unreadable: set[str]
    followed: dict[str, tuple[str, Cursor]] = field(
        default_factory=lambda: {shard: ("g", Cursor(1, 1)) for shard in FEEDS}
    )

    def cursors(self) -> Mapping[str, tuple[str, Cursor]]:
        return dict(self.followed)

    def apply(self, page: Page) -> Sequence[Row]:
        if page.shard in self.unreadable:
            raise Trouble("feed-unreadable", shard=page.shard)
        self.followed[page.shard] = (page.generation, page.cursor)
        return ()


@dataclass
class MemoryFeeds:
    """A hub with one change in each feed."""

    away: set[str] = field(default_factory=set)
    told: Snapshot | None = None

    def page(self, shard: str, after: Cursor) -> Page:
        if shard in self.away:
            raise Trouble("hub-unreachable", url="")
        return Page(generation="g", shard=shard, rows=(), n=2, mark=2, is_last=True)

    def snapshot(self) -> Snapshot | None:
        return self.told


class NoRenewal:
    """No other cache is made."""

    def fetch(self, told: Snapshot) -> MemoryCache | None:
        raise AssertionError

    def begin(self) -> MemoryCache:
        raise AssertionError

    def adopt(self) -> None:
        raise AssertionError


def followed(cache: MemoryCache, feeds: MemoryFeeds) -> int:
    hello = Hello(hub="h", time_ms=1, generation="g", feeds=dict.fromkeys(FEEDS, 2))
    return Following(feeds, cache, NoRenewal(), lambda _: None).follow(hello)


def beyond(cache: MemoryCache) -> set[str]:
    return {shard for shard, (_, cursor) in cache.followed.items() if cursor.n == 2}


@pytest.mark.parametrize("odd", FEEDS)
def test_a_feed_nobody_can_read_is_told_and_holds_up_no_other(odd: str) -> None:
    cache = MemoryCache({odd})

    with pytest.raises(Trouble, match="feed-unreadable") as told:
        followed(cache, MemoryFeeds())

    assert told.value.values["shard"] == odd
    assert beyond(cache) == set(FEEDS) - {odd}


def test_the_first_of_several_feeds_nobody_can_read_is_told() -> None:
    with pytest.raises(Trouble) as told:
        followed(MemoryCache(set(FEEDS)), MemoryFeeds())

    assert told.value.values["shard"] == FEEDS[0]


def test_a_line_that_breaks_ends_the_meeting() -> None:
    cache = MemoryCache(set())

    with pytest.raises(Trouble, match="hub-unreachable"):
        followed(cache, MemoryFeeds({FEEDS[1]}))

    assert beyond(cache) == {FEEDS[0]}


@dataclass
class FreshCaches:
    """Caches are made, but none out of a snapshot."""

    odd: Trouble
    fresh: MemoryCache = field(default_factory=lambda: MemoryCache(set(), {}))
    is_adopted: bool = False

    def fetch(self, told: Snapshot) -> MemoryCache | None:
        raise self.odd

    def begin(self) -> MemoryCache:
        return self.fresh

    def adopt(self) -> None:
        self.is_adopted = True


def renewed(odd: str) -> FreshCaches:
    told = Snapshot(
        name="x.zst", format=1, generation="g", cursors={}, size=1, raw_size=1, sha256=""
    )
    caches = FreshCaches(Trouble(odd))
    hello = Hello(hub="h", time_ms=1, generation="g", feeds=dict.fromkeys(FEEDS, 2))
    Following(MemoryFeeds(told=told), MemoryCache(set(), {}), caches, lambda _: None).follow(hello)
    return caches


def test_a_snapshot_that_is_damaged_at_the_hub_leaves_nobody_without_orders() -> None:
    caches = renewed("snapshot-damaged")

    assert caches.is_adopted
    assert beyond(caches.fresh) == set(FEEDS)


def test_a_snapshot_that_has_no_room_is_not_followed_row_by_row() -> None:
    with pytest.raises(Trouble, match="orders-no-room"):
        renewed("orders-no-room")
