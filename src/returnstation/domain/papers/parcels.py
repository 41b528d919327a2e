"""What stands on the labels of parcels that leave: to whom, by whom, and what is inside."""

from dataclasses import dataclass
from enum import StrEnum

from returnstation.domain.messages import Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Who sends or takes a parcel.

    Attributes:
        lines: Below the name: street, postcode and city.
        country: ISO 3166-1 code; the carrier reads its name.
    """

    name: str
    lines: tuple[str, ...] = ()
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingLabel:
    """The label of a parcel on its way back to the returns centre, in our own layout.

    Attributes:
        carrier, service: By name, or as a message that says it.
        tracking: The carrier's number, as its barcode says it.
        rma: Number of the announced return.
        reason: Why it comes back, with ``reason_code`` for machines.
        weight_g: Gross weight in grams, when it is known.
        sscc: 18 digits, where the carrier takes GS1 labels.
        is_training: Must never pass for a real label.
    """

    sender: Address
    to: Address
    carrier: Say | str
    tracking: str
    service: Say | str | None = None
    rma: str | None = None
    reason: Say | None = None
    reason_code: str | None = None
    weight_g: int | None = None
    sscc: str | None = None
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipBackLabel:
    """The label of an item that goes back to the customer.

    Attributes:
        lpn: What the packing desk scans.
        because: Why it goes back, in the customer's words.
        clause: Source of the reason in its own language.
    """

    sender: Address
    to: Address
    lpn: str
    case_number: str
    title: str
    because: Say | None = None
    clause: str | None = None
    quantity: int = 1
    order_number: str | None = None
    is_training: bool = False


class CarrierFormat(StrEnum):
    """In what form a carrier gave its label."""

    PDF = "pdf"
    PNG = "png"
    ZPL = "zpl"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierLabel:
    """A carrier's own label, printed as it was given.

    Attributes:
        content: The file.
        name: By what it is told from others, e.g. the case it belongs to.
        dpi: For which heads a ZPL was made, or of a PNG that does not say it itself.
    """

    format: CarrierFormat
    content: bytes
    name: str
    dpi: int | None = None
