"""The hub's own keys: one proves what it said, the other opens what is sent to it on a stick.

They are changed together, in one transaction, and the old one vouches for the new. Processes read
them anew every few seconds, so that all of them soon use the same.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec.json import Decoder
from sqlalchemy import Connection, select

from returnstation.hub.database import HubDatabase, insert_new, locked, upsert
from returnstation.hub.tables import ABOUT
from returnstation.wire.batches import Head
from returnstation.wire.bundles import recipient_of
from returnstation.wire.hub_keys import HubKeyChange, vouched

_DAY_MS = 86_400_000

KEPT_MS = 90 * _DAY_MS
"""How long keys are kept that were replaced: sticks written to them are under way so long."""

GOOD_MS = 30 * _DAY_MS
"""How long stations take sticks signed with a replaced key.

Whoever steals it can write them so long; a hub put back from a backup can be believed so long.
"""

FRESH_MS = 5_000
"""For how long a process goes by what it read; another may have changed the keys since."""

_SIGNING, _OPENING, _CHANGES, _FORMER = "signing_key", "bundle_secret", "key_changes", "former_keys"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The hub's word that it has a log up to a fact."""

    hub: str
    generation: str
    station: str
    branch: int
    seq: int
    hash: str
    at_ms: int


class FormerKeys(msgspec.Struct, frozen=True, array_like=True):
    """Keys that were replaced, while they are kept."""

    secret: bytes
    bundle_secret: str
    replaced_ms: int


_CHANGES_OF = Decoder(tuple[HubKeyChange, ...])
_FORMER_OF = Decoder(tuple[FormerKeys, ...])


@dataclass(frozen=True)
class HubKeys:
    """The hub's keys as they stand in its database, so that several processes share them.

    Attributes:
        secret: 32 bytes that it signs with.
        bundle_secret: age identity that opens what is sent to it on a stick.
        changes: How it came to these, the oldest first.
        former: What was replaced not long ago, the newest first.
    """

    secret: bytes
    bundle_secret: str
    changes: tuple[HubKeyChange, ...] = ()
    former: tuple[FormerKeys, ...] = ()

    @cached_property
    def bundle_key(self) -> str:
        """The age recipient sticks for the hub are encrypted to."""
        return recipient_of(self.bundle_secret)

    @property
    def bundle_secrets(self) -> Sequence[str]:
        """The age identities that open sticks, the present one first."""
        return (self.bundle_secret, *(each.bundle_secret for each in self.former))

    def kept(self, now_ms: int) -> tuple[FormerKeys, ...]:
        """Return the replaced keys that are still to be kept."""
        return tuple(each for each in self.former if now_ms - each.replaced_ms <= KEPT_MS)

    def signing_for(self, recipients: Collection[str]) -> Ed25519PrivateKey:
        """Return the newest key a station knows, by whom its stick was encrypted to.

        One that has not heard of the newest can prove it, but a program from before hubs changed
        keys cannot.
        """
        if self.bundle_key not in recipients:
            for each in self.former:
                if recipient_of(each.bundle_secret) in recipients:
                    return Ed25519PrivateKey.from_private_bytes(each.secret)
        return self.signing

    @cached_property
    def signing(self) -> Ed25519PrivateKey:
        """The key receipts are signed with."""
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @cached_property
    def public(self) -> bytes:
        """32 bytes that stations check receipts with."""
        return self.signing.public_key().public_bytes_raw()

    def receipt(self, head: Head, station: str, about: tuple[str, str], at_ms: int) -> bytes:
        """Return a signed receipt: 64 bytes of signature, then JSON.

        Args:
            head: How far the hub has the log.
            station: Whose log.
            about: The hub's id, and the generation of its feeds.
            at_ms: The hub's clock.
        """
        hub, generation = about
        said = msgspec.json.encode(
            Receipt(
                hub=hub,
                generation=generation,
                station=station,
                branch=head.branch,
                seq=head.seq,
                hash=head.hash.hex(),
                at_ms=at_ms,
            )
        )
        return self.signing.sign(said) + said


def read_receipt(content: bytes, key: bytes) -> Receipt | None:
    """Return what a receipt says; None when this hub did not sign it."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(content[:64], content[64:])
        return msgspec.json.decode(content[64:], type=Receipt)
    except (InvalidSignature, ValueError):  # msgspec's errors are ValueErrors
        return None


def load_keys(database: HubDatabase, fresh: bytes) -> HubKeys:
    """Return the hub's keys; ``fresh`` are 32 random bytes, used by a hub that has none."""
    keys = read_keys(database)
    if keys is not None:
        return keys
    with database.work() as connection:
        rows = _rows({_SIGNING: fresh.hex(), _OPENING: _new_identity()})
        connection.execute(insert_new(connection, ABOUT), rows)
        # Another process may have been faster: the first keys are the hub's.
        return _keys(_told(connection))


