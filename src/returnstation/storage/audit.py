"""Prove a fact log: whole, in order, unaltered."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from returnstation.storage.engine import open_read_only, troubles_named
from returnstation.storage.tables import FACT
from returnstation.wire.facts import FIRST, Entry, chain_hash

_AT_ONCE = 1000


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
    """Check every entry of ``station.db``, or of a copy; nothing is written to it.

    Raises:
        Trouble: The file cannot be read.
    """
    with troubles_named(path):
        engine = open_read_only(path)
        try:
            with engine.connect() as connection:
                rows = connection.execution_options(yield_per=_AT_ONCE).execute(
                    select(FACT).order_by(FACT.c.seq)
                )
                before, clock, count = FIRST, 0, 0
                for row in rows:
                    entry = Entry(**row._asdict() | {"fact_id": UUID(bytes=row.fact_id)})
                    why = _wrong(entry, count + 1, before, clock)
                    if why is not None:
                        return Proof(count, before.hex(), entry.seq, why)
                    before, clock, count = entry.hash, entry.hlc, entry.seq
                return Proof(count, before.hex())
        finally:
            engine.dispose()


def _wrong(entry: Entry, expected: int, before: bytes, clock: int) -> str | None:
    if entry.seq != expected:
        return "missing"
    if chain_hash(entry, before) != entry.hash:
        return "altered"
    return "disordered" if entry.hlc <= clock else None
