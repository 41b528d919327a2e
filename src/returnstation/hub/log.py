"""The log of one station at the hub, locked for the length of a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, update

from returnstation.hub.database import insert_many, insert_new, locked, mark_dirty
from returnstation.hub.dates import CLOCK_TOPIC, NOTES, notes_in
from returnstation.hub.tables import BRANCH, CLOCK_NOTE, FACT, QUARANTINE, STATION
from returnstation.wire.batches import NOTHING, Batch, Head, SentFact
from returnstation.wire.facts import UnknownFact, fact_from

UNKNOWN = "fact-unknown"
"""How the reason begins for which a fact is set aside until a newer program tries it."""

STATION_TOPIC = "station:"
"""How a subject begins that is a station itself."""

_COUNTER_BITS = 16

_HEADS = select(BRANCH.c.branch, BRANCH.c.seq, BRANCH.c.hash).where(
    BRANCH.c.station == bindparam("station")
)
_LINEAGE = select(BRANCH.c.parent, BRANCH.c.after).where(
    BRANCH.c.station == bindparam("station"), BRANCH.c.branch == bindparam("branch")
)
_HASHES = (
    select(FACT.c.hash)
    .where(FACT.c.station == bindparam("station"), FACT.c.branch == bindparam("branch"))
    .where(FACT.c.seq.between(bindparam("first"), bindparam("last")))
    .order_by(FACT.c.seq)
)
_WITH_HASH = (
    select(FACT.c.branch)
    .where(FACT.c.station == bindparam("station"), FACT.c.seq == bindparam("seq"))
    .where(FACT.c.hash == bindparam("hash"))
    .limit(1)
)
_BEGUN_BETWEEN = and_(
    BRANCH.c.parent == bindparam("branch"),
    BRANCH.c.after >= bindparam("before"),
    BRANCH.c.after < bindparam("last"),
)
_FROM_THE_START = and_(BRANCH.c.parent.is_(None), BRANCH.c.branch != bindparam("branch"))
_FORKING = (
    select(BRANCH.c.branch)
    .where(BRANCH.c.station == bindparam("station"), or_(_BEGUN_BETWEEN, _FROM_THE_START))
    .limit(1)
)
_CLOCK_AT = (
    select(FACT.c.hlc)
    .where(FACT.c.station == bindparam("station"), FACT.c.seq == bindparam("seq"))
    .where(FACT.c.hash == bindparam("hash"))
    .limit(1)
)


@dataclass(slots=True)
class SqlStationLog:
    """What the hub has of one station.

    Attributes:
        connection: In a transaction that writes.
        received_ms: The hub's clock.
        channel: ``network`` or ``bundle``.
        is_trusted: Whether the station's key was good when the facts came; facts of a station
            that was locked out are kept, and looked at by a person.
    """

    connection: Connection
    station: str
    received_ms: int
    channel: str = "network"
    is_trusted: bool = True

    def lock(self) -> bool:
        """Keep other processes from taking in facts of this station; tell whether it is known."""
        wanted = select(STATION.c.station).where(STATION.c.station == self.station)
        return self.connection.scalar(locked(self.connection, wanted)) is not None

    def heads(self) -> Sequence[Head]:
        """Return how far each branch goes."""
        rows = self.connection.execute(_HEADS, {"station": self.station})
        return [Head(row.branch, row.seq, bytes(row.hash)) for row in rows]

    def branch_with(self, seq: int, made: bytes) -> int | None:
        """Return a branch on which fact number ``seq`` has this hash."""
        values = {"station": self.station, "seq": seq, "hash": made}
        return self.connection.scalar(_WITH_HASH, values)

    def hashes(self, branch: int, first: int, last: int) -> Sequence[bytes]:
        """Return the hashes of the facts ``first`` to ``last`` as the branch has them."""
        found: list[bytes] = []
        at: int | None = branch
        while at is not None and last >= first:
            parent, after = self.connection.execute(
                _LINEAGE, {"station": self.station, "branch": at}
            ).one()
            values = {"station": self.station, "branch": at, "first": max(first, after + 1)}
            own = self.connection.scalars(_HASHES, values | {"last": last})
            found = [bytes(each) for each in own] + found
            at, last = parent, min(last, after)
        return [NOTHING.hash, *found] if first == NOTHING.seq else found

    def begin(self, branch: int, parent: int | None, after: int) -> None:
        """Open a branch that continues another after a fact."""
        row = {"station": self.station, "branch": branch, "parent": parent, "after": after}
        nothing = {"seq": after, "hash": NOTHING.hash}
        self.connection.execute(insert(BRANCH), row | nothing)
        if parent is not None:
            # Whether somebody else went on where this branch begins, the projector tells.
            mark_dirty(self.connection, {f"{STATION_TOPIC}{self.station}"})

    def append(self, batch: Batch, made: Sequence[bytes], skip: int) -> None:
        """Keep the facts of a batch, the first ``skip`` left out, and move the head."""
        fresh = batch.facts[skip:]
        rows = [
            self._row(batch.branch, fact, hash_)
            for fact, hash_ in zip(fresh, made[skip:], strict=True)
        ]
        insert_many(self.connection, FACT, rows)
        self.connection.execute(
            update(BRANCH)
            .where(BRANCH.c.station == self.station, BRANCH.c.branch == batch.branch)
            .values(seq=fresh[-1].seq, hash=made[-1])
        )
        subjects = {fact.subject for fact in fresh}
        if any(fact.type in NOTES for fact in fresh):
            self._note_clock(batch, skip)
            subjects.add(f"{CLOCK_TOPIC}{self.station}")
        if self._is_forking(batch.branch, fresh):
            subjects.add(f"{STATION_TOPIC}{self.station}")
        mark_dirty(self.connection, subjects)
        self._set_aside(batch.branch, fresh)

    def _is_forking(self, branch: int, fresh: Sequence[SentFact]) -> bool:
        """Tell whether facts may go on otherwise than another branch, whichever came first.

        That began between them, or is the whole log once more, sent by a copy of the station.
        """
        places = {"before": fresh[0].seq - 1, "last": fresh[-1].seq}
        values = {"station": self.station, "branch": branch} | places
        return self.connection.scalar(_FORKING, values) is not None

    def forget_beyond(self, branch: int, seq: int) -> None:
        """Remove rows after a fact that was the last to be confirmed.

        A node that keeps a part of the log may hold rows of a transaction that ended badly here.
        """
        for table in (FACT, CLOCK_NOTE):
            self.connection.execute(
                delete(table).where(
                    table.c.station == self.station, table.c.branch == branch, table.c.seq > seq
                )
            )

    def _row(self, branch: int, fact: SentFact, made: bytes) -> dict[str, object]:
        return {
            "station": self.station,
            "branch": branch,
            "seq": fact.seq,
            "label": fact.station,
            "epoch": fact.epoch,
            "fact_id": fact.fact_id,
            "hlc": fact.hlc,
            "type": fact.type,
            "version": fact.version,
            "subject": fact.subject,
            "by_user": fact.user,
            "body": fact.body,
            "hash": made,
            "received_ms": self.received_ms,
            "channel": self.channel,
        }

    def _set_aside(self, branch: int, facts: Sequence[SentFact]) -> None:
        odd = [
            {
                "station": self.station,
                "branch": branch,
                "seq": fact.seq,
                "why": why,
                "since_ms": self.received_ms,
            }
            for fact in facts
            if (why := self._doubt(fact)) is not None
        ]
        if odd:
            self.connection.execute(insert_new(self.connection, QUARANTINE), odd)

    def _doubt(self, fact: SentFact) -> str | None:
        if not self.is_trusted:
            return "station-revoked"
        try:
            fact_from(fact.type, fact.version, fact.body)
        except UnknownFact as odd:
            return f"{UNKNOWN}: {odd}"[:200]
        return None

    def _note_clock(self, batch: Batch, skip: int) -> None:
        if skip:
            before = batch.facts[skip - 1].hlc
        else:
            values = {"station": self.station, "seq": batch.first - 1, "hash": batch.before}
            before = self.connection.scalar(_CLOCK_AT, values) or 0
        about: dict[str, object] = {"station": self.station, "branch": batch.branch}
        rows = [about | row for row in notes_in(batch.facts[skip:], before >> _COUNTER_BITS)]
        if rows:
            self.connection.execute(insert(CLOCK_NOTE), rows)
