"""Photos of a drawn desk: sharp ones pass, spoiled ones say why."""

import cv2
import numpy as np
import pytest

from returnstation.scanning.photo_checks import (
    LEAST_SHARPNESS,
    MOST_GLARE,
    Fault,
    Picture,
    faults_of,
    glare,
    sharpness,
)
from returnstation.scanning.photo_crop import suggested_cut
from returnstation.scanning.photo_taking import Framing, NoPicture, make_photo

SIZE = (720, 1280)
GOODS = ("shoe", "label", "phone")
PLACES = {"shoe": (310, 242, 970, 562), "label": (350, 150, 930, 570), "phone": (480, 90, 800, 640)}


def a_desk(goods: str = "", light: float = 1.0) -> Picture:
    desk = np.full((*SIZE, 3), (112, 150, 184), np.uint8)
    if goods == "shoe":
        cv2.ellipse(desk, (640, 402), (330, 150), 8, 0, 360, (40, 38, 36), -1, cv2.LINE_AA)
        for lace in range(6):
            at = 520 + 35 * lace
            cv2.line(desk, (at, 330), (at + 40, 420), (90, 90, 90), 4, cv2.LINE_AA)
    if goods == "label":
        cv2.rectangle(desk, (350, 150), (930, 570), (235, 238, 240), -1)
        for row in range(9):
            cv2.putText(
                desk, "RETURN 6892 0417", (380, 200 + 42 * row), 0, 1, (20, 20, 20), 2, cv2.LINE_AA
            )
    if goods == "phone":
        cv2.rectangle(desk, (480, 90), (800, 640), (30, 30, 32), -1)
        cv2.rectangle(desk, (500, 130), (780, 600), (70, 60, 50), -1)
        cv2.line(desk, (520, 200), (760, 480), (140, 140, 140), 2, cv2.LINE_AA)
    return as_seen(np.asarray(desk * light, np.uint8))


def as_seen(desk: Picture) -> Picture:
    """Return it with the softness of a lens and the noise of a sensor."""
    soft = cv2.GaussianBlur(desk, (0, 0), 0.6)
    noise = np.random.default_rng(7).normal(0, 4, desk.shape)
    return np.asarray(np.clip(soft + noise, 0, 255), np.uint8)


def blurred(desk: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(desk, (0, 0), sigma), np.uint8)


def moved(desk: Picture, pixels: int) -> Picture:
    kernel = np.zeros((pixels, pixels), np.float32)
    kernel[pixels // 2] = 1 / pixels
    return np.asarray(cv2.filter2D(desk, -1, kernel), np.uint8)


def with_lamp(desk: Picture, radius: int) -> Picture:
    lamp = np.zeros(SIZE, np.float32)
    cv2.circle(lamp, (640, 360), radius, 1, -1)
    shine = cv2.GaussianBlur(lamp, (0, 0), 12)[..., None] * 260
    return np.asarray(np.clip(desk + shine, 0, 255), np.uint8)


def packed(picture: Picture) -> bytes:
    return cv2.imencode(".jpg", picture)[1].tobytes()


@pytest.mark.parametrize("goods", GOODS)
def test_a_sharp_photo_has_no_fault(goods: str) -> None:
    assert faults_of(a_desk(goods)) == ()


@pytest.mark.parametrize("goods", GOODS)
def test_a_dark_product_is_as_sharp_as_a_label(goods: str) -> None:
    assert sharpness(a_desk(goods)) > LEAST_SHARPNESS * 1.5


@pytest.mark.parametrize("goods", GOODS)
def test_a_photo_out_of_focus_is_blurred(goods: str) -> None:
    assert faults_of(blurred(a_desk(goods), 3)) == (Fault.BLURRED,)


@pytest.mark.parametrize("goods", GOODS)
def test_a_photo_of_a_moving_hand_is_blurred_though_half_its_edges_are_sharp(goods: str) -> None:
    assert faults_of(moved(a_desk(goods), 15)) == (Fault.BLURRED,)


@pytest.mark.parametrize("goods", GOODS)
def test_a_lens_that_is_a_little_soft_is_no_fault(goods: str) -> None:
    assert faults_of(blurred(a_desk(goods), 1.0)) == ()


@pytest.mark.parametrize(("radius", "faults"), [(60, ()), (110, (Fault.GLARE,))])
def test_a_mirrored_lamp_is_glare_when_it_hides_something(
    radius: int, faults: tuple[Fault, ...]
) -> None:
    assert faults_of(with_lamp(a_desk("phone"), radius)) == faults


def test_white_between_the_lines_of_a_label_is_no_glare() -> None:
    overexposed = np.asarray(
        np.clip(a_desk("label").astype(np.int16) - 200, 0, 55) * 4.63, np.uint8
    )
    striped = np.where(np.arange(SIZE[0])[:, None, None] % 8 < 4, overexposed, 30).astype(np.uint8)

    assert glare(striped) < MOST_GLARE


@pytest.mark.parametrize(("light", "faults"), [(0.5, ()), (0.15, (Fault.DARK,))])
def test_little_light_is_a_fault_when_nothing_can_be_seen(
    light: float, faults: tuple[Fault, ...]
) -> None:
    assert faults_of(a_desk("shoe", light)) == faults


def test_an_empty_desk_is_no_proof() -> None:
    assert faults_of(a_desk()) == (Fault.BLURRED,)


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (3, 3, 3), (40, 2000, 3)])
def test_odd_shapes_are_judged_without_a_crash(shape: tuple[int, ...]) -> None:
    odd = np.full(shape, 120, np.uint8)

    assert faults_of(odd) == (Fault.BLURRED,)
    assert suggested_cut(odd) is None


@pytest.mark.parametrize("goods", GOODS)
def test_the_cut_holds_the_goods_and_little_of_the_desk(goods: str) -> None:
    left, top, right, bottom = PLACES[goods]

    cut = suggested_cut(a_desk(goods))

    assert cut is not None
    assert cut[0] <= left
    assert cut[1] <= top
    assert cut[2] >= right
    assert cut[3] >= bottom
    assert (cut[2] - cut[0]) * (cut[3] - cut[1]) < 1.6 * (right - left) * (bottom - top)


def test_a_grey_frame_is_cut_like_a_coloured_one() -> None:
    grey = np.asarray(cv2.cvtColor(a_desk("shoe"), cv2.COLOR_BGR2GRAY), np.uint8)

    assert suggested_cut(grey) == suggested_cut(a_desk("shoe"))


def test_an_empty_desk_is_not_cut() -> None:
    assert suggested_cut(a_desk()) is None


def test_goods_that_fill_the_picture_are_not_cut() -> None:
    desk = a_desk()
    desk[30:700, 40:1250] = 30

    assert suggested_cut(desk) is None


def test_a_photo_is_cut_to_the_goods() -> None:
    photo = make_photo(packed(a_desk("phone")), Framing.GOODS)

    kept = cv2.imdecode(np.frombuffer(photo.content, np.uint8), cv2.IMREAD_COLOR)
    assert photo.cut is not None
    assert kept is not None
    assert kept.shape[1] == photo.cut[2] - photo.cut[0]
    assert photo.faults == ()


def test_a_whole_picture_is_kept_as_it_was() -> None:
    content = packed(a_desk("phone"))

    photo = make_photo(content, Framing.WHOLE)

    assert (photo.content, photo.cut) == (content, None)


@pytest.mark.parametrize("content", [b"", b"no picture", packed(a_desk())[:300]])
def test_what_is_no_picture_is_no_photo(content: bytes) -> None:
    with pytest.raises(NoPicture):
        make_photo(content, Framing.GOODS)
