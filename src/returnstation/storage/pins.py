"""PINs as Argon2id verifiers (RFC 9106, second recommended option: 64 MiB)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Pins:
    """Makes and checks verifiers."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def hash(self, pin: str) -> str:
        """Return the verifier of a PIN."""
        return self._hasher.hash(pin)

    def matches(self, verifier: str, pin: str) -> bool:
        """Tell whether this is the PIN; a damaged verifier matches none."""
        try:
            return self._hasher.verify(verifier, pin)
        except (VerificationError, InvalidHashError):
            return False
