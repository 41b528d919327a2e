"""The thread in which a station without a hub forgets what was kept long enough."""

import logging
from typing import TYPE_CHECKING

from returnstation.app.retention import Retaining, blank_papers_in_time
from returnstation.threads import LastingThread

if TYPE_CHECKING:
    from returnstation.app.station import Station

_logger = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
"""Between two looks at whether a day has gone by."""

PAUSE_SECONDS = 0.1
"""Between two steps, in which the desk is alone with its files."""


class Tidying:
    """Tidies up until it is told to stop.

    Args:
        station: Where.
    """

    def __init__(self, station: "Station") -> None:
        self._station = station
        self._thread = LastingThread("tidying", self._run)

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """End the thread after the step in hand; tell whether it ended in time."""
        return self._thread.stop(timeout)

    def round(self) -> None:
        """Do what is left of today."""
        blank_papers_in_time(self._station)
        retaining = Retaining(self._station)
        while retaining.step() is not None and not self._thread.stopping.wait(PAUSE_SECONDS):
            pass

    def _run(self) -> None:
        while not self._thread.stopping.wait(EVERY_SECONDS):
            try:
                self.round()
            except Exception:
                # The edge of the thread: it is tried again, and the desk works on.
                _logger.exception("tidying up was interrupted")