def read_keys(database: HubDatabase) -> HubKeys | None:
    """Return the hub's keys; None when it has none yet."""
    with database.look() as connection:
        told = _told(connection)
    return _keys(told) if {_SIGNING, _OPENING} <= told.keys() else None


def change_keys(database: HubDatabase, fresh: bytes, now_ms: int, good_ms: int) -> HubKeys:
    """Draw new keys that the present ones vouch for, and return them.

    Args:
        database: Of a hub that has keys.
        fresh: 32 random bytes.
        now_ms: The hub's clock.
        good_ms: How long stations take sticks signed with the present key; 0 when somebody may
            have a copy of it.
    """
    with database.work() as connection:
        keys = _locked(connection)
        identity = _new_identity()
        # Later than all before, whatever the clock says: of two changes the later one counts.
        at_ms = max([now_ms, *(each.at_ms + 1 for each in keys.changes)])
        plain = HubKeyChange(
            key=Ed25519PrivateKey.from_private_bytes(fresh).public_key().public_bytes_raw(),
            recipient=recipient_of(identity),
            at_ms=at_ms,
            until_ms=at_ms + good_ms if good_ms else 0,
        )
        change = vouched(plain, database.hub_id, keys.signing)
        former = (FormerKeys(keys.secret, keys.bundle_secret, now_ms), *keys.former)
        changed = HubKeys(fresh, identity, (*keys.changes, change), former)
        _write(connection, changed)
    return changed


def forget_former(database: HubDatabase, now_ms: int) -> None:
    """Delete keys that were replaced long ago; what vouches for the newest stays."""
    keys = read_keys(database)
    if keys is None or keys.former == keys.kept(now_ms):
        return
    with database.work() as connection:
        keys = _locked(connection)
        _write(connection, replace(keys, former=keys.kept(now_ms)))


@dataclass(slots=True)
class SharedKeys:
    """The keys of a hub whose processes share a database.

    Attributes:
        random: Returns so many random bytes.
    """

    database: HubDatabase
    random: Callable[[int], bytes]
    _read: tuple[int, HubKeys] | None = field(default=None, init=False)

    def at(self, now_ms: int) -> HubKeys:
        """Return the keys as they were seconds ago, or are now."""
        if self._read is not None and 0 <= now_ms - self._read[0] < FRESH_MS:
            return self._read[1]
        found = load_keys(self.database, self.random(32))
        if self._read is not None and self._read[1] == found:
            found = self._read[1]  # it has its keys made ready
        self._read = (now_ms, found)
        return found

    def receipt(self, head: Head, station: str, about: tuple[str, str], at_ms: int) -> bytes:
        """Return a receipt signed with the present key; see ``HubKeys``."""
        return self.at(at_ms).receipt(head, station, about, at_ms)

    def change(self, now_ms: int, good_ms: int = GOOD_MS) -> HubKeys:
        """Draw new keys, and return them; see ``change_keys``."""
        load_keys(self.database, self.random(32))
        changed = change_keys(self.database, self.random(32), now_ms, good_ms)
        self._read = (now_ms, changed)
        return changed


def _told(connection: Connection) -> Mapping[str, str]:
    wanted = select(ABOUT).where(ABOUT.c.name.in_((_SIGNING, _OPENING, _CHANGES, _FORMER)))
    return {row.name: row.value for row in connection.execute(wanted)}


def _keys(told: Mapping[str, str]) -> HubKeys:
    changes = _CHANGES_OF.decode(told.get(_CHANGES, "[]"))
    former = _FORMER_OF.decode(told.get(_FORMER, "[]"))
    return HubKeys(bytes.fromhex(told[_SIGNING]), told[_OPENING], changes, former)


def _locked(connection: Connection) -> HubKeys:
    """Return the keys, and let nobody else change them meanwhile."""
    wanted = select(ABOUT.c.value).where(ABOUT.c.name == _SIGNING)
    connection.execute(locked(connection, wanted)).one()
    return _keys(_told(connection))  # after the lock: what was committed while we waited is in it


def _write(connection: Connection, keys: HubKeys) -> None:
    rows = {
        _SIGNING: keys.secret.hex(),
        _OPENING: keys.bundle_secret,
        _CHANGES: msgspec.json.encode(keys.changes).decode(),
        _FORMER: msgspec.json.encode(keys.former).decode(),
    }
    connection.execute(upsert(connection, ABOUT, ("name",), {"value"}), _rows(rows))


def _rows(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _new_identity() -> str:
    from pyrage import x25519

    return str(x25519.Identity.generate())
