"""Read the barcodes in a picture: a photo, a screenshot, a still of the camera.

Looks are taken in the order of what they gave for their time. What finds nothing ends in a hint
for the person who holds the camera, not in more filters.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from returnstation.scanning.hints import Hint
from returnstation.scanning.pictures_agreement import NO_TRUST, Readings, Trust, middle
from returnstation.scanning.pictures_files import BadPicture, open_picture
from returnstation.scanning.pictures_frames import Pixels, part_frame
from returnstation.scanning.pictures_hints import hint_for
from returnstation.scanning.pictures_parts import parts
from returnstation.scanning.pictures_readers import PictureCode
from returnstation.scanning.pictures_stages import (
    LOOKS,
    SECOND,
    STRAIGHTENED,
    THRESHOLDED,
    UNSMEARED,
    WHOLE,
    Look,
    looks_again,
)

__all__ = [
    "BUDGET_MS",
    "BadPicture",
    "Hint",
    "PictureCode",
    "PictureScan",
    "Trust",
    "read_picture",
    "read_pixels",
]

BUDGET_MS = 1500.0
"""How long a still picture is looked at; no look begins later."""

# Other codes beside the first are looked for in these ways only.
_ONCE_FOUND = frozenset({WHOLE.name, THRESHOLDED.name, SECOND.name})
# And in these, where something else looks like a code.
_MORE_LEFT = frozenset({STRAIGHTENED.name, UNSMEARED.name})


@dataclass(frozen=True, slots=True)
class PictureScan:
    """What a picture gave.

    Attributes:
        codes: All barcodes that were read, each once.
        hint: What to do differently, when there is none to use.
    """

    codes: tuple[PictureCode, ...]
    hint: Hint | None = None


def read_picture(
    content: bytes, trust: Trust = NO_TRUST, budget_ms: float = BUDGET_MS
) -> PictureScan:
    """Read the barcodes in the file of a picture.

    Args:
        content: The file.
        trust: What the station knows that makes a reading certain.
        budget_ms: No look begins later.

    Raises:
        BadPicture: It is no picture, too large, or damaged.
    """
    picture = open_picture(content)
    scan = read_pixels(picture.pixels, trust, budget_ms)
    return PictureScan(tuple(code.scaled(picture.scale) for code in scan.codes), scan.hint)


def read_pixels(
    pixels: Pixels, trust: Trust = NO_TRUST, budget_ms: float = BUDGET_MS
) -> PictureScan:
    """Read the barcodes in a grey picture."""
    readings = Readings(trust)
    for look in _looks(readings, pixels, budget_ms):
        readings.add(look.read(pixels), look.name)
        _look_again(readings, pixels)
    agreed = readings.agreed()
    if agreed:
        return PictureScan(agreed)
    return PictureScan((), Hint.DISAGREE if readings.disagree else _hint(pixels))


def _looks(readings: Readings, pixels: Pixels, budget_ms: float) -> Iterator[Look]:
    """Yield the looks that are worth their time, and that there is time for."""
    end = time.monotonic() + budget_ms / 1000
    for look in LOOKS:
        if time.monotonic() > end:
            return
        if (
            look.name in _ONCE_FOUND
            or not readings.agreed()
            or (look.name in _MORE_LEFT and _is_more_left(readings, pixels))
        ):
            yield look


def _is_more_left(readings: Readings, pixels: Pixels) -> bool:
    """Tell whether more looks like a code than was read."""
    places = [middle(code) for code in readings.agreed()]
    likely = [part for part in parts(pixels) if part.is_likely]
    bars = [part for part in likely if part.across is not None]
    read = [place for place in places if any(part.holds(place) for part in bars)]
    return len(bars) > len(read) or any(
        not any(part.holds(place) for place in places) for part in likely
    )


def _look_again(readings: Readings, pixels: Pixels) -> None:
    """Take second looks at doubtful codes until one says something."""
    for code in readings.codes:
        if readings.is_certain(code):
            continue
        around = part_frame(pixels, code.box)
        for number, seen in enumerate(looks_again(code, around.pixels)):
            again = [each.moved(around.place) for each in seen]
            readings.add(again, ("again", number))
            if again:
                break


def _hint(pixels: Pixels) -> Hint:
    # What fills the picture is a pattern, and needs nobody to come nearer.
    found = [part for part in parts(pixels) if part.size < pixels.size / 2]
    return hint_for(pixels, found[0].cut(pixels).pixels if found else None)
