"""Have rows made for records that lack them, in small steps beside the hub's work.

After an update that makes them differently all records lack them; meanwhile stations make them.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, exists, select, tuple_

from returnstation.hub.database import locked
from returnstation.hub.hub import Hub
from returnstation.hub.made_rows import MADE_KINDS, Making, keep_made, made_of, making_at
from returnstation.hub.sealed_records import Stored, readable, sealed_with
from returnstation.hub.sealing_old import DONE, RECORDS
from returnstation.hub.subject_keys import keys_at
from returnstation.hub.tables import FEED, RECORD, RECORD_MADE

MADE = "made_rows"
"""Name of how far it is, among what the hub keeps about itself."""


class _Place(msgspec.Struct, array_like=True, frozen=True):
    format: int
    shard: str = ""
    n: int = 0
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class OldMaking:
    """Goes through the records once for each format.

    Attributes:
        at_once: Records of one step.
    """

    hub: Hub
    at_once: int = 500

    def step(self) -> None:
        """Make some rows; no feed moves."""
        with self.hub.database.look() as connection:
            making = making_at(connection)
        # Before that, some records are not sealed, and what is made of them must be.
        if not making.format or self.hub.database.about(RECORDS) != DONE:
            return
        place = self._place(making.format)
        if not place.is_done:
            with self.hub.database.work() as connection:
                place = self._some(connection, making, place)
            self.hub.database.keep_about(MADE, msgspec.json.encode(place).decode())

    def _place(self, made_format: int) -> _Place:
        found = self.hub.database.about(MADE)
        place = msgspec.json.decode(found, type=_Place) if found else _Place(0)
        return place if place.format == made_format else _Place(made_format)

    def _some(self, connection: Connection, making: Making, place: _Place) -> _Place:
        lacking = _lacking(making.format)
        after = tuple_(place.shard, place.n) < tuple_(RECORD.c.shard, RECORD.c.n)
        first = select(RECORD.c.shard).where(after, *lacking).order_by(RECORD.c.shard, RECORD.c.n)
        shard = connection.scalar(first.limit(1))
        if shard is None:
            return _Place(making.format, is_done=True)
        # With the feed's clock in hand nobody changes or erases what we look at.
        connection.execute(locked(connection, select(FEED.c.last).where(FEED.c.shard == shard)))
        begun = place.n if shard == place.shard else 0
        wanted = select(RECORD).where(RECORD.c.shard == shard, RECORD.c.n > begun, *lacking)
        rows = connection.execute(wanted.order_by(RECORD.c.n).limit(self.at_once)).mappings().all()
        self._make(connection, making, rows)
        return _Place(making.format, shard, rows[-1]["n"] if rows else begun)

    def _make(self, connection: Connection, making: Making, rows: Any) -> None:
        keys = keys_at(connection)
        stored = [Stored(row["kind"], row["key"], bytes(row["body"])) for row in rows]
        bodies = readable(keys, stored)
        records = [
            each._replace(body=body or b"") for each, body in zip(stored, bodies, strict=True)
        ]
        _, made = sealed_with(keys, records, made_of(making, records), self.hub.now_ms())
        keep_made(connection, making.format, rows, made)


def _lacking(made_format: int) -> Any:
    made = exists().where(
        RECORD_MADE.c.shard == RECORD.c.shard,
        RECORD_MADE.c.kind == RECORD.c.kind,
        RECORD_MADE.c.key == RECORD.c.key,
        RECORD_MADE.c.n == RECORD.c.n,
        RECORD_MADE.c.format == made_format,
    )
    return RECORD.c.kind.in_(MADE_KINDS), RECORD.c.is_deleted.is_(False), ~made
