"""A paper for a driverless printer: as PDF and as dots, for the printer says late what it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from PIL import Image

_PDF = "document.pdf"


@dataclass(frozen=True, slots=True)
class IppPages:
    """The same pages twice.

    Attributes:
        images: 1-bit, on the grid of ``dpi``.
    """

    pdf: bytes
    images: Sequence[Image.Image]
    dpi: int

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the first page."""
        width, height = self.images[0].size
        return width * 25.4 / self.dpi, height * 25.4 / self.dpi


def bundled(pages: IppPages) -> bytes:
    """Return both in one file; the same pages give the same bytes."""
    out = BytesIO()
    with ZipFile(out, "w") as bundle:
        # A ZipInfo without a date has always the same one.
        bundle.writestr(ZipInfo(_PDF), pages.pdf)
        for number, image in enumerate(pages.images):
            page = BytesIO()
            image.save(page, "PNG", dpi=(pages.dpi, pages.dpi))
            bundle.writestr(ZipInfo(f"{number:03}.png"), page.getvalue())
    return out.getvalue()


def unbundled(payload: bytes) -> IppPages:
    """Return what ``bundled`` put together."""
    with ZipFile(BytesIO(payload)) as bundle:
        names = sorted(name for name in bundle.namelist() if name != _PDF)
        images = [Image.open(BytesIO(bundle.read(name))) for name in names]
        dpi = round(images[0].info["dpi"][0])
        return IppPages(bundle.read(_PDF), [image.convert("1") for image in images], dpi)
