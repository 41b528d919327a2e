"""Stations the hub knows: taken in by a one-time code, locked out by a supervisor."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, insert, select, update

from returnstation.application.troubles import Refused
from returnstation.hub.database import HubDatabase, locked, next_number
from returnstation.hub.tables import BRANCH, CODE, STATION
from returnstation.wire.messages import EnrolWish
from returnstation.wire.packing import BadMessage

CODE_BYTES = 16
CODE_MINUTES = 15
_RANGE = 1_000_000
"""Numbers a station is given when it is taken in: ten years at 300 items a day."""


@dataclass(frozen=True, slots=True)
class KnownStation:
    """A station as the hub knows it."""

    station: str
    site: str
    name: str
    key: bytes
    numbers: tuple[int, int]
    is_revoked: bool = False
    bundle_key: str = ""


class Stations:
    """The stations of a hub."""

    def __init__(self, database: HubDatabase) -> None:
        self._database = database

    def offer(self, site: str, name: str, fresh: bytes, now_ms: int) -> str:
        """Return a code by which one station of a site can be taken in within 15 minutes.

        Args:
            site: Prefix of the site, e.g. ``ICN3``.
            name: What the desk is called.
            fresh: 16 random bytes.
            now_ms: The hub's clock.
        """
        code = base64.b32encode(fresh).decode().rstrip("=")
        row = {
            "digest": _digest(code),
            "site": site,
            "name": name,
            "expires_ms": now_ms + CODE_MINUTES * 60_000,
        }
        with self._database.work() as connection:
            connection.execute(insert(CODE), row)
        return "-".join(code[at : at + 4] for at in range(0, len(code), 4))

    def enrol(self, wish: EnrolWish, now_ms: int) -> KnownStation:
        """Take in a station; a code is good once.

        Raises:
            Refused: ``enrol-code-wrong``, or ``enrol-other-site``: the station is set up for
                another one.
            BadMessage: Its key for sticks is none.
        """
        with self._database.work() as connection:
            found = self._use(connection, wish.code, now_ms)
            if wish.site != found.site:
                raise Refused("enrol-other-site", site=found.site)
            place = next_number(connection, f"station {found.site}")
            station = f"{found.site}-{place}"
            numbers = ((place - 1) * _RANGE + 1, place * _RANGE)
            row = {
                "station": station,
                "site": found.site,
                "name": found.name,
                "key": wish.key,
                "enrolled_ms": now_ms,
                "first_number": numbers[0],
                "last_number": numbers[1],
                "program": wish.program[:64],
                "bundle_key": checked_recipient(wish.bundle_key),
            }
            connection.execute(insert(STATION), row)
        return KnownStation(station, found.site, found.name, wish.key, numbers)

    def known(self, station: str) -> KnownStation | None:
        """Return a station, a locked-out one too."""
        with self._database.glance() as connection:
            row = connection.execute(
                select(STATION).where(STATION.c.station == station)
            ).one_or_none()
        return None if row is None else _known(row)

    def all(self) -> Sequence[KnownStation]:
        """Return every station, by name."""
        with self._database.look() as connection:
            rows = connection.execute(select(STATION).order_by(STATION.c.station)).all()
        return [_known(row) for row in rows]

    def revoke(self, station: str, now_ms: int) -> None:
        """Lock a station out: what it sends from now on is kept aside.

        Raises:
            Refused: ``station-unknown``.
        """
        self._change(station, revoked_ms=now_ms)

    def seen(self, station: str, now_ms: int) -> None:
        """Note that a station was here."""
        self._change(station, seen_ms=now_ms)

    def _change(self, station: str, **values: object) -> None:
        with self._database.work() as connection:
            statement = update(STATION).where(STATION.c.station == station).values(**values)
            if connection.execute(statement).rowcount != 1:
                raise Refused("station-unknown", station=station)

    @staticmethod
    def _use(connection: Connection, code: str, now_ms: int) -> Row[tuple[str, str]]:
        digest = _digest("".join(code.split("-")).strip().upper())
        wanted = select(CODE).where(CODE.c.digest == digest)
        row = connection.execute(locked(connection, wanted)).one_or_none()
        if row is None or row.used_ms is not None or row.expires_ms < now_ms:
            raise Refused("enrol-code-wrong")
        used = update(CODE).where(CODE.c.digest == digest).values(used_ms=now_ms)
        connection.execute(used)
        return row


def heads_of(database: HubDatabase, station: str) -> Sequence[tuple[int, int, bytes]]:
    """Return branch, last number and hash of everything the hub has of a station."""
    wanted = select(BRANCH.c.branch, BRANCH.c.seq, BRANCH.c.hash)
    with database.look() as connection:
        rows = connection.execute(wanted.where(BRANCH.c.station == station)).all()
    return [(row.branch, row.seq, bytes(row.hash)) for row in rows]


def checked_recipient(key: str) -> str:
    """Return a key for sticks as it came; empty where a station of an older program has none.

    Raises:
        BadMessage: It is none.
    """
    from pyrage import RecipientError, x25519

    try:
        return str(x25519.Recipient.from_str(key)) if key else ""
    except RecipientError as odd:
        raise BadMessage("message-malformed", "bundle_key") from odd


def _digest(code: str) -> bytes:
    # 128 random bits need no slow hash; a copy of the database shows no code that still works.
    return hashlib.sha256(code.encode()).digest()


def _known(row: Row[tuple[object, ...]]) -> KnownStation:
    return KnownStation(
        row.station,
        row.site,
        row.name,
        bytes(row.key),
        (row.first_number, row.last_number),
        row.revoked_ms is not None,
        row.bundle_key,
    )
