"""A merchant's own return terms, in the words of schema.org MerchantReturnPolicy."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ReturnWindow(StrEnum):
    """``returnPolicyCategory``."""

    FINITE = "MerchantReturnFiniteReturnWindow"
    UNLIMITED = "MerchantReturnUnlimitedWindow"
    NOT_PERMITTED = "MerchantReturnNotPermitted"
    UNSPECIFIED = "MerchantReturnUnspecified"


class ReturnFees(StrEnum):
    """``returnFees``: who pays the way back."""

    FREE = "FreeReturn"
    CUSTOMER = "ReturnFeesCustomerResponsibility"
    ORIGINAL_SHIPPING = "OriginalShippingFees"
    SHIPPING = "ReturnShippingFees"
    RESTOCKING = "RestockingFees"


class RefundType(StrEnum):
    """``refundType``: what the buyer is given."""

    FULL = "FullRefund"
    EXCHANGE = "ExchangeRefund"
    STORE_CREDIT = "StoreCreditRefund"


class ItemCondition(StrEnum):
    """``itemCondition``: the state in which goods are taken back."""

    NEW = "NewCondition"
    USED = "UsedCondition"
    REFURBISHED = "RefurbishedCondition"
    DAMAGED = "DamagedCondition"


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantPolicy:
    """The terms a merchant promises for goods sent back.

    Attributes:
        countries: Where it applies (``applicableCountry``); empty means everywhere.
        days: ``merchantReturnDays``, counted from the day after delivery or purchase.
        restocking_percent: ``restockingFee`` as a share of the price.
        restocking_fee: ``restockingFee`` as an amount, in ``currency``.
    """

    id: str = "default"
    window: ReturnWindow = ReturnWindow.UNSPECIFIED
    days: int | None = None
    fees: ReturnFees | None = None
    shipping_fee: Decimal | None = None
    refund_types: tuple[RefundType, ...] = (RefundType.FULL,)
    restocking_percent: Decimal | None = None
    restocking_fee: Decimal | None = None
    currency: str | None = None
    conditions: tuple[ItemCondition, ...] = ()
    countries: tuple[str, ...] = ()
