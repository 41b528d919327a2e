"""By which key a station proves who it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChanged:
    """The hub knows the station by another key from here on; the subject is the station.

    Attributes:
        fingerprint, before: The first digits of the SHA-256 of the public key, now and before.
    """

    fingerprint: str
    before: str
