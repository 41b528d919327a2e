"""The ways to a printer. Each tells apart what surely did not go out from what perhaps did."""

from contextlib import AbstractContextManager
from typing import Protocol

from returnstation.domain.papers import JobState, Trouble


class NotReached(Exception):
    """Nothing went out, so that the job may be tried again.

    Attributes:
        trouble: Why.
    """

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def not_reached(odd: OSError) -> NotReached:
    """Return what a failed connection means: who is there but takes none is busy."""
    match odd:
        case ConnectionRefusedError():
            return NotReached(Trouble.REFUSED)
        case TimeoutError():
            return NotReached(Trouble.TIMED_OUT)
    return NotReached(Trouble.UNREACHABLE)


class Interrupted(Exception):
    """Something went out, and nobody knows how much was printed."""


class Link(Protocol):
    """An open way to one printer."""

    def send(self, payload: bytes, name: str) -> None:
        """Send one job; ``name`` names its file where there is one.

        Raises:
            NotReached: Nothing of it went out.
            Interrupted: Some of it may have gone out.
        """

    def outcome(self) -> tuple[JobState, Trouble | None]:
        """Return what became of the job that was sent."""


class Transport(Protocol):
    """Knows the way to one printer."""

    def connect(self) -> AbstractContextManager[Link]:
        """Open the way, and see that the printer is fit to print.

        Raises:
            NotReached: The printer is not there, or says that it cannot print.
        """
