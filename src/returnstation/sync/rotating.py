"""Draw a new key, have the hub know it, and find back to a hub that knows another one.

The new key lies on this machine's disk before the hub hears of it, and the old one stays there
for weeks after: at every moment one of the two is a key the hub takes, unless it was locked out,
or somebody else used a copy of it first.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from returnstation.application.troubles import Trouble
from returnstation.sync.client import Address, HubRefused
from returnstation.sync.keys import StationKey
from returnstation.wire.keys import KeyChange, KeyTaken, KeyWish, change_of, fingerprint
from returnstation.wire.messages import Hello

_logger = logging.getLogger(__name__)

DAYS, FEWEST_DAYS, MOST_DAYS = 180, 30, 730
"""After how many days a key is changed by itself, and what may be set instead."""

KEPT_DAYS = 30
"""How long a replaced key is kept: a hub may be put back from a backup as old as that."""

BUNDLES_KEPT_DAYS = 90
"""How long a replaced identity is kept: an answer on a stick may be under way as long."""

DAY_MS = 86_400_000

REPLACED = "key-replaced"
UNKNOWN = frozenset({REPLACED, "signature-wrong", "sender-unknown"})
"""Codes by which a hub says that it does not know the key a request was signed with."""

_TAKEN = "key-known"

_T = TypeVar("_T")


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
            key = self._kept(key.begun(fresh))
        try:
            taken = self._ask(key, key.next, last_seq)
        except HubRefused as refused:
            if refused.code == _TAKEN:  # of another station, or one of our own: never use it
                self._kept(key.dropped())
            raise
        if not taken.bundle_key:  # an older hub goes on with the identity it knows
            key = replace(key, next_bundle="")
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
        settled = _settled(key, now_ms)
        if settled != key:
            self._kept(settled)

    def _ask(self, asking: StationKey, secret: bytes, last_seq: int) -> KeyTaken:
        is_next = secret == asking.next
        fresh = asking.followed() if is_next else replace(asking, secret=secret)
        about = (self.hub.address.hub, self.hub.address.station)
        return self.hub.change_key(fresh.wish(asking, *about, last_seq))

    def _kept(self, key: StationKey) -> StationKey:
        self.keep(key)
        self.hub.key = key
        return key


def changes_of(key: StationKey, hub: str, station: str, last_seq: int) -> Sequence[KeyChange]:
    """Return what a stick says of a station's keys.

    The present key vouches for the next one, and those before for the present: a hub put back
    from a backup hears of it by them.

    Args:
        key: With ``next``, if a change was begun.
        hub: Id of the hub.
        station: Whose key.
        last_seq: Number of the last fact of the log.
    """
    steps = [(replace(key, secret=secret), key) for secret, _ in reversed(key.old)]
    if key.next:
        steps.append((key, key.followed()))
    return [
        change_of(asking.signing, fresh.wish(asking, hub, station, last_seq), hub, station)
        for asking, fresh in steps
    ]


def answered(key: StationKey, known: str, now_ms: int) -> StationKey:
    """Return the key that is used after a hub answered on a stick.

    Args:
        key: With ``next``, if a change was begun.
        known: Fingerprint of the newest key the hub knows.
        now_ms: The hub's clock.
    """
    if key.next and fingerprint(key.followed().public) == known:
        key = key.moved(now_ms)
    return _settled(key, now_ms)


def _settled(key: StationKey, now_ms: int) -> StationKey:
    """Return a key without what was replaced long ago, by the hub's clock."""
    return replace(
        key,
        made_ms=key.made_ms or now_ms,
        old=_since(key.old, now_ms - KEPT_DAYS * DAY_MS),
        old_bundles=_since(key.old_bundles, now_ms - BUNDLES_KEPT_DAYS * DAY_MS),
    )


def _since(old: Sequence[tuple[_T, int]], oldest_ms: int) -> tuple[tuple[_T, int], ...]:
    return tuple(each for each in old if each[1] >= oldest_ms)
