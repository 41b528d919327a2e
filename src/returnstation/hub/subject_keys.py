"""One key for each order, case and photo, in a database of their own: to erase is to forget a key.

What names a person is sealed wherever it is kept, copies and backups among it; without the key
nobody opens any of them again. The keys lie apart from what they open, so that backups of them
can be short-lived. A key is committed before anything sealed with it is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from returnstation.wire.feeds import parts_of
from returnstation.wire.sealing import KEY_BYTES, keys_in, new_key

KEYS = MetaData()
"""Of a database that has nothing else in it, or of the hub's own."""

SUBJECT_KEY = Table(
    "subject_key",
    KEYS,
    Column("subject", String, primary_key=True),
    Column("key", LargeBinary(KEY_BYTES), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("forgotten_ms", BigInteger),
)
"""Keys by what they are for; one that was forgotten is empty, and its row stays."""

ORDER, RMA, CASE, PHOTO, TOLD = "order:", "rma:", "case:", "photo:", "told:"
"""How subjects begin; ``told`` is what a merchant wrote of a case."""

MOST_KEYS = 4
"""Of one case: more than one only when stations were put back from backups."""

_RENEWED = (ORDER, RMA, TOLD)
_AT_ONCE = 500
_OPTION = "subject_keys"
_NO_KEY = b""

_SOME = SUBJECT_KEY.c.subject.in_(bindparam("subjects", expanding=True))
_HELD = select(SUBJECT_KEY.c.subject, SUBJECT_KEY.c.key).where(_SOME, SUBJECT_KEY.c.key != _NO_KEY)
_MADE = select(SUBJECT_KEY.c.subject, SUBJECT_KEY.c.made_ms).where(
    _SOME, SUBJECT_KEY.c.key != _NO_KEY
)
_FORGOTTEN = select(SUBJECT_KEY.c.subject).where(_SOME, SUBJECT_KEY.c.key == _NO_KEY)
_RENEW = (
    SUBJECT_KEY.update()
    .where(SUBJECT_KEY.c.subject == bindparam("of"), SUBJECT_KEY.c.key == _NO_KEY)
    .values(key=bindparam("new"), made_ms=bindparam("now"), forgotten_ms=None)
)

_ADD = (
    SUBJECT_KEY.update()
    .where(SUBJECT_KEY.c.subject == bindparam("of"), SUBJECT_KEY.c.key == bindparam("held"))
    .values(key=bindparam("ring"))
)


class SubjectKeys:
    """The keys of a hub; several processes share them.

    Args:
        engine: Of their database; on SQLite one that overwrites what is deleted.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with self._writing() as connection:
            KEYS.create_all(connection)

    def keys_of(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """Return the keys of those subjects that have one."""
        found: dict[str, bytes] = {}
        with self._engine.connect() as connection:
            for some in _cut(subjects):
                rows = connection.execute(_HELD, {"subjects": some})
                found.update((row.subject, bytes(row.key)) for row in rows)
        return found

    def made(self, subjects: Collection[str], now_ms: int) -> Mapping[str, bytes]:
        """Return the keys of subjects, of those made just now that had none.

        What a merchant sends again after it was forgotten is another sale record, and gets
        another key. A case or photo that was forgotten gets none.
        """
        found = dict(self.keys_of(subjects))
        lacking = set(subjects) - found.keys()
        if lacking:
            fresh = {subject: new_key() for subject in sorted(lacking)}
            self.put(fresh, now_ms)
            self._renew({s: key for s, key in fresh.items() if s.startswith(_RENEWED)}, now_ms)
            found.update(self.keys_of(lacking))  # somebody else may have been faster
        return found

    def put(self, given: Mapping[str, bytes], now_ms: int) -> None:
        """Keep keys that were made elsewhere; one that is there, or was forgotten, stays so."""
        # In one order, lest two wait in a ring.
        rows = [
            {"subject": subject, "key": given[subject], "made_ms": now_ms}
            for subject in sorted(given)
        ]
        if not rows:
            return
        with self._writing() as connection:
            connection.execute(_insert(connection).on_conflict_do_nothing(), rows)

    def add(self, given: Mapping[str, bytes]) -> None:
        """Keep further keys of subjects that have one, behind those that are there.

        A station that was put back from before it made a key makes another for the same case.
        """
        held = self.keys_of(given)
        rows = [
            {"of": subject, "held": held[subject], "ring": held[subject] + given[subject]}
            for subject in sorted(held)
            if given[subject] not in keys_in(held[subject])
            and len(held[subject]) < MOST_KEYS * KEY_BYTES
        ]
        if rows:
            with self._writing() as connection:
                connection.execute(_ADD, rows)

    def forget(self, subjects: Collection[str], now_ms: int) -> None:
        """Overwrite keys for good; subjects without any are never given one either."""
        rows = [
            {"subject": subject, "key": _NO_KEY, "made_ms": now_ms, "forgotten_ms": now_ms}
            for subject in sorted(set(subjects))
        ]
        if not rows:
            return
        with self._writing() as connection:
            statement = _insert(connection)
            statement = statement.on_conflict_do_update(
                index_elements=["subject"],
                set_={"key": _NO_KEY, "forgotten_ms": statement.excluded.forgotten_ms},
                where=SUBJECT_KEY.c.key != _NO_KEY,
            )
            connection.execute(statement, rows)

    def made_ms(self, subjects: Collection[str]) -> Mapping[str, int]:
        """Return when the keys of those subjects that have one were made."""
        found: dict[str, int] = {}
        with self._engine.connect() as connection:
            for some in _cut(subjects):
                rows = connection.execute(_MADE, {"subjects": some})
                found.update((row.subject, int(row.made_ms)) for row in rows)
        return found

    def forgotten(self, subjects: Collection[str]) -> frozenset[str]:
        """Return those subjects whose key was forgotten."""
        found: set[str] = set()
        with self._engine.connect() as connection:
            for some in _cut(subjects):
                found.update(connection.scalars(_FORGOTTEN, {"subjects": some}))
        return frozenset(found)

    def is_forgotten(self, subject: str) -> bool:
        """Tell whether the key of a subject was forgotten."""
        return bool(self.forgotten((subject,)))

    def count(self) -> int:
        """Return how many keys there are."""
        held = select(func.count()).select_from(SUBJECT_KEY).where(SUBJECT_KEY.c.key != _NO_KEY)
        with self._engine.connect() as connection:
            return int(connection.scalar(held) or 0)

    def settle(self) -> None:
        """Let PostgreSQL clear away what was overwritten; SQLite has done so at once."""
        if self._engine.dialect.name != "sqlite":
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
                alone.exec_driver_sql(f"VACUUM {SUBJECT_KEY.name}")

    @property
    def engine(self) -> Engine:
        """Of their database."""
        return self._engine

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def _renew(self, fresh: Mapping[str, bytes], now_ms: int) -> None:
        if not self.forgotten(fresh):
            return
        rows = [{"of": subject, "new": key, "now": now_ms} for subject, key in fresh.items()]
        with self._writing() as connection:
            connection.execute(_RENEW, rows)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            yield connection.execution_options(writes=True)
            connection.commit()


def keys_at(connection: Connection) -> SubjectKeys:
    """Return the keys of the hub that a connection belongs to."""
    keys = connection.get_execution_options()[_OPTION]
    if not isinstance(keys, SubjectKeys):
        raise TypeError(type(keys).__name__)
    return keys


def carry(engine: Engine, keys: SubjectKeys) -> None:
    """Let every connection of a hub's database know the keys."""
    engine.update_execution_options(**{_OPTION: keys})


def of_order(key: str) -> str:
    r"""Return the subject of an order, by the key of its record.

    >>> of_order("ds\x1fKR-1")
    'order:ds/KR-1'
    """
    return ORDER + "/".join(parts_of(key))


def of_rma(key: str, order_number: str) -> str:
    r"""Return the subject of an announced return: its order's, if it names one.

    >>> of_rma("ds\x1fR-1", "KR-1"), of_rma("ds\x1fR-1", "")
    ('order:ds/KR-1', 'rma:ds/R-1')
    """
    merchant_id, *_ = parts = parts_of(key)
    return f"{ORDER}{merchant_id}/{order_number}" if order_number else RMA + "/".join(parts)


def _cut(subjects: Collection[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(set(subjects))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _insert(connection: Connection) -> Any:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(SUBJECT_KEY)
