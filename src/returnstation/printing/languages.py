"""What every raster language has in common: a 1-bit image in, the bytes for the printer out."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from PIL import Image

from returnstation.printing.brother_ql import brother_ql_of
from returnstation.printing.epl2 import epl2_of
from returnstation.printing.escpos import escpos_of
from returnstation.printing.png import png_pages
from returnstation.printing.profiles import Language, Medium, Model
from returnstation.printing.pwg import pwg_of
from returnstation.printing.sbpl import sbpl_of
from returnstation.printing.tspl import tspl_of
from returnstation.printing.zpl import zpl_of

Encoder: TypeAlias = Callable[[Image.Image, Model, Medium], bytes]

ENCODERS: Mapping[Language, Encoder] = {
    Language.ZPL: zpl_of,
    Language.TSPL: tspl_of,
    Language.EPL2: epl2_of,
    Language.SBPL: sbpl_of,
    Language.ESCPOS: escpos_of,
    Language.BROTHER_QL: brother_ql_of,
}
"""Those that print bitmaps one after the other."""

DOCUMENTS: Mapping[Language, Callable[[Sequence[Image.Image], Model, Medium], bytes]] = {
    Language.PNG: png_pages,
    Language.PWG: pwg_of,
}
"""Those that hold all pages; PDF is drawn from the marks themselves."""


def encoded(images: Sequence[Image.Image], model: Model, medium: Medium) -> bytes:
    """Return the pages of a job in the language of a model."""
    if whole := DOCUMENTS.get(model.language):
        return whole(images, model, medium)
    encode = ENCODERS[model.language]
    return b"".join(encode(image, model, medium) for image in images)
