"""What the customer is given: chosen, assessed, approved, instructed, and what became of it."""

from dataclasses import dataclass
from datetime import date

from returnstation.domain.facts.words import Words
from returnstation.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBy:
    """A means by which an order was paid.

    Attributes:
        number: Place in the order, from 1; 0 is what did not exist before, e.g. a new credit.
        kind: ``card``, ``gift_card``, ``store_credit``, ``points``, ...
    """

    order_number: str
    number: int
    kind: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRate:
    """The rate at which an order was settled with the merchant; today's rate is never asked.

    Attributes:
        currency: Of the settlement.
        rate: What one unit of the order's currency was worth, as digits.
        on: Day of the rate.
    """

    currency: str
    rate: str
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTerm:
    """One part of what a line comes to; a line's terms sum up to what is given for it.

    Attributes:
        code: ``price``, ``discount``, ``restocking_fee``, ``bonus``, ...
    """

    code: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxShare:
    """What of a refund was taxed at one rate.

    Attributes:
        rate: Per cent, as digits; None where the order does not say.
        gross: With the tax.
        tax: Contained in it.
    """

    rate: str | None
    gross: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionChosen:
    """A person chose what the buyer gets for a line, among what is allowed.

    Attributes:
        method: A ``Resolution``.
        variant: SKU of what is sent in exchange.
        price: Of one unit of that; None where it costs the same.
        reason: X12 1294 code of a rejection.
        amount: Of a price reduction.
    """

    line_id: str
    method: str
    variant: str | None = None
    price: Money | None = None
    reason: str | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueAssessed:
    """A person said how much value a line lost by more use than trying it out needs.

    Attributes:
        findings: What was found; never empty, unless the amount is nothing.
        photos: Digests of the pictures that prove it; never empty, unless the amount is nothing.
    """

    line_id: str
    amount: Money
    findings: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PostageStated:
    """A supervisor said what the buyer paid for the way back, as a receipt of it shows."""

    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundApproved:
    """Who may do so approved a refund above the operator's limit."""

    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundInstructed:
    """The merchant's system is told to pay; whoever reads the same key twice pays once.

    Attributes:
        key: Idempotency key: the case and a counted number.
        total: What this instruction pays, beyond those before it; bonus included.
        settlement: The same at the order's stored rate; None where none is stored.
        credit_note: Draft number for a business buyer's books.
    """

    key: str
    total: Money
    tenders: tuple[PaidBy, ...]
    taxes: tuple[TaxShare, ...] = ()
    settlement: Money | None = None
    credit_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverpaymentSeen:
    """A supervisor knows that more was told to be paid than is due, and takes care of it."""

    told: Money
    due: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReported:
    """What became of an instruction.

    Attributes:
        state: ``exported``, ``acknowledged``, ``executed`` or ``failed``.
    """

    key: str
    state: str
    note: Words | None = None
