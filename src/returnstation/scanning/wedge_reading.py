"""Turn what a wedge or serial scanner sent into the text of a scan."""

from collections.abc import Callable, Iterator

from returnstation.domain.barcodes import Barcode, Kind, UnreadableBarcode
from returnstation.scanning.wedge_layouts import LAYOUTS, as_us
from returnstation.settings import AUTO, US, ScannerSettings

SEPARATOR = "\x1d"

ReadBarcode = Callable[[str], Barcode]

# What these say they are, they say by a form no other text has.
_CERTAIN = frozenset({Kind.LPN, Kind.RMA})


def unwrapped(text: str, scanner: ScannerSettings) -> str:
    r"""Return a scan without what the scanner puts around it, and with separators of GS1.

    >>> unwrapped("~0109501101530003211A{GS}10B", ScannerSettings(prefix="~", separator="{GS}"))
    '0109501101530003211A\x1d10B'
    """
    text = text.removeprefix(scanner.prefix).removesuffix(scanner.suffix)
    return text.replace(scanner.separator, SEPARATOR) if scanner.separator else text


def readings(text: str, scanner: ScannerSettings, read: ReadBarcode) -> tuple[str, ...]:
    """Return what the scanner may have read, the likeliest first; a single one is certain.

    A scanner types as on a US keyboard. Where the settings name the layout of the computer,
    its characters are turned back. Where they do not, a layout is believed only when it turns
    the text into a number that proves itself; what cannot be decided is given both ways.
    """
    if scanner.layout == US:
        return (unwrapped(text, scanner),)
    if scanner.layout != AUTO:
        return (unwrapped(as_us(text, scanner.layout), scanner),)
    plain = unwrapped(text, scanner)
    if _is_certain(plain, read):
        return (plain,)
    turned = tuple(dict.fromkeys(_turned(text, scanner)))
    certain = [each for each in turned if _is_certain(each, read)]
    if len(certain) == 1:
        return (certain[0],)
    if text.isascii():
        # Nothing points to another layout: any text can be turned into some other.
        return (plain, *certain)
    return (*(certain or (each for each in turned if each.isascii())), plain)


def _turned(text: str, scanner: ScannerSettings) -> Iterator[str]:
    for layout in LAYOUTS:
        turned = as_us(text, layout)
        if turned != text:
            yield unwrapped(turned, scanner)


def _is_certain(text: str, read: ReadBarcode) -> bool:
    if not text.isascii():
        return False
    try:
        best = read(text).best
    except UnreadableBarcode:
        return False
    return best.is_sure or best.kind in _CERTAIN
