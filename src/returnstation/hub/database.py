"""The hub's database: a SQLite file for one site, or PostgreSQL by its address.

The keys of orders, cases and photos lie in another one: ``hub-keys.db`` beside ``hub.db``, or
wherever they were said to be.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2
from sqlalchemy import (
    Column,
    Connection,
    Executable,
    Select,
    Table,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from returnstation.application.troubles import Trouble
from returnstation.hub.engines import BUSY_MS, FILE, engine_of, glances_engine, keys_engine
from returnstation.hub.subject_keys import SubjectKeys, carry
from returnstation.hub.tables import ABOUT, DIRTY, SCHEMA, SERIES
from returnstation.hub.tables_erasing import ALL_TABLES
from returnstation.hub.tables_merchants import EVENT


class AlreadyThere(Exception):
    """A row that was to be new is there."""


class HubDatabase:
    """One hub's database; close it before the program ends.

    Args:
        address: ``sqlite:///FILE`` or ``postgresql://USER@HOST/NAME``.
        hub_id: Random id, used when the database is new.
        keys: Address of the database of keys; empty for a file beside that of SQLite, or for
            the same database on PostgreSQL.

    Raises:
        Trouble: ``hub-database-unreachable``, ``hub-database-newer`` or ``sqlite-too-old``.
    """

    def __init__(self, address: str, hub_id: str, keys: str = "") -> None:
        self.engine = engine_of(address)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        # To switch a connection to and fro takes longer than most questions.
        self._glances = self.engine if self.is_sqlite else glances_engine(address)
        keys = keys or keys_beside(address)
        self.shares_keys = keys == address
        with named_troubles():
            self.subject_keys = SubjectKeys(keys_engine(keys))
            for engine in (self.engine, self._glances):
                carry(engine, self.subject_keys)
            with self.work() as connection:
                self._prepare(connection, hub_id)
        self.hub_id = self.about("id")
        self.generation = self.about("generation")

    @contextmanager
    def work(self) -> Generator[Connection]:
        """Begin a transaction, kept when the block ends well."""
        with self.engine.connect() as connection:
            yield connection.execution_options(writes=True)
            connection.commit()

    @contextmanager
    def look(self) -> Generator[Connection]:
        """Read one consistent state."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def glance(self) -> Generator[Connection]:
        """Ask a single question, without a transaction around it."""
        with self._glances.connect() as connection:
            yield connection

    def about(self, name: str) -> str:
        """Return what the hub keeps about itself; empty when nothing."""
        with self.glance() as connection:
            found = connection.scalar(select(ABOUT.c.value).where(ABOUT.c.name == name))
        return found or ""

    def keep_about(self, name: str, value: str) -> None:
        """Keep something about the hub itself."""
        row = {"name": name, "value": value}
        with self.work() as connection:
            put = upsert(connection, ABOUT, ("name",), {"value"})
            connection.execute(put, row)

    def settle_files(self) -> None:
        """Let nothing that was overwritten stay in a file, unless somebody reads just now."""
        self.subject_keys.settle()
        if not self.is_sqlite:
            return
        with closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout = 0")  # nobody is to wait for this
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
        self._glances.dispose()
        self.subject_keys.close()

    def _prepare(self, connection: Connection, hub_id: str) -> None:
        ALL_TABLES.create_all(connection)
        for index in EVENT.indexes:  # a table from before it has none
            index.create(connection, checkfirst=True)
        _add_since(connection)
        first = insert_new(connection, ABOUT)
        connection.execute(first, {"name": "id", "value": hub_id})
        connection.execute(first, {"name": "generation", "value": hub_id})
        connection.execute(first, {"name": "schema", "value": str(SCHEMA)})
        found = connection.scalar(select(ABOUT.c.value).where(ABOUT.c.name == "schema"))
        if int(found or 0) > SCHEMA:
            raise Trouble("hub-database-newer")


def _add_since(connection: Connection) -> None:
    """Add what a table from before has not."""
    if DIRTY.c.since_ms.name in {each["name"] for each in inspect(connection).get_columns("dirty")}:
        return
    unless = "" if connection.dialect.name == "sqlite" else "IF NOT EXISTS "
    connection.exec_driver_sql(f"ALTER TABLE dirty ADD COLUMN {unless}since_ms BIGINT")


def insert_new(connection: Connection, table: Table) -> Any:
    """Return a statement that inserts rows and leaves those alone that are there."""
    return _dialect(connection).insert(table).on_conflict_do_nothing()


def upsert(
    connection: Connection,
    table: Table,
    keys: tuple[str, ...],
    changed: set[str],
    rows: Select[Any] | None = None,
) -> Any:
    """Return a statement that inserts rows, or changes these columns of those that are there.

    Args:
        connection: Of which database.
        table: Where to.
        keys: By which a row is known to be there.
        changed: What becomes another.
        rows: What asks for the rows, in the order of the columns; None for such as are given.
    """
    statement = _dialect(connection).insert(table)
    if rows is not None:
        statement = statement.from_select(table.c.keys(), rows)
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={name: statement.excluded[name] for name in changed}
    )


