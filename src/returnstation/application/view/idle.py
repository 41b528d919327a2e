"""The ready screen."""

from dataclasses import dataclass
from datetime import datetime

from returnstation.application.view.case import Deadline
from returnstation.domain.messages import Say


@dataclass(frozen=True, slots=True)
class DueRow:
    """A legal deadline of an open or waiting case."""

    deadline: Deadline
    country: str
    number: str
    clause: str
    who: Say


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A parcel on hold."""

    number: str
    why: Say
    country: str
    since: datetime
    is_answered: bool = False


@dataclass(frozen=True, slots=True)
class IdleView:
    """How far the day is.

    Attributes:
        blind_total: Parcels nobody knows the order of.
    """

    items_today: int
    goal: int | None
    accepted: int
    supervisor: int
    refused: int
    median_seconds: int | None
    deadlines: tuple[DueRow, ...]
    deadlines_total: int
    held: tuple[HeldRow, ...]
    held_total: int
    blind_total: int = 0
