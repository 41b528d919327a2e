"""The hub draws new keys: what it had before vouches for them, and who trusts that follows.

The changes are public keys and signatures, so they are kept for ever, and whoever was away for
years follows from what he knows, one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_TOPIC = b"returnstation-hub-key\n"

MOST_CHANGES = 1000
"""That anybody looks at: one a month for eighty years."""


class HubKeyChange(msgspec.Struct, frozen=True, kw_only=True):
    """The hub has new keys.

    Attributes:
        key: 32 bytes of the public key it signs with.
        recipient: age recipient that sticks for it are encrypted to.
        at_ms: When, by its clock; each change is later than the one before.
        until_ms: Until when sticks may still be signed with the key before; 0 for no longer.
        voucher: Signature of all this with the key before.
    """

    key: bytes
    recipient: str
    at_ms: int
    until_ms: int
    voucher: bytes = b""


class HubKeyChain(msgspec.Struct, frozen=True, kw_only=True):
    """Every change of the hub's keys, the oldest first."""

    changes: tuple[HubKeyChange, ...] = ()


def vouched(change: HubKeyChange, hub: str, before: Ed25519PrivateKey) -> HubKeyChange:
    """Return a change that the key before vouches for.

    Args:
        change: Without a voucher.
        hub: Its id.
        before: The key the hub has.
    """
    said = _said(change, hub, before.public_key().public_bytes_raw())
    return msgspec.structs.replace(change, voucher=before.sign(said))


def is_vouched(change: HubKeyChange, hub: str, before: bytes) -> bool:
    """Return whether a key vouches for a change."""
    try:
        key = Ed25519PublicKey.from_public_bytes(before)
        key.verify(change.voucher, _said(change, hub, before))
        Ed25519PublicKey.from_public_bytes(change.key)
    except (InvalidSignature, ValueError):
        return False
    return True


def changes_after(told: Sequence[HubKeyChange], hub: str, key: bytes) -> tuple[HubKeyChange, ...]:
    """Return what followed a key, each vouched for by the one before it."""
    after: list[HubKeyChange] = []
    for change in told:
        if is_vouched(change, hub, key):
            after.append(change)
            key = change.key
    return tuple(after)


@dataclass(frozen=True, slots=True)
class HubTrust:
    """What a station knows of its hub's keys.

    Attributes:
        hub: Its id.
        first: Key and recipient by which the station was taken in.
        changes: What followed, as it was proved.
    """

    hub: str
    first: tuple[bytes, str]
    changes: tuple[HubKeyChange, ...] = ()

    @property
    def key(self) -> bytes:
        """The newest key, 32 bytes."""
        return self.changes[-1].key if self.changes else self.first[0]

    def keys(self, now_ms: int) -> Sequence[bytes]:
        """Return the keys a stick of the hub may be signed with, the newest first."""
        return [key for _, key, _ in self._good(now_ms)]

    def recipients(self, now_ms: int) -> Sequence[str]:
        """Return whom a stick for the hub is encrypted to, the newest first.

        A hub put back from a backup has only the identity before for a while.
        """
        return [recipient for _, _, recipient in self._good(now_ms)]

    def followed(self, told: Sequence[HubKeyChange], now_ms: int) -> "HubTrust":
        """Return what is known after the hub told its changes.

        What is not vouched for changes nothing, and neither do changes known before. A hub that
        was put back and changed its keys again goes on from a key before: it is followed while
        that key is good, and only by a later change, so that the branch that was lost is never
        taken up again.
        """
        some = told[-MOST_CHANGES:]
        for place, key, _ in reversed(list(self._good(now_ms))):
            fresh = changes_after(some, self.hub, key)
            mine = self.changes[place:]
            if fresh and (not mine or fresh[0].at_ms > mine[0].at_ms):
                return replace(self, changes=(*self.changes[:place], *fresh))
        return self

    def _good(self, now_ms: int) -> Iterator[tuple[int, bytes, str]]:
        """Yield how many changes came before a good key, the key, and its recipient."""
        pairs = [self.first, *((each.key, each.recipient) for each in self.changes)]
        for place in range(len(self.changes), -1, -1):
            if place == len(self.changes) or now_ms <= self.changes[place].until_ms:
                yield place, *pairs[place]


def _said(change: HubKeyChange, hub: str, before: bytes) -> bytes:
    words = [hub, before.hex(), change.key.hex(), change.recipient]
    return _TOPIC + msgspec.json.encode([*words, change.at_ms, change.until_ms])
