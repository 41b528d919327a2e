"""Draw a new key, have the hub know it, and find back to a hub that knows another one.

The new key lies on this machine's disk before the hub hears of it, and the old one stays there
for weeks after: at every moment one of the two is a key the hub takes, unless it was locked out,
or somebody else used a copy of it first.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from returnstation.sync.client import Address, HubRefused
from returnstation.sync.keys import StationKey
from returnstation.wire.keys import KeyTaken, KeyWish, proof_of

DAYS, FEWEST_DAYS, MOST_DAYS = 180, 30, 730
"""After how many days a key is changed by itself, and what may be set instead."""

KEPT_DAYS = 30
"""How long a replaced key is kept: a hub may be put back from a backup as old as that."""

DAY_MS = 86_400_000

REPLACED = "key-replaced"
UNKNOWN = frozenset({REPLACED, "signature-wrong", "sender-unknown"})
"""Codes by which a hub says that it does not know the key a request was signed with."""

_TAKEN = "key-known"


class KeyHub(Protocol):
    """The hub as somebody needs it who changes keys."""

    address: Address
    key: StationKey

    def change_key(self, wish: KeyWish) -> KeyTaken:
        """Ask to be known by another key."""


def is_due(key: StationKey, now_ms: int, days: int = DAYS) -> bool:
    """Return whether a key is to be changed by now.

    Args:
        key: With ``next``, if a change was begun.
        now_ms: The hub's clock; the station's may be years off.
        days: After how many.
    """
    return bool(key.next) or now_ms - key.made_ms > days * DAY_MS


@dataclass(frozen=True, slots=True)
class Rotation:
    """Changes the key of a station.

    Attributes:
        hub: Is asked with ``hub.key``, which is changed here.
        keep: Keeps a key for good.
    """

    hub: KeyHub
    keep: Callable[[StationKey], None]

    def renew(self, fresh: bytes, last_seq: int, now_ms: int) -> None:
        """Use a new key from now on.

        Args:
            fresh: 32 random bytes; not used where a change was begun before.
            last_seq: Number of the last fact of the log.
            now_ms: The hub's clock.

        Raises:
            HubRefused: The hub knows no other keys, or not this station any more.
            Trouble: It cannot be reached, or the key cannot be kept.
        """
        key = self.hub.key
        if not key.next:
            key = self._kept(replace(key, next=fresh))
        try:
            self._ask(key, key.next, last_seq)
        except HubRefused as refused:
            if refused.code == _TAKEN:  # of another station, or one of our own: never use it
                self._kept(replace(key, next=b""))
            raise
        self._kept(key.moved(now_ms))

    def regain(self, code: str, last_seq: int) -> bool:
        """Find a key that the hub takes; tell whether it is worth another try.

        Args:
            code: By which the hub refused.
            last_seq: Number of the last fact of the log.

        Raises:
            Trouble: The hub cannot be reached, or the key cannot be kept.
        """
        key = self.hub.key
        if code == REPLACED and key.next:
            # The hub had used the next key when this file was put back from a backup.
            self._kept(key.moved(key.made_ms))
            return True
        if code != "signature-wrong":
            return False
        older = key
        while older.old:  # a hub put back from a backup
            older = older.before()
            self.hub.key = older
            try:
                self._ask(older, key.secret, last_seq)
            except HubRefused:
                continue
            finally:
                self.hub.key = key
            return True
        return False

    def settle(self, now_ms: int) -> None:
        """Note that the hub took the key: forget what was replaced long ago.

        Args:
            now_ms: The hub's clock.

        Raises:
            Trouble: The key cannot be kept.
        """
        key = self.hub.key
        kept = tuple(each for each in key.old if now_ms - each[1] <= KEPT_DAYS * DAY_MS)
        settled = replace(key, old=kept, made_ms=key.made_ms or now_ms)
        if settled != key:
            self._kept(settled)

    def _ask(self, asking: StationKey, secret: bytes, last_seq: int) -> None:
        fresh = replace(asking, secret=secret)
        about = (self.hub.address.hub, self.hub.address.station)
        proof = proof_of(secret, *about, asking.public)
        self.hub.change_key(KeyWish(key=fresh.public, proof=proof, last_seq=last_seq))

    def _kept(self, key: StationKey) -> StationKey:
        self.keep(key)
        self.hub.key = key
        return key
