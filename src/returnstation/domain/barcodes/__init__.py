"""Turn the text of one scan into everything it may mean."""

from returnstation.domain.barcodes.choosing import Choice, PassedOver, best_of
from returnstation.domain.barcodes.keys import canonical
from returnstation.domain.barcodes.parse import BarcodeReader, parse_barcode
from returnstation.domain.barcodes.patterns import CodePattern, CodePatterns
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
    "BarcodeReader",
    "Choice",
    "CodePattern",
    "CodePatterns",
    "Identifier",
    "Kind",
    "PassedOver",
    "UnreadableBarcode",
    "best_of",
    "canonical",
    "parse_barcode",
]
