"""The hub's own keys: one proves what it said, the other opens what is sent to it on a stick."""

from dataclasses import dataclass
from functools import cached_property

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from returnstation.hub.database import HubDatabase, insert_new
from returnstation.hub.tables import ABOUT
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
    """The hub's keys as they stand in its database, so that several processes share them.

    Attributes:
        secret: 32 bytes that it signs with.
        bundle_secret: age identity that opens what is sent to it on a stick.
    """

    secret: bytes
    bundle_secret: str

    @cached_property
    def bundle_key(self) -> str:
        """The age recipient sticks for the hub are encrypted to."""
        from pyrage import x25519

        return str(x25519.Identity.from_str(self.bundle_secret).to_public())

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
    secret, bundle_secret = database.about("signing_key"), database.about("bundle_secret")
    if not (secret and bundle_secret):
        from pyrage import x25519

        rows = [
            {"name": "signing_key", "value": fresh.hex()},
            {"name": "bundle_secret", "value": str(x25519.Identity.generate())},
        ]
        with database.work() as connection:
            connection.execute(insert_new(connection, ABOUT), rows)
        # Another process may have been faster: the first keys are the hub's.
        secret, bundle_secret = database.about("signing_key"), database.about("bundle_secret")
    return HubKeys(bytes.fromhex(secret), bundle_secret)
