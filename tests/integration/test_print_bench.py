"""Printing leaves no memory behind; ``returnstation bench print-leak`` prints 1,000 labels."""

from pathlib import Path

import pytest

from returnstation.cli.bench.printing import MOST_GROWTH_MB, print_labels


def test_eighty_labels_come_out_and_leave_no_memory_behind(tmp_path: Path) -> None:
    growth, times = print_labels(tmp_path, 80, warm_up=40)

    if growth is None:
        pytest.skip("this system does not tell how much memory a process holds")
    assert len(times) == 80
    assert growth < MOST_GROWTH_MB
