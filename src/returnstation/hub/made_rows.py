"""What stations' caches make of records, made once here instead of once at each station.

The hub does not know how it is made, and is told (``Making``). It lies beside the record, sealed
under the same key, and goes down with it; a station of another format makes it itself.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, bindparam, delete

from returnstation.hub.database import upsert
from returnstation.hub.sealed_records import Stored
from returnstation.hub.tables import RECORD_MADE

MADE_KINDS = ("order", "rma")
"""Of the records something is made of."""

_OPTION = "making"
_KEY = ("shard", "kind", "key")
_FORGET = delete(RECORD_MADE).where(
    *(RECORD_MADE.c[name] == bindparam(f"of_{name}") for name in _KEY)
)


class Making(NamedTuple):
    """How rows are made.

    Attributes:
        format: Of what is made; stations of another one do not take it.
        make: Returns what is made of a record, by its kind and body; empty for nothing.
    """

    format: int
    make: Callable[[str, bytes], bytes]


NOTHING = Making(0, lambda _kind, _body: b"")
"""For a hub that makes none."""


def carry_making(engine: Engine, making: Making) -> None:
    """Let every connection of a hub's database know how rows are made."""
    engine.update_execution_options(**{_OPTION: making})


def making_at(connection: Connection) -> Making:
    """Return how the hub that a connection belongs to makes rows."""
    making = connection.get_execution_options().get(_OPTION)
    return making if isinstance(making, Making) else NOTHING


def made_of(making: Making, records: Sequence[Stored]) -> Sequence[bytes]:
    """Return what is made of records; empty where it is nothing."""
    return [
        making.make(each.kind, each.body) if each.body and each.kind in MADE_KINDS else b""
        for each in records
    ]


def keep_made(
    connection: Connection,
    made_format: int,
    rows: Sequence[Mapping[str, Any]],
    made: Sequence[bytes],
) -> None:
    """Keep what was made of records just written, in place of what was made of them before.

    Args:
        connection: In the transaction that wrote the records.
        made_format: Of what was made.
        rows: The records.
        made: Of each, sealed; empty for nothing.
    """
    kept = [
        {name: row[name] for name in (*_KEY, "n")} | {"format": made_format, "made": one}
        for row, one in zip(rows, made, strict=True)
        if one
    ]
    gone = [
        {f"of_{name}": row[name] for name in _KEY}
        for row, one in zip(rows, made, strict=True)
        if not one and row["kind"] in MADE_KINDS
    ]
    if kept:
        put = upsert(connection, RECORD_MADE, _KEY, {"n", "format", "made"})
        connection.execute(put, kept)
    if gone:
        connection.execute(_FORGET, gone)
