"""What two looks at a clock say happened between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.app.clocks import STEP, Seen, seen_between
from returnstation.domain.facts import Booted, ClockStepped

WALL = 1_790_000_000_000
STEP_S = STEP.total_seconds()


def seen(after: float = 0.0, step: float = 0.0, boot: str = "a", since_boot: float = 100.0) -> Seen:
    """Return the clock some seconds after the first look, and set by some."""
    wall = WALL + round((after + step) * 1000)
    return Seen(boot=boot, running=since_boot + after, wall_ms=wall)


def test_the_first_look_says_that_the_clock_is_watched_from_here_on() -> None:
    assert seen_between(None, seen()) == Booted(wall_ms=WALL)


@pytest.mark.parametrize("seconds", [-7200, -121, 121, 3600, 86_400 * 2190])
def test_a_clock_that_was_set_is_found(seconds: int) -> None:
    found = seen_between(seen(), seen(60, seconds))

    wall_ms = WALL + (60 + seconds) * 1000
    assert found == ClockStepped(seconds=seconds, wall_ms=wall_ms, seen_ms=WALL)


@given(st.floats(-STEP_S, STEP_S), st.floats(0, 1e8))
def test_a_clock_that_is_only_kept_right_is_no_step(step: float, passed: float) -> None:
    assert seen_between(seen(), seen(passed, step * 0.99)) is None


def test_after_a_start_nothing_is_known_of_how_far_the_clock_jumped() -> None:
    assert seen_between(seen(), seen(60, 7200, boot="b")) == Booted(wall_ms=WALL + 7_260_000)


def test_a_machine_that_runs_for_less_long_than_before_was_started() -> None:
    assert isinstance(seen_between(seen(), seen(60, since_boot=1.0)), Booted)


@pytest.mark.parametrize("boot", ["~1000", "~1120", "~880"])
def test_without_a_word_for_it_a_start_is_known_by_its_second(boot: str) -> None:
    assert seen_between(seen(boot="~1000"), seen(60, boot=boot)) is None


@pytest.mark.parametrize("boot", ["~1121", "~879"])
def test_without_a_word_for_it_another_second_is_another_start(boot: str) -> None:
    assert isinstance(seen_between(seen(boot="~1000"), seen(60, boot=boot)), Booted)
