"""The log of one station at the hub, locked for the length of a transaction."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select

from returnstation.hub.database import locked
from returnstation.hub.dates import CLOCK_TOPIC, NOTES, notes_in
from returnstation.hub.tables import BRANCH, CLOCK_NOTE, FACT, STATION
from returnstation.hub.writing import FactRow, Writing
from returnstation.wire.batches import NOTHING, Batch, Head, SentFact
from returnstation.wire.facts import UnknownFact, fact_from

UNKNOWN = "fact-unknown"
"""How the reason begins for which a fact is set aside until a newer program tries it."""

STATION_TOPIC = "station:"
"""How a subject begins that is a station itself."""

_COUNTER_BITS = 16

_LOCK = (
    select(STATION.c.station, STATION.c.key, STATION.c.revoked_ms)
    .where(STATION.c.station.in_(bindparam("stations", expanding=True)))
    .order_by(STATION.c.station)
)
_BRANCHES = select(
    BRANCH.c.station, BRANCH.c.branch, BRANCH.c.seq, BRANCH.c.hash, BRANCH.c.parent, BRANCH.c.after
).where(BRANCH.c.station.in_(bindparam("stations", expanding=True)))
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
_CLOCK_AT = (
    select(FACT.c.hlc)
    .where(FACT.c.station == bindparam("station"), FACT.c.seq == bindparam("seq"))
    .where(FACT.c.hash == bindparam("hash"))
    .limit(1)
)


class Line(NamedTuple):
    """A branch: how far it goes, and after which fact of which other one it began."""

    branch: int
    seq: int
    hash: bytes
    parent: int | None
    after: int


class LockedLog(NamedTuple):
    """A station's log, locked: its branches, and by which key the station is known.

    Attributes:
        is_trusted: It was not locked out.
    """

    key: bytes
    is_trusted: bool
    lines: list[Line]


def locked_logs(connection: Connection, stations: Collection[str]) -> Mapping[str, LockedLog]:
    """Keep others from taking in facts of stations, and return what there is of those known.

    Stations are locked in one order, lest two who want several wait for each other.
    """
    asked = {"stations": list(stations)}
    known = connection.execute(locked(connection, _LOCK), asked).all()
    lines = _lines(connection, stations)
    return {
        row.station: LockedLog(bytes(row.key), row.revoked_ms is None, lines.get(row.station, []))
        for row in known
    }


def _lines(connection: Connection, stations: Collection[str]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for station, *line in connection.execute(_BRANCHES, {"stations": list(stations)}):
        branch, seq, made, parent, after = line
        found.setdefault(station, []).append(Line(branch, seq, bytes(made), parent, after))
    return found


@dataclass(slots=True)
class SqlStationLog:
    """What the hub has of one station.

    Attributes:
        connection: In a transaction that writes.
        received_ms: The hub's clock.
        channel: ``network`` or ``bundle``.
        is_trusted: Whether the station's key was good when the facts came; facts of a station
            that was locked out are kept, and looked at by a person.
        writing: Gathers what is to be written; whoever gave it writes it. None: each batch is
            written as it comes.
        lines: The station's branches, where they were read already.
    """

    connection: Connection
    station: str
    received_ms: int
    channel: str = "network"
    is_trusted: bool = True
    writing: Writing | None = None
    lines: list[Line] | None = None

    def heads(self) -> Sequence[Head]:
        """Return how far each branch goes."""
        return [Head(line.branch, line.seq, line.hash) for line in self._lines()]

    def branch_with(self, seq: int, made: bytes) -> int | None:
        """Return a branch on which fact number ``seq`` has this hash."""
        values = {"station": self.station, "seq": seq, "hash": made}
        return self.connection.scalar(_WITH_HASH, values)

    def hashes(self, branch: int, first: int, last: int) -> Sequence[bytes]:
        """Return the hashes of the facts ``first`` to ``last`` as the branch has them."""
        lines = {line.branch: line for line in self._lines()}
        found: list[bytes] = []
        at: int | None = branch
        while at is not None and last >= first:
            line = lines[at]
            values = {"station": self.station, "branch": at, "first": max(first, line.after + 1)}
            own = self.connection.scalars(_HASHES, values | {"last": last})
            found = [bytes(each) for each in own] + found
            at, last = line.parent, min(last, line.after)
        return [NOTHING.hash, *found] if first == NOTHING.seq else found

    def begin(self, branch: int, parent: int | None, after: int) -> None:
        """Open a branch that continues another after a fact."""
        line = Line(branch, after, NOTHING.hash, parent, after)
        self.connection.execute(insert(BRANCH), {"station": self.station} | line._asdict())
        self._lines().append(line)

    def append(self, batch: Batch, made: Sequence[bytes], skip: int) -> None:
        """Keep the facts of a batch, the first ``skip`` left out, and move the head."""
        writing = self.writing or Writing()
        fresh = batch.facts[skip:]
        for fact, hash_ in zip(fresh, made[skip:], strict=True):
            writing.facts.append(self._row(batch.branch, fact, hash_))
        writing.move(self.station, batch.branch, (fresh[-1].seq, made[-1]))
        # Nothing is projected of a station, of which facts are more every day: clocks and forks
        # have subjects of their own.
        writing.dirty.update(fact.subject for fact in fresh if fact.subject != self.station)
        writing.odd.extend(self._set_aside(batch.branch, fresh))
        if any(fact.type in NOTES for fact in fresh):
            self._note_clock(batch, skip)
            writing.dirty.add(f"{CLOCK_TOPIC}{self.station}")
        if self._may_fork(batch.branch, fresh):
            writing.dirty.add(f"{STATION_TOPIC}{self.station}")
        if self.writing is None:
            writing.keep(self.connection)

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

    def _lines(self) -> list[Line]:
        if self.lines is None:
            self.lines = _lines(self.connection, [self.station]).get(self.station, [])
        return self.lines

    def _may_fork(self, branch: int, fresh: Sequence[SentFact]) -> bool:
        """Tell whether facts may go on otherwise than another branch, whichever came first.

        One of the two began where the other goes on, or is the whole log once more, sent by a
        copy of the station. Which it is the projector tells.
        """
        before, last = fresh[0].seq - 1, fresh[-1].seq
        return any(
            (line.parent == branch and before <= line.after < last)
            or (line.parent is None and line.branch != branch)
            or (line.branch == branch and line.parent is not None and line.after == before)
            for line in self._lines()
        )

    def _row(self, branch: int, fact: SentFact, made: bytes) -> FactRow:
        return (
            self.station,
            branch,
            fact.seq,
            fact.station,
            fact.epoch,
            fact.fact_id,
            fact.hlc,
            fact.type,
            fact.version,
            fact.subject,
            fact.user,
            fact.body,
            made,
            self.received_ms,
            self.channel,
        )

    def _set_aside(self, branch: int, facts: Sequence[SentFact]) -> Iterator[dict[str, object]]:
        for fact in facts:
            why = self._doubt(fact)
            if why is not None:
                yield {
                    "station": self.station,
                    "branch": branch,
                    "seq": fact.seq,
                    "why": why,
                    "since_ms": self.received_ms,
                }

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
