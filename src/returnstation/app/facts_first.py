"""News of a hub come down, and what the desk does meanwhile goes up between two pieces of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from returnstation.app.renewal import Parts
from returnstation.sync.following import Feeds
from returnstation.wire.feeds import Cursor, Page, Snapshot


class Down(Feeds, Parts, Protocol):
    """Where news comes from: feeds, and whole caches in parts."""


@dataclass(slots=True)
class FactsFirst:
    """News of a hub, before each piece of which goes what the desk has done meanwhile.

    A whole cache takes an hour on a slow line.

    Attributes:
        send: Sends facts, and returns how many.
        sent: How many that were.
    """

    down: Down
    send: Callable[[], int]
    sent: int = 0

    def page(self, shard: str, after: Cursor) -> Page:
        """Return what changed after a cursor."""
        self.sent += self.send()
        return self.down.page(shard, after)

    def snapshot(self) -> Snapshot | None:
        """Return what describes the newest whole cache."""
        return self.down.snapshot()

    def part(self, name: str, start: int) -> bytes:
        """Return some megabytes of a whole cache."""
        self.sent += self.send()
        return self.down.part(name, start)
