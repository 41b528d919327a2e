"""The facts of a sale and of a wish to return, as far as they are known.

A fact nobody knows is None; a rule that cannot do without it says so in the decision.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from returnstation.domain.policy.merchant import MerchantPolicy


class Buyer(StrEnum):
    """Who bought, as far as the law distinguishes."""

    CONSUMER = "consumer"
    BUSINESS = "business"
    BUSINESS_MICRO_OFF_FIELD = "business_micro_off_field"
    SOLE_TRADER_OFF_FIELD = "sole_trader_off_field"
    CONSUMER_PROTECTED = "consumer_protected"


class Channel(StrEnum):
    """How the contract came about."""

    ONLINE = "online"
    TELEPHONE = "telephone"
    IN_STORE = "in_store"
    OFF_PREMISES = "off_premises"
    OFF_PREMISES_HOME = "off_premises_home"
    OFF_PREMISES_TEMPORARY = "off_premises_temporary"
    OFF_PREMISES_UNSOLICITED = "off_premises_unsolicited"
    DIRECT_MARKETING = "direct_marketing"


class Category(StrEnum):
    """What kind of goods, as far as the law distinguishes."""

    GENERAL = "general"
    CLOTHING = "clothing"
    ELECTRONICS = "electronics"
    PERISHABLE = "perishable"
    CUSTOM_MADE = "custom_made"
    SEALED_HYGIENE = "sealed_hygiene"
    SEALED_MEDIA = "sealed_media"
    DIGITAL_CONTENT = "digital_content"
    NEWSPAPER_PERIODICAL = "newspaper_periodical"
    INSEPARABLY_MIXED = "inseparably_mixed"
    HEALTH_FOOD = "health_food"
    TECHNICALLY_COMPLEX = "technically_complex"
    MARKED_AS_IS = "marked_as_is"
    ALTERED_FOR_BUYER = "altered_for_buyer"
    JEWELLERY = "jewellery"
    FOOD_SUBSCRIPTION = "food_subscription"


class ReturnReason(StrEnum):
    """Why the goods come back."""

    CHANGE_OF_MIND = "change_of_mind"
    DEFECTIVE = "defective"
    NOT_AS_DESCRIBED = "not_as_described"
    WRONG_ITEM = "wrong_item"
    DAMAGED_IN_TRANSIT = "damaged_in_transit"
    LATE = "late"


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
    merchant_policy: MerchantPolicy | None = None
