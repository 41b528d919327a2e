"""What names a person is sealed under a key of its own: without the key nobody reads it again.

AES-256-SIV (RFC 5297): the same content gives the same bytes, so that what did not change is
seen not to have changed, and no number that must be used once can be used twice. The context is
proved along with the content: what was sealed for one place does not open at another.
"""

import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

KEY_BYTES = 64
"""Of one subject's key: two AES-256 keys, as SIV wants them."""


class Unsealable(ValueError):
    """Bytes were not sealed with this key for this place, or were altered since."""


def new_key() -> bytes:
    """Return a key nobody else has."""
    return secrets.token_bytes(KEY_BYTES)


def keys_in(ring: bytes) -> Sequence[bytes]:
    """Return the keys that stand one after the other in some bytes."""
    return [ring[start : start + KEY_BYTES] for start in range(0, len(ring), KEY_BYTES)]


def seal(key: bytes, content: bytes, *context: bytes) -> bytes:
    """Return content that only the key opens: 16 bytes longer.

    Args:
        key: ``KEY_BYTES`` bytes.
        content: At least one byte.
        context: What it belongs to; has to be the same when it is opened.
    """
    return AESSIV(key).encrypt(content, list(context))


def unseal(key: bytes, sealed: bytes, *context: bytes) -> bytes:
    """Return what was sealed.

    Raises:
        Unsealable: Another key, another context, or altered bytes.
    """
    try:
        return AESSIV(key).decrypt(sealed, list(context))
    except (InvalidTag, ValueError) as odd:
        raise Unsealable(str(odd)) from odd
