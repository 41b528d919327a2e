"""When cases were opened, by the hub's clock, from what the log says of this machine's."""

from collections.abc import Sequence
from functools import cached_property

from sqlalchemy import Connection, bindparam, func, select

from returnstation.domain.facts import Booted, ClockRead, ClockStepped, type_name
from returnstation.domain.redating import ClockNote, NoteKind, Timeline, Written
from returnstation.storage.tables import FACT
from returnstation.wire.facts import fact_from

_COUNTER_BITS = 16
_NOT_SENT = 1 << 62
"""When the hub had a fact: here nobody knows, and any moment bounds it from above only."""

_KINDS = {Booted: NoteKind.BOOT, ClockStepped: NoteKind.STEP, ClockRead: NoteKind.READ}
_BEFORE = FACT.alias()
_NOTES = (
    select(FACT.c.seq, FACT.c.type, FACT.c.version, FACT.c.body, FACT.c.hlc)
    .add_columns(func.coalesce(_BEFORE.c.hlc, 0).op(">>")(_COUNTER_BITS).label("before"))
    .outerjoin_from(FACT, _BEFORE, _BEFORE.c.seq == FACT.c.seq - 1)
    .where(FACT.c.type.in_([type_name(each) for each in _KINDS]))
    .order_by(FACT.c.seq)
)
_FIRST = (
    select(FACT.c.seq, FACT.c.hlc)
    .where(FACT.c.subject == bindparam("case_id"))
    .order_by(FACT.c.seq)
    .limit(1)
)


class Openings:
    """The openings of a station's cases, as one transaction sees them.

    Args:
        connection: In a transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def earliest_ms(self, case_id: str) -> int:
        """Return the first moment at which a case may have been opened; 0 if nobody knows."""
        row = self._connection.execute(_FIRST, {"case_id": case_id}).one_or_none()
        if row is None:
            return 0
        written = Written(row.seq, row.hlc >> _COUNTER_BITS, _NOT_SENT)
        return self._timeline.dated(written).span[0]

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline(self._notes())

    def _notes(self) -> Sequence[ClockNote]:
        told = [
            (row, fact_from(row.type, row.version, row.body))
            for row in self._connection.execute(_NOTES)
        ]
        return [
            ClockNote(
                seq=row.seq,
                kind=_KINDS[type(fact)],
                wall_ms=fact.wall_ms or row.hlc >> _COUNTER_BITS,
                log_ms=row.hlc >> _COUNTER_BITS,
                before_ms=fact.seen_ms if isinstance(fact, ClockStepped) else row.before,
                step_ms=fact.seconds * 1000 if isinstance(fact, ClockStepped) else 0,
                offset_ms=fact.offset_ms if isinstance(fact, ClockRead) else None,
            )
            for row, fact in told
            if isinstance(fact, Booted | ClockStepped | ClockRead)
        ]
