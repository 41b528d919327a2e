"""Copies of a hub's database, and its life after one was put back."""

import os
from contextlib import closing
from pathlib import Path

from pysqlite3 import dbapi2
from sqlalchemy import update

from returnstation.application.troubles import Refused, Trouble
from returnstation.hub.database import HubDatabase
from returnstation.hub.tables import SERIES

SKIPPED = 100
"""Of each series: numbers that may have been given out since the backup."""


def back_up(database: HubDatabase, target: Path) -> None:
    """Copy a SQLite file while the hub works; the copy is whole, or not there.

    Raises:
        Refused: ``hub-backup-postgresql``: that database has better means of its own.
        Trouble: ``file-unwritable``.
    """
    if not database.is_sqlite:
        raise Refused("hub-backup-postgresql")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with closing(database.engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM INTO ?", (str(part),))
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except (OSError, dbapi2.OperationalError) as error:
        raise Trouble("file-unwritable", file=str(target)) from error


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
