"""Let readers read samples, and count per symbology what is right, wrong and unread."""

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from statistics import median
from typing import Any

import zxingcpp

from returnstation.cli.bench.decoding.pictures import NONE, Sample
from returnstation.scanning.pictures import read_pixels
from returnstation.scanning.pictures_frames import Pixels
from returnstation.scanning.pictures_readers import has_second_reader

Read = Callable[[Pixels], Iterable[str]]
OURS = "ours"


@dataclass(slots=True)
class Score:
    """What one reader did with one symbology.

    Attributes:
        wrong: Texts that stand nowhere in the picture.
        times_ms: One for each picture with the symbology.
    """

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    unread: int = 0
    times_ms: list[float] = field(default_factory=list)

    @property
    def codes(self) -> int:
        """How many codes there were."""
        return self.right + self.unread

    @property
    def median_ms(self) -> float:
        """The usual time for a picture."""
        return median(self.times_ms) if self.times_ms else 0.0


Scores = Mapping[str, Mapping[str, Score]]
"""By reader, then by symbology."""


def readers() -> dict[str, Read]:
    """Return what is compared: each library alone as it comes, and ours."""
    alone: dict[str, Read] = {"zxing-cpp": _zxing_alone}
    if has_second_reader():
        alone["pyzbar"] = _zbar_alone
    return alone | {OURS: _ours}


def score(samples: Iterable[Sample], compared: Mapping[str, Read]) -> Scores:
    """Let every reader read every sample."""
    scores: dict[str, dict[str, Score]] = {name: defaultdict(Score) for name in compared}
    for sample in samples:
        for name, read in compared.items():
            start = time.perf_counter()
            texts = {_plain(text) for text in read(sample.pixels)}
            _count(scores[name], sample, texts, (time.perf_counter() - start) * 1000)
    return scores


def total(by_symbology: Mapping[str, Score]) -> Score:
    """Return the sum over all symbologies."""
    scores = by_symbology.values()
    return Score(
        sum(each.right for each in scores),
        [text for each in scores for text in each.wrong],
        sum(each.unread for each in scores),
        [ms for each in scores for ms in each.times_ms],
    )


def _count(scores: dict[str, Score], sample: Sample, texts: set[str], ms: float) -> None:
    there = {_plain(truth.text): truth.symbology for truth in sample.truths}
    for text, symbology in there.items():
        scores[symbology].right += text in texts
        scores[symbology].unread += text not in texts
    names = sorted(set(there.values())) or [NONE]
    scores[names[0]].wrong += sorted(texts - there.keys())
    for name in names:
        scores[name].times_ms.append(ms)


def _plain(text: str) -> str:
    """Return a text as all readers would write it: products with 14 digits, no leading FNC1."""
    text = text.strip("\x1d")
    is_product = text.isascii() and text.isdigit() and len(text) in {8, 12, 13}
    return text.zfill(14) if is_product else text


def _ours(pixels: Pixels) -> Iterable[str]:
    return [code.text for code in read_pixels(pixels).codes]


def _zxing_alone(pixels: Pixels) -> Iterable[str]:
    found = zxingcpp.read_barcodes(pixels, text_mode=zxingcpp.TextMode.Plain)
    return [code.text for code in found]


def _zbar_alone(pixels: Pixels) -> Iterable[str]:
    zbar: Any = import_module("pyzbar.pyzbar")
    # It writes assertions about DataBar to the terminal.
    with _silent_stderr():
        return [code.data.decode("utf-8", "replace") for code in zbar.decode(pixels)]


@contextmanager
def _silent_stderr() -> Iterator[None]:
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
