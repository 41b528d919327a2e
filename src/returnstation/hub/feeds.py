"""Which feeds a site follows, and their pages."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from returnstation.application.troubles import Refused
from returnstation.hub.database import HubDatabase, insert_new
from returnstation.hub.records import FeedGone, last_of, page
from returnstation.hub.tables import SUBSCRIPTION
from returnstation.wire.feeds import KINDS, MOST_ROWS, SITE_SHARD, START, Cursor, Page, Row


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
            Refused: ``feed-foreign`` or ``feed-gone``.
        """
        generation = self._database.about("generation")
        with self._database.look() as connection:
            if shard not in shards_of(connection, site):
                raise Refused("feed-foreign", shard=shard)
            try:
                return page(connection, shard, after, MOST_ROWS, generation)
            except FeedGone as gone:
                raise Refused("feed-gone", shard=shard) from gone

    def whole(self, site: str) -> tuple[Iterator[Row], Mapping[str, Cursor], str]:
        """Return every record a site follows, the cursors after them, and the generation.

        Only what the cache takes is among the rows; kinds come in the order it takes them in.
        """
        generation = self._database.about("generation")
        cursors: dict[str, Cursor] = {}
        rows: list[Row] = []
        with self._database.look() as connection:
            for shard in shards_of(connection, site):
                some, cursors[shard] = _everything(connection, shard, generation)
                rows += some
        rows.sort(key=lambda row: KINDS.index(row.kind))
        return iter(rows), cursors, generation


def shards_of(connection: Connection, site: str) -> Sequence[str]:
    """Return the feeds a site follows."""
    wanted = select(SUBSCRIPTION.c.shard).where(SUBSCRIPTION.c.site == site)
    return [f"{SITE_SHARD}{site}", *sorted(connection.scalars(wanted))]


def _everything(
    connection: Connection, shard: str, generation: str
) -> tuple[Sequence[Row], Cursor]:
    rows: list[Row] = []
    cursor, is_last = START, False
    while not is_last:
        some = page(connection, shard, cursor, MOST_ROWS, generation)
        rows += [row for row in some.rows if not row.is_deleted and row.kind in KINDS[:-1]]
        cursor, is_last = some.cursor, some.is_last
    return rows, cursor
