"""How a station follows its hub from key to key: only what is vouched for, and never back."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from returnstation.wire.hub_keys import (
    MOST_CHANGES,
    HubKeyChange,
    HubTrust,
    changes_after,
    is_vouched,
    vouched,
)

HUB = "hub-a"
GOOD_MS = 30


def secret(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))


def public(number: int) -> bytes:
    return secret(number).public_key().public_bytes_raw()


def a_change(
    before: int, after: int, at_ms: int, good_ms: int = GOOD_MS, hub: str = HUB
) -> HubKeyChange:
    plain = HubKeyChange(
        key=public(after), recipient=f"age-{after}", at_ms=at_ms, until_ms=at_ms + good_ms
    )
    return vouched(plain, hub, secret(before))


def a_chain(*numbers: int) -> tuple[HubKeyChange, ...]:
    """Return changes from key to key, the later ones 100 ms after those before."""
    steps = enumerate(pairwise(numbers), start=1)
    return tuple(a_change(before, after, 100 * place) for place, (before, after) in steps)


def trust(*numbers: int) -> HubTrust:
    return HubTrust(HUB, (public(numbers[0]), f"age-{numbers[0]}"), a_chain(*numbers))


@pytest.mark.parametrize("known", [(1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)])
def test_whoever_was_away_follows_to_the_newest_key(known: tuple[int, ...]) -> None:
    assert trust(*known).followed(a_chain(1, 2, 3, 4), 10_000) == trust(1, 2, 3, 4)


def test_whoever_was_taken_in_later_needs_nothing_of_before() -> None:
    late = HubTrust(HUB, (public(3), "age-3")).followed(a_chain(1, 2, 3, 4), 10_000)

    assert (late.key, list(late.recipients(10_000))) == (public(4), ["age-4"])


@pytest.mark.parametrize(
    "forged",
    [
        a_change(9, 5, 400),
        msgspec.structs.replace(a_change(3, 5, 400), key=public(9)),
        msgspec.structs.replace(a_change(3, 5, 400), recipient="age-9"),
        msgspec.structs.replace(a_change(3, 5, 400), until_ms=1 << 62),
        msgspec.structs.replace(a_change(3, 5, 400), at_ms=401),
        msgspec.structs.replace(a_change(3, 5, 400), voucher=bytes(64)),
        msgspec.structs.replace(a_change(3, 5, 400), voucher=b""),
        msgspec.structs.replace(a_change(3, 5, 400), key=b"short"),
        a_change(3, 5, 400, hub="hub-b"),
    ],
)
def test_what_is_not_vouched_for_changes_nothing(forged: HubKeyChange) -> None:
    known = trust(1, 2, 3)
    after_it = a_change(5, 6, 500)

    assert known.followed((*a_chain(1, 2, 3), forged, after_it), 210) == known


def test_a_chain_of_before_takes_nothing_back() -> None:
    known = trust(1, 2, 3)

    for older in ((), a_chain(1, 2), a_chain(1, 2, 3)):
        assert known.followed(older, 0) == known


@pytest.mark.parametrize(("now_ms", "count"), [(100 + GOOD_MS, 2), (101 + GOOD_MS, 1)])
def test_a_key_that_was_replaced_is_good_for_a_while(now_ms: int, count: int) -> None:
    known = trust(1, 2)

    assert list(known.keys(now_ms)) == [public(2), public(1)][:count]
    assert list(known.recipients(now_ms)) == ["age-2", "age-1"][:count]


def test_a_key_that_was_stolen_is_good_no_longer() -> None:
    known = HubTrust(HUB, (public(1), "age-1"))

    after = known.followed([a_change(1, 2, 100, good_ms=0)], 101)

    assert list(after.keys(101)) == [public(2)]


def test_a_hub_put_back_that_changed_again_is_followed_and_the_lost_branch_never_again() -> None:
    known, lost = trust(1, 2, 3), a_chain(1, 2, 3)
    again = (a_change(1, 2, 100), a_change(2, 7, 220))

    after = known.followed(again, 225)

    assert after.key == public(7)
    assert after.followed(lost, 225) == after


@pytest.mark.parametrize(
    ("other", "now_ms"),
    [(a_change(2, 7, 220), 201 + GOOD_MS), (a_change(2, 7, 200), 225), (a_change(2, 7, 150), 225)],
)
def test_another_branch_is_not_followed_too_late_nor_to_an_earlier_change(
    other: HubKeyChange, now_ms: int
) -> None:
    known = trust(1, 2, 3)

    assert known.followed([a_chain(1, 2)[0], other], now_ms) == known


def test_only_so_many_changes_are_looked_at() -> None:
    first, second = a_chain(1, 2, 3)

    assert trust(1).followed([first, *[second] * (MOST_CHANGES - 1)], 0) == trust(1, 2, 3)
    assert trust(1).followed([first, *[second] * MOST_CHANGES], 0) == trust(1)


CHANGES = [
    a_change(before, after, at_ms)
    for before, after, at_ms in (
        *((1, 2, 100), (2, 3, 200), (3, 4, 300)),
        *((1, 5, 110), (2, 6, 220), (9, 8, 400)),
    )
]


@settings(max_examples=60)
@given(
    told=st.lists(st.lists(st.sampled_from(CHANGES), max_size=6), max_size=4),
    now_ms=st.integers(0, 400),
)
def test_whatever_is_told_each_key_is_vouched_for_by_the_one_before(
    told: Sequence[Sequence[HubKeyChange]], now_ms: int
) -> None:
    known = trust(1)
    for each in told:
        some = sorted(each, key=lambda change: change.at_ms)
        known = known.followed(some, now_ms)
        assert known.followed(some, now_ms) == known

    keys = [public(1), *(change.key for change in known.changes)]
    for before, change in zip(keys, known.changes, strict=False):
        assert is_vouched(change, HUB, before)
    assert changes_after(known.changes, HUB, public(1)) == known.changes
    assert public(8) not in keys
