"""Totes, cages and pallets: one disposition each."""

from dataclasses import dataclass
from enum import StrEnum

from returnstation.domain.dispositions import Disposition


class ContainerState(StrEnum):
    """Where a container stands in its life."""

    EMPTY = "empty"
    IN_USE = "in_use"
    FULL = "full"
    SHIPPED = "shipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A place that takes items of one disposition.

    Attributes:
        place: Where it stands behind the desk, from the left, from 1.
        capacity: Items it takes; a full one refuses the next.
    """

    code: str
    disposition: Disposition
    place: int
    capacity: int
    filled: int = 0
    state: ContainerState = ContainerState.EMPTY

    @property
    def has_room(self) -> bool:
        """Another item may be put in."""
        return self.state in {ContainerState.EMPTY, ContainerState.IN_USE} and (
            self.filled < self.capacity
        )
