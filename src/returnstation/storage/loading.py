"""Load an empty cache from nothing: nobody looks at what is known, and the indexes come last.

A million orders merged one by one look into indexes that soon no longer fit into memory; sorted
once at the end, they are written from front to back.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from returnstation.domain.orders import Order, Rma
from returnstation.storage.cache import CACHE_FORMAT, CacheDatabase
from returnstation.storage.cache_tables import IDENTIFIER, ORDER, RMA
from returnstation.storage.made_rows import Made, MadeOrder, MadeRma, order_made, rma_made

_UNFINISHED = 1_000_000
"""Format of a cache that is being loaded: whoever finds one left over imports it anew."""

_LAST = (*ORDER.indexes, *RMA.indexes, *IDENTIFIER.indexes)
_OPTIMIZE = (
    # One segment instead of dozens: each is looked into by every question.
    "INSERT INTO order_text (order_text) VALUES ('optimize')",
    "INSERT INTO order_clue (order_clue) VALUES ('optimize')",
)
_PENDING = (
    "INSERT INTO order_text (order_text, rank) VALUES ('hashsize', ?)",
    "INSERT INTO order_clue (order_clue, rank) VALUES ('hashsize', ?)",
)
_PENDING_BYTES, _USUAL_PENDING_BYTES = 1 << 28, 1 << 20
_CACHE_KB, _USUAL_CACHE_KB = 256_000, 2_000


_PUT_ORDERS = "INSERT INTO sale_order (order_id, merchant_id, number, body) VALUES (?, ?, ?, ?)"
_PUT_RMAS = (
    "INSERT INTO rma (rma_id, merchant_id, number, order_number, requested_on, body) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
_PUT_CODES = "INSERT INTO code (key, kind, target, reversed) VALUES (?, ?, ?, ?)"
_PUT_TEXT = (
    "INSERT INTO order_text (rowid, name, initials, place, contact, goods) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
_PUT_CLUES = "INSERT INTO order_clue (rowid, keys) VALUES (?, ?)"

Rows = Mapping[str, Sequence[tuple[object, ...]]]
"""Rows by the statement that writes them."""


def rows_of(orders: Sequence[tuple[int, Order]], rmas: Sequence[tuple[int, Rma]]) -> Rows:
    """Return what numbered records are in the cache; another process may do this work."""
    encode = msgspec.json.Encoder().encode
    return made_rows_of(
        [(key, order_made(one, encode(one))) for key, one in orders],
        [(key, rma_made(one, encode(one))) for key, one in rmas],
    )


def made_rows_of(
    orders: Sequence[tuple[int, MadeOrder]], rmas: Sequence[tuple[int, MadeRma]]
) -> Rows:
    """Return what records that were made into rows are in the cache; each has its body."""
    both: list[tuple[int, Made]] = [*orders, *rmas]
    return {
        _PUT_ORDERS: [(key, one.merchant_id, one.number, one.body) for key, one in orders],
        _PUT_RMAS: [
            (key, one.merchant_id, one.number, one.order_number, one.requested_on, one.body)
            for key, one in rmas
        ],
        _PUT_CODES: [code for key, one in both for code in _codes(key, one)],
        _PUT_TEXT: [
            (key, one.name, one.initials, one.place, one.contact, one.goods) for key, one in orders
        ],
        _PUT_CLUES: [(key, one.clues) for key, one in orders],
    }


def _codes(row_id: int, one: Made) -> Iterator[tuple[object, ...]]:
    words = iter(one.codes)
    for kind, key in zip(words, words, strict=True):
        yield key, kind, row_id, key[::-1]


@dataclass(frozen=True, slots=True)
class Loading:
    """Puts records into a cache that is being loaded."""

    connection: Connection

    def put(self, rows: Rows) -> None:
        """Write records, each given once in all."""
        for statement, some in rows.items():
            if some:
                self.connection.exec_driver_sql(statement, list(some))
        self.connection.commit()


@contextmanager
def loading(cache: CacheDatabase) -> Generator[Loading]:
    """Load orders and returns into a cache that has none; it can be read when the block ends well.

    Raises:
        ValueError: It has orders; ``Filling`` merges into them.
    """
    with cache.writing() as connection:
        if connection.exec_driver_sql("SELECT 1 FROM sale_order LIMIT 1").first():
            raise ValueError("the cache has orders already")
        _begin(connection)
        yield Loading(connection)
        _finish(connection)


def _begin(connection: Connection) -> None:
    for index in _LAST:
        index.drop(connection)
    connection.exec_driver_sql("CREATE TEMP TABLE code (key, kind, target, reversed)")
    _tune(connection, _CACHE_KB, _PENDING_BYTES)
    connection.exec_driver_sql(f"PRAGMA user_version = {_UNFINISHED}")
    connection.commit()


def _finish(connection: Connection) -> None:
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO identifier (key, kind, target, reversed) "
        "SELECT key, kind, target, reversed FROM code ORDER BY key, kind, target"
    )
    connection.exec_driver_sql("DROP TABLE code")
    for index in _LAST:
        index.create(connection)
    _tune(connection, _USUAL_CACHE_KB, _USUAL_PENDING_BYTES)
    for optimize in _OPTIMIZE:
        connection.exec_driver_sql(optimize)
    connection.exec_driver_sql(f"PRAGMA user_version = {CACHE_FORMAT}")


def _tune(connection: Connection, cache_kb: int, pending_bytes: int) -> None:
    connection.exec_driver_sql(f"PRAGMA cache_size = -{cache_kb}")
    for pending in _PENDING:
        connection.exec_driver_sql(pending, (pending_bytes,))
