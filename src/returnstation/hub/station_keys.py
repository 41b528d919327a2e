"""By which keys a station proves who it is: one at a time, and what follows what.

A station announces its next key with the one it has. From the first request or stick under the
next one on the other is good for nothing but sticks that were written before. On a stick the key it
has vouches for the next one, and those it had for the one it has: a hub put back from a backup, and
one that no network reaches, hear of it by that.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update

from returnstation.application.troubles import Refused
from returnstation.hub.database import HubDatabase, locked, upsert
from returnstation.hub.intake import Sender
from returnstation.hub.refusing import NotDone
from returnstation.hub.stations import checked_recipient
from returnstation.hub.tables import KEY_CHANGE, KEY_RECIPIENT, KEY_WISH, STATION
from returnstation.wire.keys import (
    KEY_BYTES,
    KeyChange,
    KeyTaken,
    KeyWish,
    fingerprint,
    is_proved,
    is_vouched,
)
from returnstation.wire.packing import BadMessage
from returnstation.wire.signatures import BadSignature, Request, checked

_logger = logging.getLogger(__name__)

GRACE_MS = 90 * 86_400_000
"""How long after a change sticks are taken that were written before it."""


_STATION = select(STATION.c.station, STATION.c.key, STATION.c.revoked_ms).where(
    STATION.c.station == bindparam("station")
)

BUNDLE = "bundle"
"""Channel of what comes on sticks."""


class _Known(NamedTuple):
    station: str
    key: bytes
    revoked_ms: int | None


@dataclass(slots=True)
class _Asked:
    """Says by which key a station is known, and keeps what that was."""

    look: Callable[[str], _Known | None]
    found: _Known | None = None

    def __call__(self, station: str) -> bytes | None:
        self.found = self.look(station)
        return None if self.found is None else self.found.key

    @property
    def known(self) -> _Known:
        if self.found is None:
            raise LookupError
        return self.found


def _sender(known: _Known, *, is_sure: bool) -> Sender:
    return Sender(known.station, known.revoked_ms is None, key=known.key, is_sure=is_sure)


@dataclass(frozen=True, slots=True)
class StickKey:
    """A key that a stick may be signed with.

    Attributes:
        upto: Number of the last fact it may bring; None for any.
    """

    key: bytes
    upto: int | None = None


@dataclass(frozen=True, slots=True)
class StationKeys:
    """The keys of all stations of a hub."""

    database: HubDatabase
    _seen: dict[str, _Known] = field(default_factory=dict)

    def sender_last_seen(self, request: Request, now: datetime) -> tuple[Sender, str]:
        """Return who signed a request, and its nonce, by what this process saw last.

        The sender is not sure then: the intake compares it under its lock, and nothing else is
        asked of the database.

        Raises:
            BadSignature: Nobody we know, or not now; ``key-replaced``.
        """
        asked = _Asked(self._seen.get)
        try:
            signed = checked(request, asked, self.database.hub_id, now)
        except BadSignature:
            return self.sender(request, now)
        return _sender(asked.known, is_sure=False), signed.nonce

    def sender(self, request: Request, now: datetime) -> tuple[Sender, str]:
        """Return who signed a request, and its nonce.

        Raises:
            BadSignature: Nobody we know, or not now; ``key-replaced``.
        """
        asked = _Asked(self._station)
        try:
            signed = checked(request, asked, self.database.hub_id, now)
        except BadSignature as odd:
            if odd.code != "signature-wrong" or asked.found is None:
                raise
            return self._by_another(request, asked.known.station, now)
        return _sender(asked.known, is_sure=True), signed.nonce

    def change(self, sender: Sender, wish: KeyWish, now_ms: int) -> KeyTaken:
        """Note the key a station will use; asked again, the last word counts.

        Raises:
            NotDone: ``station-revoked``, ``key-replaced``, ``key-unproved`` or ``key-known``.
            BadMessage: Its recipient for sticks is none.
        """
        checked_recipient(wish.bundle_key)
        if not sender.is_trusted:
            raise NotDone("station-revoked", sender.station)
        if len(wish.key) != KEY_BYTES or not 0 <= wish.last_seq < 1 << 63:
            raise NotDone("key-unproved")
        if not is_proved(wish, self.database.hub_id, sender.station, sender.key):
            raise NotDone("key-unproved")
        with self.database.work() as connection:
            if _locked_key(connection, sender.station) != sender.key:
                raise NotDone("key-replaced")
            if wish.key != sender.key:
                self._note(connection, sender, wish, now_ms)
        taken = fingerprint(wish.key)
        return KeyTaken(fingerprint=taken, time_ms=now_ms, bundle_key=wish.bundle_key)

    def of_stick(
        self, station: str, last: int, now_ms: int, told: Sequence[KeyChange] = ()
    ) -> Sequence[StickKey]:
        """Return the keys a stick may be signed with, the likeliest first.

        Args:
            station: Who wrote it.
            last: Number of its last fact.
            now_ms: The hub's clock.
            told: What it says of the station's keys; nobody need have proved it.
        """
        row = self._station(station)
        if row is None:
            return []
        keys = [StickKey(bytes(row.key))]
        for change in self._changes(station):
            if change.used_ms is None:
                keys.append(StickKey(bytes(change.key)))
            elif change.last_seq >= last and now_ms - change.used_ms <= GRACE_MS:
                keys.append(StickKey(bytes(change.before), change.last_seq))
        keys.extend(StickKey(each.wish.key) for each in self._vouched(station, told))
        return keys

    def learn(self, station: str, told: Sequence[KeyChange], signed_by: bytes, now_ms: int) -> None:
        """Note what a stick says of the station's keys.

        Facts are not kept waiting by a key that cannot be taken: the station goes on with the one
        it has.

        Args:
            station: Who wrote it.
            told: What it says; what does not begin with the key we know is of yesterday.
            signed_by: The key it is signed with: present, next, or vouched for by the present.
            now_ms: The hub's clock.
        """
        self.use(station, signed_by, now_ms)
        for change in told:
            if not any(self._vouched(station, [change])):
                continue
            sender = Sender(station, channel=BUNDLE, key=change.before)
            try:
                self.change(sender, change.wish, now_ms)
            except (NotDone, BadMessage) as refused:
                _logger.warning("the key of %s was not changed: %s", station, refused)
            self.use(station, signed_by, now_ms)

    def newest(self, station: str) -> bytes:
        """Return the newest key a station is known by; empty when it is not known."""
        waiting = [bytes(each.key) for each in self._changes(station) if each.used_ms is None]
        row = self._station(station)
        return b"" if row is None else waiting[0] if waiting else bytes(row.key)

    def use(self, station: str, key: bytes, now_ms: int) -> None:
        """Take a key from now on: the station signed something with it."""
        with self.database.work() as connection:
            before = _locked_key(connection, station)
            mine = (KEY_CHANGE.c.station == station) & (KEY_CHANGE.c.key == key)
            waits = update(KEY_CHANGE).where(mine, KEY_CHANGE.c.used_ms.is_(None))
            if before != key and connection.execute(waits.values(used_ms=now_ms)).rowcount:
                named = update(STATION).where(STATION.c.station == station)
                connection.execute(named.values(key=key, **_recipient(connection, station, key)))

    def wish(self, station: str, now_ms: int) -> None:
        """Have a station change its key when it is here next.

        Raises:
            Refused: ``station-unknown``.
        """
        if self._station(station) is None:
            raise Refused("station-unknown", station=station)
        with self.database.work() as connection:
            put = upsert(connection, KEY_WISH, ("station",), {"wanted_ms"})
            connection.execute(put, {"station": station, "wanted_ms": now_ms})

    def is_wanted(self, station: str) -> bool:
        """Return whether a station is to change its key."""
        wanted = select(KEY_WISH.c.wanted_ms).where(KEY_WISH.c.station == station)
        with self.database.glance() as connection:
            asked = connection.scalar(wanted)
        return asked is not None and asked > self.since(station)

    def since(self, station: str) -> int:
        """Return since when a station has its key, by the hub's clock."""
        wanted = (
            select(STATION.c.enrolled_ms, KEY_CHANGE.c.used_ms)
            .outerjoin(
                KEY_CHANGE,
                (KEY_CHANGE.c.station == STATION.c.station) & (KEY_CHANGE.c.key == STATION.c.key),
            )
            .where(STATION.c.station == station)
        )
        with self.database.glance() as connection:
            row = connection.execute(wanted).one_or_none()
        return 0 if row is None else int(row.used_ms or row.enrolled_ms)

    def _by_another(self, request: Request, station: str, now: datetime) -> tuple[Sender, str]:
        """Return who signed with a key that is not the present one.

        Raises:
            BadSignature: Nobody; ``key-replaced``: somebody with a key of old.
        """
        changes = self._changes(station)
        hub = self.database.hub_id
        for change in changes:
            if change.used_ms is None and (nonce := _nonce(request, change.key, hub, now)):
                self.use(station, bytes(change.key), int(now.timestamp() * 1000))
                row = self._station(station)
                is_trusted = row is not None and row.revoked_ms is None
                return Sender(station, is_trusted, key=bytes(change.key)), nonce
        if any(c.used_ms is not None and _nonce(request, c.before, hub, now) for c in changes):
            raise BadSignature("key-replaced")
        raise BadSignature("signature-wrong")

    def _vouched(self, station: str, told: Sequence[KeyChange]) -> Iterator[KeyChange]:
        """Yield what the present key of a station vouches for."""
        row = self._station(station) if told else None
        present = b"" if row is None else bytes(row.key)
        for change in told:
            if change.before == present and is_vouched(change, self.database.hub_id, station):
                yield change

    def _note(self, connection: Connection, sender: Sender, wish: KeyWish, now_ms: int) -> None:
        mine = (KEY_CHANGE.c.station == sender.station) & KEY_CHANGE.c.used_ms.is_(None)
        waiting = connection.execute(select(KEY_CHANGE).where(mine)).one_or_none()
        last_seq = wish.last_seq
        if waiting is not None and sender.channel == BUNDLE and waiting.last_seq > last_seq:
            # Sticks come in any order: of the wishes on them the one written last counts.
            if bytes(waiting.key) != wish.key:
                return
            last_seq = waiting.last_seq
        connection.execute(delete(KEY_CHANGE).where(mine))
        known = (
            select(STATION.c.station).where(STATION.c.key == wish.key),
            select(KEY_CHANGE.c.station).where(
                or_(KEY_CHANGE.c.key == wish.key, KEY_CHANGE.c.before == wish.key)
            ),
        )
        if any(connection.scalar(each.limit(1)) is not None for each in known):
            raise NotDone("key-known")
        row = {"station": sender.station, "key": wish.key, "before": sender.key}
        numbers = {"last_seq": last_seq, "asked_ms": now_ms, "used_ms": None}
        connection.execute(insert(KEY_CHANGE), row | numbers)
        recipient = {"station": sender.station, "key": wish.key, "bundle_key": wish.bundle_key}
        put = upsert(connection, KEY_RECIPIENT, ("station",), {"key", "bundle_key"})
        connection.execute(put, recipient)

    def _station(self, station: str) -> _Known | None:
        with self.database.glance() as connection:
            row = connection.execute(_STATION, {"station": station}).one_or_none()
        if row is None:
            return None
        known = self._seen[station] = _Known(row.station, bytes(row.key), row.revoked_ms)
        return known

    def _changes(self, station: str) -> Sequence[Row[Any]]:
        with self.database.glance() as connection:
            wanted = select(KEY_CHANGE).where(KEY_CHANGE.c.station == station)
            return connection.execute(wanted.order_by(KEY_CHANGE.c.asked_ms.desc())).all()


def _recipient(connection: Connection, station: str, key: bytes) -> dict[str, str]:
    """Return whom a station's sticks are encrypted to from now on; nothing when as before."""
    wanted = select(KEY_RECIPIENT.c.bundle_key).where(
        KEY_RECIPIENT.c.station == station, KEY_RECIPIENT.c.key == key
    )
    told = connection.scalar(wanted)
    return {"bundle_key": told} if told else {}


def _locked_key(connection: Connection, station: str) -> bytes:
    wanted = select(STATION.c.key).where(STATION.c.station == station)
    return bytes(connection.scalar(locked(connection, wanted)) or b"")


def _nonce(request: Request, key: bytes, hub: str, now: datetime) -> str:
    """Return the nonce of a request that is signed with a key; empty when it is not.

    Raises:
        BadSignature: It is, but not now.
    """
    try:
        return checked(request, lambda _: bytes(key), hub, now).nonce
    except BadSignature as odd:
        if odd.code == "signature-stale":
            raise
        return ""
