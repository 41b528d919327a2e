"""What was recorded in a period, of some types."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from returnstation.domain.facts import Recorded, type_name
from returnstation.storage.moments import from_ms, to_ms
from returnstation.storage.station import StationDatabase
from returnstation.storage.tables import FACT
from returnstation.wire.facts import fact_from

_COUNTER_BITS = 16
_AT_ONCE = 1000


def recorded_between(
    database: StationDatabase, since: datetime, until: datetime, kinds: Sequence[type]
) -> Iterator[Recorded]:
    """Yield the facts of a period, oldest first; ``until`` itself is outside."""
    chosen = (
        select(FACT)
        .where(
            FACT.c.hlc >= to_ms(since) << _COUNTER_BITS,
            FACT.c.hlc < to_ms(until) << _COUNTER_BITS,
            FACT.c.type.in_([type_name(kind) for kind in kinds]),
        )
        .order_by(FACT.c.seq)
    )
    with database.reading() as connection:
        for row in connection.execution_options(yield_per=_AT_ONCE).execute(chosen):
            yield Recorded(
                row.seq,
                str(UUID(bytes=row.fact_id)),
                from_ms(row.hlc >> _COUNTER_BITS),
                row.user,
                row.subject,
                fact_from(row.type, row.version, row.body),
            )
