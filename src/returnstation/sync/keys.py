"""The station's key, in a file that stays on this machine, beside the epoch it was made for.

A backup or a copied ``station.db`` does not bring this file along. Where the two disagree about
the epoch, the database came from elsewhere, and a new life begins before anything is written.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from returnstation.application.troubles import Trouble
from returnstation.wire.keys import KEY_BYTES, fingerprint
from returnstation.wire.packing import UNREADABLE

FILE = "station.key"


class _Kept(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    key: bytes
    epoch: int
    bundle: str = ""
    made_ms: int = 0
    next: bytes = b""
    old: tuple[tuple[bytes, int], ...] = ()


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
    """

    secret: bytes
    epoch: int
    bundle: str = ""
    made_ms: int = 0
    next: bytes = b""
    old: tuple[tuple[bytes, int], ...] = ()

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
        """The age recipient sticks for this station are encrypted to."""
        from pyrage import x25519

        return str(x25519.Identity.from_str(self.bundle).to_public())

    def moved(self, now_ms: int) -> "StationKey":
        """Return it with the next key in use, and the present one among the old."""
        old = ((self.secret, now_ms), *self.old)
        return replace(self, secret=self.next, made_ms=now_ms, next=b"", old=old)

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
    return StationKey(kept.key, kept.epoch, kept.bundle, kept.made_ms, kept.next, kept.old)


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
    kept = _Kept(key.secret, key.epoch, key.bundle, key.made_ms, key.next, key.old)
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
