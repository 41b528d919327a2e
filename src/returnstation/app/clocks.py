"""Notice when somebody sets the clock of this machine."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = timedelta(minutes=2)
"""A clock that is corrected by less is only kept right."""


def seconds_since_boot() -> float:
    """Return a number of seconds that nobody can set, and that runs while the machine sleeps."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)


@dataclass(slots=True)
class ClockWatch:
    """Compares the clock people see with the one nobody can set.

    Attributes:
        clock: Says what time it is.
        running: Seconds that pass evenly.
    """

    clock: Callable[[], datetime]
    running: Callable[[], float] = seconds_since_boot
    _before: tuple[datetime, float] | None = None

    def step(self) -> int | None:
        """Return by how many seconds the clock jumped since the last look; None for not."""
        now, running = self.clock(), self.running()
        before, self._before = self._before, (now, running)
        if before is None:
            return None
        jumped = (now - before[0]) - timedelta(seconds=running - before[1])
        return round(jumped.total_seconds()) if abs(jumped) > STEP else None
