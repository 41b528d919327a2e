"""The records that go down to the stations, and the clock of their feeds.

The numbers of a feed are drawn from a row that stays locked until the transaction ends, so they
become visible in their order. Numbers of a sequence do not: whoever follows them misses what
commits late (a quarter of the rows in a test with six writers).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, bindparam, select

from returnstation.hub.database import insert_new, locked, mark_dirty, upsert
from returnstation.hub.made_rows import keep_made, made_of, making_at
from returnstation.hub.sealed_records import (
    Stored,
    of_record,
    opened,
    order_of,
    readable,
    sealed_with,
)
from returnstation.hub.subject_keys import keys_at, of_order
from returnstation.hub.tables import CASE_LINK, FEED, FEED_MARK, RECORD, RECORD_MADE
from returnstation.hub.tables_erasing import RMA_OF_ORDER
from returnstation.wire.feeds import LARGEST_PAGE, START, Cursor, Page, Row, parts_of

_KEYS_AT_ONCE = 500
_NEVER_FORGOTTEN = ("user",)
_UNREADABLE = b""
_ROOM = LARGEST_PAGE // 2
_ROWS_AT_ONCE = 200
_RECORD_COLUMNS = {"n", "is_deleted", "changed_ms", "body"}

_KNOWN = select(RECORD.c.key, RECORD.c.body, RECORD.c.is_deleted).where(
    RECORD.c.shard == bindparam("shard"),
    RECORD.c.kind == bindparam("kind"),
    RECORD.c.key.in_(bindparam("keys", expanding=True)),
)
_MADE = and_(
    *(RECORD_MADE.c[name] == RECORD.c[name] for name in ("shard", "kind", "key", "n")),
    RECORD_MADE.c.format == bindparam("made_format"),
)
_PAGE = (
    select(
        RECORD.c.kind,
        RECORD.c.key,
        RECORD.c.n,
        RECORD.c.is_deleted,
        RECORD.c.body,
        RECORD_MADE.c.made,
    )
    .join(RECORD_MADE, _MADE, isouter=True)
    .where(RECORD.c.shard == bindparam("shard"), RECORD.c.n > bindparam("after"))
    .order_by(RECORD.c.n)
    .limit(bindparam("most"))
)
_MARK = (
    select(FEED_MARK.c.mark)
    .where(FEED_MARK.c.shard == bindparam("shard"), FEED_MARK.c.upto >= bindparam("n"))
    .order_by(FEED_MARK.c.upto)
    .limit(1)
)
_FEED = select(FEED.c.last).where(FEED.c.shard == bindparam("shard"))


class FeedGone(Exception):
    """A cursor leads nowhere: the feed was pruned, or the hub is not what it was."""


@dataclass(frozen=True, slots=True)
class Change:
    """A record is so now; without a body it is gone."""

    kind: str
    key: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one shard, in a transaction that writes.

    Attributes:
        shard: ``merchant:ID`` or ``site:PREFIX``.
        now_ms: The hub's clock.
        mark: A random number of 62 bits, drawn for this transaction.
    """

    connection: Connection
    shard: str
    now_ms: int
    mark: int

    def put(self, changes: Sequence[Change]) -> int:
        """Keep what changed, and return how many records did; the last of one key counts."""
        last = {(change.kind, change.key): change for change in changes}
        known = self._known(last)
        fresh = [change for change in last.values() if self._differs(change, known)]
        if not fresh:
            return 0
        first = self._draw(len(fresh))
        # With the feed's clock in hand: whoever erases an order waits for it, or we did.
        stored = [Stored(change.kind, change.key, change.body or b"") for change in fresh]
        making = making_at(self.connection)
        bodies, made = sealed_with(
            keys_at(self.connection), stored, made_of(making, stored), self.now_ms
        )
        rows = [
            {
                "shard": self.shard,
                "kind": change.kind,
                "key": change.key,
                "n": first + place,
                "is_deleted": change.body is None,
                "changed_ms": self.now_ms,
                "body": body,
            }
            for place, (change, body) in enumerate(zip(fresh, bodies, strict=True))
        ]
        put = upsert(self.connection, RECORD, ("shard", "kind", "key"), _RECORD_COLUMNS)
        self.connection.execute(put, rows)
        keep_made(self.connection, making.format, rows, made)
        mark = {"shard": self.shard, "upto": first + len(fresh) - 1, "mark": self.mark}
        self.connection.execute(FEED_MARK.insert(), mark)
        self._note_orders([each for each in stored if each.kind == "rma" and each.body])
        self._tell_cases([change.key for change in fresh if change.kind == "order"])
        return len(fresh)

    def _note_orders(self, rmas: Sequence[Stored]) -> None:
        """Keep which order announced returns are of, so that they are found with it."""
        rows = [
            {"shard": self.shard, "order_number": order_of(rma.body), "key": rma.key}
            for rma in rmas
        ]
        if rows:
            self.connection.execute(insert_new(self.connection, RMA_OF_ORDER), rows)

    def prune(self, before_ms: int) -> int:
        """Forget what was deleted before a moment, and return how many records that were.

        So are the keys of orders of which no return is announced: copies from before do not open
        any more either. A cursor from before them is told to begin anew: every number up to the
        last of them gets another mark. People who were removed stay removed: a station that was
        away for years must still hear of it.
        """
        # With the feed's clock in hand nobody sends one of them again meanwhile.
        wanted = select(FEED.c.last).where(FEED.c.shard == self.shard)
        self.connection.execute(locked(self.connection, wanted))
        own, ask = RECORD.c.shard == self.shard, self.connection.scalar
        old = own & RECORD.c.is_deleted & (RECORD.c.changed_ms < before_ms)
        old &= RECORD.c.kind.not_in(_NEVER_FORGOTTEN)
        upto = ask(select(RECORD.c.n).where(old).order_by(RECORD.c.n.desc()).limit(1))
        if upto is None:
            return 0
        orders = select(RECORD.c.key).where(old, RECORD.c.kind == "order").order_by(RECORD.c.key)
        keys = list(self.connection.scalars(orders))
        _forget_keys(self.connection, self.shard, keys, self.now_ms)
        gone = self.connection.execute(RECORD.delete().where(old)).rowcount
        marks = (FEED_MARK.c.shard == self.shard) & (FEED_MARK.c.upto < upto)
        self.connection.execute(FEED_MARK.delete().where(marks))
        fresh = {"shard": self.shard, "upto": upto - 1, "mark": self.mark}
        self.connection.execute(FEED_MARK.insert(), fresh)
        return int(gone)

    def _tell_cases(self, keys: Sequence[str]) -> None:
        """Have cases of these orders looked at again: the desk may have seen another order."""
        topics = ["order:" + "/".join(parts_of(key)) for key in keys]
        for start in range(0, len(topics), _KEYS_AT_ONCE):
            some = topics[start : start + _KEYS_AT_ONCE]
            wanted = select(CASE_LINK.c.case_id).where(CASE_LINK.c.topic.in_(some))
            mark_dirty(self.connection, set(self.connection.scalars(wanted)))

    def _known(
        self, wanted: Mapping[tuple[str, str], Change]
    ) -> Mapping[tuple[str, str], bytes | None]:
        by_kind: dict[str, list[str]] = {}
        for kind, key in wanted:
            by_kind.setdefault(kind, []).append(key)
        known: dict[tuple[str, str], bytes | None] = {}
        for kind, keys in by_kind.items():
            for start in range(0, len(keys), _KEYS_AT_ONCE):
                some = keys[start : start + _KEYS_AT_ONCE]
                values = {"shard": self.shard, "kind": kind, "keys": some}
                rows = self.connection.execute(_KNOWN, values).all()
                stored = [Stored(kind, row.key, bytes(row.body)) for row in rows]
                bodies = readable(keys_at(self.connection), stored)
                for row, body in zip(rows, bodies, strict=True):
                    known[kind, row.key] = None if row.is_deleted else body or _UNREADABLE
        return known

    @staticmethod
    def _differs(change: Change, known: Mapping[tuple[str, str], bytes | None]) -> bool:
        return known.get((change.kind, change.key)) != change.body

    def _draw(self, count: int) -> int:
        self.connection.execute(insert_new(self.connection, FEED), {"shard": self.shard, "last": 0})
        drawing = FEED.update().where(FEED.c.shard == self.shard).values(last=FEED.c.last + count)
        last = self.connection.execute(drawing.returning(FEED.c.last)).scalar_one()
        return int(last) - count + 1


