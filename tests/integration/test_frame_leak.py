"""Reading frames leaves no memory behind; ``returnstation bench frame-leak`` reads 10,000."""

import pytest

from returnstation.cli.bench.frames_leak import MOST_GROWTH_MB, read_frames


def test_a_thousand_frames_leave_no_memory_behind() -> None:
    growth, times = read_frames(1_000, warm_up=400)

    if growth is None:
        pytest.skip("this system does not tell how much memory a process holds")
    assert len(times) == 1_000
    assert growth < MOST_GROWTH_MB
