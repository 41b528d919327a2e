"""Which photos each station named and sent: rows that lie beside the facts of that station.

Where they are spread over several servers, nothing here asks more than the one server of a
station, but for one question: is a photo here because another station sent it? When a server is
away that is not known, and such a photo is sent again, which does no harm. Rows are written
without ON CONFLICT, which no foreign table takes.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Insert,
    Select,
    bindparam,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from returnstation.hub.database import HubDatabase
from returnstation.hub.tables_erasing import PHOTO_ERASED
from returnstation.hub.tables_photos import PHOTO

_logger = logging.getLogger(__name__)

_TRIES = 4
_PAUSE_SECONDS = 30.0
_AWAY = ("08", "57P")
"""How SQLSTATE begins of a server that another one cannot reach."""

_OVERTAKEN = frozenset({"23505", "40001", "40P01"})
_INSERT: Insert = insert(PHOTO)
_OWN = PHOTO.c.station == bindparam("of")
_SETTLE = (
    update(PHOTO)
    .where(_OWN, PHOTO.c.digest == bindparam("named"), PHOTO.c.stored_ms.is_(None))
    .values(stored_ms=bindparam("at"))
)
_FIND = (
    update(PHOTO)
    .where(PHOTO.c.digest == bindparam("named"), PHOTO.c.stored_ms.is_(None))
    .values(
        stored_ms=bindparam("at"),
        size=func.coalesce(PHOTO.c.size, bindparam("bytes", type_=BigInteger)),
    )
)
_IS_WANTED = PHOTO.c.stored_ms.is_(None) & ~exists().where(PHOTO_ERASED.c.digest == PHOTO.c.digest)
_WANTED = select(func.count()).select_from(PHOTO).where(_OWN, _IS_WANTED)

DAMAGED = select(func.count(PHOTO.c.digest.distinct())).where(PHOTO.c.size.is_not(None), _IS_WANTED)
"""How many photos were sent, and are damaged or gone."""


class PhotoIndex:
    """The index of a hub's photos.

    Args:
        database: The hub's.
        clock: Counts seconds.
    """

    def __init__(self, database: HubDatabase, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._asks_again = clock()

    def stored(self, digests: Collection[str], station: str = "") -> set[str]:
        """Return which of some photos need not be sent: they are here, or were erased.

        Args:
            digests: Of the photos.
            station: That asks; its rows are read first, and say the same from then on.
        """
        own = self.own(station, digests) if station else set()
        others = self._of_others(set(digests) - own)
        if station and others:
            self._settle(station, others)
        return own | others.keys()

    def own(self, station: str, digests: Collection[str]) -> set[str]:
        """Return which of some photos are here as far as a station's own rows say."""
        wanted = select(PHOTO.c.digest).where(
            PHOTO.c.station == station,
            PHOTO.c.digest.in_(sorted(digests)),
            PHOTO.c.stored_ms.is_not(None),
        )
        with self._database.look() as connection:
            return set(connection.scalars(wanted))

    def name(self, station: str, digests: Collection[str]) -> None:
        """Note which photos a station named."""
        known = select(PHOTO.c.digest).where(
            PHOTO.c.station == station, PHOTO.c.digest.in_(sorted(digests))
        )

        def lacking(connection: Connection) -> list[str]:
            return sorted(set(digests) - set(connection.scalars(known)))

        def write(connection: Connection) -> None:
            rows = [
                _row(station, each, {"stored_ms": others.get(each)}) for each in lacking(connection)
            ]
            if rows:
                connection.execute(_INSERT, rows)

        with self._database.look() as connection:
            new = lacking(connection)
        if new:
            others = self._of_others(new)
            self._write(write)

    def note(self, station: str, digest: str, values: Mapping[str, int]) -> None:
        """Change a station's row of a photo, or make it."""
        mine = (PHOTO.c.station == station) & (PHOTO.c.digest == digest)

        def write(connection: Connection) -> None:
            if connection.execute(update(PHOTO).where(mine).values(**values)).rowcount == 0:
                connection.execute(_INSERT, _row(station, digest, values))

        self._write(write)

    def wanted(self, station: str) -> int:
        """Return how many photos a station named that are not here; 0 while nobody can say."""
        try:
            with self._database.look() as connection:
                return int(connection.scalar(_WANTED, {"of": station}) or 0)
        except OperationalError as odd:
            if not is_node_away(odd):
                raise
            return 0

    def awaited(self, station: str, start: str, most: int) -> Sequence[str]:
        """Return some photos a station named that are not here; none while nobody can say.

        Args:
            station: Which one.
            start: Those after it come first, then those from the first one on.
            most: How many at most.
        """
        first, rest = PHOTO.c.digest > start, PHOTO.c.digest <= start
        try:
            with self._database.look() as connection:
                found = connection.scalars(_awaited(station, first, most)).all()
                left = most - len(found)
                return [*found, *connection.scalars(_awaited(station, rest, left))]
        except OperationalError as odd:
            if not is_node_away(odd):
                raise
            return []

    def after(self, digest: str, most: int) -> Sequence[str]:
        """Return some photos in order, those after one."""
        wanted = select(PHOTO.c.digest).where(PHOTO.c.digest > digest).distinct()
        with self._database.glance() as connection:
            return connection.scalars(wanted.order_by(PHOTO.c.digest).limit(most)).all()

    def kept(self, after: str, most: int) -> Mapping[str, bool]:
        """Return some photos that were sent, in order, and whether one counts as damaged."""
        wanted = (
            select(PHOTO.c.digest, func.count(PHOTO.c.stored_ms).label("stored"))
            .add_columns(func.count().label("sent"))
            .where(PHOTO.c.digest > after, PHOTO.c.size.is_not(None))
            .group_by(PHOTO.c.digest)
            .order_by(PHOTO.c.digest)
        )
        with self._database.glance() as connection:
            rows = connection.execute(wanted.limit(most)).all()
        return {row.digest: row.stored < row.sent for row in rows}

    def lose(self, digests: Collection[str]) -> None:
        """Want photos again, of whichever station has them."""
        here = PHOTO.c.digest.in_(sorted(digests)) & PHOTO.c.stored_ms.is_not(None)
        if digests:
            change = update(PHOTO).where(here).values(stored_ms=None)
            self._write(lambda connection: connection.execute(change))

    def missed(self, digests: Collection[str]) -> set[str]:
        """Return which of some photos still are wanted of any station."""
        wanted = select(PHOTO.c.digest).where(PHOTO.c.digest.in_(sorted(digests)), _IS_WANTED)
        with self._database.glance() as connection:
            return set(connection.scalars(wanted))

    def find(self, sizes: Mapping[str, int | None], now_ms: int) -> None:
        """Want photos no longer that are here after all.

        Args:
            sizes: Of each, None where it is known.
            now_ms: The hub's clock.
        """
        rows = [{"named": each, "at": now_ms, "bytes": sizes[each]} for each in sorted(sizes)]
        if rows:
            self._write(lambda connection: connection.execute(_FIND, rows))

    def damaged(self) -> int:
        """Return how many photos were here, and are not what their names say, or gone."""
        with self._database.look() as connection:
            return int(connection.scalar(DAMAGED) or 0)

    def _of_others(self, digests: Collection[str]) -> dict[str, int]:
        """Return since when photos need not be sent, by what is not the sender's own row."""
        if not digests:
            return {}
        gone = select(PHOTO_ERASED.c.digest, PHOTO_ERASED.c.erased_ms)
        with self._database.look() as connection:
            rows = connection.execute(gone.where(PHOTO_ERASED.c.digest.in_(sorted(digests))))
            erased = {row.digest: int(row.erased_ms) for row in rows}
        return self._elsewhere(sorted(set(digests) - erased.keys())) | erased

    def _elsewhere(self, digests: Sequence[str]) -> dict[str, int]:
        if not digests or self._clock() < self._asks_again:
            return {}
        wanted = select(PHOTO.c.digest, PHOTO.c.stored_ms).where(
            PHOTO.c.digest.in_(digests), PHOTO.c.stored_ms.is_not(None)
        )
        try:
            with self._database.look() as connection:
                return {row.digest: int(row.stored_ms) for row in connection.execute(wanted)}
        except OperationalError as odd:
            if not is_node_away(odd):
                raise
            self._asks_again = self._clock() + _PAUSE_SECONDS
            _logger.warning("photos of other stations are not looked at: %s", odd.orig)
            return {}

    def _settle(self, station: str, stored: Mapping[str, int]) -> None:
        rows = [{"of": station, "named": each, "at": stored[each]} for each in sorted(stored)]
        self._write(lambda connection: connection.execute(_SETTLE, rows))

    def _write(self, act: Callable[[Connection], object]) -> None:
        """Do something in a transaction; again when somebody was faster."""
        for _ in range(_TRIES):
            try:
                self._once(act)
                break
            except (IntegrityError, OperationalError) as odd:
                if _state_of(odd) not in _OVERTAKEN:
                    raise
        else:
            self._once(act)

    def _once(self, act: Callable[[Connection], object]) -> None:
        with self._database.work() as connection:
            act(connection)


def _awaited(station: str, part: ColumnElement[bool], most: int) -> Select[tuple[str]]:
    wanted = select(PHOTO.c.digest).where(PHOTO.c.station == station, _IS_WANTED, part)
    return wanted.order_by(PHOTO.c.digest).limit(most)


def _row(station: str, digest: str, values: Mapping[str, int | None]) -> dict[str, object]:
    nothing = dict.fromkeys(("size", "stored_ms", "thumbnail_ms"))
    return {"station": station, "digest": digest, **nothing, **values}


def is_node_away(odd: DBAPIError) -> bool:
    """Tell whether the database answers, and one of the servers it is spread over does not."""
    return not odd.connection_invalidated and _state_of(odd).startswith(_AWAY)


def _state_of(odd: DBAPIError) -> str:
    return str(getattr(odd.orig, "sqlstate", None) or "")
