"""Write orders and announced returns into the cache: a row each, and all they are found by."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Connection, Table, func, select

from returnstation.domain.orders import Order, Rma
from returnstation.storage.cache_tables import ORDER
from returnstation.storage.made_rows import Made, MadeOrder, MadeRma, codes_of
from returnstation.wire.feeds import parts_of

_KNOWN_ORDERS = (
    "SELECT number, order_id, body FROM json_each(?2) "
    "CROSS JOIN sale_order ON merchant_id = ?1 AND number = value"
)
_KNOWN_RMAS = _KNOWN_ORDERS.replace("order_id", "rma_id").replace("sale_order", "rma")
_NEW_ORDER = (
    "INSERT OR IGNORE INTO sale_order (order_id, merchant_id, number, body) VALUES (?, ?, ?, ?)"
)
_NEW_RMA = (
    "INSERT OR IGNORE INTO rma (rma_id, merchant_id, number, order_number, requested_on, body) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
# What an order is found by never changes with its row: the index is left alone.
_CHANGE_ORDER = "UPDATE sale_order SET body = ? WHERE order_id = ?"
_CHANGE_RMA = "UPDATE rma SET order_number = ?, requested_on = ?, body = ? WHERE rma_id = ?"
_PUT_CODE = "INSERT OR IGNORE INTO identifier (key, kind, target, reversed) VALUES (?, ?, ?, ?)"
_FORGET_CODE = "DELETE FROM identifier WHERE kind = ? AND key = ? AND target = ?"
_NEW_TEXT = (
    "INSERT INTO order_text (rowid, name, initials, place, contact, goods) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
_NEW_WORDS = (_NEW_TEXT, "INSERT INTO order_clue (rowid, keys) VALUES (?, ?)")
_CHANGE_WORDS = tuple(each.replace("INSERT", "INSERT OR REPLACE", 1) for each in _NEW_WORDS)
_FORGET_WORDS = (
    "DELETE FROM order_text WHERE rowid = ?",
    "DELETE FROM order_clue WHERE rowid = ?",
)

Numbered: TypeAlias = tuple[int, Made, bytes]
"""A row's number, what was made for it, and its body."""


def known_rows(
    connection: Connection, table: Table, records: Iterable[Order | Rma | Made]
) -> dict[tuple[str, str], tuple[int, bytes]]:
    """Return row number and body of those records that are there, by merchant and number."""
    by_merchant: dict[str, list[str]] = {}
    for record in records:
        by_merchant.setdefault(record.merchant_id, []).append(record.number)
    wanted = _KNOWN_ORDERS if table is ORDER else _KNOWN_RMAS
    known = {}
    for merchant, numbers in by_merchant.items():
        some = msgspec.json.encode(numbers).decode()
        for number, row_id, body in connection.exec_driver_sql(wanted, (merchant, some)):
            known[merchant, number] = (row_id, body)
    return known


def put_made(
    connection: Connection, table: Table, made: Sequence[Made], bodies: Sequence[bytes]
) -> None:
    """Write orders or announced returns; those that are there as they came stay as they are."""
    first = (connection.scalar(select(func.max(_id_column(table)))) or 0) + 1
    fresh: Sequence[Numbered] = list(zip(count(first), made, bodies, strict=False))
    changed: Sequence[Numbered] = ()
    if not fresh:
        return
    # Mostly all are new: who would ask first asks for nothing.
    if _put_new(connection, table, fresh) < len(fresh):
        fresh, changed = _parted(connection, table, fresh)
    _put_codes(connection, [*fresh, *changed])
    if table is ORDER:
        _put_words(connection, _NEW_WORDS, fresh)
        _put_words(connection, _CHANGE_WORDS, changed)


