"""Scans in pictures that are given to the desk."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from returnstation.application.troubles import Refused
from returnstation.domain.barcodes import BarcodeReader, UnreadableBarcode, best_of


def read_picture(
    barcodes: BarcodeReader, is_known: Callable[[str], bool], content: bytes
) -> Sequence[str]:
    """Return the scans found in a picture that say which parcel or item it is, the best first.

    Raises:
        Refused: It is no picture, too large, or two readers disagree.
    """
    # OpenCV and the readers take 130 ms to import and are needed for pictures only.
    from returnstation.scanning.pictures import BadPicture, Trust
    from returnstation.scanning.pictures import read_picture as read

    try:
        found = read(content, Trust(is_known, barcodes))
    except BadPicture as error:
        code = "photo-too-large" if "large" in error.code else "photo-unreadable"
        raise Refused(code) from error
    seen = []
    for symbol in found.codes:
        with suppress(UnreadableBarcode):
            seen.append(barcodes.read(symbol.scan_text))
    return [each.scan_text for each in best_of(seen).in_order()]
