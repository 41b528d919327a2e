"""PWG raster, judged by a reader as strict as PWG 5102.4, and by CUPS' own where it is there."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

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


@settings(max_examples=80, deadline=None)
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
