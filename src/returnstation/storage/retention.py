"""What was kept long enough at a station without a hub: orders and returns, cases, photos.

Nothing is old that somebody still works on, reviews, or has to pay.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select, tuple_

from returnstation.domain.facts import PhotoTaken, type_name
from returnstation.domain.orders import Rma
from returnstation.domain.pay.instruction import EXECUTED
from returnstation.storage.cache_tables import ORDER, RMA
from returnstation.storage.made_rows import codes_of
from returnstation.storage.made_writing import forget_made
from returnstation.storage.moments import to_ms
from returnstation.storage.tables import CASE, CASE_CODE, FACT, REFUND, SUBJECT_KEY
from returnstation.wire.feeds import key_of, parts_of

_BETWEEN = ", "  # a parcel of several orders has all their numbers
_PHOTO = type_name(PhotoTaken)
_GONE = b""
_UNPAID = exists().where(REFUND.c.case_id == CASE.c.case_id, REFUND.c.state != EXECUTED)
_FORGOTTEN = exists().where(SUBJECT_KEY.c.subject == CASE.c.case_id, SUBJECT_KEY.c.key == _GONE)


class Until(NamedTuple):
    """What is old.

    Attributes:
        ended_before: Cases that ended before this moment.
        disputed: Except these, of which a conflict is open.
    """

    ended_before: datetime
    disputed: Collection[str] = ()

    @property
    def is_old(self) -> ColumnElement[bool]:
        """What is true of a case that nobody needs any more."""
        return and_(
            CASE.c.ended_at.is_not(None),
            CASE.c.ended_at < to_ms(self.ended_before),
            CASE.c.reviews_waiting == 0,
            CASE.c.case_id.not_in(sorted(self.disputed)),
            ~_UNPAID,
        )


class OldOrders(NamedTuple):
    """Some orders of the cache.

    Attributes:
        keys: Of those whose last day is long ago.
        last: The last that was looked at; None when there are no more.
    """

    keys: Sequence[str]
    last: int | None


class OldRma(NamedTuple):
    """An announced return whose order is not here.

    Attributes:
        order: Key of the order it names.
        codes: What a scan of its parcel may have said.
    """

    key: str
    order: str
    codes: Sequence[str]


class OldRmas(NamedTuple):
    """Some announced returns of the cache.

    Attributes:
        rmas: Those without their order that were announced long ago.
        last: The last that was looked at; None when there are no more.
    """

    rmas: Sequence[OldRma]
    last: int | None


class OldCase(NamedTuple):
    """A case that nobody needs any more."""

    ended_ms: int
    case_id: str
    merchant_id: str
    orders: Sequence[str]


class _Sent(msgspec.Struct):
    shipped_on: date | None = None
    delivered_on: date | None = None


class _Dated(msgspec.Struct):
    ordered_on: date
    shipments: tuple[_Sent, ...] = ()

    @property
    def last_day(self) -> date:
        days = (day for sent in self.shipments for day in (sent.shipped_on, sent.delivered_on))
        return max((self.ordered_on, *(day for day in days if day is not None)))


class _Photo(msgspec.Struct):
    digest: str


def orders_with_cases(
    connection: Connection, orders: Collection[str], until: Until
) -> Mapping[str, bool]:
    """Return which of some orders have cases, and whether all of these are old.

    Args:
        connection: To the station's file.
        orders: Keys of their records.
        until: What is old.
    """
    numbers = sorted({parts_of(key)[1] for key in orders})
    of_them = CASE.c.order_number.in_(numbers) | CASE.c.order_number.contains(_BETWEEN)
    wanted = select(CASE.c.merchant_id, CASE.c.order_number, until.is_old).where(of_them)
    found: dict[str, bool] = {}
    for merchant_id, together, is_old in connection.execute(wanted):
        for number in _orders(together):
            key = key_of(merchant_id, number)
            if key in orders:
                found[key] = bool(is_old) and found.get(key, True)
    return found


def old_orders(connection: Connection, before: date, after: int, most: int) -> OldOrders:
    """Return which of some orders name no day from one on, their announced returns neither.

    Args:
        connection: To the cache.
        before: The day.
        after: The last order that was looked at.
        most: How many are looked at.
    """
    wanted = (
        select(ORDER.c.order_id, ORDER.c.merchant_id, ORDER.c.number, ORDER.c.body)
        .where(ORDER.c.order_id > after)
        .order_by(ORDER.c.order_id)
        .limit(most)
    )
    rows = connection.execute(wanted).all()
    old = [row for row in rows if msgspec.json.decode(row.body, type=_Dated).last_day < before]
    keys = [
        key_of(row.merchant_id, row.number)
        for row in old
        if not connection.scalar(_announced(row.merchant_id, row.number, before))
    ]
    return OldOrders(keys, None if len(rows) < most else rows[-1].order_id)


def forget_orders(connection: Connection, keys: Collection[str]) -> None:
    """Delete orders and the returns announced for them.

    Args:
        connection: To the cache, in a transaction that writes.
        keys: Of the orders.
    """
    for key in keys:
        merchant_id, number = parts_of(key)
        of_order = (RMA.c.merchant_id == merchant_id) & (RMA.c.order_number == number)
        rmas = list(connection.scalars(select(RMA.c.number).where(of_order)))
        forget_made(connection, RMA, [key_of(merchant_id, rma) for rma in rmas])
    forget_made(connection, ORDER, keys)


def old_rmas(connection: Connection, before: date, after: int, most: int) -> OldRmas:
    """Return which of some announced returns are of no order here, and of before a day.

    Args:
        connection: To the cache.
        before: The day.
        after: The last one that was looked at.
        most: How many are looked at.
    """
    of_order = (ORDER.c.merchant_id == RMA.c.merchant_id) & (ORDER.c.number == RMA.c.order_number)
    wanted = (
        select(RMA.c.rma_id, RMA.c.requested_on, RMA.c.body, exists().where(of_order))
        .where(RMA.c.rma_id > after)
        .order_by(RMA.c.rma_id)
        .limit(most)
    )
    rows = connection.execute(wanted).all()
    old = [
        _old_rma(msgspec.json.decode(body, type=Rma))
        for _, requested_on, body, has_order in rows
        if not has_order and requested_on < before.isoformat()
    ]
    return OldRmas(old, None if len(rows) < most else rows[-1].rma_id)


def codes_needed(connection: Connection, until: Until, codes: Collection[str]) -> frozenset[str]:
    """Return those of some codes that cases have which are not old."""
    wanted = (
        select(CASE_CODE.c.code)
        .join(CASE, CASE.c.case_id == CASE_CODE.c.case_id)
        .where(CASE_CODE.c.code.in_(sorted(codes)), ~until.is_old)
    )
    return frozenset(connection.scalars(wanted))


def forget_rmas(connection: Connection, keys: Collection[str]) -> None:
    """Delete announced returns.

    Args:
        connection: To the cache, in a transaction that writes.
        keys: Of them.
    """
    forget_made(connection, RMA, keys)


def old_cases(
    connection: Connection, until: Until, after: tuple[int, str], most: int
) -> Sequence[OldCase]:
    """Return some old cases of which not all was forgotten, in the order in which they ended."""
    wanted = (
        select(CASE.c.ended_at, CASE.c.case_id, CASE.c.merchant_id, CASE.c.order_number)
        .where(until.is_old, ~_FORGOTTEN)
        .where(tuple_(CASE.c.ended_at, CASE.c.case_id) > tuple_(*after))
        .order_by(CASE.c.ended_at, CASE.c.case_id)
        .limit(most)
    )
    rows = connection.execute(wanted)
    return [OldCase(*row[:3], _orders(row.order_number)) for row in rows]


def photos_of(connection: Connection, case_ids: Collection[str]) -> frozenset[str]:
    """Return the photos of cases."""
    # As one value: a year of cases is more than a statement may have.
    wanted = func.json_each(msgspec.json.encode(sorted(case_ids)).decode()).table_valued("value")
    return _digests(connection, _photos().where(FACT.c.subject.in_(select(wanted.c.value))))


def photos_kept(connection: Connection) -> frozenset[str]:
    """Return the photos of cases that were not forgotten."""
    is_gone = exists().where(SUBJECT_KEY.c.subject == FACT.c.subject, SUBJECT_KEY.c.key == _GONE)
    return _digests(connection, _photos().where(~is_gone))


def photos_needed(connection: Connection, until: Until) -> frozenset[str]:
    """Return the photos of cases that are not old."""
    joined = _photos().join(CASE, CASE.c.case_id == FACT.c.subject)
    return _digests(connection, joined.where(~until.is_old))


def _old_rma(rma: Rma) -> OldRma:
    order = key_of(rma.merchant_id, rma.order_number)
    return OldRma(key_of(rma.merchant_id, rma.number), order, codes_of(rma)[1::2])


def _photos() -> Select[Any]:
    return select(FACT.c.body).where(FACT.c.type == _PHOTO)


def _digests(connection: Connection, wanted: Select[Any]) -> frozenset[str]:
    bodies = connection.scalars(wanted)
    return frozenset(msgspec.json.decode(body, type=_Photo).digest for body in bodies)


def _orders(numbers: str) -> Sequence[str]:
    return numbers.split(_BETWEEN) if numbers else ()


def _announced(merchant_id: str, number: str, since: date) -> Select[Any]:
    return (
        select(RMA.c.rma_id)
        .where(RMA.c.merchant_id == merchant_id, RMA.c.order_number == number)
        .where(RMA.c.requested_on >= since.isoformat())
        .limit(1)
    )
