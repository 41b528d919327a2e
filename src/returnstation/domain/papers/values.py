"""What stands on each paper: values and message keys, no layout and no sentence."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from returnstation.domain.messages import Say
from returnstation.domain.money import Money

Deduction: TypeAlias = tuple[Say, Money]
"""What was taken off a refund, and why."""

Term: TypeAlias = tuple[Say, str]
"""Something a law or the merchant orders, and where that stands."""


class Outcome(StrEnum):
    """What became of a line the customer sent back."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLabel:
    """The licence plate stuck on one inspected item.

    Attributes:
        lpn: Licence-plate number, the identity of the item from now on.
        disposition: Code, e.g. ``restock_open_box``.
        functional: ``F1`` to ``F6``, None when the item was not graded.
        cosmetic: ``C0`` to ``C9``, None when the item was not graded.
        printed_at: In the site's zone, as it is to be read.
        destination: The tote or place it goes to.
        quantity: Units it stands for; more than one for a lot.
        is_reprint: Another label of this LPN may already be about.
        is_training: Must never pass for a real label.
    """

    lpn: str
    disposition: str
    title: str
    merchant: str
    sku: str
    case_number: str
    printed_at: datetime
    functional: str | None = None
    cosmetic: str | None = None
    gtin: str | None = None
    serial: str | None = None
    destination: str | None = None
    quantity: int = 1
    is_reprint: bool = False
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One product on a receipt, with what was decided and why.

    Attributes:
        because: The deciding reason, in the customer's words.
        clause: Source of the reason in its own language, e.g. ``BGB § 312g(2)``.
        terms: What else is ordered for it, e.g. who pays the way back.
        refund: What is paid for this line after deductions.
        gtin: Printed as a product barcode when there is one.
    """

    title: str
    sku: str
    quantity: int
    outcome: Outcome
    because: Say
    clause: str | None = None
    refund: Money | None = None
    deductions: tuple[Deduction, ...] = ()
    gtin: str | None = None
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the customer is told about a return.

    Attributes:
        customer: Short name, e.g. ``Seoyeon K.``.
        country: ISO 3166-1 code whose law applied.
        issued_at: In the site's zone, as it is to be read.
        shipping_refund: Part of the total: what delivery had cost, when it is given back.
        refund_method: Code, e.g. ``original_payment`` or ``store_credit``.
        tenders: To where the money goes, e.g. what goes back to the gift card.
        taxes: Contained in the total, by rate.
        is_training: Must never pass for a real receipt.
    """

    case_number: str
    merchant: str
    country: str
    received_on: date
    issued_at: datetime
    lines: tuple[ReceiptLine, ...]
    rma: str | None = None
    order_number: str | None = None
    customer: str | None = None
    shipping_refund: Money | None = None
    refund_total: Money | None = None
    refund_due_on: date | None = None
    refund_method: str | None = None
    feedback_url: str | None = None
    is_copy: bool = False
    is_training: bool = False
    tenders: tuple[Deduction, ...] = ()
    taxes: tuple[Deduction, ...] = ()


class Function3(StrEnum):
    """Where a scanner's setting has function code 3, by which it is known for one."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupCode:
    """A setting a scanner takes from a barcode.

    Attributes:
        title: What it sets.
        text: What is encoded, function code 3 aside.
    """

    title: Say
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerSheet:
    """Barcodes that set scanners up.

    Attributes:
        scanner: The models, by name.
        source: Where it stands how they are encoded.
    """

    scanner: str
    function_3: Function3
    codes: tuple[SetupCode, ...]
    source: str


@dataclass(frozen=True, slots=True)
class CommandCode:
    """A command that can be scanned; ``text`` is encoded."""

    title: Say
    text: str


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands of one kind."""

    title: Say
    codes: tuple[CommandCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSheet:
    """Everything that can be scanned instead of pressed, for the desk's wall."""

    groups: tuple[CommandGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerLabel:
    """What stands on a tote or cage.

    Attributes:
        code: What its barcode says behind ``RST:``.
        disposition: Code of the one disposition it takes.
        capacity: Units it takes.
        place: Where it stands behind the desk, from 1; 0 for none.
        is_training: Must never pass for a real label.
    """

    code: str
    disposition: str
    capacity: int
    site: str
    place: int = 0
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PalletLabel:
    """A pallet's GS1 logistic label.

    Attributes:
        sscc: 18 digits, the identity of the pallet on its whole way.
        site: Where it comes from.
        to: Who takes it, when that is known.
        load: Number of the load it left with.
        gtin, count: Of the one product on it; None where there are several, or none yet.
        gross_g: Gross weight in grams, when it was weighed.
        is_training: Must never pass for a real label.
    """

    sscc: str
    disposition: str
    site: str
    to: str | None = None
    load: str | None = None
    gtin: str | None = None
    count: int | None = None
    gross_g: int | None = None
    is_training: bool = False
