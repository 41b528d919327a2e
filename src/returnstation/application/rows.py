"""What look-ups and lists return: rows, without the facts behind them."""

from dataclasses import dataclass
from datetime import date, datetime

from returnstation.domain.cases import CaseState


@dataclass(frozen=True, slots=True)
class Hit:
    """What a code leads to.

    Attributes:
        kind: ``rma``, ``rma_tracking``, ``order``, ``tracking``, ``sscc``, ``serial``, or ``text``
            for words people remember.
        number: Of the RMA for the first two kinds, else of the order.
    """

    kind: str
    merchant_id: str
    number: str


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case found by one of its codes."""

    case_id: str
    number: str
    state: CaseState


ORDER_FOUND = "order_found"
"""Why a blind parcel is still on hold once its order has come."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list.

    Attributes:
        due_on: The nearest legal day; ``clause`` says by which rule.
    """

    case_id: str
    number: str
    state: CaseState
    country: str
    merchant: str
    opened_at: datetime
    held_at: datetime | None
    held_why: str | None
    due_on: date | None
    clause: str
    reviews_waiting: int

    @property
    def is_found(self) -> bool:
        """A blind parcel whose order has come since."""
        return self.held_why == ORDER_FOUND


@dataclass(frozen=True, slots=True)
class InstructionRow:
    """A refund the merchant's system is told to pay, and how far that is."""

    key: str
    case_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Day:
    """How far a day is: items by outcome, and the median seconds of finished parcels."""

    items: int
    accepted: int
    refused: int
    review: int
    median_seconds: int | None


@dataclass(frozen=True, slots=True)
class Content:
    """An item that lies in a container."""

    item_id: str
    case_id: str
    container: str
