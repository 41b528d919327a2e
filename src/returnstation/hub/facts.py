"""Facts of one subject as every station told them, each once, in an order all hubs agree on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from returnstation.domain.facts import Fact, Recorded
from returnstation.hub.subject_keys import CASE, keys_at
from returnstation.hub.tables import FACT
from returnstation.wire.facts import (
    Lock,
    UnknownFact,
    fact_from,
    fields_with_words,
    may_be_sealed,
)

_COUNTER_BITS = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_OF = (
    select(FACT.c.subject, FACT.c.station, FACT.c.branch, FACT.c.seq, FACT.c.fact_id)
    .add_columns(FACT.c.hlc, FACT.c.type, FACT.c.version, FACT.c.by_user, FACT.c.body)
    .add_columns(FACT.c.received_ms)
    .where(FACT.c.subject.in_(bindparam("subjects", expanding=True)))
    .order_by(FACT.c.subject, FACT.c.branch, FACT.c.seq)
)
_AT_ONCE = 100
_MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of a subject.

    Attributes:
        station: Of the first fact.
        facts: In the order of the stations' clocks, and with their moments; each station's own
            order kept.
        unknown: How many a newer program wrote; they are passed over until the hub is newer.
    """

    station: str
    facts: tuple[Recorded, ...]
    unknown: int


class Kept(NamedTuple):
    """A fact as it is kept.

    Attributes:
        fact_id: Written as UUIDs are.
    """

    station: str
    branch: int
    seq: int
    fact_id: str
    hlc: int
    type: str
    version: int
    by_user: str | None
    body: bytes
    received_ms: int

    @property
    def log_ms(self) -> int:
        """What the log's clock said."""
        return self.hlc >> _COUNTER_BITS


class Subjects:
    """What was told of subjects, each read once in a transaction, many in one question.

    What comes in meanwhile is not seen; whoever brings it marks its subjects.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._rows: dict[str, list[Kept]] = {}
        self._keys: dict[str, bytes] = {}
        self._told: dict[str, Told | None] = {}

    def load(self, subjects: Iterable[str]) -> None:
        """Read what of these is not read yet; the first are read again if they are too many."""
        lacking = sorted(set(subjects) - self._rows.keys())
        for start in range(0, len(lacking), _AT_ONCE):
            self._read(lacking[start : start + _AT_ONCE])

    def rows(self, subject: str) -> Sequence[Kept]:
        """Return the facts of a subject as they are kept, by branch and number."""
        self.load((subject,))
        return self._rows[subject]

    def told(self, subject: str) -> Told | None:
        """Return what was told of a subject; None when nothing was.

        A fact that came on two branches is one. The order does not depend on when facts came
        in: a station's clock never runs backwards in its own log, and equal moments go by name.
        What a person typed is ``ERASED`` where the key of the case is not here, or not any more.
        """
        rows = self.rows(subject)
        if subject not in self._told:
            self._told[subject] = _told(subject, rows, self._keys.get(subject)) if rows else None
        return self._told[subject]

    def forget(self, subjects: Collection[str]) -> None:
        """Know no more what persons typed: the keys are gone."""
        for subject in subjects:
            self._keys.pop(subject, None)
            self._told.pop(subject, None)

    def _read(self, subjects: Sequence[str]) -> None:
        if len(self._rows) + len(subjects) > _MOST_KEPT:
            for kept in (self._rows, self._keys, self._told):
                kept.clear()
        self._rows |= {subject: [] for subject in subjects}
        for subject, station, branch, seq, fact_id, *more in self.connection.execute(
            _OF, {"subjects": subjects}
        ):
            self._rows[subject].append(Kept(station, branch, seq, _id_text(fact_id), *more))
        names = {CASE + each: each for each in subjects if _may_be_sealed(self._rows[each])}
        if names:
            held = keys_at(self.connection).keys_of(names)
            self._keys |= {names[name]: key for name, key in held.items()}


def told_of(connection: Connection, subject: str) -> Told | None:
    """Return what was told of a subject; None when nothing was."""
    return Subjects(connection).told(subject)


def _told(subject: str, rows: Sequence[Kept], key: bytes | None) -> Told:
    once = {row.fact_id: row for row in rows}
    ordered = sorted(once.values(), key=lambda r: (r.hlc, r.station, r.branch, r.seq))
    facts, unknown = [], 0
    for row in ordered:
        try:
            fact = _fact(row, key)
        except UnknownFact:
            unknown += 1
            continue
        at = _EPOCH + timedelta(milliseconds=row.log_ms)
        facts.append(Recorded(row.seq, row.fact_id, at, row.by_user, subject, fact))
    return Told(ordered[0].station, tuple(facts), unknown)


def _fact(row: Kept, key: bytes | None) -> Fact:
    if key is None or not fields_with_words(row.type):
        return fact_from(row.type, row.version, row.body)
    return fact_from(row.type, row.version, row.body, Lock(UUID(row.fact_id), key))


def _may_be_sealed(rows: Iterable[Kept]) -> bool:
    return any(may_be_sealed(row.type, row.version) for row in rows)


def _id_text(fact_id: bytes) -> str:
    digits = fact_id.hex()  # ``UUID`` would take as long as all the rest
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
