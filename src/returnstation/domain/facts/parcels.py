"""What was put on the desk, which orders it belongs to, and what law says of its lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from returnstation.domain.facts.payments import PaidBy, StoredRate
from returnstation.domain.money import Money
from returnstation.domain.policy import Buyer, Category, ReturnReason
from returnstation.domain.verdicts import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One order line as the case saw it when it was opened.

    Attributes:
        line_id: Order number and place, unique in the case.
        quantity: Units that may come back: those announced, else those sold, less those that
            came in earlier parcels; 0 when all are back.
        sold: Units the order had.
        paid: What was paid for these units, order discounts shared out.
        reason: The announced reason; None when the return was not announced.
        is_announced: The RMA named it; without an RMA nothing was announced.
        is_gift: It was sent as a gift.
        sold_for: Paid for all units sold, order discounts shared out; None for an older fact.
        listed: What all units sold were offered for.
        tax: Contained in ``sold_for``, at ``tax_rate`` per cent.
        duties: Of import, that the buyer paid for all units sold.
    """

    line_id: str
    order_number: str
    number: int
    sku: str
    title: str
    quantity: int
    paid: Money
    sold: int = 1
    gtin: str | None = None
    category: str = "general"
    legal: Category = Category.GENERAL
    rma: str | None = None
    reason: ReturnReason | None = None
    is_announced: bool = False
    is_gift: bool = False
    serials: tuple[str, ...] = ()
    sold_for: Money | None = None
    listed: Money | None = None
    tax: Money | None = None
    tax_rate: str | None = None
    duties: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened:
    """A parcel was put on the desk.

    Attributes:
        scanned: The text that was scanned, as read; a number of ours or the order's when it was
            found by words: they are mostly a name.
        keys: Every canonical code under which the parcel may be scanned again.
        shipping: What the buyer had paid for delivery.
        paid_by: The means of payment, as far as the orders tell their amounts.
        rate: Stored with the order.
        label_cost: What the merchant spent on the label of the way back.
        postage: What the buyer paid for the way back, as announced.
        refunds_duties: The merchant gives import duties back beyond what law orders.
        wants: What the buyer asked for when announcing the return.
    """

    number: str
    scanned: str
    keys: tuple[str, ...]
    merchant_id: str | None = None
    merchant: str | None = None
    orders: tuple[str, ...] = ()
    rma: str | None = None
    jurisdiction: str | None = None
    language: str = "en"
    buyer: Buyer = Buyer.CONSUMER
    currency: str | None = None
    payment: str | None = None
    shipping: Money | None = None
    lines: tuple[CaseLine, ...] = ()
    paid_by: tuple[PaidBy, ...] = ()
    rate: StoredRate | None = None
    label_cost: Money | None = None
    refunds_duties: bool = False
    wants: str | None = None
    postage: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedItem:
    """An item already in hand that belongs to a line of an order found later."""

    item_id: str
    line_id: str
    finding: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAttached:
    """A person said that an order belongs to an open case.

    Attributes:
        opened: What the opening would have said, had the order been known.
        orders: The orders that came with this act.
        landed: Items of the case that are on their lines.
        because: Kinds of the clues that agreed, and ``gift`` where the sender is not the buyer;
            never their values, which name the customer.
    """

    opened: CaseOpened
    orders: tuple[str, ...]
    landed: tuple[LandedItem, ...] = ()
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueNoted:
    """A person told something of a parcel by which its order may be found.

    Attributes:
        kind: What it tells of, as a ``ClueKind``.
        value: None for what may name the customer: that is kept beside the log, and forgotten
            when the case ends.
    """

    kind: str
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFound:
    """A code of a blind parcel leads to exactly one order since it came; nothing is attached."""

    merchant_id: str
    order_number: str
    rma: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelUndeliverable:
    """A person said that the carrier brought the parcel back because nobody took it."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineJudged:
    """Law and merchant policy were asked about a line.

    Attributes:
        sale: The facts that were known then, as a case of the contract, so that the same
            question can be asked again years later.
    """

    line_id: str
    verdict: Verdict
    sale: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactStated:
    """A person said what was not known of a line's sale.

    Attributes:
        name: A fact of ``Sale`` that is true or false.
    """

    line_id: str
    name: str
    value: bool
