from collections.abc import Iterator
from itertools import count

import numpy as np
import pytest

from picture_samples import Format, Pixels, a_code, a_desk, noisy, tilted
from returnstation.scanning.frames import FrameDecoder
from returnstation.scanning.hints import Hint
from returnstation.scanning.pictures_agreement import NO_TRUST, Trust

PLATE = a_desk(a_code("ICN3-0011842", Format.Code128), size=(1280, 720))
PRODUCT = a_desk(a_code("8801234567893", Format.EAN13), size=(1280, 720))
BARE = noisy(a_desk(size=(1280, 720)), 3)


def a_decoder(trust: Trust = NO_TRUST) -> FrameDecoder:
    """Return one for which every look takes as long as is expected of it."""
    return FrameDecoder(trust, clock=lambda: 0.0)


def texts(decoder: FrameDecoder, frames: Iterator[Pixels] | list[Pixels]) -> list[list[str]]:
    return [[code.text for code in decoder.decode(frame).codes] for frame in frames]


def test_a_plain_code_is_read_in_the_first_frame() -> None:
    assert texts(a_decoder(), [PLATE]) == [["ICN3-0011842"]]


def test_a_product_is_believed_in_the_second_frame() -> None:
    assert texts(a_decoder(), [PRODUCT] * 2) == [[], ["8801234567893"]]


def test_a_known_product_is_believed_in_the_first_frame() -> None:
    decoder = a_decoder(Trust(is_known=lambda _gtin: True))

    assert texts(decoder, [PRODUCT]) == [["8801234567893"]]


def test_a_product_that_was_long_out_of_sight_is_seen_for_the_first_time() -> None:
    decoder = a_decoder()

    assert texts(decoder, [PRODUCT, *[BARE] * 31, PRODUCT])[-1] == []


@pytest.mark.parametrize(
    "code",
    [
        a_code("hello", Format.QRCode, 5),
        a_code("hello", Format.DataMatrix, 6),
        a_code("hello world", Format.MaxiCode, 2),
        a_code("hello world", Format.PDF417, 4),
    ],
)
def test_every_kind_of_code_is_read_within_a_second(code: Pixels) -> None:
    decoder = a_decoder()

    assert any(texts(decoder, [a_desk(code, size=(1280, 720))] * 30))


@pytest.mark.parametrize("degrees", [30, 45, 120])
def test_a_code_askew_is_read_within_a_second(degrees: int) -> None:
    desk = tilted(a_desk(a_code("ICN3-0011842", Format.Code128), size=(1000, 1000)), degrees)

    assert any(texts(a_decoder(), [desk] * 30))


def test_the_place_of_a_code_is_that_in_the_frame() -> None:
    (code,) = a_decoder().decode(PLATE).codes

    assert all(80 <= x <= 700 and 60 <= y <= 250 for x, y in code.box)


def test_what_looks_like_no_code_costs_no_reader() -> None:
    assert a_decoder().decode(BARE).look == ""


def test_a_second_without_a_code_brings_a_hint() -> None:
    decoder = a_decoder()
    dark = noisy(a_desk(shade=12, size=(1280, 720)), 4)

    assert Hint.MORE_LIGHT in {decoder.decode(dark).hint for _ in range(15)}


class SlowClock:
    """A clock by which everything takes a hundred milliseconds."""

    def __init__(self) -> None:
        self._ticks = count()

    def __call__(self) -> float:
        return next(self._ticks) * 0.1


def test_a_slow_machine_reads_less_of_each_frame() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (720, 1280)).astype(np.uint8)
    decoder = FrameDecoder(clock=SlowClock())

    assert [decoder.decode(noise).codes for _ in range(6)] == [()] * 6


@pytest.mark.parametrize("size", [(16, 16), (33, 700), (700, 33), (1, 1)])
def test_no_size_of_frame_can_break_it(size: tuple[int, int]) -> None:
    frame = np.random.default_rng(3).integers(0, 255, size).astype(np.uint8)

    assert [a_decoder().decode(frame).codes for _ in range(12)] == [()] * 12
