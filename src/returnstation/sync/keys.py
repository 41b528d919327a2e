"""The station's key, in a file that stays on this machine, beside the epoch it was made for.

A backup or a copied ``station.db`` does not bring this file along. Where the two disagree about
the epoch, the database came from elsewhere, and a new life begins before anything is written.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from returnstation.application.troubles import Trouble

FILE = "station.key"


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    key: bytes
    epoch: int
    bundle: str = ""


@dataclass(frozen=True, slots=True)
class StationKey:
    """Who this machine is.

    Attributes:
        secret: 32 bytes.
        epoch: Of the database that belongs to it.
        bundle: age identity that opens sticks for this station; empty before it had a hub.
    """

    secret: bytes
    epoch: int
    bundle: str = ""

    @property
    def signing(self) -> Ed25519PrivateKey:
        """The key requests and sticks are signed with."""
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @property
    def public(self) -> bytes:
        """32 bytes the hub knows this station by."""
        return self.signing.public_key().public_bytes_raw()

    @property
    def bundle_key(self) -> str:
        """The age recipient sticks for this station are encrypted to."""
        from pyrage import x25519

        return str(x25519.Identity.from_str(self.bundle).to_public())


def load_key(home: Path) -> StationKey | None:
    """Return this machine's key; None when it never had one.

    Raises:
        Trouble: ``key-unreadable``.
    """
    path = home / FILE
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
        if len(kept.key) != 32:
            raise Trouble("key-unreadable", file=FILE)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise Trouble("key-unreadable", file=FILE) from error
    return StationKey(kept.key, kept.epoch, kept.bundle)


def new_bundle_secret() -> str:
    """Return a new age identity."""
    from pyrage import x25519

    return str(x25519.Identity.generate())


def keep_key(home: Path, key: StationKey) -> None:
    """Keep a key so that only this user can read it.

    Raises:
        Trouble: ``key-unwritable``.
    """
    path, part = home / FILE, home / f"{FILE}.part"
    content = msgspec.json.encode(_Kept(key.secret, key.epoch, key.bundle))
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise Trouble("key-unwritable", file=FILE) from error
