"""How far stations have followed the feeds, as they say by what they ask for."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

from sqlalchemy import Connection, select

from returnstation.hub.database import HubDatabase, upsert
from returnstation.hub.tables_erasing import FOLLOWED

_REMEMBERED = 10_000


class Followers:
    """Notes cursors, each once."""

    def __init__(self, database: HubDatabase) -> None:
        self._database = database
        self._known: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = Lock()

    def note(self, station: str, shard: str, n: int) -> None:
        """Note that a station has written down a feed up to a number."""
        with self._lock:
            if self._known.get((station, shard)) == n:
                return
        with self._database.work() as connection:
            put = upsert(connection, FOLLOWED, ("station", "shard"), {"n"})
            connection.execute(put, {"station": station, "shard": shard, "n": n})
        with self._lock:  # only what was kept need not be kept again
            self._known[station, shard] = n
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


def followed(connection: Connection) -> Mapping[tuple[str, str], int]:
    """Return how far each station has followed each feed."""
    rows = connection.execute(select(FOLLOWED))
    return {(row.station, row.shard): int(row.n) for row in rows}
