"""Prove a fact log: whole, in order, unaltered."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Row, select

from returnstation.application.troubles import Trouble
from returnstation.storage.engine import open_for_proof, troubles_named
from returnstation.storage.tables import FACT
from returnstation.wire.facts import FIRST, Entry, chain_hash

_AT_ONCE = 1000
_COLUMNS = {column.name for column in FACT.c}
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check of the log found.

    Attributes:
        facts: How many entries were right, from the first on.
        head: Hash of the last right entry, in hex.
        bad: Number of the first wrong entry; None when all are right.
        why: ``missing``, ``altered`` or ``disordered``; None when all are right.
    """

    facts: int
    head: str
    bad: int | None = None
    why: str | None = None


def verify(path: Path) -> Proof:
    """Check every entry of ``station.db``; the file is only read.

    Raises:
        Trouble: The file cannot be read, or has no log.
    """
    with troubles_named(path):
        engine = open_for_proof(path)
        with engine.connect() as connection:
            columns = connection.exec_driver_sql("PRAGMA table_info(fact)")
            if not {column.name for column in columns} >= _COLUMNS:
                raise Trouble("database-damaged", file=path.name)
            return _prove(connection)


def _prove(connection: Connection) -> Proof:
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(
        select(FACT).order_by(FACT.c.seq)
    )
    before, clock, count = FIRST, 0, 0
    for row in rows:
        entry = _entry(row)
        why = "altered" if entry is None else _wrong(entry, count + 1, before, clock)
        if entry is None or why is not None:
            return Proof(count, before.hex(), row.seq, why)
        before, clock, count = entry.hash, entry.hlc, entry.seq
    return Proof(count, before.hex())


def _entry(row: Row[tuple[object, ...]]) -> Entry | None:
    """Return a row as it was hashed; None when a column holds what no station writes."""
    kinds = (
        (int, (row.seq, row.epoch, row.hlc, row.version)),
        (str, (row.station, row.type, row.subject)),
        (bytes, (row.fact_id, row.body, row.hash)),
        (str | None, (row.user,)),
    )
    if any(not isinstance(value, kind) for kind, values in kinds for value in values):
        return None
    if len(row.fact_id) != _ID_BYTES:
        return None
    return Entry(**row._asdict() | {"fact_id": UUID(bytes=row.fact_id)})


def _wrong(entry: Entry, expected: int, before: bytes, clock: int) -> str | None:
    if entry.seq != expected:
        return "missing"
    if chain_hash(entry, before) != entry.hash:
        return "altered"
    return "disordered" if entry.hlc <= clock else None
