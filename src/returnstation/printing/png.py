"""Papers as PNG, for other programs and for looking at them."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image

from returnstation.printing.profiles import Medium, Model


def png_pages(images: Sequence[Image.Image], model: Model, _medium: Medium) -> bytes:
    """Return 1-bit images as one picture, below one another, that knows its size in mm."""
    whole = images[0] if len(images) == 1 else _stacked(images)
    out = BytesIO()
    whole.save(out, "PNG", dpi=(model.dpi, model.dpi))
    return out.getvalue()


def _stacked(images: Sequence[Image.Image]) -> Image.Image:
    width = max(image.width for image in images)
    whole = Image.new("1", (width, sum(image.height for image in images)), 1)
    top = 0
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    return whole
