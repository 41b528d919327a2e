"""Turn the text of one scan into everything it may mean."""

from returnstation.domain.barcodes.keys import canonical
from returnstation.domain.barcodes.parse import parse_barcode
from returnstation.domain.barcodes.values import (
    BadCheckDigit,
    Barcode,
    Identifier,
    Kind,
    UnreadableBarcode,
)

__all__ = [
    "BadCheckDigit",
    "Barcode",
    "Identifier",
    "Kind",
    "UnreadableBarcode",
    "canonical",
    "parse_barcode",
]
