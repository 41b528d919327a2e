"""Fill the cache in bulk: what is known already stays, what changed is merged.

Orders may arrive in pieces (a file has a row per line, not always in order), so lines and
shipments are added to what is known; nothing is removed by an import.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from returnstation.domain.barcodes import canonical
from returnstation.domain.orders import Merchant, Order, Product, Rma
from returnstation.domain.realised import Sale
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.cache_tables import MERCHANT, ORDER, PRODUCT, RMA, SALE
from returnstation.storage.made_rows import Made, order_made, rma_made
from returnstation.storage.made_writing import known_rows, put_made
from returnstation.storage.sales import sale_row


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
        rows = {(product.merchant_id, product.sku): product_row(product) for product in products}
        return self._replaced(PRODUCT, ("merchant_id", "sku"), list(rows.values()))

    def merchants(self, merchants: Sequence[Merchant]) -> Filled:
        """Keep merchants."""
        rows = {merchant.merchant_id: merchant_row(merchant) for merchant in merchants}
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
            known = known_rows(connection, table, records)
            made: list[Made] = []
            bodies: list[bytes] = []
            for given in records:
                record = given
                _, body = known.get((record.merchant_id, record.number), (0, None))
                if isinstance(record, Order) and body is not None:
                    record = _joined(msgspec.json.decode(body, type=Order), record)
                encoded = msgspec.json.encode(record)
                filled += _counted(body, encoded)
                if body == encoded:
                    continue
                if isinstance(record, Order):
                    made.append(order_made(record, b""))
                else:
                    made.append(rma_made(record, b""))
                bodies.append(encoded)
            put_made(connection, table, made, bodies)
        return filled


def product_row(product: Product) -> dict[str, Any]:
    """Return a product as a row of its table."""
    return {
        "merchant_id": product.merchant_id,
        "sku": product.sku,
        "key": canonical(product.sku),
        "gtin": product.gtin,
        "body": msgspec.json.encode(product),
    }


def merchant_row(merchant: Merchant) -> dict[str, Any]:
    """Return a merchant as a row of its table."""
    return {"merchant_id": merchant.merchant_id, "body": msgspec.json.encode(merchant)}


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
