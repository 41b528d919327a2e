"""When facts were really written, by the hub's clock, from what stations noted of theirs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from returnstation.domain.facts import Booted, ClockRead, ClockStepped, Recorded
from returnstation.domain.redating import ClockNote, Dated, NoteKind, Timeline, Written
from returnstation.hub.facts import Kept, Subjects
from returnstation.hub.tables import BRANCH, CASE_CLOCK, CLOCK_NOTE, FACT
from returnstation.wire.batches import SentFact
from returnstation.wire.facts import UnknownFact, fact_from

CLOCK_TOPIC = "clock:"
"""How a subject begins that is the clock of a station: what hangs on it is dated anew."""

NOTES = frozenset({"booted", "clock_stepped", "clock_read"})
"""Types of facts that tell of a clock."""

_COUNTER_BITS = 16
_NOTES = select(CLOCK_NOTE).where(
    CLOCK_NOTE.c.station == bindparam("station"),
    CLOCK_NOTE.c.branch == bindparam("branch"),
    CLOCK_NOTE.c.seq <= bindparam("upto"),
)
_LINEAGE = select(BRANCH.c.parent, BRANCH.c.after).where(
    BRANCH.c.station == bindparam("station"), BRANCH.c.branch == bindparam("branch")
)
_LAST = (1 << 63) - 1
_MOST_MS = 1 << 50
_MOST_KEPT = 1000
_KINDS = {Booted: NoteKind.BOOT, ClockStepped: NoteKind.STEP, ClockRead: NoteKind.READ}


@dataclass(slots=True)
class DatedFacts:
    """When the facts of one subject were written.

    Attributes:
        rows: What was dated.
        facts: By the fact's id.
        stations: Of each, too.
    """

    rows: Sequence[Kept]
    facts: Mapping[str, Dated]
    stations: Mapping[str, str]
    _told: Sequence[Recorded] = ()
    _dated: tuple[Recorded, ...] = ()

    @property
    def is_sure(self) -> bool:
        """Whether all of them are dated by a clock that was compared with the hub's."""
        return all(dated.is_sure for dated in self.facts.values())

    def span(self, fact_id: str) -> tuple[datetime, datetime]:
        """Return the first and the last moment at which a fact may have been written."""
        first, last = self.facts[fact_id].span
        return _moment(first), _moment(last)

    def of(self, told: Sequence[Recorded]) -> tuple[Recorded, ...]:
        """Return facts with the moments at which they were really written."""
        if told is not self._told:
            self._dated = tuple(
                Recorded(r.seq, r.fact_id, self._moment(r), r.user, r.subject, r.fact) for r in told
            )
            self._told = told
        return self._dated

    def _moment(self, told: Recorded) -> datetime:
        return _moment(self.facts[told.fact_id].at_ms)


class Came(NamedTuple):
    """When the facts of a case came to the hub, the first and the last.

    Nothing was written later than it came: what is done for good where a date is not sure goes
    by these.
    """

    first_ms: int
    last_ms: int


def unsure_of(connection: Connection, case_ids: Collection[str]) -> Mapping[str, Came]:
    """Return when the facts of those cases came whose clock nobody could compare."""
    unsure = select(CASE_CLOCK.c.case_id).where(
        CASE_CLOCK.c.case_id.in_(sorted(case_ids)), CASE_CLOCK.c.is_unsure
    )
    found = sorted(set(connection.scalars(unsure)))
    if not found:
        return {}
    received = FACT.c.received_ms
    wanted = (
        select(FACT.c.subject, func.min(received).label("first"), func.max(received).label("last"))
        .where(FACT.c.subject.in_(found))
        .group_by(FACT.c.subject)
    )
    return {row.subject: Came(row.first, row.last) for row in connection.execute(wanted)}


