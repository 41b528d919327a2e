"""The supervisor's table: rows of items by filter, in windows."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select

from returnstation.application.inspections import (
    Choices,
    Counts,
    Filter,
    InspectionRow,
    ReviewState,
)
from returnstation.application.view import Outcome
from returnstation.domain.money import Money
from returnstation.domain.refunds import ACCEPTED, REFUSED, REVIEW
from returnstation.storage.items import why_from
from returnstation.storage.moments import from_ms, maybe_day, to_ms
from returnstation.storage.station import StationDatabase
from returnstation.storage.tables import ITEM

_SHOWN = {ACCEPTED: Outcome.ACCEPT, REFUSED: Outcome.REFUSE, REVIEW: Outcome.SUPERVISOR}
_KEPT = {shown: kept for kept, shown in _SHOWN.items()}
_INSPECTED = ITEM.c.inspected_at.is_not(None)
_AT_ONCE = 500


class InspectionTable:
    """Inspected items, newest first; those that wait for a supervisor by legal day.

    Args:
        zone: The site's zone, in which a day begins and ends.
    """

    def __init__(self, database: StationDatabase, zone: tzinfo) -> None:
        self._database = database
        self._zone = zone

    def counts(self, today: datetime) -> Counts:
        """Return how many inspections wait, are of today, and are there in all."""
        start = to_ms(today)
        with self._database.reading() as connection:
            return Counts(
                waiting=_number(connection, ITEM.c.review == ReviewState.WAITING, _INSPECTED),
                today=_number(connection, ITEM.c.inspected_at >= start),
                all=_number(connection, _INSPECTED),
            )

    def choices(self) -> Choices:
        """Return the merchants and countries that occur."""
        with self._database.reading() as connection:
            return Choices(
                merchants=_distinct(connection, ITEM.c.merchant),
                countries=_distinct(connection, ITEM.c.country),
            )

    def count(self, wanted: Filter) -> int:
        """Return how many rows the filter lets through."""
        with self._database.reading() as connection:
            return _number(connection, *self._conditions(wanted))

    def window(self, wanted: Filter, start: int, length: int) -> Sequence[InspectionRow]:
        """Return ``length`` rows from ``start``."""
        chosen = self._ordered(wanted).offset(start).limit(length)
        with self._database.reading() as connection:
            return [self._row(row) for row in connection.execute(chosen)]

    def rows(self, wanted: Filter) -> Iterator[InspectionRow]:
        """Return every row, a few hundred in memory at a time."""
        with self._database.reading() as connection:
            result = connection.execution_options(yield_per=_AT_ONCE).execute(self._ordered(wanted))
            for row in result:
                yield self._row(row)

    def item(self, item_id: str) -> InspectionRow:
        """Return one row."""
        with self._database.reading() as connection:
            return self._row(
                connection.execute(select(ITEM).where(ITEM.c.item_id == item_id)).one()
            )

    def _ordered(self, wanted: Filter) -> Select[Any]:
        chosen = select(ITEM).where(*self._conditions(wanted))
        if wanted.state is ReviewState.WAITING:
            return chosen.order_by(
                ITEM.c.due_on.is_(None), ITEM.c.due_on, ITEM.c.inspected_at, ITEM.c.item_id
            )
        return chosen.order_by(ITEM.c.inspected_at.desc(), ITEM.c.item_id)

    def _conditions(self, wanted: Filter) -> list[Any]:
        same = {
            ITEM.c.review: None if wanted.state is None else wanted.state.value,
            ITEM.c.merchant: wanted.merchant,
            ITEM.c.country: wanted.country,
            ITEM.c.outcome: None if wanted.outcome is None else _KEPT[wanted.outcome],
            ITEM.c.disposition: wanted.disposition,
        }
        conditions = [_INSPECTED, *(column == v for column, v in same.items() if v is not None)]
        if wanted.since is not None:
            conditions.append(ITEM.c.inspected_at >= self._start(wanted.since))
        if wanted.until is not None:
            conditions.append(ITEM.c.inspected_at < self._start(wanted.until + timedelta(days=1)))
        text = wanted.text.strip().casefold()
        if text:
            conditions.append(
                or_(ITEM.c.search.contains(text, autoescape=True), ITEM.c.lpn == text.upper())
            )
        return conditions

    def _start(self, day: Any) -> int:
        return to_ms(datetime(day.year, day.month, day.day, tzinfo=self._zone))

    def _row(self, row: Row[Any]) -> InspectionRow:
        return InspectionRow(
            item_id=row.item_id,
            case_id=row.case_id,
            number=row.number,
            inspected_at=from_ms(row.inspected_at).astimezone(self._zone),
            country=row.country,
            merchant=row.merchant,
            product=row.product,
            sku=row.sku,
            lpn=row.lpn or "",
            outcome=_SHOWN.get(row.outcome, Outcome.SUPERVISOR),
            functional=row.functional,
            cosmetic=row.cosmetic,
            merchant_grade=row.merchant_grade,
            quantity=row.quantity,
            disposition=row.disposition,
            refund=None if row.refund is None else Money(row.refund, row.currency),
            state=ReviewState(row.review),
            why=why_from(row.why),
            refund_due_on=maybe_day(row.due_on),
        )


def _number(connection: Connection, *conditions: Any) -> int:
    return connection.scalar(select(func.count()).select_from(ITEM).where(*conditions)) or 0


def _distinct(connection: Connection, column: Any) -> tuple[str, ...]:
    found = connection.scalars(select(column).where(_INSPECTED).distinct().order_by(column))
    return tuple(value for value in found if value)
