"""Totes, cages and pallets: one disposition each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from returnstation.domain.dispositions import Disposition


class ContainerState(StrEnum):
    """Where a container stands in its life."""

    EMPTY = "empty"
    IN_USE = "in_use"
    FULL = "full"
    SHIPPED = "shipped"


class ContainerKind(StrEnum):
    """What sort of container it is; totes and cages stand on pallets."""

    TOTE = "tote"
    CAGE = "cage"
    PALLET = "pallet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A place that takes items of one disposition.

    Attributes:
        place: Where it stands behind the desk, from the left, from 1; 0 for none.
        capacity: Units it takes; a full one refuses the next.
        filled: Units in it.
        sscc: 18 digits, of a pallet.
        on: Code of the pallet it stands on.
    """

    code: str
    disposition: Disposition
    place: int
    capacity: int
    filled: int = 0
    state: ContainerState = ContainerState.EMPTY
    kind: ContainerKind = ContainerKind.TOTE
    sscc: str | None = None
    on: str | None = None

    @property
    def has_room(self) -> bool:
        """Another item may be put in."""
        return (
            self.on is None
            and self.state in {ContainerState.EMPTY, ContainerState.IN_USE}
            and self.filled < self.capacity
        )

    @property
    def is_pallet(self) -> bool:
        """Other containers stand on it."""
        return self.kind is ContainerKind.PALLET

    def with_units(self, units: int) -> "Container":
        """Return it with so many units more; the last that fits makes it full."""
        filled = self.filled + units
        is_full = filled >= self.capacity
        state = ContainerState.FULL if is_full else ContainerState.IN_USE
        return replace(self, filled=filled, state=state)

    def emptied(self) -> "Container":
        """Return it as it stands ready for the next goods."""
        return replace(self, filled=0, state=ContainerState.EMPTY, on=None)


def room_for(containers: Iterable[Container], disposition: Disposition) -> Container | None:
    """Return the first container that takes an item of a disposition."""
    fitting = (c for c in containers if c.disposition is disposition and c.has_room)
    return next(fitting, None)
