import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.wire.sealing import KEY_BYTES, Unsealable, new_key, seal, unseal

KEYS = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
CONTENTS = st.binary(min_size=1, max_size=400)


@given(KEYS, CONTENTS, st.lists(st.binary(max_size=20), max_size=3))
def test_what_was_sealed_opens_with_its_key_and_its_context(
    key: bytes, content: bytes, context: list[bytes]
) -> None:
    assert unseal(key, seal(key, content, *context), *context) == content


@given(KEYS, CONTENTS)
def test_the_same_content_gives_the_same_bytes(key: bytes, content: bytes) -> None:
    assert seal(key, content, b"a") == seal(key, content, b"a")


@given(KEYS, CONTENTS, st.data())
def test_one_altered_byte_is_refused(key: bytes, content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(key, content))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1

    with pytest.raises(Unsealable):
        unseal(key, bytes(sealed))


@given(st.binary(max_size=60))
def test_bytes_from_anywhere_are_refused(odd: bytes) -> None:
    with pytest.raises(Unsealable):
        unseal(bytes(KEY_BYTES), odd)


def test_another_key_or_another_place_opens_nothing() -> None:
    key = new_key()
    sealed = seal(key, "김민준".encode(), b"fact-1", b"text")

    for other, *context in ([new_key(), b"fact-1", b"text"], [key, b"fact-2", b"text"], [key]):
        with pytest.raises(Unsealable):
            unseal(other, sealed, *context)