def next_number(connection: Connection, series: str) -> int:
    """Return the next number of a series, from 1; a number is never given twice."""
    statement = _dialect(connection).insert(SERIES).values(name=series, last=1)
    statement = statement.on_conflict_do_update(
        index_elements=["name"], set_={"last": SERIES.c.last + 1}
    )
    return int(connection.execute(statement.returning(SERIES.c.last)).scalar_one())


# A projector at work on a subject sees by the number that something new has come.
_DIRTY = text(
    "INSERT INTO dirty (subject, times, since_ms) "
    "VALUES (:subject, 1, CAST(unixepoch('subsec') * 1000 AS INTEGER)) "
    "ON CONFLICT (subject) DO UPDATE SET times = dirty.times + 1"
)
_ALL_DIRTY = text(
    "INSERT INTO dirty (subject, times, since_ms) "
    "SELECT unnest(CAST(:subjects AS text[])), 1, CAST(extract(epoch FROM now()) * 1000 AS bigint) "
    "ON CONFLICT (subject) DO UPDATE SET times = dirty.times + 1"
)
# By the clock that the marks are dated by: those of the hub's machines differ.
_OLDEST = {
    "sqlite": text("SELECT unixepoch('subsec') - min(since_ms) / 1000.0 FROM dirty"),
    "postgresql": text("SELECT extract(epoch FROM now()) - min(since_ms) / 1000.0 FROM dirty"),
}


def insert_many(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert new rows the fastest way the database has.

    Args:
        connection: In a transaction that writes.
        table: Where to.
        rows: Each has every column of the table, in its order, as the driver takes them.

    Raises:
        AlreadyThere: One of them is; the transaction is over.
    """
    if connection.dialect.name == "sqlite":
        try:
            statement = insert(table).compile(dialect=connection.dialect)
            connection.exec_driver_sql(str(statement), list(rows))
        except IntegrityError as taken:
            raise AlreadyThere(table.name) from taken
        return
    from psycopg import Error
    from psycopg.errors import UniqueViolation

    columns = ", ".join(table.c.keys())
    copying = f"COPY {table.name} ({columns}) FROM STDIN (FORMAT BINARY)"
    cursor = connection.connection.cursor()
    try:
        # COPY takes a third of the time of as many INSERTs in a pipeline, and half of that when
        # the client writes no text.
        with cursor.copy(copying) as copy:
            copy.set_types([_wire_type(column, connection) for column in table.c])
            for row in rows:
                copy.write_row(row)
    except UniqueViolation as taken:
        raise AlreadyThere(table.name) from taken
    except Error as odd:  # as SQLAlchemy says it, which sees no COPY
        raise DBAPIError.instance(copying, None, odd, Error) from odd


def _wire_type(column: Column[Any], connection: Connection) -> str:
    name: str = column.type.compile(connection.dialect)
    return name.partition("(")[0].lower()


def mark_dirty(connection: Connection, subjects: Collection[str]) -> None:
    """Have the projections of these subjects made anew; in one order, lest two wait in a ring."""
    if not subjects:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(_DIRTY, [{"subject": subject} for subject in sorted(subjects)])
    else:
        connection.execute(_ALL_DIRTY, {"subjects": sorted(subjects)})


def dirty_seconds(connection: Connection) -> float:
    """Return for how long the subject waits that was marked first; 0 when none does."""
    return max(0.0, float(connection.scalar(_OLDEST[connection.dialect.name]) or 0))


def locked(connection: Connection, wanted: Any) -> Executable:
    """Return a query that locks its rows; SQLite's writers are alone anyway."""
    locking: Executable = (
        wanted if connection.dialect.name == "sqlite" else wanted.with_for_update()
    )
    return locking


@contextmanager
def named_troubles() -> Generator[None]:
    """Turn a database that cannot be reached into ``Trouble``."""
    try:
        yield
    except PoolTimeout as late:  # those that work hold every connection: the server stands still
        raise Trouble("hub-database-unreachable", why="no connection was free") from late
    except DBAPIError as error:
        if not error.connection_invalidated and not isinstance(
            error.orig, (dbapi2.OperationalError, *_psycopg_away())
        ):
            raise
        raise Trouble("hub-database-unreachable", why=str(error.orig)[:200]) from error


def _psycopg_away() -> tuple[type[Exception], ...]:
    """Return what a server says that cannot be asked, or is a copy that nothing is written to."""
    import psycopg

    return psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction


def _dialect(connection: Connection) -> Any:
    return sqlite if connection.dialect.name == "sqlite" else postgresql


def keys_beside(address: str) -> str:
    """Return where the keys of a database are when nobody says.

    >>> keys_beside("sqlite:////srv/hub.db"), keys_beside("postgresql://h/hub")
    ('sqlite:////srv/hub-keys.db', 'postgresql://h/hub')
    """
    if not address.startswith(FILE):
        return address
    path = Path(address.removeprefix(FILE))
    return f"{FILE}{path.with_name(f'{path.stem}-keys{path.suffix}')}"
