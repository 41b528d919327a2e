"""Whatever comes is a message or is refused as none."""

from contextlib import suppress

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from returnstation.domain.facts import NoteAdded
from returnstation.wire.batches import Batch, unpack_batch
from returnstation.wire.facts import UnknownFact, fact_from
from returnstation.wire.feeds import Page
from returnstation.wire.packing import BadMessage, packed, unpacked

LARGEST = 10_000
NO_TEXT = b"\xff\xfe"


class Said(msgspec.Struct):
    word: str


def zipped(raw: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(raw)


def test_what_was_packed_is_said() -> None:
    assert unpacked(packed(Said("ok")), Said, LARGEST) == Said("ok")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_refused(raw: bytes) -> None:
    for content in (raw, zipped(raw)):
        for kind in (Said, Batch, Page):
            with suppress(BadMessage):
                assert isinstance(unpacked(content, kind, LARGEST), kind)


def test_a_text_that_is_none_is_refused() -> None:
    with pytest.raises(BadMessage, match="message-malformed"):
        unpacked(zipped(b"\x81\xa4word\xa2" + NO_TEXT), Said, LARGEST)
    with pytest.raises(BadMessage, match="message-malformed"):
        unpack_batch(zipped(b"\x81\xa6branch\xa2" + NO_TEXT))


@given(st.binary(max_size=60))
def test_any_body_is_a_fact_or_set_aside(odd: bytes) -> None:
    for body in (odd, b'{"text":"' + odd + b'"}'):
        for version in (1, 2):
            with suppress(UnknownFact):
                assert isinstance(fact_from("note_added", version, body), NoteAdded)
