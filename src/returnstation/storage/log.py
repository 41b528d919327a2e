"""The append-only fact log in the table ``fact``."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select

from returnstation.application.ports import NewId
from returnstation.domain.facts import Fact, Recorded, type_name
from returnstation.storage.moments import from_ms, to_ms
from returnstation.storage.subject_keys import NewKey, SqlSubjectKeys
from returnstation.storage.tables import FACT, SETTING
from returnstation.wire.facts import (
    FIRST,
    Entry,
    Lock,
    body_of,
    chain_hash,
    fact_from,
    may_be_sealed,
    version_of,
)
from returnstation.wire.sealing import new_key

_COUNTER_BITS = 16

_HEAD = select(FACT.c.seq, FACT.c.hlc, FACT.c.hash).order_by(FACT.c.seq.desc()).limit(1)
_AFTER = select(FACT.c.hlc).where(FACT.c.seq > bindparam("seq")).order_by(FACT.c.seq).limit(1)
_OF = (
    select(FACT.c.seq, FACT.c.fact_id, FACT.c.hlc, FACT.c.user, FACT.c.type, FACT.c.version)
    .add_columns(FACT.c.body)
    .where(FACT.c.subject == bindparam("subject"))
    .order_by(FACT.c.seq)
)
_INSERT = FACT.insert()


class SqlFacts:
    """The log as one transaction sees it.

    Args:
        connection: In a transaction.
        station: Name of this station, hashed into every fact.
        epoch: Random number of this installation's life.
        new_id: Gives UUIDv7.
        new_key: Gives keys of cases.

    Attributes:
        keys: What words are sealed with.
        added: Facts written since the last commit.
    """

    def __init__(
        self,
        connection: Connection,
        station: str,
        epoch: int,
        new_id: NewId,
        new_key: NewKey = new_key,
    ) -> None:
        self._connection = connection
        self._station = station
        self._epoch = epoch
        self._new_id = new_id
        self.keys = SqlSubjectKeys(connection, new_key)
        self.added = 0

    def append(
        self, subject: str, user: str | None, facts: Sequence[Fact], at: datetime
    ) -> tuple[Recorded, ...]:
        """Write the facts of one act at the end of the log, all at one moment."""
        head = self._connection.execute(_HEAD).one_or_none()
        seq, last, before = (0, 0, FIRST) if head is None else head
        # Every act has a millisecond of its own: the facts of one act can be told from the next,
        # and a clock set back cannot put later facts before earlier ones.
        moment = max((last >> _COUNTER_BITS) + 1, to_ms(at))
        clock = moment << _COUNTER_BITS
        entries = []
        for fact in facts:
            seq, clock = seq + 1, clock + 1
            entry = self._entry(seq, clock, subject, user, fact)
            before = chain_hash(entry, before)
            entries.append((entry, before))
        self._connection.execute(_INSERT, [_columns(entry, made) for entry, made in entries])
        self.added += len(entries)
        return tuple(
            Recorded(entry.seq, str(entry.fact_id), from_ms(moment), user, subject, fact)
            for (entry, _), fact in zip(entries, facts, strict=True)
        )

    def of(self, subject: str) -> tuple[Recorded, ...]:
        """Return what is recorded about a case or user, oldest first."""
        rows = self._connection.execute(_OF, {"subject": subject}).all()
        has_words = any(may_be_sealed(row.type, row.version) for row in rows)
        key = self.keys.of(subject) if has_words else None
        return tuple(_recorded(row, subject, key) for row in rows)

    def head(self) -> int:
        """Return the number of the last fact; 0 when there is none."""
        row = self._connection.execute(_HEAD).one_or_none()
        return 0 if row is None else row.seq

    def unsent(self) -> tuple[int, datetime | None]:
        """Return how many facts the hub has not confirmed, and when the oldest was written.

        A site without a hub has nothing to send.
        """
        sent = self._connection.scalar(select(SETTING.c.value).where(SETTING.c.name == "acked_seq"))
        if sent is None:
            return 0, None
        # Numbers have no gaps, and times follow them: a month without a line is not counted.
        oldest = self._connection.scalar(_AFTER, {"seq": int(sent)})
        if oldest is None:
            return 0, None
        return self.head() - int(sent), from_ms(oldest >> _COUNTER_BITS)

    def _entry(self, seq: int, clock: int, subject: str, user: str | None, fact: Fact) -> Entry:
        fact_id, type_, version = self._new_id(), type_name(type(fact)), version_of(fact)
        key = self.keys.made(subject) if may_be_sealed(type_, version) else None
        return Entry(
            seq=seq,
            station=self._station,
            epoch=self._epoch,
            fact_id=fact_id,
            hlc=clock,
            type=type_,
            version=version,
            subject=subject,
            user=user,
            body=body_of(fact, Lock(fact_id, key)),
            hash=b"",
        )


def _columns(entry: Entry, made: bytes) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "station": entry.station,
        "epoch": entry.epoch,
        "fact_id": entry.fact_id.bytes,
        "hlc": entry.hlc,
        "type": entry.type,
        "version": entry.version,
        "subject": entry.subject,
        "user": entry.user,
        "body": entry.body,
        "hash": made,
    }


def _recorded(
    row: Row[tuple[int, bytes, int, str | None, str, int, bytes]], subject: str, key: bytes | None
) -> Recorded:
    fact_id = UUID(bytes=row.fact_id)
    return Recorded(
        row.seq,
        str(fact_id),
        from_ms(row.hlc >> _COUNTER_BITS),
        row.user,
        subject,
        fact_from(row.type, row.version, row.body, Lock(fact_id, key)),
    )
