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

    @property
    def charges_buyer(self) -> bool:
        """Whether the buyer pays for a way of the goods, back or out."""
        return self in {self.CUSTOMER, self.SHIPPING, self.ORIGINAL_SHIPPING}


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

    def refunds_in_full_for(self, days: int) -> bool:
        """Tell whether the terms give the whole price back for at least so many days."""
        long_enough = self.window is ReturnWindow.UNLIMITED or (
            self.window is ReturnWindow.FINITE and (self.days or 0) >= days
        )
        return long_enough and RefundType.FULL in self.refund_types and not self.has_fee

    @property
    def has_fee(self) -> bool:
        """Whether something is kept back for restocking."""
        return bool(
            self.fees is ReturnFees.RESTOCKING or self.restocking_percent or self.restocking_fee
        )

    @property
    def fee_currency(self) -> str | None:
        """The currency of the restocking fee; None when the fee is a share of the price."""
        return None if self.restocking_fee is None else self.currency

    def applies_in(self, jurisdiction: str) -> bool:
        """Tell whether the terms are meant for where a buyer lives."""
        return not self.countries or bool({jurisdiction, jurisdiction[:2]} & set(self.countries))
