"""What the person who holds the camera should do differently."""

from returnstation.scanning.hints import Hint
from returnstation.scanning.pictures_frames import Pixels, is_blurred, is_dark, is_glaring


def hint_for(pixels: Pixels, bars: Pixels | None = None) -> Hint:
    """Return what would help to read a picture.

    Args:
        pixels: The picture.
        bars: The part of it that looks like a code, if there is one.
    """
    if is_dark(pixels):
        return Hint.MORE_LIGHT
    if is_blurred(pixels if bars is None else bars):
        return Hint.HOLD_STILL
    if is_glaring(pixels):
        return Hint.GLARE
    return Hint.NOTHING if bars is None else Hint.NEARER
