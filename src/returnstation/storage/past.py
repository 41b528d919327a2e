"""Past returns out of the fact log: what was asked about each line, and what was answered."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select

from returnstation.application.policy_ports import JudgedLine
from returnstation.domain.cases import CaseState
from returnstation.domain.facts import (
    CaseOpened,
    Corrected,
    LineJudged,
    OrderAttached,
    openings,
    type_name,
)
from returnstation.storage.moments import from_ms, to_ms
from returnstation.storage.station import StationDatabase
from returnstation.storage.tables import CASE, FACT
from returnstation.wire.facts import fact_from

_COUNTER_BITS = 16
_AT_ONCE = 1000
_READ = [type_name(kind) for kind in (CaseOpened, OrderAttached, LineJudged, Corrected)]

_FactRow = Row[tuple[str, bytes, int, str, int, bytes]]


class PastLines:
    """Every line that was judged, of cases opened in a period; cancelled cases are left out."""

    def __init__(self, database: StationDatabase) -> None:
        self._database = database

    def count(self, since: datetime, until: datetime) -> int:
        """Return how many cases there are."""
        chosen = select(func.count()).select_from(CASE).where(*_opened(since, until))
        with self._database.reading() as connection:
            return int(connection.execute(chosen).scalar_one())

    def cases(self, since: datetime, until: datetime) -> Iterator[Sequence[JudgedLine]]:
        """Yield the lines of one case after the other, oldest case id first."""
        facts = (
            select(FACT.c.subject, FACT.c.fact_id, FACT.c.hlc, FACT.c.type, FACT.c.version)
            .add_columns(FACT.c.body)
            .join(CASE, CASE.c.case_id == FACT.c.subject)
            .where(*_opened(since, until), FACT.c.type.in_(_READ))
            .order_by(FACT.c.subject, FACT.c.seq)
        )
        with self._database.reading() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(facts)
            for _, told in groupby(rows, key=lambda row: row.subject):
                yield _lines(list(told))


def _opened(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        CASE.c.opened_at >= to_ms(since),
        CASE.c.opened_at < to_ms(until),
        CASE.c.state != CaseState.CANCELLED,
    )


def _lines(told: Sequence[_FactRow]) -> Sequence[JudgedLine]:
    """Return the last valid verdict of every line of one case."""
    facts = {row.fact_id: (row.hlc, fact_from(row.type, row.version, row.body)) for row in told}
    for _, fact in tuple(facts.values()):
        for void in fact.fact_ids if isinstance(fact, Corrected) else ():
            facts.pop(UUID(void).bytes, None)
    said = list(openings(fact for _, fact in facts.values()))
    if not said:
        return ()
    opened = said[-1]
    lines = {line.line_id: line for line in opened.lines}
    judged = {
        fact.line_id: JudgedLine(
            number=opened.number,
            merchant_id=opened.merchant_id or "",
            line=lines[fact.line_id],
            judged_at=from_ms(clock >> _COUNTER_BITS),
            verdict=fact.verdict,
            facts=fact.sale,
        )
        for clock, fact in facts.values()
        if isinstance(fact, LineJudged)
    }
    return tuple(judged.values())
