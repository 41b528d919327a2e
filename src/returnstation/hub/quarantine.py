"""Facts that were not understood when they came, tried again by a newer program."""

from sqlalchemy import and_, delete, select

from returnstation.hub.database import HubDatabase, mark_dirty
from returnstation.hub.log import UNKNOWN
from returnstation.hub.tables import FACT, QUARANTINE
from returnstation.wire.facts import UnknownFact, fact_from

_AT_ONCE = 500


def try_again(database: HubDatabase) -> int:
    """Release what this program understands, and return how many facts that were."""
    released = 0
    with database.work() as connection:
        same = and_(
            QUARANTINE.c.station == FACT.c.station,
            QUARANTINE.c.branch == FACT.c.branch,
            QUARANTINE.c.seq == FACT.c.seq,
        )
        waiting = (
            select(FACT.c.station, FACT.c.branch, FACT.c.seq, FACT.c.subject)
            .add_columns(FACT.c.type, FACT.c.version, FACT.c.body)
            .join(QUARANTINE, same)
            .where(QUARANTINE.c.why.startswith(UNKNOWN))
            .limit(_AT_ONCE)
        )
        for row in connection.execute(waiting).all():
            try:
                fact_from(row.type, row.version, bytes(row.body))
            except UnknownFact:
                continue
            place = (QUARANTINE.c.station == row.station) & (QUARANTINE.c.branch == row.branch)
            connection.execute(delete(QUARANTINE).where(place, QUARANTINE.c.seq == row.seq))
            mark_dirty(connection, {row.subject})
            released += 1
    return released
