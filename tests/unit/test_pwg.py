"""PWG raster, judged by a reader as strict as PWG 5102.4, and by CUPS' own where it is there."""

import ctypes
from collections.abc import Sequence
from ctypes.util import find_library
from io import BytesIO
from pathlib import Path
from struct import unpack_from

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ipp_rig import unavailable
from pwg_reader import read_pwg
from returnstation.printing.ipp_pages import IppPages, bundled, unbundled
from returnstation.printing.png import png_pages
from returnstation.printing.profiles import load_medium, load_model
from returnstation.printing.pwg import Depth, pwg_of, pwg_pages

MODEL, MEDIUM = load_model("pwg-300"), load_medium("a4")


def image(rows: Sequence[Sequence[bool]]) -> Image.Image:
    return Image.fromarray(np.array(rows, dtype=bool))


def an_image(width: int, height: int, seed: int = 7) -> Image.Image:
    dots = np.random.default_rng(seed).random((height, width)) < 0.5
    dots[height // 3 :, : width // 2] = True
    return Image.fromarray(dots)


IMAGES = st.integers(1, 300).flatmap(
    lambda width: st.lists(
        st.lists(st.booleans(), min_size=width, max_size=width)
        | st.just([True] * width)
        | st.just([False, True, *[True] * width][:width]),
        min_size=1,
        max_size=6,
    )
)


@settings(max_examples=80)
@given(rows=IMAGES, repeat=st.sampled_from([1, 2, 256, 257]), depth=st.sampled_from(Depth))
def test_pages_come_back_dot_for_dot(rows: list[list[bool]], repeat: int, depth: Depth) -> None:
    drawn = image([row for row in rows for _ in range(repeat)])

    (read,) = read_pwg(pwg_pages([drawn], 300, depth))

    assert read.depth == depth.keyword
    assert read.dpi == 300
    assert read.image.tobytes() == drawn.tobytes()


def test_all_pages_of_a_document_are_there() -> None:
    pages = [an_image(130, 90), an_image(64, 10, seed=8)]

    read = read_pwg(pwg_of(pages, MODEL, MEDIUM))

    assert [page.image.tobytes() for page in read] == [page.tobytes() for page in pages]
    assert {page.pages for page in read} == {2}


def test_an_a4_page_says_its_size() -> None:
    (page,) = read_pwg(pwg_pages([Image.new("1", (2480, 3508), 1)], 300, Depth.GREY_8))

    assert page.points == (595, 842)


@pytest.mark.parametrize("cut", [3, 900, 1799, -1])
def test_the_reader_takes_no_broken_document(cut: int) -> None:
    whole = pwg_pages([an_image(50, 20)], 300, Depth.BLACK_1)

    with pytest.raises(AssertionError):
        read_pwg(whole[:cut])


def test_a_png_has_the_dots_and_the_size() -> None:
    drawn = an_image(400, 200)

    read = Image.open(BytesIO(png_pages([drawn], load_model("png-300"), MEDIUM)))

    assert read.tobytes() == drawn.tobytes()
    assert round(read.info["dpi"][0]) == 300


def test_a_png_of_several_pages_has_them_below_one_another() -> None:
    first, second = an_image(40, 20), an_image(64, 10, seed=3)

    read = Image.open(BytesIO(png_pages([first, second], MODEL, MEDIUM)))

    assert read.crop((0, 0, 40, 20)).tobytes() == first.tobytes()
    assert read.crop((0, 20, 64, 30)).tobytes() == second.tobytes()


def test_a_bundle_gives_back_both_forms_of_a_paper() -> None:
    pages = IppPages(b"%PDF-1.4", [an_image(1200, 1800), an_image(16, 16)], 300)

    read = unbundled(bundled(pages))

    assert (read.pdf, read.dpi) == (pages.pdf, pages.dpi)
    assert [page.tobytes() for page in read.images] == [page.tobytes() for page in pages.images]
    assert read.size_mm == pytest.approx((101.6, 152.4))
    assert bundled(pages) == bundled(pages)


@pytest.mark.parametrize("depth", Depth)
def test_the_reader_of_cups_sees_the_same_dots(depth: Depth, tmp_path: Path) -> None:
    cups = cups_library()
    drawn = an_image(1234, 77)
    file = tmp_path / "two.pwg"
    file.write_bytes(pwg_pages([drawn, drawn], 300, depth))

    with file.open("rb") as opened:
        raster = ctypes.c_void_p(cups.cupsRasterOpen(opened.fileno(), 0))
        pages = [cups_page(cups, raster, depth) for _ in range(2)]
        is_more = cups.cupsRasterReadHeader2(raster, ctypes.create_string_buffer(1796))
        cups.cupsRasterClose(raster)

    assert pages == [drawn.tobytes()] * 2
    assert not is_more


def cups_library() -> ctypes.CDLL:
    name = find_library("cups")
    if name is None:
        unavailable("libcups is not installed")
    cups = ctypes.CDLL(name)
    cups.cupsRasterOpen.restype = ctypes.c_void_p
    return cups


def cups_page(cups: ctypes.CDLL, raster: ctypes.c_void_p, depth: Depth) -> bytes:
    header = ctypes.create_string_buffer(1796)
    assert cups.cupsRasterReadHeader2(raster, header)
    # CUPS gives the numbers of the header in the machine's own order.
    width, height = unpack_from("=II", header, 372)
    (row_bytes,) = unpack_from("=I", header, 392)
    pixels = ctypes.create_string_buffer(row_bytes * height)
    assert cups.cupsRasterReadPixels(raster, pixels, len(pixels)) == len(pixels)
    dots = np.frombuffer(pixels.raw, np.uint8).reshape(height, row_bytes)
    white = np.unpackbits(dots, axis=1)[:, :width] == 0 if depth is Depth.BLACK_1 else dots == 255
    return Image.fromarray(white).tobytes()
