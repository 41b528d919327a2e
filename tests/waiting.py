"""To wait for what happens beside a test: in a thread, a process, a device."""

import time
from collections.abc import Callable

PATIENCE = 60.0
"""In seconds. Machines that run tests are busy with others, too; what comes ends the wait."""


def until(is_so: Callable[[], object], act: Callable[[], object] = bool) -> None:
    """Wait until something is so, and act again and again meanwhile."""
    assert comes(is_so, PATIENCE, act), "it never came"


def comes(
    is_so: Callable[[], object], seconds: float = PATIENCE, act: Callable[[], object] = bool
) -> bool:
    """Tell whether something is so within some seconds."""
    ends = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() >= ends:
            return False
        act()
        time.sleep(0.02)
    return True
