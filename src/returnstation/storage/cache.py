"""``cache-<generation>.db``: what the hub or an import brought; replaceable whole."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Engine, Executable, Row, and_, bindparam, or_, select, text

from returnstation.application.rows import Hit
from returnstation.application.troubles import Trouble
from returnstation.domain.barcodes import canonical
from returnstation.domain.candidates import WEIGHTS, Clue
from returnstation.domain.orders import Merchant, Order, Product, Rma
from returnstation.domain.realised import Sample
from returnstation.storage.cache_tables import (
    CACHE,
    CONFLICT,
    IDENTIFIER,
    MERCHANT,
    ORDER,
    ORDER_CLUE,
    ORDER_TEXT,
    PRODUCT,
    RMA,
)
from returnstation.storage.cache_words import clue_keys, question_in, questions_of
from returnstation.storage.engine import open_engine, troubles_named
from returnstation.storage.erasing import empty_wal
from returnstation.storage.sales import samples
from returnstation.wire.conflicts import OPEN, ConflictRecord

CACHE_FORMAT = 5
"""Changes with the tables; a cache of another format is imported anew, with one exception."""

_WITHOUT_CONFLICTS = 4
"""Lacks one small table; a desk without a network must not lose its orders for that."""

_HIGHEST = "\U0010ffff"
"""Sorts after whatever may follow a prefix."""

_MOST_GROUPS = 5
_EACH = 60
"""Orders one question for clues may bring; the newest, when it fits more."""

_WIDEST = 2
_VERSIONS = 1 << 32
"""More than SQLite counts of the changes of one file."""

_MERGE_WORDS = (
    "INSERT INTO order_text(order_text) VALUES ('optimize')",
    "INSERT INTO order_clue(order_clue) VALUES ('optimize')",
)

_T = TypeVar("_T")

_OF_RMA = ("rma", "rma_tracking")
_HIT = (
    select(
        IDENTIFIER.c.kind,
        ORDER.c.merchant_id.label("order_merchant"),
        ORDER.c.number.label("order_number"),
        RMA.c.merchant_id.label("rma_merchant"),
        RMA.c.number.label("rma_number"),
    )
    .outerjoin(
        ORDER, and_(IDENTIFIER.c.kind.not_in(_OF_RMA), ORDER.c.order_id == IDENTIFIER.c.target)
    )
    .outerjoin(RMA, and_(IDENTIFIER.c.kind.in_(_OF_RMA), RMA.c.rma_id == IDENTIFIER.c.target))
)
_WORDS = text(
    "SELECT order_text.rowid, 'text' AS kind, o.merchant_id AS order_merchant, o.number AS order_number "
    "FROM order_text JOIN sale_order AS o ON o.order_id = order_text.rowid "
    # By rank would read every order that has the words; orders come in by day.
    "WHERE order_text MATCH :words ORDER BY order_text.rowid DESC LIMIT :limit"
)
_COUNT = {
    "order_text": text(
        "SELECT count(*) FROM (SELECT 1 FROM order_text WHERE order_text MATCH :words LIMIT :limit)"
    ),
    "order_clue": text(
        "SELECT count(*) FROM (SELECT 1 FROM order_clue WHERE order_clue MATCH :words LIMIT :limit)"
    ),
}
_REMEMBERED = text(
    "SELECT order_text.rowid, o.body FROM order_text JOIN sale_order AS o ON o.order_id = order_text.rowid "
    "WHERE order_text MATCH :words ORDER BY order_text.rowid DESC LIMIT :limit"
)
_BEGINNING = (
    _HIT.where(IDENTIFIER.c.key >= bindparam("low"), IDENTIFIER.c.key < bindparam("high"))
    .order_by(IDENTIFIER.c.key)
    .limit(bindparam("limit"))
)
_CLUES = text(
    "SELECT rowid FROM order_clue WHERE order_clue MATCH :keys ORDER BY rowid DESC LIMIT :limit"
)
_BODIES = select(ORDER.c.body).where(ORDER.c.order_id.in_(bindparam("ids", expanding=True)))
_FIND = _HIT.where(IDENTIFIER.c.key.in_(bindparam("keys", expanding=True)))
_FIND_ONE = _HIT.where(IDENTIFIER.c.key == bindparam("key"))
_ENDING = _HIT.where(
    IDENTIFIER.c.reversed >= bindparam("low"), IDENTIFIER.c.reversed < bindparam("high")
).limit(bindparam("limit"))
_ORDER = select(ORDER.c.body).where(
    ORDER.c.merchant_id == bindparam("merchant"), ORDER.c.number == bindparam("number")
)
_RMA = select(RMA.c.body).where(
    RMA.c.merchant_id == bindparam("merchant"), RMA.c.number == bindparam("number")
)
_RMAS_OF = (
    select(RMA.c.body)
    .where(RMA.c.merchant_id == bindparam("merchant"), RMA.c.order_number == bindparam("number"))
    .order_by(RMA.c.requested_on.desc())
)
_MERCHANT = select(MERCHANT.c.body).where(MERCHANT.c.merchant_id == bindparam("merchant"))
_PRODUCT = select(PRODUCT.c.body).where(
    PRODUCT.c.merchant_id == bindparam("merchant"), PRODUCT.c.sku == bindparam("sku")
)
_PRODUCTS = select(PRODUCT.c.body).where(
    or_(PRODUCT.c.gtin == bindparam("gtin"), PRODUCT.c.key == bindparam("key"))
)
_CONFLICTS = select(CONFLICT.c.body).where(CONFLICT.c.state == OPEN)


class CacheDatabase:
    """The station's copy of orders, returns and products.

    Raises:
        Trouble: The file is damaged or of another format; importing anew mends it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine, self._reader = self._opened(path)
        self._left: list[tuple[Engine, Connection]] = []
        self._switches = 0
        self._sampled: tuple[tuple[object, ...], Sequence[Sample]] | None = None

    def find(self, keys: Sequence[str]) -> Sequence[Hit]:
        """Return everything the canonical codes lead to."""
        if len(keys) == 1:  # most scans; a list would be made into a statement each time
            return self._hits(_FIND_ONE, {"key": keys[0]})
        return self._hits(_FIND, {"keys": list(keys)})

    def ending(self, key: str, limit: int) -> Sequence[Hit]:
        """Return what has a code that ends with ``key``, at most ``limit``."""
        if not key:
            return []
        low = key[::-1]
        high = low + _HIGHEST
        return self._hits(_ENDING, {"low": low, "high": high, "limit": limit})

    def search(self, words: str, limit: int) -> Sequence[Hit]:
        """Return orders with all these words, then with words that begin so; newest first."""
        return [_hit(row) for row in self._with_words(_WORDS, words, limit)]

    def remembered(self, words: str, limit: int) -> Sequence[Order]:
        """Return the same orders whole, as fast as they can be read."""
        rows = self._with_words(_REMEMBERED, words, limit)
        return [msgspec.json.decode(row.body, type=Order) for row in rows]

    def count(self, field: str, words: str, most: int) -> int:
        """Return how many orders have these words in ``name``, ``place`` or ``goods``."""
        question = question_in(field, words)
        if question is None:
            return 0
        reader = self._reader
        with troubles_named(self.path):
            index, words = question
            found = int(reader.execute(_COUNT[index], {"words": words, "limit": most}).scalar_one())
            reader.rollback()
        return found

    def beginning(self, key: str, limit: int) -> Sequence[Hit]:
        """Return what has a code that begins with ``key``, at most ``limit``."""
        if not key:
            return []
        return self._hits(_BEGINNING, {"low": key, "high": key + _HIGHEST, "limit": limit})

    def resembling(self, clues: Sequence[Clue], limit: int) -> Sequence[Order]:
        """Return orders that may agree with the clues: those that share most of them first.

        All clues are asked for together, then one less, down to each alone: the fewer orders a
        question finds, the more its answer is worth.
        """
        heaviest = sorted(clues, key=lambda clue: -WEIGHTS[clue.kind])
        keys = [tuple(group) for clue in heaviest for group in clue_keys(clue) if group]
        groups = list(dict.fromkeys(keys))[:_MOST_GROUPS]
        found: dict[int, None] = {}
        reader = self._reader
        with troubles_named(self.path):
            for question in _questions(groups):
                values = {"keys": question, "limit": _EACH}
                found |= dict.fromkeys(reader.execute(_CLUES, values).scalars())
                if len(found) >= limit:
                    break
            bodies = reader.execute(_BODIES, {"ids": list(found)[:limit]}).scalars().all()
            reader.rollback()
        return [msgspec.json.decode(body, type=Order) for body in bodies]

    def stamp(self) -> int:
        """Return a number that changes whenever somebody has brought something in."""
        reader = self._reader
        with troubles_named(self.path):
            found = int(reader.exec_driver_sql("PRAGMA data_version").scalar_one())
            reader.rollback()
        return found + self._switches * _VERSIONS  # each file begins with the same number

    def order(self, merchant_id: str, number: str) -> Order | None:
        """Return one order."""
        return self._one(Order, _ORDER, {"merchant": merchant_id, "number": number})

    def rma(self, merchant_id: str, number: str) -> Rma | None:
        """Return one announced return."""
        return self._one(Rma, _RMA, {"merchant": merchant_id, "number": number})

    def rmas_of(self, merchant_id: str, order_number: str) -> Sequence[Rma]:
        """Return the returns announced for an order, newest first."""
        return self._all(Rma, _RMAS_OF, {"merchant": merchant_id, "number": order_number})

    def merchant(self, merchant_id: str) -> Merchant | None:
        """Return one merchant."""
        return self._one(Merchant, _MERCHANT, {"merchant": merchant_id})

    def product(self, merchant_id: str, sku: str) -> Product | None:
        """Return one product by SKU."""
        return self._one(Product, _PRODUCT, {"merchant": merchant_id, "sku": sku})

    def products(self, code: str) -> Sequence[Product]:
        """Return the products with this GTIN (14 digits) or SKU, of any merchant."""
        return self._all(Product, _PRODUCTS, {"gtin": code, "key": canonical(code)})

    def conflicts(self) -> Sequence[ConflictRecord]:
        """Return what a person must settle, as the hub knows it."""
        return self._all(ConflictRecord, _CONFLICTS, {})

    def samples(self, merchant_id: str, category: str, sku: str, since: date) -> Sequence[Sample]:
        """Return realised sales since a day, added up by channel and grade."""
        # A page asks several times, and adding up 100,000 sales takes 70 ms.
        wanted = (self.stamp(), merchant_id, category, sku, since)
        if self._sampled is None or self._sampled[0] != wanted:
            reader = self._reader
            with troubles_named(self.path):
                found = samples(reader, merchant_id, (category, sku), since)
                reader.rollback()
            self._sampled = (wanted, found)
        return self._sampled[1]

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """Write in one transaction, kept when the block ends well."""
        with troubles_named(self.path), self._engine.connect() as connection:
            yield connection.execution_options(writes=True)
            connection.commit()

    def forget_words(self) -> bool:
        """Overwrite the words by which orders were found that are deleted by now.

        They stay in an index, marked as gone, until its parts are merged; that takes seconds
        where there are millions of orders.

        Returns:
            Whether the file has nothing of them left; not while somebody reads an older state.
        """
        with self.writing() as connection:
            for statement in _MERGE_WORDS:
                connection.exec_driver_sql(statement)
        return empty_wal(self._engine)

    def switch(self, path: Path) -> None:
        """Read from another file from now on; who is reading the old one comes to an end.

        Raises:
            Trouble: The file is damaged or of another format; the old one stays.
        """
        opened = self._opened(path)
        self._left.append((self._engine, self._reader))
        self.path, self._sampled = path, None
        self._switches += 1
        self._engine, self._reader = opened
        # What was left at the switch before this one, nobody reads any more.
        for engine, reader in self._left[:-1]:
            reader.close()
            engine.dispose()
        self._left = self._left[-1:]

    def close(self) -> None:
        """Close every connection to the file."""
        for engine, reader in (*self._left, (self._engine, self._reader)):
            reader.close()
            engine.dispose()

    def _opened(self, path: Path) -> tuple[Engine, Connection]:
        with troubles_named(path):
            engine = open_engine(path, synchronous="NORMAL")
            with engine.connect() as connection:
                self._prepare(connection.execution_options(writes=True))
            # One connection serves all reads: a scan must not wait for opening a file.
            return engine, engine.connect()

    def _prepare(self, connection: Connection) -> None:
        found = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if found == CACHE_FORMAT:
            return
        if found == _WITHOUT_CONFLICTS:
            CONFLICT.create(connection)
            # What the program before passed over comes once more.
            connection.exec_driver_sql("DELETE FROM feed_cursor WHERE shard LIKE 'site:%'")
            connection.exec_driver_sql(f"PRAGMA user_version = {CACHE_FORMAT}")
            connection.commit()
            return
        if found:
            raise Trouble("cache-other-format", file=self.path.name)
        CACHE.create_all(connection)
        connection.exec_driver_sql(ORDER_TEXT)
        connection.exec_driver_sql(ORDER_CLUE)
        connection.exec_driver_sql(f"PRAGMA user_version = {CACHE_FORMAT}")
        connection.commit()

    def _with_words(self, wanted: Executable, words: str, limit: int) -> Sequence[Row[Any]]:
        found: dict[int, Row[Any]] = {}
        reader = self._reader
        with troubles_named(self.path):
            for place, question in enumerate(questions_of(words)):
                # The widest question gathers the most; only what is found by no other needs it.
                if len(found) >= limit or (found and place >= _WIDEST):
                    break
                rows = reader.execute(wanted, {"words": question, "limit": limit})
                found |= {row.rowid: row for row in rows if row.rowid not in found}
            reader.rollback()
        return list(found.values())[:limit]

    def _hits(self, wanted: Executable, values: dict[str, object]) -> list[Hit]:
        reader = self._reader
        with troubles_named(self.path):
            rows = reader.execute(wanted, values).all()
            reader.rollback()  # the next read sees what an import has brought meanwhile
        return [_hit(row) for row in rows]

    def _one(self, kind: type[_T], wanted: Executable, values: dict[str, object]) -> _T | None:
        found = self._all(kind, wanted, values)
        return found[0] if found else None

    def _all(self, kind: type[_T], wanted: Executable, values: dict[str, object]) -> list[_T]:
        reader = self._reader
        with troubles_named(self.path):
            rows = reader.execute(wanted, values).scalars().all()
            reader.rollback()
        return [msgspec.json.decode(body, type=kind) for body in rows]


def _questions(groups: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield what to ask: all groups together, then one less; at last each key alone."""
    for size in range(len(groups), 1, -1):
        for some in combinations(groups, size):
            yield " AND ".join(f"({_either(group)})" for group in some)
    for place in range(max(map(len, groups), default=0)):
        yield from (_either(group[place : place + 1]) for group in groups if place < len(group))


def _either(keys: Sequence[str]) -> str:
    return " OR ".join(f'"{key}"' for key in keys)


def _hit(row: Row[tuple[str | None, ...]]) -> Hit:
    if row.kind in _OF_RMA:
        return Hit(row.kind, row.rma_merchant, row.rma_number)
    return Hit(row.kind, row.order_merchant, row.order_number)
