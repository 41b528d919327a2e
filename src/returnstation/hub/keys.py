"""The hub's own keys: one proves what it said, the other opens what is sent to it on a stick."""

from dataclasses import dataclass
from functools import cached_property

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from returnstation.hub.database import HubDatabase
from returnstation.wire.batches import Head


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """The hub's word that it has a log up to a fact."""

    hub: str
    generation: str
    station: str
    branch: int
    seq: int
    hash: str
    at_ms: int


@dataclass(frozen=True)
class HubKeys:
    """The hub's keys as they stand in its database, so that several processes share them."""

    secret: bytes

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
    if not database.about("signing_key"):
        database.keep_about("signing_key", fresh.hex())
    return HubKeys(bytes.fromhex(database.about("signing_key")))
