"""Keys of cases are given to the hub: each until it said what it did with it, and no longer."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.sync.client import HubRefused
from returnstation.sync.giving import Giving
from returnstation.wire.packing import BadMessage, packed
from returnstation.wire.sealing import KEY_BYTES
from returnstation.wire.subject_keys import (
    LARGEST_KEYS,
    MOST_KEYS,
    GivenKey,
    GivenKeys,
    TakenKeys,
    pack_keys,
    unpack_keys,
)

KEY = bytes(KEY_BYTES)


@dataclass
class Own:
    """A station's keys in memory."""

    keys: dict[str, bytes] = field(default_factory=lambda: {"case:a": KEY, "case:b": KEY})
    sent: set[str] = field(default_factory=set)
    generation: str = "g"

    def unsent(self, most: int) -> Mapping[str, bytes]:
        left = [(s, key) for s, key in self.keys.items() if s not in self.sent]
        return dict(left[:most])

    def mark_sent(self, subjects: Collection[str]) -> None:
        self.sent |= set(subjects)

    def send_again(self) -> None:
        self.sent.clear()

    def is_for(self, generation: str) -> bool:
        is_same, self.generation = self.generation == generation, generation
        return is_same

    def forget(self, subjects: Collection[str]) -> None:
        for subject in subjects:
            del self.keys[subject]


Answer = Callable[[Mapping[str, bytes]], TakenKeys | None]


@dataclass
class FakeHub:
    """A hub that answers as it was told to."""

    answer: Answer = lambda keys: TakenKeys(kept=tuple(keys))
    given: list[Mapping[str, bytes]] = field(default_factory=list)

    def give_keys(self, keys: Mapping[str, bytes]) -> TakenKeys | None:
        self.given.append(keys)
        return self.answer(keys)


def refusing(_keys: Mapping[str, bytes]) -> TakenKeys | None:
    raise HubRefused("station-revoked", 403)


def test_keys_are_given_until_the_hub_has_them_all() -> None:
    own, hub = Own(keys={f"case:{n}": KEY for n in range(MOST_KEYS + 1)}), FakeHub()

    giving = Giving(own, hub, own.forget)
    giving.give()
    giving.give()

    assert [len(some) for some in hub.given] == [MOST_KEYS, 1]
    assert own.unsent(9) == {}


@pytest.mark.parametrize(
    "answer", [lambda _: None, refusing, lambda _: TakenKeys(), lambda _: TakenKeys(kept=("x",))]
)
def test_a_hub_that_takes_none_is_asked_once_in_a_meeting(answer: Answer) -> None:
    own, hub = Own(), FakeHub(answer)

    giving = Giving(own, hub, own.forget)
    giving.give()
    giving.give()

    assert len(hub.given) == 1
    assert set(own.unsent(9)) == {"case:a", "case:b"}


def test_keys_the_hub_will_never_take_are_not_given_for_ever() -> None:
    own = Own()
    hub = FakeHub(lambda _: TakenKeys(differing=("case:a",), foreign=("case:b",)))

    Giving(own, hub, own.forget).give()

    assert len(hub.given) == 1
    assert own.unsent(9) == {}


def test_what_the_hub_forgot_is_forgotten_here() -> None:
    own = Own()
    hub = FakeHub(lambda _: TakenKeys(kept=("case:b",), forgotten=("case:a",)))

    Giving(own, hub, own.forget).give()

    assert own.keys == {"case:b": KEY}


@pytest.mark.parametrize(
    ("generation", "lost", "given"), [("g", 0, 0), ("g", 1, 2), ("other", 0, 2)]
)
def test_a_hub_that_was_put_back_gets_all_keys_again(
    generation: str, lost: int, given: int
) -> None:
    own, hub = Own(sent={"case:a", "case:b"}), FakeHub()
    giving = Giving(own, hub, own.forget)

    giving.meet(generation, is_behind=lost > 0)
    giving.give()

    assert sum(map(len, hub.given)) == given
    assert own.generation == generation


def test_a_message_of_as_many_keys_as_may_be_is_read() -> None:
    keys = {f"case:{n:0115}": bytes([n % 256]) * KEY_BYTES for n in range(MOST_KEYS)}

    assert unpack_keys(pack_keys(keys)) == keys


@pytest.mark.parametrize(
    "keys",
    [
        (),
        tuple(GivenKey(f"case:{n}", KEY) for n in range(MOST_KEYS + 1)),
        (GivenKey("case:a", KEY), GivenKey("case:a", bytes([1]) * KEY_BYTES)),
        (GivenKey("case:", KEY),),
        (GivenKey("order:a", KEY),),
        (GivenKey("case:a\0", KEY),),
        (GivenKey("case:" + "a" * 116, KEY),),
        (GivenKey("case:a", KEY[1:]),),
        (GivenKey("case:a", KEY + b"x"),),
        (GivenKey("case:a", b""),),
    ],
)
def test_a_message_that_is_not_as_it_must_be_is_refused(keys: tuple[GivenKey, ...]) -> None:
    with pytest.raises(BadMessage):
        unpack_keys(packed(GivenKeys(keys=keys)))


def test_a_message_of_a_later_format_is_refused() -> None:
    with pytest.raises(BadMessage, match="keys-too-new"):
        unpack_keys(packed(GivenKeys(keys=(GivenKey("case:a", KEY),), format=2)))


def test_a_message_that_grows_too_large_is_refused() -> None:
    with pytest.raises(BadMessage, match="message-too-large"):
        unpack_keys(packed({"keys": [], "more": "x" * LARGEST_KEYS}))


@given(st.binary(max_size=200))
def test_whatever_comes_is_keys_or_is_refused(content: bytes) -> None:
    try:
        unpack_keys(content)
    except BadMessage:
        return
    raise AssertionError("random bytes were taken for keys")
