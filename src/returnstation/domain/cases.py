"""A case: one parcel from first scan to finish, and the items in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from returnstation.domain.checklists import Grade
from returnstation.domain.dispositions import WITHOUT_GOODS, Disposition
from returnstation.domain.facts import (
    CaseLine,
    CaseOpened,
    OrderFound,
    OverpaymentSeen,
    PhotoTaken,
    RefundApproved,
    RefundInstructed,
    RefundReported,
    RefundResolved,
    ResolutionChosen,
    ValueAssessed,
)
from returnstation.domain.money import Money
from returnstation.domain.verdicts import Verdict

UNDELIVERABLE = "undeliverable"
"""A finding: the carrier brought the item back, and what becomes of the sale a person decides."""

GIFT = "gift"
"""Why an order was attached although another name stands on the parcel."""


class CaseState(StrEnum):
    """Where a parcel stands."""

    OPEN = "open"
    HELD = "held"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Custody(StrEnum):
    """Where an item is; never mixed with what was decided about it."""

    RECEIVED = "received"
    IN_CONTAINER = "in_container"
    LEFT = "left"
    MISSING = "missing"


_PUT_AWAY = frozenset({Custody.IN_CONTAINER, Custody.LEFT})


class Review(StrEnum):
    """A supervisor's look at an item."""

    NONE = "none"
    WAITING = "waiting"
    APPROVED = "approved"
    OVERRIDDEN = "overridden"


class ItemStage(StrEnum):
    """What an item waits for."""

    QUESTION = "question"
    DISPOSE = "dispose"
    SCAN_BACK = "scan_back"
    PUT = "put"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One physical unit on the desk, or one counted lot of equal units.

    Attributes:
        quantity: Units of the lot; one for a single unit.
        checklist_hash: Of the checklist's content it was inspected with.
        parts: Names of the parts a whole one has.
        lacking: Names of the parts that are not there.
        values: What was measured, counted, typed or scanned, by question.
        load: Number of the load it left with.
        work: Outcome of each step of the work done on it.
        grams: What the scale said.
        hints: Whether a hint was right, by its kind.
        derogation: Ground on which it may be destroyed although that is forbidden.
        unit_g: What a unit weighs, as known when it was decided where it goes.
    """

    item_id: str
    line_id: str | None
    finding: str
    title: str
    added_at: datetime
    added_by: str | None
    sku: str | None = None
    gtin: str | None = None
    serial: str | None = None
    lot: str | None = None
    expires_on: date | None = None
    wiped: str | None = None
    category: str = "general"
    checklist: str = "general"
    checklist_hash: str | None = None
    quantity: int = 1
    parts: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    value: Money | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    photos: tuple[PhotoTaken, ...] = ()
    notes: tuple[str, ...] = ()
    grade: Grade | None = None
    graded_at: datetime | None = None
    merchant_grade: str | None = None
    seconds: int = 0
    disposition: Disposition | None = None
    proposed: Disposition | None = None
    reason: str | None = None
    net: Money | None = None
    lpn: str | None = None
    container: str | None = None
    scanned_back: bool = False
    custody: Custody = Custody.RECEIVED
    load: str | None = None
    work: Mapping[str, str] = field(default_factory=dict)
    grams: int | None = None
    hints: Mapping[str, bool] = field(default_factory=dict)
    derogation: str | None = None
    unit_g: int | None = None
    review: Review = Review.NONE
    outcome: str | None = None

    @property
    def is_other_product(self) -> bool:
        """It is not what the line says, by its code or by the eye of who inspected it."""
        return self.finding in {"unknown", "wrong_item"} or "other_product" in self.findings

    @property
    def is_odd(self) -> bool:
        """Nobody expected it: another product, or more units than are still to come."""
        return self.is_other_product or self.finding == "unexpected"

    @property
    def stage(self) -> ItemStage:
        """What comes next for this item."""
        if self.disposition is None:
            return ItemStage.QUESTION if self.grade is None else ItemStage.DISPOSE
        if self.disposition in WITHOUT_GOODS or self.custody in _PUT_AWAY:
            return ItemStage.DONE
        return ItemStage.PUT if self.scanned_back else ItemStage.SCAN_BACK


@dataclass(frozen=True, slots=True)
class NotedClue:
    """What a person told of a parcel; its value is beside the log when it may name somebody."""

    fact_id: str
    kind: str
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One parcel and everything decided about it.

    Attributes:
        opened: As it was opened, with the orders that were attached since.
        stated: Facts of a line's sale that a person said, by line id and name.
        photos: Of the parcel itself.
        clues: What was typed about it; the last of a kind counts.
        found: The order to which a code of a blind parcel leads since it came.
        is_gift: Whoever attached the order saw that the sender is not the buyer.
        undeliverable: Why the carrier brought it back; None for what a customer sent.
        chosen: What a person chose for a line.
        assessed: What a person said a line lost in value.
        postage: What the way back cost the buyer, as a supervisor said.
        overpayment_seen: What a supervisor last knew to be told and due.
        approved: The last approval of a refund above the limit.
        instructed: What the merchant's system was told to pay.
        reported: What became of each instruction, by its key.
    """

    case_id: str
    opened: CaseOpened
    opened_at: datetime
    opened_by: str | None
    state: CaseState = CaseState.OPEN
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    stated: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    photos: tuple[PhotoTaken, ...] = ()
    refund: RefundResolved | None = None
    clues: tuple[NotedClue, ...] = ()
    found: OrderFound | None = None
    is_gift: bool = False
    undeliverable: str | None = None
    chosen: Mapping[str, ResolutionChosen] = field(default_factory=dict)
    assessed: Mapping[str, ValueAssessed] = field(default_factory=dict)
    postage: Money | None = None
    overpayment_seen: OverpaymentSeen | None = None
    approved: RefundApproved | None = None
    instructed: tuple[RefundInstructed, ...] = ()
    reported: Mapping[str, RefundReported] = field(default_factory=dict)
    held_why: str | None = None
    held_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: int | None = None

    @property
    def number(self) -> str:
        """The case number people use."""
        return self.opened.number

    @property
    def is_blind(self) -> bool:
        """No order is known."""
        return not self.opened.lines

    @property
    def in_hand(self) -> Item | None:
        """The item the worker is busy with: the first that is not done."""
        return next((i for i in self.items.values() if i.stage is not ItemStage.DONE), None)

    def line(self, line_id: str) -> CaseLine:
        """Return an order line by its id."""
        return next(line for line in self.opened.lines if line.line_id == line_id)

    def items_of(self, line_id: str) -> tuple[Item, ...]:
        """Return the items that landed on a line."""
        return tuple(item for item in self.items.values() if item.line_id == line_id)

    def units_of(self, line_id: str) -> int:
        """Return how many units of a line are here; a lot counts all of its units."""
        return sum(item.quantity for item in self.items_of(line_id))

    def expected(self, line: CaseLine) -> int:
        """Return how many units of a line are still to come."""
        here = self.units_of(line.line_id) + self.missing.get(line.line_id, 0)
        return max(0, line.quantity - here) if line.is_announced else 0

    @property
    def is_complete(self) -> bool:
        """Everything announced is done or missing, and no item is in hand."""
        announced = [line for line in self.opened.lines if line.is_announced]
        waiting = any(self.expected(line) for line in announced)
        is_begun = bool(self.items or self.missing)
        return bool(announced) and is_begun and not waiting and self.in_hand is None
