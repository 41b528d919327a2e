"""Facts of one subject as every station told them, each once, in an order all hubs agree on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select

from returnstation.domain.facts import Recorded
from returnstation.hub.subject_keys import CASE, keys_at
from returnstation.hub.tables import FACT
from returnstation.wire.facts import Lock, UnknownFact, fact_from, may_be_sealed

_COUNTER_BITS = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_OF = (
    select(FACT.c.station, FACT.c.branch, FACT.c.seq, FACT.c.fact_id, FACT.c.hlc)
    .add_columns(FACT.c.type, FACT.c.version, FACT.c.subject, FACT.c.by_user, FACT.c.body)
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


class Subjects:
    """What was told of subjects, each read once in a transaction, many in one question.

    What comes in meanwhile is not seen; whoever brings it marks its subjects.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._rows: dict[str, list[Row[Any]]] = {}
        self._keys: dict[str, bytes] = {}
        self._told: dict[str, Told | None] = {}

    def load(self, subjects: Iterable[str]) -> None:
        """Read what of these is not read yet; the first are read again if they are too many."""
        lacking = sorted(set(subjects) - self._rows.keys())
        for start in range(0, len(lacking), _AT_ONCE):
            self._read(lacking[start : start + _AT_ONCE])

    def rows(self, subject: str) -> Sequence[Row[Any]]:
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
        for row in self.connection.execute(_OF, {"subjects": subjects}):
            self._rows[row.subject].append(row)
        names = {CASE + each: each for each in subjects if _may_be_sealed(self._rows[each])}
        if names:
            held = keys_at(self.connection).keys_of(names)
            self._keys |= {names[name]: key for name, key in held.items()}


def told_of(connection: Connection, subject: str) -> Told | None:
    """Return what was told of a subject; None when nothing was."""
    return Subjects(connection).told(subject)


def _told(subject: str, rows: Sequence[Row[Any]], key: bytes | None) -> Told:
    once = {bytes(row.fact_id): row for row in rows}
    ordered = sorted(once.values(), key=lambda r: (r.hlc, r.station, r.branch, r.seq))
    facts, unknown = [], 0
    for row in ordered:
        fact_id = UUID(bytes=bytes(row.fact_id))
        try:
            fact = fact_from(row.type, row.version, bytes(row.body), Lock(fact_id, key))
        except UnknownFact:
            unknown += 1
            continue
        at = _EPOCH + timedelta(milliseconds=row.hlc >> _COUNTER_BITS)
        facts.append(Recorded(row.seq, str(fact_id), at, row.by_user, subject, fact))
    return Told(ordered[0].station, tuple(facts), unknown)


def _may_be_sealed(rows: Iterable[Row[Any]]) -> bool:
    return any(may_be_sealed(row.type, row.version) for row in rows)
