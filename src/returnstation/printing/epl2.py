"""Labels for EPL2 printers (older Zebra and Eltron, and what speaks their language)."""

from PIL import Image

from returnstation.printing.drawing import Grid
from returnstation.printing.profiles import Medium, Model, Sensing
from returnstation.printing.raster import packed


def epl2_of(image: Image.Image, model: Model, medium: Medium) -> bytes:
    """Return the commands that print a 1-bit image once.

    Width and length go first, because they clear the picture. In ``GW`` a set bit stays white.
    """
    rows = packed(image)
    gap = Grid(model.dpi).dots(medium.gap_mm)
    ends = {Sensing.GAP: f"{gap}", Sensing.MARK: f"B{gap}+0", Sensing.CONTINUOUS: "0"}
    lines = [
        # The first line ends whatever a broken job left behind.
        "",
        f"q{image.width}",
        f"Q{image.height},{ends[medium.sensing]}",
        *_settings(model),
        "R0,0",
        "ZT",
        "N",
        f"GW0,0,{rows.shape[1]},{rows.shape[0]},",
    ]
    return "\n".join(lines).encode() + (~rows).tobytes() + b"\nP1\n"


def _settings(model: Model) -> list[str]:
    darkness = [] if model.darkness is None else [f"D{model.darkness}"]
    return darkness + ([] if model.speed is None else [f"S{model.speed}"])
