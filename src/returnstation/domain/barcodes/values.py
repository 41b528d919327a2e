"""What a scan may mean, and the ways it can mean nothing."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an identifier identifies."""

    COMMAND = "command"
    BADGE = "badge"
    CONTAINER = "container"
    LPN = "lpn"
    SSCC = "sscc"
    GTIN = "gtin"
    SERIAL = "serial"
    LOT = "lot"
    IMEI = "imei"
    TRACKING = "tracking"
    RMA = "rma"
    ORDER = "order"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One reading of a scan.

    Attributes:
        value: In the form in which it is looked up: 14 digits for a GTIN, 18 for an SSCC,
            capitals without spaces and hyphens for numbers of orders, RMAs and parcels.
        is_sure: A prefix of ours, a symbology or a check digit of the carrier proves it.
        carrier: Code of the carrier where the number tells, e.g. ``ups``.
    """

    kind: Kind
    value: str
    is_sure: bool = False
    carrier: str | None = None


@dataclass(frozen=True, slots=True)
class Barcode:
    """One scan and all that it may mean, most certain first; a scan never lacks candidates.

    Attributes:
        text: As scanned, without symbology identifier and surrounding white space.
        symbology: AIM identifier, e.g. ``]C1``, when the source told it.
    """

    text: str
    candidates: tuple[Identifier, ...]
    symbology: str | None = None

    @property
    def best(self) -> Identifier:
        """The most certain meaning."""
        return self.candidates[0]

    def first(self, kind: Kind) -> Identifier | None:
        """Return the most certain meaning of one kind."""
        return next((found for found in self.candidates if found.kind is kind), None)


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