def forget_made(connection: Connection, table: Table, keys: Iterable[str]) -> None:
    """Delete orders or announced returns, and all they were found by."""
    for key in keys:
        merchant, number = parts_of(key)
        which = (table.c.merchant_id == merchant) & (table.c.number == number)
        row = connection.execute(select(_id_column(table), table.c.body).where(which)).one_or_none()
        if row is None:
            continue
        row_id, body = row
        _forget_codes(connection, table, [(row_id, body)])
        connection.execute(table.delete().where(which))
        if table is ORDER:
            for statement in _FORGET_WORDS:
                connection.exec_driver_sql(statement, (row_id,))


def _put_new(connection: Connection, table: Table, rows: Sequence[Numbered]) -> int:
    """Insert rows, and return how many of them were not there."""
    # The driver takes tuples as they are; SQLAlchemy's rows cost as much as the writing.
    values: list[tuple[object, ...]] = []
    for row_id, one, body in rows:
        if isinstance(one, MadeOrder):
            values.append((row_id, one.merchant_id, one.number, body))
        else:
            values.append(
                (row_id, one.merchant_id, one.number, one.order_number, one.requested_on, body)
            )
    statement = _NEW_ORDER if table is ORDER else _NEW_RMA
    return connection.exec_driver_sql(statement, values).rowcount


def _parted(
    connection: Connection, table: Table, rows: Sequence[Numbered]
) -> tuple[Sequence[Numbered], Sequence[Numbered]]:
    """Change the rows that were there before, and return those that were not, and those changed."""
    known = known_rows(connection, table, [one for _, one, _ in rows])
    fresh: list[Numbered] = []
    changed: list[Numbered] = []
    stale: list[tuple[int, bytes]] = []
    for row_id, one, body in rows:
        known_id, known_body = known[one.merchant_id, one.number]
        if known_id == row_id:
            fresh.append((row_id, one, body))
        elif known_body != body:
            changed.append((known_id, one, body))
            stale.append((known_id, known_body))
    _forget_codes(connection, table, stale)
    _change(connection, changed)
    return fresh, changed


def _change(connection: Connection, rows: Sequence[Numbered]) -> None:
    orders = [(body, row_id) for row_id, one, body in rows if isinstance(one, MadeOrder)]
    rmas = [
        (one.order_number, one.requested_on, body, row_id)
        for row_id, one, body in rows
        if isinstance(one, MadeRma)
    ]
    if orders:
        connection.exec_driver_sql(_CHANGE_ORDER, orders)
    if rmas:
        connection.exec_driver_sql(_CHANGE_RMA, rmas)


def _put_codes(connection: Connection, rows: Iterable[Numbered]) -> None:
    codes = [
        (key, kind, row_id, key[::-1])
        for row_id, one, _ in rows
        for kind, key in zip(one.codes[::2], one.codes[1::2], strict=True)
    ]
    if codes:
        codes.sort()  # neighbours in the index are written together
        connection.exec_driver_sql(_PUT_CODE, codes)


def _put_words(connection: Connection, statements: Sequence[str], rows: Sequence[Numbered]) -> None:
    if not rows:
        return
    text, clues = statements
    words: list[tuple[object, ...]] = []
    keys: list[tuple[object, ...]] = []
    for row_id, one, _ in rows:
        if isinstance(one, MadeOrder):
            words.append((row_id, one.name, one.initials, one.place, one.contact, one.goods))
            keys.append((row_id, one.clues))
    connection.exec_driver_sql(text, words)
    connection.exec_driver_sql(clues, keys)


def _forget_codes(connection: Connection, table: Table, rows: Sequence[tuple[int, bytes]]) -> None:
    kind: type[Order | Rma] = Order if table is ORDER else Rma
    gone: list[tuple[object, ...]] = []
    for row_id, body in rows:
        words = iter(codes_of(msgspec.json.decode(body, type=kind)))
        gone += [(*code, row_id) for code in zip(words, words, strict=True)]
    if gone:
        connection.exec_driver_sql(_FORGET_CODE, gone)


def _id_column(table: Table) -> Any:
    return table.c.order_id if table is ORDER else table.c.rma_id
