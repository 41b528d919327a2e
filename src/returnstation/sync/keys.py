"""The station's key, in a file that stays on this machine, beside the epoch it was made for.

A backup or a copied ``station.db`` does not bring this file along. Where the two disagree about
the epoch, the database came from elsewhere, and a new life begins before anything is written.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from returnstation.application.troubles import Trouble
from returnstation.wire.bundles import recipient_of
from returnstation.wire.keys import KEY_BYTES, KeyWish, fingerprint, proof_of
from returnstation.wire.packing import UNREADABLE

FILE = "station.key"


class _Kept(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    key: bytes
    epoch: int
    bundle: str = ""
    made_ms: int = 0
    next: bytes = b""
    old: tuple[tuple[bytes, int], ...] = ()
    next_bundle: str = ""
    old_bundles: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class StationKey:
    """Who this machine is.

    Attributes:
        secret: 32 bytes.
        epoch: Of the database that belongs to it.
        bundle: age identity that opens sticks for this station; empty before it had a hub.
        made_ms: When the hub first knew the key, by the hub's clock; 0 when nobody wrote it down.
        next: 32 bytes of the key that is to follow, kept before the hub is asked.
        old: Secrets that were replaced, and when; a hub restored from a backup knows them only.
        next_bundle: The identity that is to follow.
        old_bundles: Identities that were replaced, and when; sticks for them are under way.
    """

    secret: bytes
    epoch: int
    bundle: str = ""
    made_ms: int = 0
    next: bytes = b""
    old: tuple[tuple[bytes, int], ...] = ()
    next_bundle: str = ""
    old_bundles: tuple[tuple[str, int], ...] = ()

    @property
    def signing(self) -> Ed25519PrivateKey:
        """The key requests and sticks are signed with."""
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @property
    def public(self) -> bytes:
        """32 bytes the hub knows this station by."""
        return self.signing.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """What people compare of it."""
        return fingerprint(self.public)

    @property
    def bundle_key(self) -> str:
        """The age recipient sticks for this station are encrypted to; empty without identity."""
        return recipient_of(self.bundle) if self.bundle else ""

    @property
    def bundle_secrets(self) -> Sequence[str]:
        """The age identities that open sticks, the present one first."""
        kept = (self.bundle, self.next_bundle, *(secret for secret, _ in self.old_bundles))
        return [secret for secret in kept if secret]

    def begun(self, fresh: bytes) -> "StationKey":
        """Return it with a next key out of 32 random bytes, and a next identity."""
        return replace(self, next=fresh, next_bundle=new_bundle_secret())

    def dropped(self) -> "StationKey":
        """Return it without a next key."""
        return replace(self, next=b"", next_bundle="")

    def followed(self) -> "StationKey":
        """Return it as it will be with the next key, or as it is."""
        return self.moved(self.made_ms) if self.next else self

    def moved(self, now_ms: int) -> "StationKey":
        """Return it with the next key in use, and the present one among the old."""
        moved = replace(
            self.dropped(),
            secret=self.next,
            made_ms=now_ms,
            old=((self.secret, now_ms), *self.old),
        )
        if not self.next_bundle:  # begun by a program that knew of none
            return moved
        old_bundles = tuple((each, now_ms) for each in (self.bundle,) if each)
        return replace(
            moved, bundle=self.next_bundle, old_bundles=(*old_bundles, *self.old_bundles)
        )

    def wish(self, asking: "StationKey", hub: str, station: str, last_seq: int) -> KeyWish:
        """Return what is said to a hub that is to know this key.

        Args:
            asking: The same machine's, with the key the hub knows.
            hub: Id of the hub.
            station: Whose key.
            last_seq: Number of the last fact of the log.
        """
        proof = proof_of(self.secret, hub, station, asking.public)
        return KeyWish(key=self.public, proof=proof, last_seq=last_seq, bundle_key=self.bundle_key)

    def before(self) -> "StationKey":
        """Return it as it was before the last change."""
        return replace(self, secret=self.old[0][0], old=self.old[1:])


def load_key(home: Path) -> StationKey | None:
    """Return this machine's key; None when it never had one.

    Raises:
        Trouble: ``key-unreadable``.
    """
    path = home / FILE
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        secrets = (kept.key, *(secret for secret, _ in kept.old), kept.next or kept.key)
        if any(len(secret) != KEY_BYTES for secret in secrets):
            raise Trouble("key-unreadable", file=FILE)
    except FileNotFoundError:
        return None
    except (OSError, *UNREADABLE) as error:
        raise Trouble("key-unreadable", file=FILE) from error
    values = msgspec.structs.asdict(kept)
    return StationKey(values.pop("key"), **values)


def new_bundle_secret() -> str:
    """Return a new age identity."""
    from pyrage import x25519

    return str(x25519.Identity.generate())


def keep_key(home: Path, key: StationKey) -> None:
    """Keep a key so that only this user can read it, for good: a power cut does not undo it.

    Raises:
        Trouble: ``key-unwritable``.
    """
    path, part = home / FILE, home / f"{FILE}.part"
    values = {field.name: getattr(key, field.name) for field in fields(key)}
    kept = _Kept(values.pop("secret"), **values)
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(home)
    except OSError as error:
        raise Trouble("key-unwritable", file=FILE) from error


def _sync_folder(folder: Path) -> None:
    """Make a new name last; Windows knows no such thing, and needs none."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
