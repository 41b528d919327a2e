"""What one driverless printer is sent: the document it takes, on the medium it has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from returnstation.domain.papers import Trouble
from returnstation.printing.ipp import Attributes, Resolution, Tag, Value, Written
from returnstation.printing.ipp_pages import IppPages, unbundled
from returnstation.printing.ipp_states import is_raw, texts
from returnstation.printing.profiles import Language
from returnstation.printing.pwg import Depth, pwg_pages
from returnstation.printing.transports import NotReached

PDF, PWG = "application/pdf", "image/pwg-raster"
# How printers and CUPS call bytes that go to the head as they are, the best first.
_RAW: Mapping[Language, Sequence[str]] = {
    Language.ZPL: ("application/vnd.zebra-zpl",),
    Language.EPL2: ("application/vnd.eltron-epl",),
}
_ANY_RAW = ("application/vnd.cups-raw", "application/octet-stream")
# Hundredths of a millimetre; sizes in inches are rounded in many ways.
_SAME_SIZE = 100

ASKED = (
    "printer-make-and-model",
    "document-format-supported",
    "media-size-supported",
    "pwg-raster-document-resolution-supported",
    "pwg-raster-document-type-supported",
)
"""What a printer must have said of itself before it is sent a document."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document and how it is to be printed."""

    content: bytes
    format: str
    job: Sequence[Written] = ()


def document_for(payload: bytes, language: Language, printer: Attributes) -> Document:
    """Return what a printer is sent for a payload.

    Raises:
        NotReached: It takes no such document, or has no such medium.
    """
    formats = texts(printer, "document-format-supported")
    if language is Language.IPP:
        if is_raw(printer):
            raise NotReached(Trouble.NOT_SET_UP)
        return _pages(unbundled(payload), formats, printer)
    wanted = (*_RAW.get(language, ()), *_ANY_RAW)
    chosen = next((each for each in wanted if each in formats), None)
    if chosen is None:
        raise NotReached(Trouble.NOT_SET_UP)
    return Document(payload, chosen)


def _pages(pages: IppPages, formats: Sequence[str], printer: Attributes) -> Document:
    job = _job(_medium(pages.size_mm, printer))
    if PDF in formats:
        return Document(pages.pdf, PDF, job)
    if PWG in formats:
        return Document(_raster(pages, printer), PWG, job)
    raise NotReached(Trouble.NOT_SET_UP)


def _job(size: tuple[int, int]) -> Sequence[Written]:
    across, along = size
    dimensions = (
        Written(Tag.INTEGER, "x-dimension", [across]),
        Written(Tag.INTEGER, "y-dimension", [along]),
    )
    medium = (Written(Tag.BEGIN_COLLECTION, "media-size", [dimensions]),)
    return (
        Written(Tag.BEGIN_COLLECTION, "media-col", [medium]),
        # Anything else makes barcodes that cannot be read.
        Written(Tag.KEYWORD, "print-scaling", ["none"]),
        Written(Tag.KEYWORD, "sides", ["one-sided"]),
    )


def _medium(size_mm: tuple[float, float], printer: Attributes) -> tuple[int, int]:
    """Return a size as the printer itself writes it."""
    width, height = (round(length * 100) for length in size_mm)
    supported = printer.get("media-size-supported")
    if supported is None:
        return width, height
    for each in supported:
        if isinstance(each, dict):
            across = _near(width, each.get("x-dimension"))
            along = _near(height, each.get("y-dimension"))
            if across is not None and along is not None:
                return across, along
    raise NotReached(Trouble.WRONG_MEDIA)


def _near(length: int, supported: Sequence[Value] | None) -> int | None:
    match supported:
        case [range() as lengths] if length in lengths:
            return length
        case [int() as fixed] if abs(fixed - length) <= _SAME_SIZE:
            return fixed
    return None


def _raster(pages: IppPages, printer: Attributes) -> bytes:
    dpi = _resolution(pages.dpi, printer.get("pwg-raster-document-resolution-supported"))
    images = [_enlarged(image, dpi // pages.dpi) for image in pages.images]
    return pwg_pages(images, dpi, _depth(texts(printer, "pwg-raster-document-type-supported")))


def _resolution(dpi: int, supported: Sequence[Value] | None) -> int:
    """Return the least resolution on which our dots are whole dots.

    Raises:
        NotReached: There is none.
    """
    if supported is None:
        return dpi
    told = (each for each in supported if isinstance(each, Resolution))
    square = (each.across for each in told if each.across == each.along)
    fitting = sorted(each for each in square if each >= dpi and each % dpi == 0)
    if not fitting:
        raise NotReached(Trouble.NOT_SET_UP)
    return fitting[0]


def _enlarged(image: Image.Image, times: int) -> Image.Image:
    return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)


def _depth(supported: Sequence[str]) -> Depth:
    if Depth.BLACK_1.keyword in supported:
        return Depth.BLACK_1
    if supported and Depth.GREY_8.keyword not in supported:
        raise NotReached(Trouble.NOT_SET_UP)
    return Depth.GREY_8
