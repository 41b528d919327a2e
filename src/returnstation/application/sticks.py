"""Sticks, as a supervisor's page needs them: where one is in, and what is done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from returnstation.domain.messages import Say


@dataclass(frozen=True, slots=True)
class StickPlace:
    """A stick that is in.

    Attributes:
        path: Where its files are.
        name: What it is called.
    """

    path: str
    name: str


class StickDesk(Protocol):
    """Carries facts to the hub and its answer back without a network."""

    def places(self) -> Sequence[StickPlace]:
        """Return the sticks that are in."""

    def write(self, place: StickPlace) -> Say:
        """Write what the hub does not have, and return what was written.

        Raises:
            Refused: The stick is not fit.
            Trouble: It is full, or cannot be written; the station has no hub.
        """

    def read(self, place: StickPlace) -> Say:
        """Read the hub's answer, and return what it brought.

        Raises:
            Refused: There is none, or it is not for this station.
            Trouble: The stick cannot be read; the station has no hub.
        """