def page(connection: Connection, shard: str, after: Cursor, most: int, generation: str) -> Page:
    """Return the changes of a feed after a cursor; a record whose key was forgotten is gone.

    Args:
        connection: In a transaction.
        shard: Of which feed.
        after: Where to go on.
        most: Rows it has at most; of large records it has fewer, of each size at least one.
        generation: Of all feeds of the hub.

    Raises:
        FeedGone: The cursor is not one of this feed, or what was deleted since is forgotten.
        Trouble: ``hub-keys-missing``.
    """
    last = _check(connection, shard, after)
    making = making_at(connection)
    values = {"shard": shard, "after": after.n, "made_format": making.format}
    found, is_last = _fitting(connection, values, most)
    rows = _opened_rows(connection, found)
    cursor = after if not rows else cursor_at(connection, shard, rows[-1].n)
    if is_last and cursor.n < last:
        # What was deleted and is forgotten has no row: whoever has the others is beyond it, too.
        # The number was read before the rows, so nothing below it can have come in between.
        end = cursor_at(connection, shard, last)
        cursor = end if end.mark else cursor
    return Page(
        generation=generation,
        shard=shard,
        rows=rows,
        n=cursor.n,
        mark=cursor.mark,
        is_last=is_last,
        made_format=making.format,
    )


