"""Facts of one subject as every station told them, each once, in an order all hubs agree on."""

from collections.abc import Sequence
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
    .add_columns(FACT.c.type, FACT.c.version, FACT.c.by_user, FACT.c.body)
    .where(FACT.c.subject == bindparam("subject"))
)


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


def told_of(connection: Connection, subject: str) -> Told | None:
    """Return what was told of a subject; None when nothing was.

    A fact that came on two branches is one. The order does not depend on when facts came in:
    a station's clock never runs backwards in its own log, and equal moments go by name. What a
    person typed is ``ERASED`` where the key of the case is not here, or not any more.
    """
    rows = connection.execute(_OF, {"subject": subject}).all()
    if not rows:
        return None
    once = {bytes(row.fact_id): row for row in sorted(rows, key=lambda r: (r.branch, r.seq))}
    ordered = sorted(once.values(), key=lambda r: (r.hlc, r.station, r.branch, r.seq))
    key = _key_of(connection, subject, ordered)
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


def _key_of(connection: Connection, subject: str, rows: Sequence[Row[Any]]) -> bytes | None:
    if not any(may_be_sealed(row.type, row.version) for row in rows):
        return None
    name = CASE + subject
    return keys_at(connection).keys_of((name,)).get(name)
