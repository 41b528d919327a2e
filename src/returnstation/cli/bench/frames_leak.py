"""Whether reading frames leaves memory behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import zxingcpp

from returnstation.cli.bench.decoding.pictures import drawn_samples
from returnstation.cli.bench.figures import Figure, figure, timed
from returnstation.scanning.frames import FrameDecoder
from returnstation.scanning.pictures_frames import Pixels

FRAMES = 10_000
MOST_GROWTH_MB = 16.0

_WARM_UP = 1_000  # readers and allocators take what they need, and keep it
_SIZE = (480, 270)
_DRAWN = 16
_STATM = Path("/proc/self/statm")


def measure_leak() -> Figure:
    """Read 10,000 frames with one decoder."""
    growth, times = read_frames(FRAMES, _WARM_UP)
    told = "not known here" if growth is None else f"{growth:+.1f} MB"
    return figure(
        "frame-leak",
        times,
        target_ms=None,
        against=("the first tenth of the frames", times[: FRAMES // 10]),
        note=f"{_SIZE[0]}x{_SIZE[1]}; memory since frame {_WARM_UP}: {told}",
    )


def read_frames(count: int, warm_up: int) -> tuple[float | None, list[float]]:
    """Read so many frames; return how many megabytes the process grew since ``warm_up``.

    The growth is None where the system does not tell it. The times are in ms.
    """
    frames, decode = _frames(), FrameDecoder().decode
    first = timed(decode, (next(frames) for _ in range(warm_up)))
    before = resident_bytes()
    rest = timed(decode, (next(frames) for _ in range(count - warm_up)))
    after = resident_bytes()
    growth = None if before is None or after is None else (after - before) / 1_000_000
    return growth, first + rest


def resident_bytes() -> int | None:
    """Return how much memory this process holds now; None where the system does not tell."""
    if not _STATM.exists():
        return None
    return int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _frames() -> Iterator[Pixels]:
    """Yield labels that can be read, each with a number of its own, spoiled ones and noise."""
    spoiled = [_small(each.pixels) for each in drawn_samples(_DRAWN, 7)]
    lots = np.random.default_rng(7)
    number = 0
    while True:
        yield _label(f"ICN3-{number:07}")
        yield spoiled[number % len(spoiled)]
        yield lots.integers(0, 255, _SIZE[::-1]).astype(np.uint8)
        number += 1


def _label(text: str) -> Pixels:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    bars = np.asarray(code.to_image(scale=2, add_quiet_zones=True), np.uint8)
    frame = np.full(_SIZE[::-1], 255, np.uint8)
    high, wide = min(bars.shape[0], _SIZE[1]), min(bars.shape[1], _SIZE[0])
    frame[:high, :wide] = bars[:high, :wide]
    return frame


def _small(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.resize(pixels, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)
