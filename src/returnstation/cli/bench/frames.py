"""How long one frame of the camera takes, beside zxing-cpp alone on the same frames."""

from collections.abc import Callable, Sequence

import numpy as np
import zxingcpp

from returnstation.cli.bench.decoding.pictures import Sample, drawn_samples
from returnstation.cli.bench.decoding.shots import FRAME
from returnstation.cli.bench.figures import Figure, figure, timed
from returnstation.scanning.frames import FrameDecoder
from returnstation.scanning.pictures_frames import Pixels

BARE_MS, LABEL_MS, WORST_MS = 10.0, 25.0, 60.0
_EACH = 24  # frames of one scene: every look is taken
_SCENES, _DRAWN = 16, 120
_AGAINST = "zxing-cpp alone on the whole frame"


def measure_bare() -> Figure:
    """Look at an empty desk with the noise of a sensor."""
    return _measure("frame-bare", [_noise(150, strength) for strength in (2, 3, 4)], BARE_MS)


def measure_label() -> Figure:
    """Look at well-lit labels until they are read, and on."""
    return _measure("frame", [each.pixels for each in _labels() if each.way == "clean"], LABEL_MS)


def measure_worst() -> Figure:
    """Look at labels nobody can read, and at pure noise: nothing takes readers longer."""
    spoiled = [each.pixels for each in _labels() if each.way != "clean"]
    return _measure("frame-worst", [_noise(128, 90), *spoiled[:_SCENES]], WORST_MS)


def _labels() -> list[Sample]:
    return list(drawn_samples(_DRAWN, 7))


def _measure(name: str, scenes: Sequence[Pixels], target_ms: float) -> Figure:
    ours = [ms for scene in scenes for ms in timed(FrameDecoder().decode, [scene] * _EACH)]
    alone = timed(_alone(), scenes)
    return figure(name, ours, target_ms=target_ms, against=(_AGAINST, alone), note=_note(ours))


def _note(times: Sequence[float]) -> str:
    return f"1280x720, longest {max(times):.0f} ms"


def _alone() -> Callable[[Pixels], object]:
    return lambda pixels: zxingcpp.read_barcodes(pixels, text_mode=zxingcpp.TextMode.Plain)


def _noise(level: float, strength: float) -> Pixels:
    dots = np.random.default_rng(7).normal(level, strength, FRAME[::-1])
    return np.clip(dots, 0, 255).astype(np.uint8)
