"""Orders a station was told to forget, and which of them it has."""

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from returnstation.storage.tables import ERASURE

_PENDING = select(ERASURE.c.key, ERASURE.c.erased_ms).where(~ERASURE.c.is_done)
_BEGIN = insert(ERASURE).values(
    key=bindparam("key"), erased_ms=bindparam("erased_ms"), is_done=False
)
_TOLD = _BEGIN.on_conflict_do_update(
    index_elements=[ERASURE.c.key], set_={"erased_ms": _BEGIN.excluded.erased_ms, "is_done": False}
)
_AGAIN = _BEGIN.on_conflict_do_update(index_elements=[ERASURE.c.key], set_={"is_done": False})
_END = update(ERASURE).where(ERASURE.c.key == bindparam("of")).values(is_done=True)


class SqlErasures:
    """Erasures as one transaction sees them, each order by merchant and number.

    Args:
        connection: In a transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def pending(self) -> dict[str, int]:
        """Return what is to be forgotten, and when the hub erased it; 0 where nobody knows."""
        return {row.key: row.erased_ms for row in self._connection.execute(_PENDING)}

    def news(self, told: Mapping[str, int]) -> dict[str, int]:
        """Return those erasures that are not done yet; one without its moment always may be."""
        keys = msgspec.json.encode(list(told)).decode()
        named = select(func.json_each(keys).table_valued("value").c.value)
        wanted = select(ERASURE.c.key, ERASURE.c.erased_ms)
        done = {
            (row.key, row.erased_ms)
            for row in self._connection.execute(
                wanted.where(ERASURE.c.is_done, ERASURE.c.key.in_(named))
            )
        }
        return {key: at for key, at in told.items() if not at or (key, at) not in done}

    def begin(self, told: Mapping[str, int]) -> None:
        """Keep what is to be forgotten from now on."""
        rows = [{"key": key, "erased_ms": at} for key, at in told.items()]
        if rows:
            self._connection.execute(_TOLD, rows)

    def again(self, keys: Collection[str]) -> None:
        """Have orders forgotten that may have been before, erased when that was."""
        if keys:
            self._connection.execute(_AGAIN, [{"key": key, "erased_ms": 0} for key in keys])

    def forget_done(self) -> None:
        """Forget which were done: they are to be told to another hub, or by another name."""
        self._connection.execute(delete(ERASURE).where(ERASURE.c.is_done))

    def end(self, keys: Collection[str]) -> None:
        """Keep that orders are forgotten."""
        self._connection.execute(_END, [{"of": key} for key in keys])
