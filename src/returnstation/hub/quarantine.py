"""Facts that were not understood when they came, tried again by a newer program."""

from typing import TypeAlias

from sqlalchemy import Connection, and_, delete, select, tuple_

from returnstation.hub.database import HubDatabase, mark_dirty
from returnstation.hub.log import UNKNOWN
from returnstation.hub.tables import FACT, QUARANTINE
from returnstation.wire.facts import UnknownFact, fact_from

_AT_ONCE = 500
_PLACE = (QUARANTINE.c.station, QUARANTINE.c.branch, QUARANTINE.c.seq)

_Place: TypeAlias = tuple[str, int, int]


def try_again(database: HubDatabase) -> int:
    """Release what this program understands, and return how many facts that were."""
    released = 0
    after: _Place | None = ("", -1, -1)
    while after is not None:
        with database.work() as connection:
            count, after = _some(connection, after)
        released += count
    return released


def _some(connection: Connection, after: _Place) -> tuple[int, _Place | None]:
    """Try some facts after a place; return how many were released, and where to go on."""
    same = and_(
        QUARANTINE.c.station == FACT.c.station,
        QUARANTINE.c.branch == FACT.c.branch,
        QUARANTINE.c.seq == FACT.c.seq,
    )
    waiting = (
        select(*_PLACE, FACT.c.subject, FACT.c.type, FACT.c.version, FACT.c.body)
        .join(FACT, same)
        .where(QUARANTINE.c.why.startswith(UNKNOWN), tuple_(*_PLACE) > tuple_(*after))
        .order_by(*_PLACE)
        .limit(_AT_ONCE)
    )
    rows = connection.execute(waiting).all()
    known = [row for row in rows if _is_known(row.type, row.version, bytes(row.body))]
    for row in known:
        place = (QUARANTINE.c.station == row.station) & (QUARANTINE.c.branch == row.branch)
        connection.execute(delete(QUARANTINE).where(place, QUARANTINE.c.seq == row.seq))
    mark_dirty(connection, {row.subject for row in known})
    end = rows[-1] if len(rows) == _AT_ONCE else None
    return len(known), None if end is None else (end.station, end.branch, end.seq)


def _is_known(type_: str, version: int, body: bytes) -> bool:
    try:
        fact_from(type_, version, body)
    except UnknownFact:
        return False
    return True
