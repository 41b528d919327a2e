"""What happened to goods after the desk: other ways out, work, containers, the way off the site.

Facts about containers have the container's code as their subject, the others their case.
"""

from dataclasses import dataclass

from returnstation.domain.containers import ContainerKind, ContainerState
from returnstation.domain.dispositions import Disposition
from returnstation.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRedisposed:
    """An item goes elsewhere than it was decided first: a quota is used up, a buyer was found.

    Attributes:
        reason: Code; ``work_done`` and ``work_failed`` follow from the work done on it.
        net: Expected recovery of the new way, when prices are known.
        container: Where it is to be put.
    """

    item_id: str
    before: Disposition
    disposition: Disposition
    reason: str
    net: Money | None = None
    container: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStepDone:
    """A step of a work order was tried; ``outcome`` is ``done``, ``not_needed`` or ``failed``."""

    item_id: str
    step: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLeft:
    """The item left the returns desk for good; its disposition is final.

    Attributes:
        how: ``shipped`` off the site, or ``handed_over`` to stock or workshop on it.
        load: Number of the load it left with.
    """

    item_id: str
    disposition: Disposition
    container: str
    how: str
    load: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerStarted:
    """A container was brought into use."""

    code: str
    kind: ContainerKind
    disposition: Disposition
    capacity: int
    place: int = 0
    sscc: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerMarked:
    """A person said how a container stands: closed as full, opened again, back and empty."""

    code: str
    state: ContainerState


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerStacked:
    """A tote or cage was set on a pallet of the same disposition."""

    code: str
    pallet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLeft:
    """Goods left the desk together.

    Attributes:
        code: The pallet, or the single container.
        containers: All that left: the pallet and what stood on it.
        how: As in ``ItemLeft``.
        units: How many units were counted in.
        to: Who takes them, when it was said.
    """

    code: str
    load: str
    containers: tuple[str, ...]
    how: str
    units: int
    to: str | None = None
