"""What supervisors see and settle: the table of inspections, one item's history, decisions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from returnstation.application.view import Deadline, Outcome, ReasonView
from returnstation.domain.messages import Say
from returnstation.domain.money import Money


class ReviewState(StrEnum):
    """Where a supervisor's look stands."""

    NONE = "none"  # nobody needs to look
    WAITING = "waiting"
    APPROVED = "approved"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which inspections to show; None means any.

    Attributes:
        since, until: Local days, both included.
        text: Part of a case number, LPN, order number, SKU or product name.
    """

    since: date | None = None
    until: date | None = None
    state: ReviewState | None = None
    merchant: str | None = None
    country: str | None = None
    outcome: Outcome | None = None
    disposition: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """One inspected item in the table; ``inspected_at`` is in the site's zone."""

    item_id: str
    case_id: str
    number: str
    inspected_at: datetime
    country: str
    merchant: str
    product: str
    sku: str
    lpn: str
    outcome: Outcome
    functional: str
    cosmetic: str
    disposition: str
    refund: Money | None
    state: ReviewState
    why: Say | None
    refund_due_on: date | None
    merchant_grade: str = ""
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One fact of an item's life; ``who`` is a role or a name shown on demand."""

    at: datetime
    who: str
    text: Say


@dataclass(frozen=True, slots=True)
class Photo:
    """One stored photo; ``digest`` is its SHA-256 in hex."""

    digest: str
    label: Say


@dataclass(frozen=True, slots=True)
class History:
    """All there is about one item."""

    row: InspectionRow
    customer: str
    claimed: Say | None
    deadline: Deadline | None
    entries: tuple[HistoryEntry, ...]
    photos: tuple[Photo, ...]
    reasons: tuple[ReasonView, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Precision:
    """How often hints of a kind were right, of those somebody settled."""

    kind: str
    right: int
    of: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many inspections each tab holds, and how far hints can be trusted."""

    waiting: int
    today: int
    all: int
    hints: tuple[Precision, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter boxes offer."""

    merchants: tuple[str, ...]
    countries: tuple[str, ...]


class Reviews(Protocol):
    """The supervisor's page, as the window needs it; every call may take milliseconds of disk."""

    def counts(self) -> Counts:
        """Return the numbers on the tabs."""

    def choices(self) -> Choices:
        """Return the merchants and countries that occur."""

    def count(self, wanted: Filter) -> int:
        """Return how many rows the filter lets through."""

    def window(self, wanted: Filter, start: int, length: int) -> Sequence[InspectionRow]:
        """Return ``length`` rows from ``start``; waiting ones by legal day, others newest first."""

    def history(self, item_id: str) -> History:
        """Return everything about one item."""

    def photo(self, digest: str) -> bytes:
        """Return a stored photo as JPEG or PNG bytes."""

    def approve(self, item_id: str) -> None:
        """Record that the signed-in supervisor agrees."""

    def override(self, item_id: str, outcome: str, disposition: str, reason: str) -> None:
        """Record another outcome (``Outcome``) and disposition; a reason must be given."""

    def export(self, wanted: Filter) -> Iterator[str]:
        """Return the rows as lines of CSV, the head line first."""
