"""Move what is drawn to where a machine prints it right, and never over an edge."""

from PIL import ImageOps

from returnstation.printing.drawing import DoesNotFit, Drawing, moved
from returnstation.printing.profiles import Model
from returnstation.printing.raster import rasterize


def calibrated(drawing: Drawing, model: Model) -> Drawing:
    """Return a drawing moved by the offset of a printer, in whole dots.

    Raises:
        DoesNotFit: Something of it would be cut off.
        MissingGlyph: No font has one of the characters.
    """
    right, down = (drawing.grid.dots(length) for length in model.offset_mm)
    if not (right or down):
        return drawing
    inked = ImageOps.invert(rasterize(drawing).convert("L")).getbbox()
    if inked is not None and not _fits(inked, (right, down), drawing):
        raise DoesNotFit("offset_mm {:g}, {:g}".format(*model.offset_mm))
    return Drawing(drawing.width, drawing.height, drawing.grid, moved(drawing.marks, right, down))


def _fits(inked: tuple[int, int, int, int], by: tuple[int, int], drawing: Drawing) -> bool:
    (left, top, right, bottom), (across, along) = inked, by
    is_inside = left + across >= 0 and right + across <= drawing.width
    return is_inside and top + along >= 0 and bottom + along <= drawing.height
