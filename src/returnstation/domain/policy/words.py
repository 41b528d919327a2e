"""What the law distinguishes of buyers, channels, goods and reasons."""

from enum import StrEnum


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
