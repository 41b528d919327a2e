"""Bring ``station.db`` to this program's schema: by Alembic, never without a backup.

``PRAGMA user_version`` holds the number of the newest migration, so that a start with nothing
to do needs one read and no Alembic.
"""

from pathlib import Path

from pysqlite3 import dbapi2
from sqlalchemy import Engine

from returnstation.application.troubles import Trouble

SCHEMA = 4
"""Number of the newest migration in ``migrations/versions``."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(engine: Engine, path: Path) -> None:
    """Migrate the file if it is older than this program.

    Raises:
        Trouble: ``database-newer``; the file is left as it is. ``backup-failed``: there is no
            room for the backup, so nothing was migrated.
    """
    found = version_of(engine)
    if found > SCHEMA:
        raise Trouble("database-newer", file=path.name, found=found, known=SCHEMA)
    if found == SCHEMA:
        return
    if found:
        back_up(engine, path.with_name(f"{path.stem}-before-{SCHEMA}.db"))
    _migrate(engine)


def version_of(engine: Engine) -> int:
    """Return the schema number a file carries; 0 for a new one."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def back_up(engine: Engine, target: Path) -> None:
    """Write a compact copy of the file; a copy that was there is replaced by a whole one.

    Raises:
        Trouble: ``backup-failed``.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        _copy(engine, target, part)
        part.replace(target)
    except (OSError, dbapi2.Error) as error:
        raise Trouble("backup-failed", file=target.name) from error


def _copy(engine: Engine, target: Path, part: Path) -> None:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        (_, _, own) = cursor.execute("PRAGMA database_list").fetchone()
        if target.exists() and target.samefile(own):
            raise Trouble("backup-failed", file=target.name)
        cursor.execute("VACUUM INTO ?", (str(part),))
    finally:
        raw.close()


def _migrate(engine: Engine) -> None:
    # Alembic takes 60 ms to import and is needed once in the life of a version.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection.execution_options(writes=True)
        command.upgrade(config, "head")
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA}")
        connection.commit()
