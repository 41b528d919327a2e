"""What a hub must forget when its database is yesterday's."""

from sqlalchemy import update

from returnstation.hub.database import HubDatabase
from returnstation.hub.tables import SERIES

SKIPPED = 100
"""Of each series: numbers that may have been given out since the backup."""


def begin_anew(database: HubDatabase, generation: str) -> None:
    """Begin another generation, so that nobody goes on from numbers that mean something else.

    Stations take a whole cache over and offer their facts again, merchants read anew, and
    webhooks get ids that never were. Every process of the hub must be started again.

    Args:
        database: The hub's, put back from a backup.
        generation: A random word.
    """
    with database.work() as connection:
        connection.execute(update(SERIES).values(last=SERIES.c.last + SKIPPED))
    database.keep_about("generation", generation)
