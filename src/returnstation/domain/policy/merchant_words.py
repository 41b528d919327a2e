"""The enumerations of schema.org MerchantReturnPolicy."""

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


class ReturnMethod(StrEnum):
    """``returnMethod``: how goods come back; with ``KEEP`` they do not."""

    KEEP = "KeepProduct"
    KIOSK = "ReturnAtKiosk"
    MAIL = "ReturnByMail"
    STORE = "ReturnInStore"


class LabelSource(StrEnum):
    """``returnLabelSource``: where the buyer gets the label."""

    CUSTOMER = "ReturnLabelCustomerResponsibility"
    DOWNLOAD = "ReturnLabelDownloadAndPrint"
    IN_BOX = "ReturnLabelInBox"
