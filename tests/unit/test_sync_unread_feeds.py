"""A feed that cannot be read is told, and keeps nothing else from a station that has no orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from returnstation.application.troubles import Trouble
from returnstation.sync.following import Following
from returnstation.wire.feeds import Cursor, Page, Row, Snapshot
from returnstation.wire.messages import Hello

FEEDS = ("site:A", "merchant:a", "merchant:b")
HELLO = Hello(hub="h", time_ms=1, generation="g", feeds=dict.fromkeys(FEEDS, 2))


@dataclass
class MemoryCache:
    followed: dict[str, tuple[str, Cursor]] = field(default_factory=dict)

    def cursors(self) -> Mapping[str, tuple[str, Cursor]]:
        return dict(self.followed)

    def apply(self, page: Page) -> Sequence[Row]:
        self.followed[page.shard] = (page.generation, page.cursor)
        return ()


@dataclass
class MemoryFeeds:
    """A hub some of whose feeds nobody can read."""

    odd: set[str]
    code: str = "feed-unreadable"

    def page(self, shard: str, after: Cursor) -> Page:
        if shard in self.odd:
            raise Trouble(self.code, shard=shard)
        return Page(generation="g", shard=shard, rows=(), n=2, mark=2, is_last=True)

    def snapshot(self) -> Snapshot | None:
        return None


@dataclass
class Renewal:
    """Makes one new cache."""

    fresh: MemoryCache = field(default_factory=MemoryCache)
    is_adopted: bool = False

    def fetch(self, told: Snapshot) -> MemoryCache | None:
        raise AssertionError(told)

    def begin(self) -> MemoryCache:
        return self.fresh

    def adopt(self) -> None:
        self.is_adopted = True


def followed(feeds: MemoryFeeds, present: MemoryCache) -> Renewal:
    """Follow feeds one of which cannot be read, and return what became of the next cache."""
    renewal = Renewal()
    with pytest.raises(Trouble, match=feeds.code):
        Following(feeds, present, renewal, lambda _: None).follow(HELLO)
    return renewal


@pytest.mark.parametrize("code", ["feed-unreadable", "hub-odd"])
@pytest.mark.parametrize("odd", FEEDS)
def test_a_station_without_orders_has_those_of_the_other_feeds(odd: str, code: str) -> None:
    renewal = followed(MemoryFeeds({odd}, code), MemoryCache())

    assert renewal.is_adopted
    assert set(renewal.fresh.followed) == set(FEEDS) - {odd}


def test_what_came_of_it_is_followed_on_and_not_begun_anew() -> None:
    feeds = MemoryFeeds({FEEDS[1]})
    present = followed(feeds, MemoryCache()).fresh

    assert not followed(feeds, present).is_adopted
    feeds.odd.clear()
    Following(feeds, present, Renewal(), lambda _: None).follow(HELLO)
    assert set(present.followed) == set(FEEDS)


def test_where_no_feed_can_be_read_the_cache_stays() -> None:
    assert not followed(MemoryFeeds(set(FEEDS)), MemoryCache()).is_adopted


@pytest.mark.parametrize(("odd", "wanted"), [(FEEDS[1], False), (FEEDS[2], True)])
def test_orders_the_desk_has_are_not_given_up_for_those_of_other_feeds(
    odd: str, *, wanted: bool
) -> None:
    present = MemoryCache({shard: ("before", Cursor(9, 9)) for shard in FEEDS[:2]})

    assert followed(MemoryFeeds({odd}), present).is_adopted is wanted


def test_a_feed_that_odd_answers_come_for_holds_up_no_other() -> None:
    present = MemoryCache(dict.fromkeys(FEEDS, ("g", Cursor(1, 1))))

    followed(MemoryFeeds({FEEDS[1]}, "hub-odd"), present)

    assert present.followed[FEEDS[2]][1] == Cursor(2, 2)


@dataclass
class EndlessFeeds(MemoryFeeds):
    """Says after each page that there is another, and sends the same one."""

    asked: int = 0

    def page(self, shard: str, after: Cursor) -> Page:
        self.asked += 1
        assert self.asked < 10, "asked again and again"
        return Page(generation="g", shard=shard, rows=(), n=2, mark=after.mark + 1, is_last=False)


def test_a_feed_that_has_no_end_and_does_not_move_is_not_followed_for_ever() -> None:
    present = MemoryCache(dict.fromkeys(FEEDS, ("g", Cursor(1, 1))))

    followed(EndlessFeeds(set(), "hub-odd"), present)
