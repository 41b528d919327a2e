"""Follow the hub's feeds, or take a whole cache over where following would lead nowhere."""

import logging
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from returnstation.application.troubles import Trouble
from returnstation.wire.feeds import (
    ERASURE_KIND,
    MERCHANT_SHARD,
    START,
    Cursor,
    Page,
    Row,
    Snapshot,
)
from returnstation.wire.messages import Hello

_logger = logging.getLogger(__name__)

_DAMAGED = "snapshot-damaged"
_OF_ONE_FEED = frozenset({"feed-unreadable", "hub-odd"})
"""Codes of troubles with one feed, which keep no other from coming down."""


class FeedGone(Exception):
    """The hub cannot go on where the station stands."""


class Feeds(Protocol):
    """The hub as it is followed."""

    def page(self, shard: str, after: Cursor) -> Page:
        """Return what changed after a cursor.

        Raises:
            FeedGone: Nobody knows.
        """

    def snapshot(self) -> Snapshot | None:
        """Return what describes the newest whole cache; None when there is none."""


class Target(Protocol):
    """A cache that is being brought up to date."""

    def cursors(self) -> Mapping[str, tuple[str, Cursor]]:
        """Return generation and cursor of each feed that was followed."""

    def apply(self, page: Page) -> Sequence[Row]:
        """Write a page and its cursor at once, and return the rows that are not for the cache."""


class Renewal(Protocol):
    """The next cache file, beside the one the desk works with."""

    def fetch(self, told: Snapshot) -> Target | None:
        """Return a new cache out of a snapshot; None when it is not for this program."""

    def begin(self) -> Target:
        """Return a new cache with nothing in it."""

    def adopt(self) -> None:
        """Work with the new cache from now on."""


@dataclass(slots=True)
class Following:
    """Brings the station's copy up to date.

    Attributes:
        take: Takes rows that are kept elsewhere, e.g. users; asked before the cursor moves.
    """

    feeds: Feeds
    current: Target
    renewal: Renewal
    take: Callable[[Sequence[Row]], None]

    def follow(self, hello: Hello, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Take in what is new, and return how many rows that were.

        Raises:
            Trouble: The hub cannot be reached, or a feed cannot be read; the others were.
        """
        taken, unread = self._followed(hello, self.current.cursors(), should_stop)
        for trouble in unread.values():
            raise trouble
        return taken

    @staticmethod
    def _is_stale(hello: Hello, cursors: Mapping[str, tuple[str, Cursor]]) -> bool:
        """Tell whether what is there did not come from these feeds.

        A hub that has no merchant's orders replaces no orders that came from files.
        """
        if not any(shard.startswith(MERCHANT_SHARD) for shard in hello.feeds):
            return False
        followed = {shard for shard in cursors if shard}
        others = {generation for generation, _ in cursors.values()} - {hello.generation}
        return bool(others) or not followed or bool(followed - set(hello.feeds))

    def _followed(
        self,
        hello: Hello,
        cursors: Mapping[str, tuple[str, Cursor]],
        should_stop: Callable[[], bool],
    ) -> tuple[int, Mapping[str, Trouble]]:
        if self._is_stale(hello, cursors):
            return self._renew(hello, cursors.keys(), should_stop)
        try:
            return self._pages(self.current, hello, should_stop)
        except FeedGone:
            return self._renew(hello, cursors.keys(), should_stop)

    def _renew(
        self, hello: Hello, present: Set[str], should_stop: Callable[[], bool]
    ) -> tuple[int, Mapping[str, Trouble]]:
        told = self.feeds.snapshot()
        fresh = None
        if told is not None and told.generation == hello.generation:
            fresh = self._fetched(told)
        try:
            taken, unread = self._pages(fresh or self.renewal.begin(), hello, should_stop)
        except FeedGone:  # the snapshot is older than what the hub remembers
            taken, unread = self._pages(self.renewal.begin(), hello, should_stop)
        # What the desk has of a feed is not given up for news of the others.
        is_better = unread.keys() < hello.feeds.keys() and present.isdisjoint(unread)
        if is_better and not should_stop():
            self.renewal.adopt()
        return taken, unread

    def _fetched(self, told: Snapshot) -> Target | None:
        try:
            return self.renewal.fetch(told)
        except Trouble as trouble:
            if trouble.code != _DAMAGED:
                raise
            # It may be so at the hub until tomorrow's: a slow way is better than none.
            _logger.warning("the feeds are followed from their start: %s", trouble)
            return None

    def _pages(
        self, target: Target, hello: Hello, should_stop: Callable[[], bool]
    ) -> tuple[int, Mapping[str, Trouble]]:
        """Follow every feed; return how many rows came, and why some feeds were not read."""
        taken = 0
        unread: dict[str, Trouble] = {}
        cursors = target.cursors()
        for shard, last in hello.feeds.items():
            try:
                taken += self._feed(target, (shard, last), cursors, should_stop)
            except Trouble as trouble:
                if trouble.code not in _OF_ONE_FEED:
                    raise
                unread[shard] = trouble
        return taken, unread

    def _feed(
        self,
        target: Target,
        feed: tuple[str, int],
        cursors: Mapping[str, tuple[str, Cursor]],
        should_stop: Callable[[], bool],
    ) -> int:
        shard, last = feed
        _, cursor = cursors.get(shard, ("", START))
        if shard in cursors and cursor.n == last:
            # Nothing new; a hub that was restored since then is found out by the mark.
            return self._page(target, shard, cursor)[0]
        taken, is_last = 0, False
        while not is_last and not should_stop():
            rows, page = self._page(target, shard, cursor)
            if not page.is_last and page.n <= cursor.n:
                raise Trouble("hub-odd", why=f"{shard} does not move on from {cursor.n}")
            taken, cursor, is_last = taken + rows, page.cursor, page.is_last
        return taken

    def _page(self, target: Target, shard: str, after: Cursor) -> tuple[int, Page]:
        page = self.feeds.page(shard, after)
        if page.shard != shard:
            raise FeedGone(shard)
        rest = [row for row in page.rows if row.kind in _ELSEWHERE]
        if rest:
            self.take(rest)
        target.apply(page)
        return len(page.rows), page


_ELSEWHERE = frozenset({"user", "refund_report", ERASURE_KIND})
