"""Open SQLite files through SQLAlchemy, with the SQLite of the ``pysqlite3`` wheel.

Debian's 3.40 is in the range of the WAL-reset bug (3.7.0 to 3.51.2), so an older library is
refused rather than trusted with facts.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pysqlite3 import dbapi2
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.pool import NullPool

from returnstation.application.troubles import Trouble

OLDEST_SQLITE = (3, 51, 3)

_BUSY_MS = 5000
_CODES = {
    "SQLITE_FULL": "disk-full",
    "SQLITE_BUSY": "database-locked",
    "SQLITE_LOCKED": "database-locked",
    "SQLITE_CORRUPT": "database-damaged",
    "SQLITE_NOTADB": "database-damaged",
    "SQLITE_READONLY": "database-read-only",
    "SQLITE_CANTOPEN": "database-unreachable",
    "SQLITE_IOERR": "disk-trouble",
}


def sqlite_version() -> str:
    """Return the version of the SQLite library in use."""
    return str(dbapi2.sqlite_version)


def open_engine(path: Path, *, synchronous: str) -> Engine:
    """Return an engine on a file in WAL mode; ``synchronous`` is ``FULL`` or ``NORMAL``.

    Raises:
        Trouble: ``sqlite-too-old``.
    """
    if dbapi2.sqlite_version_info < OLDEST_SQLITE:
        raise Trouble("sqlite-too-old", version=sqlite_version())
    engine = create_engine(
        f"sqlite:///{path}",
        module=dbapi2,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # they name customers, and errors are in crash reports
    )

    def prepare(connection: DBAPIConnection, _record: object) -> None:
        # SQLAlchemy says BEGIN itself (below); the driver must not guess.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        # Or what is deleted would stay in the file until something else needs the room.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def open_read_only(path: Path) -> Engine:
    """Return an engine that cannot change the file, for looking at evidence."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    return create_engine(
        "sqlite://",
        module=dbapi2,
        creator=lambda: dbapi2.connect(address, uri=True),
        hide_parameters=True,
    )


def open_for_proof(path: Path) -> Engine:
    """Return an engine that changes nothing in a file, not even its journal mode.

    Text that is no UTF-8 comes as bytes: somebody else wrote it.
    """

    def connect() -> DBAPIConnection:
        # Mode rw makes no file where there is none, and reads one that cannot be written.
        uri = f"{path.absolute().as_uri()}?mode=rw"
        connection = dbapi2.connect(uri, uri=True, isolation_level=None)
        connection.text_factory = _text_or_bytes
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        connection.execute("PRAGMA query_only = ON")
        opened: DBAPIConnection = connection
        return opened

    return create_engine(
        "sqlite://", module=dbapi2, creator=connect, poolclass=NullPool, hide_parameters=True
    )


@contextmanager
def troubles_named(path: Path) -> Generator[None]:
    """Turn what SQLite says about disk and file into ``Trouble`` with a stable code."""
    try:
        yield
    except DBAPIError as error:
        code = _code(error)
        if code is None:
            raise
        raise Trouble(code, file=path.name) from error


def _text_or_bytes(raw: bytes) -> str | bytes:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _code(error: DBAPIError) -> str | None:
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    for prefix, code in _CODES.items():
        if name.startswith(prefix):
            return code
    text = str(error.orig)
    if "disk is full" in text:
        return "disk-full"
    if "locked" in text:
        return "database-locked"
    if "malformed" in text or "not a database" in text:
        return "database-damaged"
    return "disk-trouble" if isinstance(error, DatabaseError) and "disk I/O" in text else None
