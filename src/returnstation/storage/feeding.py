"""Follow the hub's feeds: write what changed into the cache, and how far it was followed.

Rows come whole and replace what was there; a page and its cursor are one transaction, so a cut
in between repeats a page and changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.sqlite import insert

from returnstation.application.troubles import Trouble
from returnstation.domain.orders import Merchant, Product
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.cache_tables import (
    CONFLICT,
    FEED_CURSOR,
    MERCHANT,
    ORDER,
    PRODUCT,
    RMA,
)
from returnstation.storage.filling import merchant_row, product_row
from returnstation.storage.made_rows import Made, orders_in, rmas_in
from returnstation.storage.made_writing import forget_made, put_made
from returnstation.wire.conflicts import ConflictRecord
from returnstation.wire.feeds import SITE_SHARD, Cursor, Page, Row, parts_of
from returnstation.wire.packing import UNREADABLE

_CURSOR = insert(FEED_CURSOR)
_CURSOR = _CURSOR.on_conflict_do_update(
    index_elements=["shard"],
    set_={name: _CURSOR.excluded[name] for name in ("generation", "n", "mark")},
)


class Feeding:
    """Brings a cache up to date, page by page."""

    def __init__(self, cache: CacheDatabase) -> None:
        self._cache = cache

    def cursors(self) -> Mapping[str, tuple[str, Cursor]]:
        """Return generation and cursor of each feed that was followed."""
        with self._cache.writing() as connection:
            rows = connection.execute(select(FEED_CURSOR)).all()
        return {row.shard: (row.generation, Cursor(row.n, row.mark)) for row in rows}

    def begin_sites(self) -> None:
        """Follow the feeds of the site from their start again; what is in the cache stays."""
        with self._cache.writing() as connection:
            of_sites = FEED_CURSOR.c.shard.startswith(SITE_SHARD, autoescape=True)
            connection.execute(FEED_CURSOR.delete().where(of_sites))

    def apply(self, page: Page) -> Sequence[Row]:
        """Write a page, and return the rows that are not for the cache.

        Kinds and fields this build does not know are passed over: a newer hub sends them to
        newer stations.

        Raises:
            Trouble: ``feed-unreadable``: a row is not what its kind says; nothing is written, and
                this feed waits for a newer program.
        """
        rest = [row for row in page.rows if row.kind not in _WRITERS]
        by_kind: dict[str, list[Row]] = {}
        for row in page.rows:
            by_kind.setdefault(row.kind, []).append(row)
        with self._cache.writing() as connection:
            for kind, write in _WRITERS.items():
                try:
                    write(connection, by_kind.get(kind, []), page.made_format)
                except UNREADABLE as odd:
                    raise Trouble("feed-unreadable", shard=page.shard, why=str(odd)[:120]) from odd
            connection.execute(
                _CURSOR,
                {
                    "shard": page.shard,
                    "generation": page.generation,
                    "n": page.n,
                    "mark": page.mark,
                },
            )
        return rest


def _orders(connection: Connection, rows: Sequence[Row], made_format: int) -> None:
    _numbered(connection, ORDER, rows, partial(orders_in, made_format=made_format))


def _rmas(connection: Connection, rows: Sequence[Row], made_format: int) -> None:
    _numbered(connection, RMA, rows, partial(rmas_in, made_format=made_format))


def _products(connection: Connection, rows: Sequence[Row], _: int) -> None:
    wanted = [msgspec.json.decode(row.body, type=Product) for row in rows if not row.is_deleted]
    _plain(connection, PRODUCT, [product_row(product) for product in wanted])
    gone = [parts_of(row.key) for row in rows if row.is_deleted]
    if gone:
        connection.exec_driver_sql("DELETE FROM product WHERE merchant_id = ? AND sku = ?", gone)


def _merchants(connection: Connection, rows: Sequence[Row], _: int) -> None:
    wanted = [msgspec.json.decode(row.body, type=Merchant) for row in rows if not row.is_deleted]
    _plain(connection, MERCHANT, [merchant_row(merchant) for merchant in wanted])
    gone = [(row.key,) for row in rows if row.is_deleted]
    if gone:
        connection.exec_driver_sql("DELETE FROM merchant WHERE merchant_id = ?", gone)


def _conflicts(connection: Connection, rows: Sequence[Row], _: int) -> None:
    wanted = [
        (msgspec.json.decode(row.body, type=ConflictRecord), row.body)
        for row in rows
        if not row.is_deleted
    ]
    _plain(
        connection,
        CONFLICT,
        [
            {"conflict_id": record.conflict_id, "state": record.state, "body": body}
            for record, body in wanted
        ],
    )
    gone = [(row.key,) for row in rows if row.is_deleted]
    if gone:
        connection.exec_driver_sql("DELETE FROM conflict WHERE conflict_id = ?", gone)


_WRITERS: Mapping[str, Callable[[Connection, Sequence[Row], int], None]] = {
    "merchant": _merchants,
    "product": _products,
    "order": _orders,
    "rma": _rmas,
    "conflict": _conflicts,
}


def _plain(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    put = insert(table)
    changed = {c.name: put.excluded[c.name] for c in table.c if c.name not in keys}
    connection.execute(put.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def _numbered(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    made_of: Callable[[Sequence[Row]], Sequence[Made]],
) -> None:
    living = list({row.key: row for row in rows if not row.is_deleted}.values())
    made = made_of(living)
    bodies = [one.body or row.body for one, row in zip(made, living, strict=True)]
    put_made(connection, table, made, bodies)
    forget_made(connection, table, [row.key for row in rows if row.is_deleted])
