"""The looks that are taken at a picture, in the order of what they gave for their time.

Each look prepares the picture in its own way and asks one reader. The order was measured on
phone photos and drawn labels: see ``benchmarks/README.md``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from returnstation.scanning.pictures_frames import (
    Frame,
    Pixels,
    at_most,
    blurred,
    enlarged,
    levelled,
    magnified,
    shrunk,
    thresholded,
    turned,
)
from returnstation.scanning.pictures_maxicode import read_maxicode
from returnstation.scanning.pictures_parts import parts
from returnstation.scanning.pictures_readers import (
    EVERYTHING,
    LINEAR,
    NOT_RETAIL,
    STACKED,
    Formats,
    PictureCode,
    is_stacked,
    read_linear_again,
    read_zxing,
)
from returnstation.scanning.pictures_smear import Smear, estimated_smear, unsmeared

# Linear codes are looked for along rows and columns only, and found up to 20 degrees off.
_TURNS = (45.0, 22.5, 67.5)
# Enlarging helps small codes in small pictures only, and costs four times the time.
_ENLARGED_UP_TO = 2_200_000
# What is tried where the smear was told wrongly, or not at all.
_USUAL_SMEARS = (Smear(1.6), Smear(1.2))

_Read: TypeAlias = Callable[[Pixels], Iterable[PictureCode]]


@dataclass(frozen=True, slots=True)
class Look:
    """One look: ``read`` yields what is seen."""

    name: str
    read: _Read


def _whole(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(pixels, EVERYTHING)


def _turned(pixels: Pixels, degrees: float) -> Iterator[PictureCode]:
    return _read(turned(pixels, degrees), LINEAR)


def _thresholded(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(thresholded(pixels), EVERYTHING)


def _blurred(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(blurred(pixels), EVERYTHING)


def _enlarged(pixels: Pixels) -> Iterator[PictureCode]:
    if pixels.size <= _ENLARGED_UP_TO:
        # Enlarged EAN codes are misread with a right check digit.
        yield from _read(enlarged(pixels), NOT_RETAIL)


def straightened(pixels: Pixels) -> Iterator[Frame]:
    """Yield each part with bars, turned so that they stand upright."""
    for part in parts(pixels):
        if part.across is not None:
            cut = part.cut(pixels)
            yield turned(cut.pixels, part.across).within(cut)


def _straightened(pixels: Pixels) -> Iterator[PictureCode]:
    for frame in straightened(pixels):
        yield from _read(frame, LINEAR)
        yield from _read_again(frame)


def _stacked(pixels: Pixels) -> Iterator[PictureCode]:
    # Rows of bars: read like bars when they stand upright, and better from more dots.
    for frame in straightened(pixels):
        if frame.pixels.size <= _ENLARGED_UP_TO:
            yield from _read(magnified(frame.pixels).within(frame), STACKED)


def _unsmeared(pixels: Pixels) -> Iterator[PictureCode]:
    clear = _cleared(pixels)
    if clear is None:
        return
    yield from _read(clear, EVERYTHING)
    yield from _read_again(clear)
    for frame in straightened(clear.pixels):
        bars = Frame(levelled(frame.pixels), frame.place).within(clear)
        yield from _read(bars, LINEAR)
        yield from _read_again(bars)


def _clear_and_large(pixels: Pixels) -> Iterator[PictureCode]:
    clear = _cleared(pixels)
    if clear is not None:
        yield from _read(magnified(clear.pixels).within(clear), NOT_RETAIL)


def _sharpened(pixels: Pixels) -> Iterator[PictureCode]:
    clear = _without(_USUAL_SMEARS[0], at_most(pixels, _ENLARGED_UP_TO))
    yield from _read(magnified(clear.pixels).within(clear), NOT_RETAIL)
    yield from _read_again(clear)


def _cleared(pixels: Pixels) -> Frame | None:
    """Return a picture without its smear; None where nothing tells what it was."""
    small = at_most(pixels, _ENLARGED_UP_TO)
    smear = estimated_smear(small.pixels)
    return None if smear is None else _without(smear, small)


def _without(smear: Smear, frame: Frame) -> Frame:
    return Frame(unsmeared(frame.pixels, smear), frame.place)


def _read_again(frame: Frame) -> Iterator[PictureCode]:
    return (code.moved(frame.place) for code in read_linear_again(frame.pixels))


def _read(frame: Frame, formats: Formats) -> Iterator[PictureCode]:
    return (code.moved(frame.place) for code in read_zxing(frame.pixels, formats))


WHOLE = Look("whole", _whole)
TURNED = tuple(Look(f"turned {degrees:g}", partial(_turned, degrees=degrees)) for degrees in _TURNS)
THRESHOLDED = Look("thresholded", _thresholded)
SECOND = Look("second reader", read_linear_again)
BLURRED = Look("blurred", _blurred)
ENLARGED = Look("enlarged", _enlarged)
STRAIGHTENED = Look("straightened", _straightened)
STACKED_ROWS = Look("stacked rows", _stacked)
MAXI = Look("maxicode", read_maxicode)
UNSMEARED = Look("unsmeared", _unsmeared)
CLEAR_AND_LARGE = Look("clear and large", _clear_and_large)
SHARPENED = Look("sharpened", _sharpened)

LOOKS = (
    WHOLE, *TURNED, THRESHOLDED, SECOND, STRAIGHTENED, STACKED_ROWS, BLURRED, MAXI, UNSMEARED,
    ENLARGED, CLEAR_AND_LARGE, SHARPENED,
)  # fmt: skip


def looks_again(code: PictureCode, pixels: Pixels) -> Iterator[Iterable[PictureCode]]:
    """Yield second looks at the part of a picture where a code was read."""
    return _looks_at_stacked(pixels) if is_stacked(code) else _looks_at_bars(pixels)


def _looks_at_stacked(pixels: Pixels) -> Iterator[Iterable[PictureCode]]:
    small = at_most(pixels, _ENLARGED_UP_TO)
    frames = (small, *(frame.within(small) for frame in straightened(small.pixels)))
    for prepare in (thresholded, blurred, partial(unsmeared, smear=_USUAL_SMEARS[1])):
        for frame in frames:
            ready = Frame(prepare(frame.pixels), frame.place)
            yield _read(ready, STACKED)
            yield _read(magnified(ready.pixels).within(ready), STACKED)


def _looks_at_bars(pixels: Pixels) -> Iterator[Iterable[PictureCode]]:
    yield read_linear_again(pixels)
    yield read_zxing(thresholded(pixels), LINEAR)
    yield read_zxing(blurred(pixels), LINEAR)
    yield read_zxing(shrunk(pixels), LINEAR)
    small = at_most(pixels, _ENLARGED_UP_TO)
    for smear in _USUAL_SMEARS:
        yield _read(_without(smear, small), LINEAR)
