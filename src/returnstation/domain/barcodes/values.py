"""What a scan may mean, and the ways it can mean nothing."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an identifier identifies."""

    COMMAND = "command"
    BADGE = "badge"
    CONTAINER = "container"
    LPN = "lpn"
    FOREIGN_LPN = "foreign_lpn"
    """A licence plate of another company, e.g. Amazon's ``LPN...``."""
    SSCC = "sscc"
    GTIN = "gtin"
    SKU = "sku"
    PART = "part"
    SERIAL = "serial"
    LOT = "lot"
    IMEI = "imei"
    TRACKING = "tracking"
    SHIPMENT = "shipment"
    """A consignment or shipment of several parcels (GINC, GSIN)."""
    RMA = "rma"
    ORDER = "order"
    ASSET = "asset"
    """A returnable or individual asset, e.g. a cage (GRAI, GIAI)."""
    DOCUMENT = "document"
    RELATION = "relation"
    """A provider or recipient of a service (GSRN)."""
    ROUTING = "routing"
    """Where a parcel goes, not which parcel it is."""
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One reading of a scan.

    Attributes:
        value: In the form in which it is looked up: 14 digits for a GTIN, 18 for an SSCC,
            capitals without spaces and hyphens for numbers of orders, RMAs and parcels.
        is_sure: A prefix of ours, a symbology or a check digit of the carrier proves it.
        carrier: Code of the carrier where the number tells, e.g. ``ups``.
        service: Code of the carrier's service where the number tells, e.g. ``ground``.
    """

    kind: Kind
    value: str
    is_sure: bool = False
    carrier: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Barcode:
    """One scan and all that it may mean, most certain first; a scan never lacks candidates.

    Attributes:
        text: As scanned, without symbology identifier and surrounding white space.
        symbology: AIM identifier, e.g. ``]C1``, when the source told it.
        detail: What else it says, as names and values: ``expires_on``, ``quantity``,
            ``return_postcode``; days as ISO 8601, texts decoded.
        unknown: What was not understood: GS1 application identifiers with their values, or an
            empty name with the text that is left.
    """

    text: str
    candidates: tuple[Identifier, ...]
    symbology: str | None = None
    detail: tuple[tuple[str, str], ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def best(self) -> Identifier:
        """The most certain meaning."""
        return self.candidates[0]

    @property
    def scan_text(self) -> str:
        """The text with its identifier in front, as ``parse_barcode`` takes it."""
        return f"{self.symbology or ''}{self.text}"

    def first(self, kind: Kind) -> Identifier | None:
        """Return the most certain meaning of one kind."""
        return next((found for found in self.candidates if found.kind is kind), None)

    def says(self, name: str) -> str | None:
        """Return a detail by its name."""
        return next((value for key, value in self.detail if key == name), None)


class UnreadableBarcode(ValueError):
    """A scan can mean nothing.

    Attributes:
        code: ``empty``, ``too_long``, ``control_character`` or ``check_digit``.
    """

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(f"{code}: {text[:80]!r}" if text else code)
        self.code = code


class BadCheckDigit(UnreadableBarcode):
    """The symbology proves what the number is, and its check digit is wrong."""

    def __init__(self, text: str) -> None:
        super().__init__("check_digit", text)
