"""Stations that wait for something new: a question that is answered late, or when news come."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from returnstation.hub.feeds import HubFeeds
from returnstation.wire.messages import News

LONGEST_SECONDS = 25.0
"""Less than proxies allow a request that says nothing."""

_LOOK_SECONDS = 1.0


@dataclass(slots=True)
class Waiting:
    """Lets stations wait without a thread of the server for each.

    Attributes:
        feeds: What may change.
        seconds: How long a station waits at most.
    """

    feeds: HubFeeds
    seconds: float = LONGEST_SECONDS
    monotonic: Callable[[], float] = time.monotonic
    _latest: dict[str, object] = field(default_factory=dict)
    _seen: dict[str, tuple[float, int]] = field(default_factory=dict)

    async def news(self, station: str, site: str, known: int) -> News:
        """Return how many changes the feeds of a site have, when it is not what is known.

        Of several questions of one station only the last is kept waiting.
        """
        asked = object()
        self._latest[station] = asked
        ends = self.monotonic() + self.seconds
        while True:
            changes = await self._changes(site)
            is_over = self.monotonic() >= ends or self._latest.get(station) is not asked
            if changes != known or is_over:
                return News(changes=changes)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _changes(self, site: str) -> int:
        """Look once a second for all desks of a site together."""
        at, changes = self._seen.get(site, (float("-inf"), 0))
        now = self.monotonic()
        if now - at >= _LOOK_SECONDS / 2:
            last = await run_in_threadpool(self.feeds.last_for, site)
            changes = sum(last.values())
            self._seen[site] = (now, changes)
        return changes
