"""A request is its sender's, whole and for this hub and now, or it is refused."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
)
from http_message_signatures.algorithms import ED25519

from returnstation.wire.signatures import WINDOW, BadSignature, Request, checked, sign

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
COVERED = ("@method", "@path", "@query")
PARTS = (*COVERED, "content-digest")


class Known(HTTPSignatureKeyResolver):
    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return KEY

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        return KEY.public_key()


def a_request() -> Request:
    return Request("POST", "https://hub.example/v1/facts?a=1", b"facts")


def signed(at: datetime = NOW) -> Request:
    request = a_request()
    sign(request, KEY, "st-1", "hub-a", (at, "nonce-1"))
    return request


def signed_by_the_library(covered: Sequence[str]) -> Request:
    """Sign by the library's own means, as programs of before did, what it is told to."""
    request = a_request()
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=Known())
    body = request.body if "content-digest" in covered else None
    parts = tuple(part for part in covered if part != "content-digest")
    signer.sign(
        request,
        key_id="st-1",
        created=NOW,
        nonce="nonce-1",
        tag="hub-a",
        label="sig",
        covered_component_ids=parts,
        body=body,
    )
    return request


def test_what_was_signed_says_who_and_when_and_which() -> None:
    said = checked(signed(), lambda _: PUBLIC, "hub-a", NOW)

    assert (said.key_id, said.nonce, said.created) == ("st-1", "nonce-1", NOW)


def test_any_other_program_can_prove_it() -> None:
    verifier = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=Known())
    request = signed(datetime.now(UTC))

    (result,) = verifier.verify(
        request, expect_tag="hub-a", require_components=PARTS, body=request.body
    )

    assert result.parameters["keyid"] == "st-1"


def test_what_another_program_signed_is_taken() -> None:
    said = checked(signed_by_the_library(PARTS), lambda _: PUBLIC, "hub-a", NOW)

    assert said.nonce == "nonce-1"


@pytest.mark.parametrize("left_out", PARTS)
def test_a_signature_that_leaves_something_out_is_worth_nothing(left_out: str) -> None:
    request = signed_by_the_library([part for part in PARTS if part != left_out])

    with pytest.raises(BadSignature, match="signature-wrong"):
        checked(request, lambda _: PUBLIC, "hub-a", NOW)


def _method(request: Request) -> None:
    request.method = "PUT"


def _path(request: Request) -> None:
    request.url = "https://hub.example/v1/keys?a=1"


def _query(request: Request) -> None:
    request.url = "https://hub.example/v1/facts?a=2"


def _body(request: Request) -> None:
    request.body = b"fact5"


@pytest.mark.parametrize("alter", [_method, _path, _query, _body])
def test_nothing_that_was_signed_may_be_altered(alter: Callable[[Request], None]) -> None:
    request = signed()
    alter(request)

    with pytest.raises(BadSignature, match="signature-wrong"):
        checked(request, lambda _: PUBLIC, "hub-a", NOW)


def test_a_proxy_may_give_the_hub_another_name() -> None:
    request = signed()
    request.url = "http://10.0.0.7:8420/v1/facts?a=1"

    assert checked(request, lambda _: PUBLIC, "hub-a", NOW).key_id == "st-1"


def test_what_is_meant_for_another_hub_is_worth_nothing_here() -> None:
    with pytest.raises(BadSignature, match="signature-wrong"):
        checked(signed(), lambda _: PUBLIC, "hub-b", NOW)


def test_nobody_known_and_nothing_signed_are_told_apart() -> None:
    with pytest.raises(BadSignature, match="sender-unknown"):
        checked(signed(), lambda _: None, "hub-a", NOW)
    with pytest.raises(BadSignature, match="signature-missing"):
        checked(a_request(), lambda _: PUBLIC, "hub-a", NOW)


@pytest.mark.parametrize("way", [-1, 1])
def test_a_signature_is_good_for_minutes(way: int) -> None:
    good, late = NOW + way * WINDOW, NOW + way * (WINDOW + timedelta(seconds=1))

    assert checked(signed(good), lambda _: PUBLIC, "hub-a", NOW).created == good
    with pytest.raises(BadSignature, match="signature-stale"):
        checked(signed(late), lambda _: PUBLIC, "hub-a", NOW)
