import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.scanning.wedge import ENDS, KeystrokeBurst

FAST, SLOW = 0.01, 0.2
keys = st.characters(codec="ascii", exclude_characters="\r\n\t")
codes = st.text(keys, min_size=3, max_size=60)


def press(burst: KeystrokeBurst, text: str, gap: float, start: float = 0.0) -> str | None:
    scan = None
    for place, key in enumerate(text):
        scan = burst.feed(key, start + place * gap)
    return scan


@given(codes)
def test_fast_keys_and_enter_are_a_scan(code: str) -> None:
    assert press(KeystrokeBurst(), code + "\r", FAST) == code


@given(codes)
def test_a_scanner_may_end_with_tab(code: str) -> None:
    assert press(KeystrokeBurst(), code + "\t", FAST) == code


@given(codes)
def test_slow_keys_are_a_person(code: str) -> None:
    assert press(KeystrokeBurst(), code + "\r", SLOW) is None


@given(st.lists(st.tuples(keys, st.floats(0.051, 5))), codes)
def test_whatever_a_person_typed_before_does_not_spoil_a_scan(
    typed: list[tuple[str, float]], code: str
) -> None:
    burst = KeystrokeBurst()
    at = 0.0
    for key, pause in typed:
        at += pause
        burst.feed(key, at)

    assert press(burst, code + "\r", FAST, start=at + 1) == code


@given(st.lists(codes, min_size=1, max_size=5))
def test_scans_one_after_the_other_stay_apart(scans: list[str]) -> None:
    burst = KeystrokeBurst()

    heard = [
        press(burst, code + "\r", FAST, start=place * 10.0) for place, code in enumerate(scans)
    ]

    assert heard == scans


@given(st.lists(st.tuples(st.characters(codec="ascii"), st.floats(-1, 10))))
def test_no_keys_can_break_it(pressed: list[tuple[str, float]]) -> None:
    burst = KeystrokeBurst()

    for key, at in pressed:
        burst.feed(key, at)

    assert burst.length >= 0


def test_a_gap_of_exactly_the_limit_still_belongs_to_the_scan() -> None:
    assert press(KeystrokeBurst(max_gap=0.0625), "R-77\r", 0.0625) == "R-77"


def test_a_gap_above_the_limit_ends_the_scan() -> None:
    assert press(KeystrokeBurst(max_gap=0.0625), "R-77\r", 0.0626) is None


def test_a_slow_scanner_needs_a_longer_gap() -> None:
    assert press(KeystrokeBurst(max_gap=0.12), "R-77421\r", 0.1) == "R-77421"


def test_two_keys_and_enter_are_no_scan() -> None:
    assert press(KeystrokeBurst(), "12\r", FAST) is None


def test_three_keys_and_enter_are_one() -> None:
    assert press(KeystrokeBurst(), "123\r", FAST) == "123"


def test_the_keys_before_are_pending_until_the_gap_is_over() -> None:
    burst = KeystrokeBurst(max_gap=0.05)
    burst.feed("1", 1.0)

    assert burst.pending(1.04) == 1
    assert burst.pending(1.2) == 0


@pytest.mark.parametrize(
    ("ends", "end"),
    [("enter", "\r"), ("enter", "\n"), ("tab", "\t"), ("any", "\r"), ("any", "\t")],
)
def test_a_scan_ends_as_the_scanner_is_set(ends: str, end: str) -> None:
    assert press(KeystrokeBurst(ends=ENDS[ends]), f"R-77{end}", FAST) == "R-77"


@pytest.mark.parametrize(("ends", "end"), [("tab", "\r"), ("enter", "\t"), ("none", "\r")])
def test_other_ends_are_part_of_the_scan(ends: str, end: str) -> None:
    assert press(KeystrokeBurst(ends=ENDS[ends]), f"R-77{end}", FAST) is None


def test_a_line_feed_behind_the_end_is_no_scan_and_no_enter() -> None:
    burst = KeystrokeBurst()
    press(burst, "R-77\r", FAST)

    assert burst.feed("\n", 0.05) is None
    assert burst.trails("\n", 0.05)


@pytest.mark.parametrize(("key", "at"), [("\r", 0.05), ("\n", 0.2)])
def test_an_enter_of_a_person_follows_no_scan(key: str, at: float) -> None:
    burst = KeystrokeBurst()
    press(burst, "R-77\r", FAST)

    assert not burst.trails(key, at)


@given(codes)
def test_a_scanner_that_ends_with_nothing_is_ended_by_the_pause(code: str) -> None:
    burst = KeystrokeBurst(ends=ENDS["none"])
    press(burst, code, FAST)
    last = (len(code) - 1) * FAST

    assert burst.expire(last + burst.max_gap / 2) is None
    assert burst.expire(last + burst.max_gap * 2) == code
    assert burst.expire(last + burst.max_gap * 3) is None


def test_a_pause_ends_nothing_when_scans_end_with_a_key() -> None:
    burst = KeystrokeBurst()
    press(burst, "R-77", FAST)

    assert burst.expire(9.0) is None
