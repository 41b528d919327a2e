"""The facts of a sale and of a wish to return, as far as they are known.

A fact nobody knows is None; a rule that cannot do without it says so in the decision.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from returnstation.domain.policy.merchant import PolicySet
from returnstation.domain.policy.words import Buyer, Category, Channel, ReturnReason

__all__ = ["Buyer", "Category", "Channel", "Digital", "Repair", "ReturnReason", "Sale"]


@dataclass(frozen=True, slots=True)
class Repair:
    """A repair the buyer asked for earlier."""

    requested_on: date | None = None
    given_back_on: date | None = None
    failed: bool | None = None


@dataclass(frozen=True, slots=True)
class Digital:
    """What happened to content that is not on a carrier."""

    started: bool | None = None
    consented_and_acknowledged: bool | None = None
    confirmation_sent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One order line somebody wants to send back.

    Attributes:
        jurisdiction: Where the buyer lives, ISO 3166-1 or 3166-2: ``KR``, ``US-CA``.
        requested_on: The day the buyer sends the notice or brings the goods.
        notice_received_on: The day the merchant learnt of it; unknown means ``requested_on``.
        delivered_on: One day per parcel; the last counts, with regular delivery the first.
        price: What was paid for the line, in ``currency``.
        product: The merchant's SKU.
        trade_category: The trade's word for the goods, e.g. ``shoes``.
        customer_tier: The buyer's tier in the merchant's loyalty program.
    """

    id: str
    jurisdiction: str
    buyer: Buyer
    channel: Channel
    category: Category
    reason: ReturnReason
    requested_on: date
    notice_received_on: date | None = None
    contract_on: date | None = None
    purchased_on: date | None = None
    order_received_on: date | None = None
    delivered_on: tuple[date, ...] = ()
    regular_delivery: bool | None = None
    delivered: bool | None = None
    shipped: bool | None = None
    shipping_time_stated: bool | None = None
    delay_consented: bool | None = None
    promised_on: date | None = None
    delivery_date_essential: bool | None = None
    additional_period_set: bool | None = None
    delivery_refused: bool | None = None
    informed_of_right: bool = True
    informed_on: date | None = None
    informed_of_return_cost: bool = True
    informed_of_exclusion: bool | None = None
    exclusion_consented: bool | None = None
    documents_received_on: date | None = None
    written_confirmation_sent: bool | None = None
    complied_with_information_duties: bool | None = None
    returned_on: date | None = None
    merchant_agreed_on: date | None = None
    discovered_on: date | None = None
    defect_appeared_on: date | None = None
    defect_is_major: bool | None = None
    defect_is_apparent: bool | None = None
    notified_in_time: bool | None = None
    repair: Repair | None = None
    production_started: bool | None = None
    digital: Digital | None = None
    seal_opened: bool | None = None
    packaging_damaged: bool | None = None
    used: bool | None = None
    unused: bool | None = None
    intact: bool | None = None
    original_packaging: bool | None = None
    proof_of_purchase: bool | None = None
    policy_displayed: bool | None = None
    sold_in_conversation: bool | None = None
    price: Decimal | None = None
    currency: str | None = None
    product: str | None = None
    trade_category: str | None = None
    customer_tier: str | None = None
    merchant_policy: PolicySet | None = None