@dataclass(slots=True)
class Dates:
    """Dates facts within one transaction, in which it reads the notes of each branch once."""

    subjects: Subjects
    _dated: dict[str, DatedFacts] = field(default_factory=dict)
    _timelines: dict[tuple[str, int], Timeline] = field(default_factory=dict)

    @property
    def connection(self) -> Connection:
        """Of the transaction."""
        return self.subjects.connection

    def of(self, subject: str) -> DatedFacts:
        """Return when the facts of a subject were written; a fact on two branches is one."""
        rows, dated = self.subjects.rows(subject), self._dated.get(subject)
        if dated is None or dated.rows is not rows:
            if len(self._dated) >= _MOST_KEPT:
                self._dated.clear()
            self._dated[subject] = dated = self._dated_anew(rows)
        return dated

    def _dated_anew(self, rows: Sequence[Kept]) -> DatedFacts:
        facts: dict[str, Dated] = {}
        received: dict[str, int] = {}
        stations: dict[str, str] = {}
        for row in rows:
            fact_id = row.fact_id
            received[fact_id] = min(row.received_ms, received.get(fact_id, row.received_ms))
            written = Written(row.seq, row.log_ms, received[fact_id])
            facts[fact_id] = self._timeline(row.station, row.branch).dated(written)
            stations[fact_id] = row.station
        return DatedFacts(rows, facts, stations)

    @staticmethod
    def clocks(case_id: str, dated: DatedFacts) -> Sequence[dict[str, object]]:
        """Return the rows of which stations further notes may change the dates of a case."""
        open_ = [(dated.stations[key], each) for key, each in dated.facts.items()]
        stations = {station for station, each in open_ if not (each.is_final and each.is_sure)}
        return [
            {
                "case_id": case_id,
                "station": station,
                "is_unsure": not all(each.is_sure for its, each in open_ if its == station),
            }
            for station in sorted(stations)
        ]

    def waiting(self, station: str) -> Sequence[str]:
        """Return the cases whose dates may change by what a station notes of its clock."""
        wanted = select(CASE_CLOCK.c.case_id).where(CASE_CLOCK.c.station == station)
        return self.connection.scalars(wanted.order_by(CASE_CLOCK.c.case_id)).all()

    def _timeline(self, station: str, branch: int) -> Timeline:
        known = self._timelines.get((station, branch))
        if known is None:
            known = Timeline(self._notes(station, branch))
            self._timelines[station, branch] = known
        return known

    def _notes(self, station: str, branch: int) -> Sequence[ClockNote]:
        notes: list[ClockNote] = []
        at: int | None = branch
        upto = _LAST
        while at is not None:
            values = {"station": station, "branch": at, "upto": upto}
            notes += [
                ClockNote(
                    seq=row.seq,
                    kind=NoteKind(row.kind),
                    wall_ms=row.wall_ms,
                    log_ms=row.log_ms,
                    before_ms=row.before_ms,
                    step_ms=row.step_ms,
                    offset_ms=row.offset_ms,
                )
                for row in self.connection.execute(_NOTES, values)
            ]
            row = self.connection.execute(_LINEAGE, {"station": station, "branch": at}).one()
            at, upto = row.parent, min(upto, row.after)
        return sorted(notes, key=lambda note: note.seq)


def notes_in(facts: Sequence[SentFact], before_ms: int) -> Sequence[dict[str, object]]:
    """Return the rows of what facts tell of their station's clock, without station and branch.

    Args:
        facts: In their order.
        before_ms: What the log's clock said at the fact before the first.
    """
    rows: list[dict[str, object]] = []
    for fact in facts:
        log_ms = fact.hlc >> _COUNTER_BITS
        told = _told(fact) if fact.type in NOTES else None
        if told is not None:
            rows.append(
                {
                    "seq": fact.seq,
                    "kind": _KINDS[type(told)].value,
                    "wall_ms": told.wall_ms or log_ms,
                    "log_ms": log_ms,
                    "before_ms": told.seen_ms if isinstance(told, ClockStepped) else before_ms,
                    "step_ms": told.seconds * 1000 if isinstance(told, ClockStepped) else 0,
                    "offset_ms": told.offset_ms if isinstance(told, ClockRead) else None,
                }
            )
        before_ms = log_ms
    return rows


def _told(fact: SentFact) -> Booted | ClockStepped | ClockRead | None:
    try:
        told = fact_from(fact.type, fact.version, fact.body)
    except UnknownFact:
        return None
    match told:
        case Booted(wall_ms=wall):
            return told if _is_sound(wall) else None
        case ClockStepped(wall_ms=wall, seen_ms=seen, seconds=seconds):
            return told if _is_sound(wall, seen, seconds * 1000) else None
        case ClockRead(wall_ms=wall, offset_ms=offset):
            return told if _is_sound(wall, offset or 0) else None
    return None


def _is_sound(*numbers: int) -> bool:
    """Whether numbers can be reckoned with: nobody knows what a damaged station writes."""
    return all(abs(number) < _MOST_MS for number in numbers)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(max(ms, 0) / 1000, UTC)
