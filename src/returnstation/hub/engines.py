"""Connections to a hub's databases: files of SQLite, or servers of PostgreSQL."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from returnstation.application.troubles import Trouble

OLDEST_SQLITE = (3, 51, 3)
"""Older ones may damage a file in WAL mode: https://sqlite.org/changes.html of 3.51.3."""

BUSY_MS = 10_000
"""How long a writer of a file waits for another."""

FILE = "sqlite:///"
"""How the address of a file begins."""

_OVERWRITE = "secure_delete = ON"
_PATIENCE = {
    "connect_timeout": 10,
    "tcp_user_timeout": 30_000,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""A server whose machine is gone says nothing: by itself the system asks again after two hours.

In s, and ms; the hub's address may say otherwise.
"""


def engine_of(address: str) -> Engine:
    """Return what connects to the records, in transactions.

    Raises:
        Trouble: ``hub-database-address`` or ``sqlite-too-old``.
    """
    if address.startswith(FILE):
        return _sqlite(Path(address.removeprefix(FILE)), ("journal_mode = WAL", _OVERWRITE))
    engine = _server_engine(address, 16, 16)
    event.listen(engine, "connect", _dump_bytes_fast)
    return engine


def glances_engine(address: str) -> Engine:
    """Return what connects to a server for single questions."""
    return _server_engine(address, 4, 28, isolation_level="AUTOCOMMIT")


def keys_engine(address: str) -> Engine:
    """Return what connects to the keys.

    Raises:
        Trouble: ``hub-database-address`` or ``sqlite-too-old``.
    """
    if address.startswith(FILE):
        path = Path(address.removeprefix(FILE))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        # Without a write-ahead log, whose old pages outlive what is overwritten in the file.
        return _sqlite(path, ("journal_mode = DELETE", _OVERWRITE))
    return _server_engine(address, 4, 28)


def _dump_bytes_fast(connection: Any, _record: object) -> None:
    """Have COPY write bytes by compiled code; psycopg chooses a slow way to write its own type."""
    from psycopg.types.string import BytesBinaryDumper

    connection.adapters.register_dumper(bytes, BytesBinaryDumper)


def _server_engine(address: str, kept: int, more: int, **options: Any) -> Engine:
    url = make_url(_server(address))
    return create_engine(
        url,
        connect_args={name: it for name, it in _PATIENCE.items() if name not in url.query},
        pool_size=kept,
        max_overflow=more,
        pool_pre_ping=True,
        hide_parameters=True,  # names would stand in errors, and in reports of them
        **options,
    )


def _server(address: str) -> str:
    if not address.startswith(("postgresql://", "postgres://")):
        raise Trouble("hub-database-address", address=address)
    url = address.replace("postgres://", "postgresql://", 1)
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _sqlite(path: Path, pragmas: Sequence[str]) -> Engine:
    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise Trouble("sqlite-too-old", version=str(dbapi2.sqlite_version))
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}",
        module=dbapi2,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )

    def prepare(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        for pragma in (*pragmas, "synchronous = FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine
