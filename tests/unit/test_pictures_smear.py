from math import cos, radians, sin

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from picture_samples import Format, Pixels, a_code, a_desk, noisy, soft
from returnstation.scanning.pictures_readers import EVERYTHING, read_zxing
from returnstation.scanning.pictures_smear import Smear, estimated_smear, unsmeared

SHARP = soft(
    a_desk(
        a_code("8K0H4D9AHFWV6RKCFHA3BGS2U0N3JSKW8K0H4D9AHFWV", Format.DataMatrix, 3),
        a_code("1Z999AA10123456784", Format.Code128, 3),
        a_code("FURKT8R2RCMKJ45BPJMSZXBTR1VT6N9JZ8VC", Format.QRCode, 3),
        size=(900, 700),
    ),
    0.6,
)


def moved(pixels: Pixels, length: int, degrees: float) -> Pixels:
    way = np.zeros((15, 15), np.float32)
    for step in np.linspace(-length / 2, length / 2, 200):
        across, down = step * cos(radians(degrees)), step * sin(radians(degrees))
        way[round(7 + down), round(7 + across)] += 1
    return np.asarray(cv2.filter2D(pixels, -1, way / way.sum()), np.uint8)


def read(pixels: Pixels) -> int:
    return len(list(read_zxing(pixels, EVERYTHING)))


@pytest.mark.parametrize("degrees", [0, 45, 90, 135])
@pytest.mark.parametrize("length", [5, 7])
def test_a_picture_tells_how_far_it_moved_and_which_way(length: int, degrees: int) -> None:
    smear = estimated_smear(noisy(moved(SHARP, length, degrees), 2))

    assert smear is not None
    assert abs(smear.length - length) <= 1
    assert min((smear.degrees - degrees) % 180, (degrees - smear.degrees) % 180) <= 12


@pytest.mark.parametrize("softness", [1.2, 1.8])
def test_a_picture_tells_how_soft_it_is(softness: float) -> None:
    smear = estimated_smear(noisy(soft(SHARP, softness), 2))

    assert smear is not None
    assert abs(smear.softness - softness) <= 0.5


def test_a_picture_that_nothing_smeared_is_left_nearly_as_it_was() -> None:
    smear = estimated_smear(noisy(SHARP, 2))

    assert smear is not None
    assert (smear.softness <= 0.9, smear.length <= 3) == (True, True)


@pytest.mark.parametrize(
    "smeared", [noisy(moved(SHARP, 7, 20), 2), noisy(soft(SHARP, 1.8), 2)], ids=["moved", "soft"]
)
def test_what_was_smeared_is_read_again(smeared: Pixels) -> None:
    smear = estimated_smear(smeared)

    assert smear is not None
    assert read(unsmeared(smeared, smear)) > read(smeared)


@pytest.mark.parametrize("size", [(63, 400), (400, 63)])
def test_a_picture_that_is_too_small_tells_nothing(size: tuple[int, int]) -> None:
    assert estimated_smear(noisy(np.full(size, 200, np.uint8), 5)) is None


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_plain_picture_tells_nothing(shade: int) -> None:
    assert estimated_smear(np.full((200, 200), shade, np.uint8)) is None


@settings(max_examples=30)
@given(st.floats(0.3, 3), st.floats(0, 12), st.floats(0, 180), st.integers(0, 255))
def test_undoing_a_smear_keeps_what_has_no_edges(
    softness: float, length: float, degrees: float, shade: int
) -> None:
    plain = np.full((40, 40), shade, np.uint8)

    clear = unsmeared(plain, Smear(softness, length, degrees))

    assert np.abs(clear.astype(int) - shade).max() <= 1
