"""Which photos the hub has, and which it was told of."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    MetaData,
    String,
    Table,
    event,
    insert,
    inspect,
    select,
)

from returnstation.hub import tables_merchants

ALL_TABLES = HUB = tables_merchants.ALL_TABLES
"""Every table of the hub, now that those of photos are among them."""

PHOTO = Table(
    "station_photo",
    HUB,
    Column("station", String, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("size", BigInteger),
    Column("stored_ms", BigInteger),
    Column("thumbnail_ms", BigInteger),
    Index("photo_awaited", "station", "stored_ms"),
    Index("photo_by_digest", "digest"),
)
"""Photos that a station named or sent, by the SHA-256 of their bytes.

``stored_ms`` is empty for one that a fact only names; ``size`` for one that somebody else sent.
"""

_BEFORE = "photo"
"""The table of a hub from when a photo had one row, whoever named it."""


def _carry_over(made: Table, connection: Connection, **_: Any) -> None:
    if not inspect(connection).has_table(_BEFORE):
        return
    columns = [Column(column.name, column.type) for column in made.columns]
    before = Table(_BEFORE, MetaData(), *columns)
    rows = select(*before.c).where(before.c.station != "")
    connection.execute(insert(made).from_select([*made.c], rows))
    before.drop(connection)


event.listen(PHOTO, "after_create", _carry_over)
