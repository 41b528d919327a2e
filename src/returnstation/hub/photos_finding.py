"""Find photos that are wanted though the store has them.

Records that were put back name photos anew that came long ago; where stations have dropped them
nobody would ever send them again. What is wanted usually is on its way: the store is asked only
for what still is wanted after a while.
"""

from dataclasses import dataclass, field

from returnstation.hub.hub import Hub

_HOUR_MS = 3_600_000


@dataclass(slots=True)
class PhotoFinding:
    """Looks for wanted photos in small steps; what it has in mind, another process begins anew.

    Attributes:
        at_once: Photos the store is asked for in one step.
        of_each: Photos of each station that are looked at in one round.
        patience_ms: How long they are to be wanted before the store is asked.
    """

    hub: Hub
    at_once: int = 20
    of_each: int = 200
    patience_ms: int = _HOUR_MS
    _looked_ms: int | None = None
    _seen: list[str] = field(default_factory=list)
    _after: dict[str, str] = field(default_factory=dict)

    def step(self) -> int:
        """Ask the store for some photos, and return how many are wanted no longer.

        Raises:
            Trouble: The store cannot be reached.
        """
        now_ms, index = self.hub.now_ms(), self.hub.photos.index
        is_early = self._looked_ms is not None and now_ms - self._looked_ms < self.patience_ms
        if is_early:
            return 0
        if not self._seen:
            self._look(now_ms)
            return 0
        some = index.missed(self._seen[: self.at_once])
        del self._seen[: self.at_once]
        store, found = self.hub.photos.store, dict[str, int | None]()
        for digest in some:
            size = store.size(digest)
            if size is not None or store.is_erased(digest):
                found[digest] = size
        index.find(found, now_ms)
        return len(found)

    def _look(self, now_ms: int) -> None:
        """See what is wanted now, of each station some."""
        self._looked_ms = now_ms
        seen: set[str] = set()
        for station in self.hub.stations.all():
            start = self._after.get(station.station, "")
            wanted = self.hub.photos.index.awaited(station.station, start, self.of_each)
            self._after[station.station] = wanted[-1] if wanted else ""
            seen.update(wanted)
        self._seen = sorted(seen)
