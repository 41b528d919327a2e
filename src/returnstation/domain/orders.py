"""What was sold and sent, and what was announced to come back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from returnstation.domain.money import Money, prorate, total
from returnstation.domain.policy import Buyer, Category, Channel, ReturnReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """A seller whose goods come back here.

    Attributes:
        policy: Its return policies as the merchant gave them: schema.org MerchantReturnPolicy.
        policy_displayed: The terms were posted or disclosed as the law asks; None when nobody
            knows.
        refunds_duties: It gives import duties back beyond what law orders.
    """

    merchant_id: str
    name: str
    country: str
    language: str = "en"
    feedback_url: str | None = None
    policy: dict[str, Any] | None = None
    policy_displayed: bool | None = None
    refunds_duties: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A thing a merchant sells.

    Attributes:
        gtin: 14 digits, or None.
        category: The trade's word that chooses checklist and economics, e.g. ``shoes``.
        legal: What the law calls it.
        hazards: Codes such as ``lithium_battery``, ``aerosol``; empty when harmless.
        flags: ``data_bearing``, ``recalled``, ``no_liquidation``, ``hygiene_seal``,
            ``age_restricted``.
        size: ``small``, ``medium`` or ``large`` as freight counts it; None when nobody said.
        picture: File name below the home's ``pictures`` folder, or a URL.
        parts: Names of what a whole one has, e.g. charger and cable.
    """

    merchant_id: str
    sku: str
    title: str
    gtin: str | None = None
    category: str = "general"
    legal: Category = Category.GENERAL
    weight_g: int | None = None
    price: Money | None = None
    hazards: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    picture: str | None = None
    parts: tuple[str, ...] = ()
    size: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who bought. Never written into facts or logs: they carry country and language only.

    Attributes:
        jurisdiction: ISO 3166-1 or 3166-2 code whose law protects the buyer, e.g. ``US-CA``.
        tier: Tier in the merchant's loyalty program, as the merchant calls it.
    """

    name: str
    jurisdiction: str
    language: str = "en"
    buyer: Buyer = Buyer.CONSUMER
    postcode: str | None = None
    city: str | None = None
    phone: str | None = None
    email: str | None = None
    tier: str | None = None

    @property
    def short_name(self) -> str:
        """The name as others may see it: first name and initial, or masked Hangul and Han."""
        return short_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One kind of product in an order.

    Attributes:
        number: Place in the order, from 1.
        unit_price: What one unit was offered for, tax included.
        discount: Taken off the whole line; never more than its price.
        tax: Contained in the price of the whole line.
        serials: Serial numbers or IMEIs that were shipped.
        is_gift: It was sent as a gift: somebody else than the buyer may send it back.
        tax_rate: Per cent, as digits, e.g. ``19`` or ``5.5``; None when the shop does not say.
    """

    number: int
    sku: str
    title: str
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money
    gtin: str | None = None
    category: str = "general"
    legal: Category = Category.GENERAL
    serials: tuple[str, ...] = ()
    is_gift: bool = False
    tax_rate: str | None = None

    @property
    def paid(self) -> Money:
        """What the buyer paid for the line, before discounts on the whole order."""
        return (
            Money(self.unit_price.minor * self.quantity, self.unit_price.currency) - self.discount
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """One parcel on its way to the buyer."""

    tracking: str
    carrier: str | None = None
    sscc: str | None = None
    shipped_on: date | None = None
    delivered_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One of the means by which an order was paid.

    Attributes:
        kind: ``card``, ``gift_card``, ``store_credit``, ``points``, ...
    """

    kind: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one buyer bought at once.

    Attributes:
        payment: How it was paid, e.g. ``card``, ``transfer``, ``store_credit``.
        shipping: What the buyer paid for standard delivery.
        discount: Taken off the whole order, beside the discounts of single lines.
        tenders: How much was paid by what; empty when all was paid by ``payment``.
        duties: Of import, that the buyer paid with the order.
        rate: At which the order was settled with the merchant, in ``settled_in``.
    """

    merchant_id: str
    number: str
    ordered_on: date
    currency: str
    customer: Customer
    lines: tuple[OrderLine, ...]
    shipments: tuple[Shipment, ...] = ()
    channel: Channel = Channel.ONLINE
    payment: str = "card"
    shipping: Money | None = None
    discount: Money | None = None
    tenders: tuple[Tender, ...] = ()
    duties: Money | None = None
    settled_in: str | None = None
    rate: str | None = None
    rate_on: date | None = None

    @property
    def is_gift(self) -> bool:
        """Some of it was sent as a gift."""
        return any(line.is_gift for line in self.lines)

    @property
    def delivered_on(self) -> tuple[date, ...]:
        """The days parcels were delivered, as far as known, ascending."""
        return tuple(sorted(s.delivered_on for s in self.shipments if s.delivered_on is not None))

    def paid_shares(self) -> dict[int, Money]:
        """Return what was paid per line number once order discounts are shared out pro rata."""
        paid = [line.paid for line in self.lines]
        discount = self.discount or Money(0, self.currency)
        shares = prorate(discount, [amount.minor for amount in paid])
        return {
            line.number: amount - share
            for line, amount, share in zip(self.lines, paid, shares, strict=True)
        }

    def paid(self) -> Money:
        """Return what was paid in all, delivery and duties included."""
        nothing = Money(0, self.currency)
        goods = total(tuple(self.paid_shares().values()), self.currency)
        return goods + (self.shipping or nothing) + (self.duties or nothing)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """One product the customer said would come back."""

    sku: str
    quantity: int = 1
    reason: ReturnReason = ReturnReason.CHANGE_OF_MIND
    comment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rma:
    """A return as announced (return authorization).

    Attributes:
        wants: What the buyer asked for: ``refund``, ``store_credit``, ``exchange``, ``repair``.
        label_cost: What the merchant spent on a label for the way back.
        postage: What the buyer paid for the way back.
    """

    merchant_id: str
    number: str
    order_number: str
    requested_on: date
    lines: tuple[ReturnLine, ...]
    tracking: str | None = None
    wants: str | None = None
    label_cost: Money | None = None
    postage: Money | None = None

    def line_for(self, sku: str) -> ReturnLine | None:
        """Return what was announced for a product, if it was."""
        return next((line for line in self.lines if line.sku == sku), None)


def short_name(name: str) -> str:
    """Return a name as strangers may see it.

    >>> short_name("Anna Lehmann"), short_name("김민수"), short_name("Ng")
    ('Anna L.', '김○수', 'Ng')
    """
    first, *rest = name.split() or [""]
    if rest:
        return f"{first} {rest[-1][0]}."
    if len(name) > 1 and ord(name[0]) > 0x2E7F:  # Han, Hangul and kana stand above this code
        return f"{name[0]}○{name[2:]}"
    return name
