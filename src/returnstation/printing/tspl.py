"""Labels for TSPL printers (TSC and what speaks its language), each as one bitmap."""

from PIL import Image

from returnstation.printing.profiles import Medium, Model, Sensing
from returnstation.printing.raster import packed


def tspl_of(image: Image.Image, model: Model, medium: Medium) -> bytes:
    """Return the commands that print a 1-bit image once.

    Size, origin and direction are said every time: a printer keeps what the program before us
    set. In ``BITMAP`` a set bit stays white.
    """
    rows = packed(image)
    lines = [
        f"SIZE {_mm(image.width, model.dpi)} mm,{_mm(image.height, model.dpi)} mm",
        _end_of_label(medium),
        *_settings(model),
        "DIRECTION 1",
        "REFERENCE 0,0",
        "CLS",
        f"BITMAP 0,0,{rows.shape[1]},{rows.shape[0]},0,",
    ]
    return "\r\n".join(lines).encode() + (~rows).tobytes() + b"\r\nPRINT 1,1\r\n"


def _mm(dots: int, dpi: int) -> str:
    return f"{dots * 25.4 / dpi:.2f}"


def _end_of_label(medium: Medium) -> str:
    if medium.sensing is Sensing.MARK:
        return f"BLINE {medium.gap_mm:g} mm,0 mm"
    gap = 0 if medium.sensing is Sensing.CONTINUOUS else medium.gap_mm
    return f"GAP {gap:g} mm,0 mm"


def _settings(model: Model) -> list[str]:
    darkness = [] if model.darkness is None else [f"DENSITY {model.darkness}"]
    speed = [] if model.speed is None else [f"SPEED {model.speed}"]
    return darkness + speed + (["SET CUTTER 1"] if model.cut else [])
