"""A station draws a new key: what it says to the hub, and how it proves that it has the key."""

import hashlib

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32

_TOPIC = b"returnstation-key\n"
_VOUCHING = b"returnstation-key-change\n"


class KeyWish(msgspec.Struct, frozen=True, kw_only=True):
    """A station asks to be known by another key; the request is signed with the one it has.

    Attributes:
        key: 32 bytes of the new public key.
        proof: Signature of ``proof_text`` with the new key.
        last_seq: Number of the last fact written under the key it has.
        bundle_key: age recipient that sticks for the station are encrypted to, once the new key
            is used; empty for the one there is.
    """

    key: bytes
    proof: bytes
    last_seq: int = 0
    bundle_key: str = ""


class KeyTaken(msgspec.Struct, frozen=True, kw_only=True):
    """The hub knows the new key, and takes it from the first request that is signed with it.

    Attributes:
        bundle_key: The recipient for sticks it took with the key; an older hub takes none.
    """

    fingerprint: str
    time_ms: int = 0
    bundle_key: str = ""


class KeyChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a station asks on a stick, where no request is signed with the key it has.

    Attributes:
        before: 32 bytes of the public key that vouches.
        voucher: Signature of ``_vouched`` with it.
    """

    before: bytes
    wish: KeyWish
    voucher: bytes


def fingerprint(key: bytes) -> str:
    """Return what people compare of a public key.

    >>> fingerprint(bytes(32))
    '66687aadf862bd77'
    """
    return hashlib.sha256(key).hexdigest()[:16]


def proof_of(secret: bytes, hub: str, station: str, before: bytes) -> bytes:
    """Return the proof that a station has a new key.

    Args:
        secret: 32 bytes of the new key.
        hub: Id of the hub it is meant for.
        station: Whose key.
        before: 32 bytes of the public key it has.
    """
    key = Ed25519PrivateKey.from_private_bytes(secret)
    return key.sign(_said(hub, station, before, key.public_key().public_bytes_raw()))


def change_of(before: Ed25519PrivateKey, wish: KeyWish, hub: str, station: str) -> KeyChange:
    """Return a wish that the key a station has, or had, vouches for."""
    voucher = before.sign(_vouched(wish, hub, station))
    return KeyChange(before=before.public_key().public_bytes_raw(), wish=wish, voucher=voucher)


def is_vouched(change: KeyChange, hub: str, station: str) -> bool:
    """Return whether both keys of a change mean it."""
    try:
        key = Ed25519PublicKey.from_public_bytes(change.before)
        key.verify(change.voucher, _vouched(change.wish, hub, station))
    except (InvalidSignature, ValueError):
        return False
    return is_proved(change.wish, hub, station, change.before)


def is_proved(wish: KeyWish, hub: str, station: str, before: bytes) -> bool:
    """Return whether whoever asks has the new key, and means this change."""
    try:
        key = Ed25519PublicKey.from_public_bytes(wish.key)
        key.verify(wish.proof, _said(hub, station, before, wish.key))
    except (InvalidSignature, ValueError):
        return False
    return True


def _said(hub: str, station: str, before: bytes, key: bytes) -> bytes:
    return _TOPIC + msgspec.json.encode([hub, station, before.hex(), key.hex()])


def _vouched(wish: KeyWish, hub: str, station: str) -> bytes:
    return _VOUCHING + msgspec.json.encode([hub, station, wish])
