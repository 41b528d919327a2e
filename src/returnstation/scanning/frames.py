"""Read the frames of a camera, one look at each, within a time that is never exceeded by much.

A still picture is looked at in every way until something is found. Of a camera the next frame
comes in a thirtieth of a second and shows the same: so each frame gets one look, the plain ones
most often, and a look that found something is taken again at the next frame. Only what looks
like a code is read, and only as much of it as there is time for.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from returnstation.domain.barcodes import parse_barcode
from returnstation.scanning.hints import Hint
from returnstation.scanning.pictures_agreement import NO_TRUST, Readings, Trust
from returnstation.scanning.pictures_frames import Frame, Pixels, enlarged, thresholded
from returnstation.scanning.pictures_hints import hint_for
from returnstation.scanning.pictures_maxicode import read_maxicode
from returnstation.scanning.pictures_parts import Part, parts
from returnstation.scanning.pictures_readers import (
    LINEAR,
    MATRICES,
    NOT_RETAIL,
    Effort,
    PictureCode,
    read_linear_again,
    read_zxing,
)
from returnstation.scanning.pictures_stages import straightened

BUDGET_MS = 40.0
_GS1 = "]C10104150999999994"
_REMEMBERED = 30  # frames: a second
_HINT_AFTER = 12
_DENSE = 0.5
_EDGE = 24
_RIM = 24
_SMALLEST_SIDE = 96

_Read: TypeAlias = Callable[[Pixels], Iterable[PictureCode]]


@dataclass(frozen=True, slots=True)
class FrameScan:
    """What a frame gave.

    Attributes:
        codes: What can be believed by now, with its place in this frame.
        hint: What would help, when nothing was read for a while.
        look: Which look was taken; empty where nothing looked like a code.
    """

    codes: tuple[PictureCode, ...]
    hint: Hint | None = None
    look: str = ""


@dataclass(frozen=True, slots=True)
class _Look:
    """A look and what it costs, in ms for a million pixels: of a usual label, and of noise."""

    name: str
    read: _Read
    usual: float
    worst: float


def _bars(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(pixels, LINEAR, Effort.NO_NEGATIVES)


def _matrices(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(pixels, MATRICES, Effort.NO_NEGATIVES)


def _light_matrices(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(pixels, MATRICES)


def _bars_thresholded(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(thresholded(pixels), LINEAR, Effort.NO_NEGATIVES)


def _matrices_thresholded(pixels: Pixels) -> Iterable[PictureCode]:
    return read_zxing(thresholded(pixels), MATRICES, Effort.NO_NEGATIVES)


def _straightened(pixels: Pixels) -> Iterable[PictureCode]:
    for frame in straightened(pixels):
        for code in read_zxing(frame.pixels, LINEAR, Effort.NO_NEGATIVES):
            yield code.moved(frame.place)


def _maxicode(pixels: Pixels) -> Iterable[PictureCode]:
    return read_maxicode(pixels, tries=1)


def _enlarged(pixels: Pixels) -> Iterable[PictureCode]:
    frame = enlarged(pixels)
    # Enlarged EAN codes are misread with a right check digit.
    for code in read_zxing(frame.pixels, NOT_RETAIL, Effort.NO_NEGATIVES):
        yield code.moved(frame.place)


_PLAIN = (
    _Look("bars", _bars, 9, 48),
    _Look("matrices", _matrices, 24, 60),
)
_OTHERS = (
    _Look("straightened", _straightened, 30, 80),
    _Look("bars thresholded", _bars_thresholded, 20, 90),
    _Look("matrices thresholded", _matrices_thresholded, 40, 90),
    _Look("second reader", read_linear_again, 75, 230),
    _Look("light matrices", _light_matrices, 34, 120),
    _Look("enlarged", _enlarged, 140, 300),
    _Look("maxicode", _maxicode, 40, 60),
)


@dataclass(slots=True)
class FrameDecoder:
    """Reads frame after frame of one scene; use it in one thread.

    Attributes:
        trust: What the station knows that makes a reading certain.
        budget_ms: What one frame may cost.
        clock: Seconds; replaced in tests.
    """

    trust: Trust = NO_TRUST
    budget_ms: float = BUDGET_MS
    clock: Callable[[], float] = time.perf_counter
    _frame: int = 0
    _turn: int = 0
    _tile: int = 0
    _pace: float = 1.0
    _found_at: int = 0
    _again: _Look | None = None
    _readings: Readings = field(init=False)
    _seen: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._readings = Readings(self.trust)
        # What reads GS1 takes 60 ms to import: not within the first frame that shows one.
        parse_barcode(_GS1)

    def decode(self, pixels: Pixels) -> FrameScan:
        """Take one look at a frame."""
        begun = self.clock()
        self._frame += 1
        self._forget()
        found = parts(pixels)
        if not found:
            return FrameScan((), self._hint(pixels, found))
        look = self._next_look()
        area = _around(pixels, found)
        tile = self._affordable(look, area, (self.clock() - begun) * 1000)
        looked = self.clock()
        codes = [code.moved(tile.place) for code in look.read(tile.pixels)]
        self._learn(look, tile.pixels, (self.clock() - looked) * 1000)
        self._again = look if codes else None
        return self._scan(pixels, found, codes, look)

    def _scan(
        self, pixels: Pixels, found: tuple[Part, ...], codes: list[PictureCode], look: _Look
    ) -> FrameScan:
        self._readings.add(codes, self._frame)
        for code in codes:
            self._seen[code.text] = self._frame
        here = {code.text: code for code in codes}
        agreed = tuple(
            self._placed(code, here) for code in self._readings.agreed() if code.text in here
        )
        if agreed:
            self._found_at = self._frame
            return FrameScan(agreed, look=look.name)
        if codes and self._readings.disagree:
            return FrameScan((), Hint.DISAGREE, look.name)
        return FrameScan((), self._hint(pixels, found), look.name)

    def _placed(self, known: PictureCode, here: dict[str, PictureCode]) -> PictureCode:
        return known.at(here[known.text].box)

    def _next_look(self) -> _Look:
        """Return what worked last, or the next in turn: bars, matrices, and one of the others."""
        if self._again is not None:
            return self._again
        turn, self._turn = self._turn, self._turn + 1
        round_, place = divmod(turn, len(_PLAIN) + 1)
        return _PLAIN[place] if place < len(_PLAIN) else _OTHERS[round_ % len(_OTHERS)]

    def _affordable(self, look: _Look, area: Frame, spent_ms: float) -> Frame:
        """Return as much of an area as there is time for: another part of it each time."""
        expected = _expected_ms(look, area.pixels) * self._pace
        left = max(self.budget_ms - spent_ms, self.budget_ms / 4)
        if expected <= left:
            return area
        side = (left / expected) ** 0.5
        height, width = area.pixels.shape
        high = min(max(int(height * side), _SMALLEST_SIDE), height)
        wide = min(max(int(width * side), _SMALLEST_SIDE), width)
        rows, columns = -(-2 * height // high) - 1, -(-2 * width // wide) - 1
        row, column = divmod(self._tile % (rows * columns), columns)
        self._tile += 1
        top, left_edge = min(row * high // 2, height - high), min(column * wide // 2, width - wide)
        cut = np.ascontiguousarray(area.pixels[top : top + high, left_edge : left_edge + wide])
        return Frame(cut, lambda at: area.place((at[0] + left_edge, at[1] + top)))

    def _learn(self, look: _Look, pixels: Pixels, took_ms: float) -> None:
        """Grow careful at once, and bold again slowly."""
        pace = took_ms / max(_expected_ms(look, pixels), 0.5)
        if took_ms > self.budget_ms / 4:
            self._pace = min(max(pace, 0.95 * self._pace, 0.5), 8.0)

    def _forget(self) -> None:
        for text in [t for t, at in self._seen.items() if self._frame - at > _REMEMBERED]:
            self._readings.drop(text)
            del self._seen[text]

    def _hint(self, pixels: Pixels, found: tuple[Part, ...]) -> Hint | None:
        quiet = self._frame - self._found_at
        if quiet < _HINT_AFTER or quiet % _HINT_AFTER:
            return None
        small = [part for part in found if part.size < pixels.size / 2]
        return hint_for(pixels, small[0].cut(pixels).pixels if small else None)


def _around(pixels: Pixels, found: tuple[Part, ...]) -> Frame:
    """Return the part of a frame in which everything lies that looks like a code."""
    height, width = pixels.shape
    left = max(min(part.box[0] for part in found) - _RIM, 0)
    top = max(min(part.box[1] for part in found) - _RIM, 0)
    right = min(max(part.box[2] for part in found) + _RIM, width)
    bottom = min(max(part.box[3] for part in found) + _RIM, height)
    cut = np.ascontiguousarray(pixels[top:bottom, left:right])
    return Frame(cut, lambda at: (at[0] + left, at[1] + top))


def _expected_ms(look: _Look, pixels: Pixels) -> float:
    """Return what a look will cost on a machine like the one it was measured on."""
    rows = pixels[::4].astype(np.int16)
    dense = float((np.abs(np.diff(rows, axis=1)) > _EDGE).mean())
    rate = look.usual + (look.worst - look.usual) * min(dense / _DENSE, 1.0)
    return rate * pixels.size / 1e6
