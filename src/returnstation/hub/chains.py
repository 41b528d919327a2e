"""Prove the logs of stations from the bytes that were hashed, branch after branch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, select

from returnstation.hub.tables import BRANCH, FACT
from returnstation.wire.facts import FIRST, Entry, chain_hash

_AT_ONCE = 1000


class Start(NamedTuple):
    """Where a branch begins: after a fact of its parent, or with nothing before it."""

    station: str
    branch: int
    parent: int | None
    after: int


class Bad(NamedTuple):
    """The first fact of a branch that is not as it was hashed.

    Attributes:
        why: ``missing``, ``altered`` or ``cut`` (facts at the end are gone).
    """

    station: str
    branch: int
    seq: int
    why: str


class ChainProof:
    """Goes along branches, each after the one it continues.

    Args:
        starts: Of all branches.
    """

    def __init__(self, starts: Sequence[Start]) -> None:
        self._forks = {(each.station, each.parent, each.after) for each in starts}
        self._at_forks: dict[tuple[str, int | None, int], bytes] = {}
        self._now = Start("", 0, None, 0)
        self.seq, self.hash = 0, FIRST

    def begin(self, start: Start) -> Bad | None:
        """Go on with another branch; return what is wrong with where it begins."""
        self._now, self.seq, self.hash = start, start.after, FIRST
        if start.parent is None:
            return None
        before = self._at_forks.get((start.station, start.parent, start.after))
        if before is None:
            return Bad(start.station, start.parent, start.after, "missing")
        self.hash = before
        return None

    def take(self, entry: Entry) -> Bad | None:
        """Go one fact further; return what is wrong with it."""
        station, branch = self._now.station, self._now.branch
        if entry.seq != self.seq + 1:
            return Bad(station, branch, self.seq + 1, "missing")
        if chain_hash(entry, self.hash) != entry.hash:
            return Bad(station, branch, entry.seq, "altered")
        self.believe(entry)
        return None

    def believe(self, entry: Entry) -> None:
        """Go one fact further without a look at it."""
        self.seq, self.hash = entry.seq, entry.hash
        place = (self._now.station, self._now.branch, entry.seq)
        if place in self._forks:
            self._at_forks[place] = entry.hash


@dataclass(frozen=True, slots=True)
class Proved:
    """A branch that was gone along.

    Attributes:
        facts: How many were right.
    """

    start: Start
    facts: int
    bad: Bad | None


def starts_of(connection: Connection) -> list[Start]:
    """Return all branches of all stations, each after the one it continues."""
    rows = connection.execute(select(BRANCH).order_by(BRANCH.c.station, BRANCH.c.branch)).all()
    left = [Start(row.station, row.branch, row.parent, row.after) for row in rows]
    ordered: list[Start] = []
    placed: set[tuple[str, int | None]] = set()
    while left:
        ready = [s for s in left if s.parent is None or (s.station, s.parent) in placed]
        ready = ready or left  # a ring nobody can have written: the proof will say so
        ordered += ready
        placed |= {(start.station, start.branch) for start in ready}
        left = [start for start in left if start not in ready]
    return ordered


def prove(connection: Connection) -> Iterator[Proved]:
    """Go along every branch as it stands in the database."""
    starts = starts_of(connection)
    proof = ChainProof(starts)
    for start in starts:
        bad = proof.begin(start)
        for row in facts_of(connection, start) if bad is None else ():
            bad = proof.take(entry_of(row))
            if bad is not None:
                break
        yield Proved(start, proof.seq - start.after, bad or _short(connection, start, proof))


def facts_of(connection: Connection, start: Start) -> Iterator[Row[Any]]:
    """Return the facts of a branch in their order, a few at a time."""
    wanted = (
        select(FACT)
        .where(FACT.c.station == start.station, FACT.c.branch == start.branch)
        .order_by(FACT.c.seq)
    )
    with connection.execute(wanted, execution_options={"yield_per": _AT_ONCE}) as rows:
        yield from rows


def entry_of(row: Row[Any]) -> Entry:
    """Return a fact of the database as it was hashed."""
    return Entry(
        seq=row.seq,
        station=row.label,
        epoch=row.epoch,
        fact_id=UUID(bytes=bytes(row.fact_id)),
        hlc=row.hlc,
        type=row.type,
        version=row.version,
        subject=row.subject,
        user=row.by_user,
        body=bytes(row.body),
        hash=bytes(row.hash),
    )


def _short(connection: Connection, start: Start, proof: ChainProof) -> Bad | None:
    head = connection.execute(
        select(BRANCH.c.seq, BRANCH.c.hash).where(
            BRANCH.c.station == start.station, BRANCH.c.branch == start.branch
        )
    ).one()
    if head.seq == start.after and proof.seq == start.after:
        return None  # begun, and nothing came yet
    is_whole = (head.seq, bytes(head.hash)) == (proof.seq, proof.hash)
    return None if is_whole else Bad(start.station, start.branch, proof.seq + 1, "cut")
