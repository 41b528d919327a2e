"""Copies of a hub's database, and its life after one was put back."""

import os
from contextlib import closing
from pathlib import Path

from pysqlite3 import dbapi2
from sqlalchemy import Engine, update

from returnstation.application.troubles import Refused, Trouble
from returnstation.hub.database import HubDatabase
from returnstation.hub.tables import SERIES

SKIPPED = 100
"""Of each series: numbers that may have been given out since the backup."""


def back_up(database: HubDatabase, target: Path) -> Path | None:
    """Copy a SQLite file, then its keys, while the hub works; a copy is whole, or not there.

    Returns:
        The copy of the keys, beside the other; None when they are in a database that is not
        copied like this.

    Raises:
        Refused: ``hub-backup-postgresql``: that database has better means of its own.
        Trouble: ``file-unwritable``.
    """
    if not database.is_sqlite:
        raise Refused("hub-backup-postgresql")
    _copy(database.engine, target)
    keys = database.subject_keys.engine
    if keys.dialect.name != "sqlite":
        return None
    # After the records: keys are there before what they seal, so that none can lack.
    beside = target.with_name(f"{target.stem}-keys{target.suffix}")
    _copy(keys, beside)
    return beside


def _copy(engine: Engine, target: Path) -> None:
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(0o600)  # SQLite writes into an empty file, too
        with closing(engine.raw_connection()) as connection:
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
