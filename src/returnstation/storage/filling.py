"""Fill the cache in bulk: what is known already stays, what changed is merged.

Orders may arrive in pieces (a file has a row per line, not always in order), so lines and
shipments are added to what is known; nothing is removed by an import.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from returnstation.domain.barcodes import canonical
from returnstation.domain.orders import Merchant, Order, Product, Rma
from returnstation.domain.realised import Sale
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.cache_tables import IDENTIFIER, MERCHANT, ORDER, PRODUCT, RMA, SALE
from returnstation.storage.cache_words import columns_of, keys_of
from returnstation.storage.sales import sale_row

_KEYS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Filled:
    """How many records were new, changed or already there."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __add__(self, other: "Filled") -> "Filled":
        return Filled(self.new + other.new, self.changed + other.changed, self.same + other.same)


class Filling:
    """Writes records into a cache; each call is one transaction."""

    def __init__(self, cache: CacheDatabase) -> None:
        self._cache = cache

    def orders(self, orders: Sequence[Order]) -> Filled:
        """Keep orders, merged with the lines and shipments already known."""
        return self._numbered(ORDER, _merged(orders))

    def rmas(self, rmas: Sequence[Rma]) -> Filled:
        """Keep announced returns; of one number the last is kept."""
        last = {(rma.merchant_id, rma.number): rma for rma in rmas}
        return self._numbered(RMA, list(last.values()))

    def products(self, products: Sequence[Product]) -> Filled:
        """Keep products."""
        rows = {
            (p.merchant_id, p.sku): {
                "merchant_id": p.merchant_id,
                "sku": p.sku,
                "key": canonical(p.sku),
                "gtin": p.gtin,
                "body": msgspec.json.encode(p),
            }
            for p in products
        }
        return self._replaced(PRODUCT, ("merchant_id", "sku"), list(rows.values()))

    def merchants(self, merchants: Sequence[Merchant]) -> Filled:
        """Keep merchants."""
        rows = {
            m.merchant_id: {"merchant_id": m.merchant_id, "body": msgspec.json.encode(m)}
            for m in merchants
        }
        return self._replaced(MERCHANT, ("merchant_id",), list(rows.values()))

    def sales(self, sales: Sequence[Sale]) -> Filled:
        """Keep realised sales; of one id the last is kept."""
        rows = {(sale.merchant_id, sale.sale_id): sale_row(sale) for sale in sales}
        return self._replaced(SALE, ("merchant_id", "sale_id"), list(rows.values()))

    def _replaced(self, table: Table, keys: tuple[str, ...], rows: list[dict[str, Any]]) -> Filled:
        statement = insert(table)
        changed = {c.name: statement.excluded[c.name] for c in table.c if c.name not in keys}
        put = statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
        wanted = select(table.c.body).where(*(table.c[key] == bindparam(key) for key in keys))
        filled = Filled()
        with self._cache.writing() as connection:
            fresh = []
            for row in rows:
                body = connection.scalar(wanted, {key: row[key] for key in keys})
                filled += _counted(body, row["body"])
                if body != row["body"]:
                    fresh.append(row)
            if fresh:
                connection.execute(put, fresh)
        return filled

    def _numbered(self, table: Table, records: Sequence[Order] | Sequence[Rma]) -> Filled:
        """Keep records that have a row number and codes to be found by."""
        filled = Filled()
        with self._cache.writing() as connection:
            known = _known(connection, table, records)
            next_id = (connection.scalar(select(func.max(_row_id(table)))) or 0) + 1
            rows: list[dict[str, Any]] = []
            changed: list[tuple[int, Order]] = []
            codes: list[dict[str, Any]] = []
            for given in records:
                record = given
                row_id, body = known.get((record.merchant_id, record.number), (next_id, None))
                if isinstance(record, Order) and body is not None:
                    record = _joined(msgspec.json.decode(body, type=Order), record)
                encoded = msgspec.json.encode(record)
                filled += _counted(body, encoded)
                if body == encoded:
                    continue
                next_id += body is None
                rows.append(_row(record, row_id, encoded))
                if isinstance(record, Order):
                    changed.append((row_id, record))
                codes += codes_of(record, row_id)
            _put(connection, table, rows, codes)
            _put_words(connection, changed)
        return filled


def _counted(before: bytes | None, after: bytes) -> Filled:
    if before is None:
        return Filled(new=1)
    return Filled(same=1) if before == after else Filled(changed=1)


def _merged(orders: Sequence[Order]) -> list[Order]:
    merged: dict[tuple[str, str], Order] = {}
    for order in orders:
        key = (order.merchant_id, order.number)
        merged[key] = _joined(merged[key], order) if key in merged else order
    return list(merged.values())


def _joined(old: Order, new: Order) -> Order:
    """Return the newer record with the lines and shipments of both; the newer ones win."""
    lines = {line.number: line for line in (*old.lines, *new.lines)}
    shipments = {sent.tracking: sent for sent in (*old.shipments, *new.shipments)}
    return replace(
        new,
        lines=tuple(lines[number] for number in sorted(lines)),
        shipments=tuple(shipments.values()),
    )


def _known(
    connection: Connection, table: Table, records: Iterable[Order] | Iterable[Rma]
) -> dict[tuple[str, str], tuple[int, bytes]]:
    wanted = select(table.c.number, _row_id(table), table.c.body).where(
        table.c.merchant_id == bindparam("merchant"),
        table.c.number.in_(bindparam("numbers", expanding=True)),
    )
    by_merchant: dict[str, list[str]] = {}
    for record in records:
        by_merchant.setdefault(record.merchant_id, []).append(record.number)
    known = {}
    for merchant, numbers in by_merchant.items():
        for start in range(0, len(numbers), _KEYS_AT_ONCE):
            some = numbers[start : start + _KEYS_AT_ONCE]
            for number, row_id, body in connection.execute(
                wanted, {"merchant": merchant, "numbers": some}
            ):
                known[merchant, number] = (row_id, body)
    return known


def _put(
    connection: Connection, table: Table, rows: list[dict[str, Any]], codes: list[dict[str, Any]]
) -> None:
    if not rows:
        return
    statement = insert(table)
    key = _row_id(table).name
    changed = {c.name: statement.excluded[c.name] for c in table.c if c.name != key}
    connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed), rows)
    if codes:
        codes.sort(key=lambda code: str(code["key"]))
        connection.execute(insert(IDENTIFIER).on_conflict_do_nothing(), codes)


def _put_words(connection: Connection, orders: Sequence[tuple[int, Order]]) -> None:
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


def _row_id(table: Table) -> Any:
    return table.c.order_id if table is ORDER else table.c.rma_id


def _row(record: Order | Rma, row_id: int, body: bytes) -> dict[str, Any]:
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
    if isinstance(record, Rma):
        found = [("rma", record.number), ("rma_tracking", record.tracking)]
    else:
        found = [("order", record.number)]
        for sent in record.shipments:
            found += [("tracking", sent.tracking), ("sscc", sent.sscc)]
        found += [("serial", serial) for line in record.lines for serial in line.serials]
    keys = {(kind, canonical(text)) for kind, text in found if text}
    return [
        {"key": key, "kind": kind, "target": row_id, "reversed": key[::-1]}
        for kind, key in sorted(keys)
    ]
