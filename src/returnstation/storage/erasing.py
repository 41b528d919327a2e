"""Forget whom an order's cases name, once the law or a customer wants it; the cases stay."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple

import msgspec
from pysqlite3 import dbapi2
from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, func, select, update

from returnstation.domain.papers import PaperKind
from returnstation.storage.moments import to_ms
from returnstation.storage.tables import CASE, PRINT_JOB, SUBJECT_KEY
from returnstation.wire.feeds import key_of, parts_of

_logger = logging.getLogger(__name__)

_BETWEEN = ", "  # a parcel of several orders has all their numbers
_AT_ONCE = 500
_GONE = b""
_IS_GONE = (
    exists()
    .where(SUBJECT_KEY.c.subject == CASE.c.case_id, SUBJECT_KEY.c.key == _GONE)
    .label("is_forgotten")
)


class CaseOf(NamedTuple):
    """A case of an order.

    Attributes:
        is_forgotten: Its key was overwritten.
    """

    case_id: str
    is_ended: bool
    is_forgotten: bool


def cases_of(connection: Connection, orders: Collection[str]) -> Mapping[str, Sequence[CaseOf]]:
    """Return the cases that orders are part of, by the orders' keys.

    No index knows each number of a parcel of several orders, so every case is looked at; but once
    for however many orders: a year of them may be erased in one night.
    """
    numbers = msgspec.json.encode(sorted({parts_of(key)[1] for key in orders})).decode()
    named = select(func.json_each(numbers).table_valued("value").c.value)
    is_among = CASE.c.order_number.in_(named) | CASE.c.order_number.contains(_BETWEEN)
    wanted = select(CASE.c.case_id, CASE.c.merchant_id, CASE.c.order_number, CASE.c.ended_at)
    found: dict[str, list[CaseOf]] = {key: [] for key in orders}
    for row in connection.execute(wanted.add_columns(_IS_GONE).where(is_among)):
        case = CaseOf(row.case_id, row.ended_at is not None, row.is_forgotten)
        for number in _runs(row.order_number.split(_BETWEEN)):
            found.get(key_of(row.merchant_id, number), []).append(case)
    return found


def order_of(connection: Connection, case_id: str) -> Sequence[tuple[str, str]]:
    """Return merchant and number of the orders a case is about."""
    wanted = select(CASE.c.merchant_id, CASE.c.order_number).where(CASE.c.case_id == case_id)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        return ()
    return [(row.merchant_id, number) for number in row.order_number.split(_BETWEEN) if number]


def blank_papers(connection: Connection, case_ids: Sequence[str]) -> None:
    """Blank the names and addresses on papers of cases.

    Carriers' labels, which came as they are and cannot be blanked, are removed.

    Args:
        connection: In a transaction that writes.
        case_ids: Cases that have ended.
    """
    for start in range(0, len(case_ids), _AT_ONCE):
        _blank_where(connection, PRINT_JOB.c.case_id.in_(case_ids[start : start + _AT_ONCE]))


def blank_old_papers(connection: Connection, ended_before: datetime, since: datetime) -> None:
    """Blank papers of cases that ended before a moment, and not before another one."""
    ended = select(CASE.c.case_id).where(
        CASE.c.ended_at < to_ms(ended_before), CASE.c.ended_at >= to_ms(since)
    )
    _blank_where(connection, PRINT_JOB.c.case_id.in_(ended))


def empty_wal(engine: Engine) -> bool:
    """Move everything out of a file's write-ahead log, and cut it to nothing.

    Returns:
        Whether it is empty; it is not while somebody reads an older state, or the disk is full.
    """
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return [row[0] for row in cursor.fetchall()] == [0]
    except dbapi2.Error as odd:
        _logger.warning("a write-ahead log was not emptied: %s", odd)
        return False
    finally:
        raw.close()


def _runs(numbers: Sequence[str]) -> set[str]:
    """Return what may be the number of one order: it, too, may have in it what stands between."""
    places = range(len(numbers) + 1)
    return {_BETWEEN.join(numbers[start:end]) for start, end in combinations(places, 2)}


def _blank_where(connection: Connection, of_cases: ColumnElement[bool]) -> None:
    connection.execute(
        delete(PRINT_JOB).where(of_cases, PRINT_JOB.c.kind == PaperKind.CARRIER_LABEL.value)
    )
    wanted = select(PRINT_JOB.c.job_id, PRINT_JOB.c.paper).where(of_cases)
    for job_id, paper in connection.execute(wanted).all():
        blank = msgspec.json.encode(_blank(msgspec.json.decode(paper))).decode()
        if blank != paper:
            connection.execute(
                update(PRINT_JOB).where(PRINT_JOB.c.job_id == job_id).values(paper=blank)
            )


def _blank(record: Any) -> Any:
    if isinstance(record, list):
        return [_blank(each) for each in record]
    if not isinstance(record, dict):
        return record
    if record.get("is") == "address":
        return {**record, "name": "", "lines": []}
    return {key: None if key == "customer" else _blank(value) for key, value in record.items()}
