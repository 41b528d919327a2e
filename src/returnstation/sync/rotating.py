"""Draw a new key, have the hub know it, and find back to a hub that knows another one.

The new key lies on this machine's disk before the hub hears of it, and the old one stays there
for weeks after: at every moment one of the two is a key the hub takes, unless it was locked out,
or somebody else used a copy of it first.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from returnstation.application.troubles import Trouble
from returnstation.sync.client import Address, HubRefused
from returnstation.sync.keys import StationKey
from returnstation.wire.keys import KeyTaken, KeyWish, proof_of
from returnstation.wire.messages import Hello

_logger = logging.getLogger(__name__)

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

    key: StationKey

    @property
    def address(self) -> Address:
        """Where it is, and who asks."""

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

    def met(self, meet: Callable[[], Hello], last_seq: int) -> Hello:
        """Meet the hub with a key it knows, and return what it said.

        Args:
            meet: Asks it, with ``hub.key``.
            last_seq: Number of the last fact of the log.

        Raises:
            HubRefused: As ``meet``.
            Trouble: ``enrol-again``: the hub knows no key that this machine has; it cannot be
                reached, or the key cannot be kept.
        """
        try:
            hello = meet()
        except HubRefused as refused:
            if refused.code not in UNKNOWN:
                raise
            hello = self._met_again(meet, refused, last_seq)
        self._settle(hello.time_ms)
        return hello

    def _met_again(self, meet: Callable[[], Hello], refused: HubRefused, last_seq: int) -> Hello:
        _logger.warning("the hub does not know the key: %s", refused.code)
        if self._regained(refused.code, last_seq):
            try:
                return meet()
            except HubRefused as again:
                if again.code not in UNKNOWN:
                    raise
        raise Trouble("enrol-again") from refused

    def _regained(self, code: str, last_seq: int) -> bool:
        """Find a key that the hub takes; tell whether it is worth another try."""
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

    def _settle(self, now_ms: int) -> None:
        """The hub took the key: forget what was replaced long ago."""
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
