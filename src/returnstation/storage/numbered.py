"""Orders and announced returns in the cache: a row number each, and codes to be found by."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Table

from returnstation.domain.orders import Order, Rma
from returnstation.storage import made_rows
from returnstation.storage.cache_tables import ORDER
from returnstation.storage.cache_words import columns_of, keys_of

_KNOWN_ORDERS = (
    "SELECT number, order_id, body FROM json_each(?2) "
    "CROSS JOIN sale_order ON merchant_id = ?1 AND number = value"
)
_KNOWN_RMAS = _KNOWN_ORDERS.replace("order_id", "rma_id").replace("sale_order", "rma")
# What an order is found by never changes with its row: the index is left alone.
_PUT_ORDER = (
    "INSERT INTO sale_order (merchant_id, number, body, order_id) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (order_id) DO UPDATE SET body = excluded.body"
)
_PUT_RMA = (
    "INSERT INTO rma (merchant_id, number, body, rma_id, order_number, requested_on) "
    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (rma_id) DO UPDATE SET body = excluded.body, "
    "order_number = excluded.order_number, requested_on = excluded.requested_on"
)
_PUT_CODE = "INSERT OR IGNORE INTO identifier (key, kind, target, reversed) VALUES (?, ?, ?, ?)"


def known_rows(
    connection: Connection, table: Table, records: Iterable[Order | Rma | made_rows.Made]
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


def put_rows(
    connection: Connection, table: Table, rows: list[dict[str, Any]], codes: list[dict[str, Any]]
) -> None:
    """Write rows, and the codes that lead to them."""
    if not rows:
        return
    # The driver takes tuples as they are; SQLAlchemy's rows cost as much as the writing.
    statement = _PUT_ORDER if table is ORDER else _PUT_RMA
    connection.exec_driver_sql(statement, [tuple(row.values()) for row in rows])
    if codes:
        codes.sort(key=lambda code: str(code["key"]))
        connection.exec_driver_sql(_PUT_CODE, [tuple(code.values()) for code in codes])


def put_words(connection: Connection, orders: Sequence[tuple[int, Order]]) -> None:
    """Write what orders are searched by."""
    if orders:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO order_text (rowid, name, initials, place, contact, goods) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [(row_id, *columns_of(order)) for row_id, order in orders],
        )
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO order_clue (rowid, keys) VALUES (?, ?)",
            [(row_id, keys_of(order)) for row_id, order in orders],
        )


def id_column(table: Table) -> Any:
    """Return the column of a table's row number."""
    return table.c.order_id if table is ORDER else table.c.rma_id


def row_of(record: Order | Rma, row_id: int, body: bytes) -> dict[str, Any]:
    """Return a record as a row of its table."""
    row: dict[str, Any] = {
        "merchant_id": record.merchant_id,
        "number": record.number,
        "body": body,
    }
    if isinstance(record, Order):
        return row | {"order_id": row_id}
    return row | {
        "rma_id": row_id,
        "order_number": record.order_number,
        "requested_on": record.requested_on.isoformat(),
    }


def codes_of(record: Order | Rma, row_id: int) -> list[dict[str, Any]]:
    """Return everything a scan may carry that leads to this record."""
    words = iter(made_rows.codes_of(record))
    return [
        {"key": key, "kind": kind, "target": row_id, "reversed": key[::-1]}
        for kind, key in zip(words, words, strict=True)
    ]