def _fitting(
    connection: Connection, values: Mapping[str, object], most: int
) -> tuple[list[Any], bool]:
    """Return as many rows as a page has room for, and whether that is all of them."""
    found, size = list[Any](), 0
    wanted = {**values, "most": most + 1}
    options = {"yield_per": _ROWS_AT_ONCE}  # no more are held than have room
    with connection.execute(_PAGE, wanted, execution_options=options) as rows:
        for row in rows:
            size += len(row.body) + len(row.made or b"")
            if found and (len(found) == most or size > _ROOM):
                return found, False
            found.append(row)
    return found, True


def _opened_rows(connection: Connection, found: Sequence[Any]) -> tuple[Row, ...]:
    stored = [Stored(row.kind, row.key, bytes(row.body)) for row in found]
    beside = [of_record(row.kind, row.key, bytes(row.made or b"")) for row in found]
    both = opened(keys_at(connection), [*stored, *beside])
    rows = tuple(
        Row(row.kind, row.key, row.n, row.is_deleted or body is None, body or b"", made or b"")
        for row, body, made in zip(found, both, both[len(found) :], strict=False)
    )
    # Only a record alone can be larger than there is room for.
    return rows if len(rows) > 1 else tuple(map(_without_too_much, rows))


def _without_too_much(row: Row) -> Row:
    is_fine = len(row.body) + len(row.made) <= _ROOM
    return row if is_fine else msgspec.structs.replace(row, made=b"")


def cursor_at(connection: Connection, shard: str, n: int) -> Cursor:
    """Return the cursor of a change."""
    mark = connection.scalar(_MARK, {"shard": shard, "n": n})
    return Cursor(n, int(mark or 0))


def last_of(connection: Connection, shards: Sequence[str]) -> Mapping[str, int]:
    """Return the number of the last change of each feed; 0 for one without any."""
    wanted = select(FEED.c.shard, FEED.c.last).where(FEED.c.shard.in_(shards))
    found = {row.shard: int(row.last) for row in connection.execute(wanted)}
    return {shard: found.get(shard, 0) for shard in shards}


def all_shards(connection: Connection) -> Sequence[str]:
    """Return every feed there is."""
    return list(connection.scalars(select(FEED.c.shard).order_by(FEED.c.shard)))


def _forget_keys(connection: Connection, shard: str, orders: Sequence[str], now_ms: int) -> None:
    announced = select(RMA_OF_ORDER.c.order_number).join(
        RECORD, (RECORD.c.shard == RMA_OF_ORDER.c.shard) & (RECORD.c.key == RMA_OF_ORDER.c.key)
    )
    living = (RECORD.c.shard == shard) & (RECORD.c.kind == "rma") & RECORD.c.is_deleted.is_(False)
    for start in range(0, len(orders), _KEYS_AT_ONCE):
        numbers = {parts_of(key)[-1]: key for key in orders[start : start + _KEYS_AT_ONCE]}
        some = living & RMA_OF_ORDER.c.order_number.in_(numbers)
        needed = set(connection.scalars(announced.where(some)))
        gone = {of_order(key) for number, key in numbers.items() if number not in needed}
        keys_at(connection).forget(gone, now_ms)


def _check(connection: Connection, shard: str, after: Cursor) -> int:
    """Return the number of a feed's last change, once a cursor proved to be one of it."""
    feed = connection.execute(_FEED, {"shard": shard}).one_or_none()
    last = 0 if feed is None else int(feed.last)
    if after == START:
        return last
    if after.n > last or connection.scalar(_MARK, {"shard": shard, "n": after.n}) != after.mark:
        raise FeedGone(shard)
    return last
