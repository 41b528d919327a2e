"""Whether a hub could take facts in now: anybody may ask, and to know it something is written."""

import time
from asyncio import Lock
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from returnstation.application.troubles import Trouble

_GOOD_SECONDS = 1.0


@dataclass(slots=True)
class Readiness:
    """Tries at most once a second, and repeats what came of it to all who ask meanwhile.

    Attributes:
        write: Writes something, or raises ``Trouble``.
    """

    write: Callable[[], None]
    monotonic: Callable[[], float] = time.monotonic
    _trouble: Trouble | None = None
    _tried: float = float("-inf")
    _trying: Lock = field(default_factory=Lock)

    async def trouble(self) -> Trouble | None:
        """Return why nothing can be written; None when it can."""
        async with self._trying:
            if self.monotonic() - self._tried >= _GOOD_SECONDS:
                self._trouble = await run_in_threadpool(self._came_of_it)
                self._tried = self.monotonic()
            return self._trouble

    def _came_of_it(self) -> Trouble | None:
        try:
            self.write()
        except Trouble as trouble:
            return trouble
        return None
