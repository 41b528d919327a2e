"""What stands on the papers that leave the house beside a receipt."""

from dataclasses import dataclass
from datetime import date, datetime

from returnstation.domain.messages import Say
from returnstation.domain.money import Money
from returnstation.domain.papers.tickets import PaperPhoto
from returnstation.domain.papers.values import Deduction, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CertifiedItem:
    """What was found on one item, and what was decided.

    Attributes:
        outcome: None while nobody has decided.
        because: The deciding reason, in the customer's words; ``clause`` is its source.
        functional: ``F1`` to ``F6``; None when the item was not graded.
        cosmetic: ``C0`` to ``C9``.
    """

    title: str
    sku: str
    lpn: str
    quantity: int
    inspected_at: datetime | None = None
    outcome: Outcome | None = None
    because: Say | None = None
    clause: str | None = None
    functional: str | None = None
    cosmetic: str | None = None
    serial: str | None = None
    findings: tuple[Say, ...] = ()
    photos: tuple[PaperPhoto, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was found when a customer's goods were looked at.

    Attributes:
        country: ISO 3166-1 code whose law applied.
        customer: Short name.
        issued_at: In the site's zone, as it is to be read.
        is_training: Must never pass for a real certificate.
    """

    case_number: str
    merchant: str
    country: str
    received_on: date
    issued_at: datetime
    items: tuple[CertifiedItem, ...]
    rma: str | None = None
    order_number: str | None = None
    customer: str | None = None
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """What is credited for one product, tax included."""

    title: str
    sku: str
    quantity: int
    amount: Money
    rate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTax:
    """What of the credit was taxed at one rate; ``rate`` in per cent, None where unknown."""

    rate: str | None
    net: Money
    tax: Money
    gross: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote:
    """The draft of a credit note, for the merchant's books to make a real one of.

    Attributes:
        number: Of the draft.
        tenders: To where the money goes.
        settlement: The total in the currency the merchant settles in.
        issued_at: In the site's zone, as it is to be read.
    """

    number: str
    case_number: str
    merchant: str
    issued_at: datetime
    lines: tuple[CreditLine, ...]
    total: Money
    order_number: str | None = None
    customer: str | None = None
    shipping: Money | None = None
    taxes: tuple[CreditTax, ...] = ()
    tenders: tuple[Deduction, ...] = ()
    settlement: Money | None = None
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestItem:
    """One line of a load; ``value`` is of all its units."""

    lpn: str
    gtin: str
    title: str
    grade: str
    quantity: int
    value: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What left with a load.

    Attributes:
        to: Who took it, when that is known.
        left_at: In the site's zone; None when nobody knows.
        totals: Of the values, by currency.
        unvalued: Units nobody knows the value of.
    """

    load: str
    site: str
    printed_at: datetime
    lines: tuple[ManifestItem, ...]
    units: int
    totals: tuple[Money, ...] = ()
    unvalued: int = 0
    to: str | None = None
    left_at: datetime | None = None
    is_training: bool = False
