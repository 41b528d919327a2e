"""Requests signed by their sender: HTTP Message Signatures (RFC 9421) with Ed25519.

A signature passes proxies that end TLS, where a client certificate would be lost, and the same
key signs what goes on a stick. Method, path, query and the digest of the body are covered; the
host is not, for a proxy may change it, so the tag names the hub.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519

WINDOW = timedelta(minutes=5)
"""How far the clocks of sender and hub may be apart; a station corrects itself by the answer."""

_COVERED = ("@method", "@path", "@query")
_NEEDED = frozenset(f'"{name}"' for name in (*_COVERED, "content-digest"))
_LABEL = "sig"
_SIGNER = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=None)


class BadSignature(ValueError):
    """A request is not from whom it says.

    Attributes:
        code: ``signature-missing``, ``signature-wrong``, ``signature-stale``,
            ``sender-unknown``; ``key-replaced``: with a key that is no longer the sender's.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Request:
    """What is signed of a request."""

    method: str
    url: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a good signature says."""

    key_id: str
    nonce: str
    created: datetime


def sign(
    request: Request, key: Ed25519PrivateKey, key_id: str, tag: str, seal: tuple[datetime, str]
) -> Mapping[str, str]:
    """Return a request's headers with a signature.

    Args:
        request: What is sent; its headers get the signature, too.
        key: The sender's.
        key_id: By which the hub knows it.
        tag: Id of the hub it is meant for.
        seal: The moment, and a random word that is never used again.
    """
    created, nonce = seal
    prepared = _SIGNER.prepare(
        request,
        key_id=key_id,
        created=created,
        nonce=nonce,
        tag=tag,
        label=_LABEL,
        covered_component_ids=_COVERED,
        body=request.body,
    )
    # The signer's own ``apply`` would reckon it all once more, lest the request has changed.
    signature = b64encode(key.sign(prepared.signature_base)).decode()
    request.headers["Signature-Input"] = f"{_LABEL}={prepared.signature_params}"
    request.headers["Signature"] = f"{_LABEL}=:{signature}:"
    return request.headers


def checked(
    request: Request, key_of: Callable[[str], bytes | None], tag: str, now: datetime
) -> Signed:
    """Return what a request's signature says.

    Args:
        request: What came.
        key_of: Returns the 32 bytes of a sender's public key; None for nobody known.
        tag: Id of this hub.
        now: The hub's clock.

    Raises:
        BadSignature: It is missing, wrong, too old, or from nobody known.
    """
    if not {"signature", "signature-input"} <= {name.lower() for name in request.headers}:
        raise BadSignature("signature-missing")
    keys = _KnownKeys(key_of)
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=keys)
    try:
        result = verifier.verify(
            request,
            max_age=None,
            expect_tag=tag,
            body=request.body,
        )[0]
    except InvalidSignature as odd:
        raise BadSignature("sender-unknown" if keys.is_lost else "signature-wrong") from odd
    if not result.covered_components.keys() >= _NEEDED:
        raise BadSignature("signature-wrong")
    said: dict[str, Any] = result.parameters
    try:
        created = datetime.fromtimestamp(said["created"], now.tzinfo)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as odd:
        raise BadSignature("signature-wrong") from odd
    if abs(now - created) > WINDOW:
        raise BadSignature("signature-stale")
    return Signed(str(said["keyid"]), str(said.get("nonce", "")), created)


class _Verifier(HTTPMessageVerifier):
    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Leave the time to ``checked``: it is told what time it is."""


class _KnownKeys(HTTPSignatureKeyResolver):
    def __init__(self, key_of: Callable[[str], bytes | None]) -> None:
        self._key_of = key_of
        self.is_lost = False

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        found = self._key_of(key_id)
        self.is_lost = found is None
        if found is None:
            raise InvalidSignature(key_id)
        return Ed25519PublicKey.from_public_bytes(found)
