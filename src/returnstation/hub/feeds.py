"""Which feeds a site follows, and their pages."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, func, select

from returnstation.hub.database import HubDatabase, insert_new
from returnstation.hub.records import FeedGone, cursor_at, last_of, page
from returnstation.hub.refusing import NotDone
from returnstation.hub.tables import SUBSCRIPTION
from returnstation.hub.tables_erasing import ERASURE
from returnstation.wire.feeds import (
    KINDS,
    MERCHANT_SHARD,
    MOST_ROWS,
    SITE_SHARD,
    START,
    Cursor,
    Page,
    Row,
)


class HubFeeds:
    """The feeds of a hub."""

    def __init__(self, database: HubDatabase) -> None:
        self._database = database

    def subscribe(self, site: str, shard: str) -> None:
        """Let the stations of a site follow a feed."""
        with self._database.work() as connection:
            row = {"site": site, "shard": shard}
            connection.execute(insert_new(connection, SUBSCRIPTION), row)

    def last_for(self, site: str) -> Mapping[str, int]:
        """Return the number of the last change of each feed a site follows."""
        with self._database.look() as connection:
            return last_of(connection, shards_of(connection, site))

    def page(self, site: str, shard: str, after: Cursor) -> Page:
        """Return what changed in a feed after a cursor.

        Raises:
            NotDone: ``feed-foreign`` or ``feed-gone``.
        """
        generation = self._database.generation
        with self._database.look() as connection:
            if shard not in shards_of(connection, site):
                raise NotDone("feed-foreign", shard)
            try:
                return page(connection, shard, after, MOST_ROWS, generation)
            except FeedGone as gone:
                raise NotDone("feed-gone", shard) from gone

    def whole(self, site: str) -> tuple[Iterator[Row], Mapping[str, Cursor], str]:
        """Return every merchants' record a site follows, the cursors after them, and the generation.

        The site's own feed is not among them: what it brings (who may sign in, what was paid) is
        not kept in a cache, so whoever takes a whole one over follows that feed from its start.
        The cursors are read first: what changes while the rows are read comes down after them.
        """
        with self._database.look() as connection:
            merchants = [s for s in shards_of(connection, site) if s.startswith(MERCHANT_SHARD)]
            last = last_of(connection, merchants)
            cursors = {shard: cursor_at(connection, shard, n) for shard, n in last.items()}
        return self._living(list(last)), cursors, self._database.generation

    def erased_since(self, cursors: Mapping[str, Cursor]) -> bool:
        """Tell whether an order of merchants was erased after what is at these cursors."""
        wanted = select(func.max(ERASURE.c.n))
        with self._database.look() as connection:
            return any(
                (connection.scalar(wanted.where(ERASURE.c.shard == shard)) or 0) > cursor.n
                for shard, cursor in cursors.items()
            )

    def _living(self, shards: Sequence[str]) -> Iterator[Row]:
        for shard in shards:
            n, is_last = START.n, False
            while not is_last:
                with self._database.look() as connection:
                    # By the mark as it is now: what was pruned meanwhile is not living anyway.
                    some = page(connection, shard, cursor_at(connection, shard, n), MOST_ROWS, "")
                yield from (row for row in some.rows if not row.is_deleted and row.kind in KINDS)
                n, is_last = some.n, some.is_last


def shards_of(connection: Connection, site: str) -> Sequence[str]:
    """Return the feeds a site follows."""
    wanted = select(SUBSCRIPTION.c.shard).where(SUBSCRIPTION.c.site == site)
    return [f"{SITE_SHARD}{site}", *sorted(connection.scalars(wanted))]
