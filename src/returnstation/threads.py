"""Threads that work on beside the desk, or beside a hub's answers, until they are told to stop."""

from collections.abc import Callable
from threading import Event, Thread


class LastingThread(Thread):
    """A thread that ends when it is told to.

    Args:
        name: What it is called in crash reports.
        work: What it does; it returns soon after ``stopping`` is set.

    Attributes:
        stopping: Set when it is to end; pauses wait for it.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        super().__init__(target=work, name=name, daemon=True)
        self.stopping = Event()

    def stop(self, timeout: float = 10.0) -> bool:
        """Have it end, and tell whether it did within some seconds; one never begun has."""
        self.stopping.set()
        if self.ident is not None:
            self.join(timeout)
        return not self.is_alive()
