import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from picture_samples import Format, Pixels, a_code, a_desk, a_file, noisy, soft, tilted
from returnstation.i18n import load_catalog
from returnstation.scanning.pictures import (
    BadPicture,
    Hint,
    PictureScan,
    read_picture,
    read_pixels,
)
from returnstation.scanning.pictures_files import open_picture

PLATE = a_code("ICN3-0011842", Format.Code128)
PRODUCT = a_code("8801234567893", Format.EAN13)
SMALL_FILE = a_file(a_desk(PRODUCT, size=(460, 260)))


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("ICN3-0011842", Format.Code128, "]C0ICN3-0011842"),
        ("8801234567893", Format.EAN13, "]E08801234567893"),
        ("18801234567890", Format.ITF, "]I118801234567890"),
        ("RMA-2026-0117", Format.Code39, "]A0RMA-2026-0117"),
        (
            "https://id.gs1.org/01/09501101530003",
            Format.QRCode,
            "]Q1https://id.gs1.org/01/09501101530003",
        ),
    ],
)
def test_a_picture_gives_text_and_symbology(text: str, form: Format, expected: str) -> None:
    scan = read_picture(a_file(a_desk(a_code(text, form))))

    assert [code.scan_text for code in scan.codes] == [expected]
    assert scan.hint is None


def test_gs1_content_comes_with_its_separators_and_no_brackets() -> None:
    code = a_code("(01)09501101530003(21)1A(10)ABC", Format.DataMatrix, 5, gs1=True)

    (found,) = read_pixels(a_desk(code)).codes

    assert found.scan_text == "]d20109501101530003211A\x1d10ABC"


def test_all_codes_of_a_picture_are_found() -> None:
    scan = read_pixels(a_desk(PLATE, PRODUCT))

    assert {code.text for code in scan.codes} == {"ICN3-0011842", "8801234567893"}


def test_a_box_tells_where_the_code_lies() -> None:
    (found,) = read_pixels(a_desk(PLATE)).codes

    assert all(80 <= x <= 80 + PLATE.shape[1] for x, _ in found.box)
    assert all(60 <= y <= 60 + PLATE.shape[0] for _, y in found.box)


@pytest.mark.parametrize("degrees", range(0, 181, 15))
def test_a_long_code_reads_at_every_angle(degrees: int) -> None:
    (found,) = read_pixels(tilted(a_desk(PLATE, size=(1000, 1000)), degrees)).codes

    assert found.text == "ICN3-0011842"


def test_a_box_found_on_a_turned_frame_lies_in_the_picture() -> None:
    (found,) = read_pixels(tilted(a_desk(PLATE), 40)).codes

    assert all(0 <= x <= 1200 and 0 <= y <= 800 for x, y in found.box)


def test_a_shadow_across_the_code_does_not_hide_it() -> None:
    shadow = np.linspace(1.0, 0.12, 1200)
    desk = noisy((a_desk(PLATE) * shadow).astype(np.uint8), 2)

    assert [code.text for code in read_pixels(desk).codes] == ["ICN3-0011842"]


def test_an_interleaved_code_of_any_other_length_is_not_believed() -> None:
    assert read_pixels(a_desk(a_code("123456", Format.ITF))).codes == ()


@pytest.mark.parametrize(
    ("pixels", "hint"),
    [
        (a_desk(), Hint.HOLD_STILL),
        (soft(a_desk(PLATE), 12), Hint.HOLD_STILL),
        (noisy(a_desk(shade=12), 6), Hint.MORE_LIGHT),
        (noisy(a_desk(), 30), Hint.NOTHING),
        (noisy(a_desk(shade=255), 60), Hint.GLARE),
    ],
    ids=["nothing at all", "out of focus", "dark", "noise", "glare"],
)
def test_a_picture_without_a_code_says_what_would_help(pixels: Pixels, hint: Hint) -> None:
    assert read_pixels(pixels) == PictureScan((), hint)


@pytest.mark.parametrize("hint", list(Hint))
def test_every_hint_is_said_in_words(hint: Hint) -> None:
    for language in ("ko", "en", "ja", "de"):
        assert load_catalog(language).knows(hint)


@pytest.mark.parametrize("code", ["empty", "too_large", "too_small", "not_a_picture", "damaged"])
def test_every_refusal_is_said_in_words(code: str) -> None:
    assert load_catalog("ko").knows(f"picture.{code}")


@pytest.mark.parametrize(
    ("form", "mode"),
    [("PNG", "L"), ("PNG", "1"), ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "P"), ("JPEG", "RGB"),
     ("JPEG", "CMYK"), ("WEBP", "RGB"), ("BMP", "RGB"), ("GIF", "P"), ("TIFF", "L"), ("PPM", "RGB")],
)  # fmt: skip
def test_a_picture_may_come_in_any_usual_form(form: str, mode: str) -> None:
    scan = read_picture(a_file(a_desk(PRODUCT), form, mode))

    assert [code.text for code in scan.codes] == ["8801234567893"]


def test_what_is_transparent_counts_as_white() -> None:
    code = Image.fromarray(a_desk(PRODUCT, shade=255))
    picture = Image.new("RGBA", code.size, (0, 0, 0, 0))
    picture.putalpha(Image.eval(code, lambda value: 255 - value))
    out = BytesIO()
    picture.save(out, "PNG")

    assert [code.text for code in read_picture(out.getvalue()).codes] == ["8801234567893"]


def test_sixteen_bits_per_pixel_are_read() -> None:
    out = BytesIO()
    Image.fromarray(a_desk(PRODUCT).astype(np.uint16) * 257).save(out, "PNG")

    assert [code.text for code in read_picture(out.getvalue()).codes] == ["8801234567893"]


def test_boxes_in_a_large_picture_are_given_in_its_own_pixels() -> None:
    desk = a_desk(a_code("ICN3-0011842", Format.Code128, 12), size=(5600, 4000))

    (found,) = read_picture(a_file(desk)).codes

    assert max(x for x, _ in found.box) > 1400


def a_bomb(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"not a picture", "not_a_picture"),
        (b"%PDF-1.7", "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n", "not_a_picture"),
        (b"\0" * 40_000_001, "too_large"),
        (a_bomb(9_001, 9_000), "too_large"),
        (a_bomb(10_000, 10_000), "too_large"),
        (a_bomb(60_000, 60_000), "too_large"),
        (a_bomb(20_001, 20), "too_large"),
        (a_bomb(100, 100), "damaged"),
        (SMALL_FILE[: len(SMALL_FILE) // 2], "damaged"),
        (a_file(np.zeros((15, 400), np.uint8)), "too_small"),
    ],
)  # fmt: skip
def test_what_is_no_usable_picture_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadPicture) as caught:
        read_picture(content)

    assert caught.value.code == code


SMALL_FILES = [
    a_file(a_desk(size=(64, 48)), form) for form in ("PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP")
]


@given(st.sampled_from(SMALL_FILES), st.integers(0, 4000), st.binary(max_size=6))
def test_no_file_can_crash_the_station(content: bytes, at: int, noise: bytes) -> None:
    at %= len(content)
    try:
        picture = open_picture(content[:at] + noise + content[at + len(noise) :])
    except BadPicture:
        return

    assert max(picture.pixels.shape) <= 5000


@settings(max_examples=20)
@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 255))
def test_no_size_of_picture_can_crash_the_readers(width: int, height: int, shade: int) -> None:
    assert read_pixels(np.full((height, width), shade, np.uint8)).codes == ()


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("RMA-2026", Format.Code93, "]G0RMA-2026"),
        ("A12345678B", Format.Codabar, "]F0A12345678B"),
        ("96385074", Format.EAN8, "]E496385074"),
        ("036000291452", Format.UPCA, "]E00036000291452"),
        ("01234565", Format.UPCE, "]E00012345000065"),
        ("8801234567893", Format.DataBarOmni, "]e00188012345678934"),
        ("12345", Format.MicroQRCode, "]Q112345"),
        ("hello world", Format.PDF417, "]L2hello world"),
        ("hello", Format.MicroPDF417, "]L2hello"),
        ("hello", Format.Aztec, "]z0hello"),
        ("hello", Format.MaxiCode, "]U0hello"),
    ],
)
def test_every_symbology_is_read(text: str, form: Format, expected: str) -> None:
    desk = noisy(a_desk(a_code(text, form, 4), shade=255), 2)

    assert [code.scan_text for code in read_pixels(desk).codes] == [expected]


def test_digits_beside_a_product_code_are_kept_apart() -> None:
    (found,) = read_pixels(a_desk(a_code("9783161484100+51234", Format.EAN13, 4))).codes

    assert (found.scan_text, found.add_on) == ("]E09783161484100", "51234")


@pytest.mark.parametrize(
    ("digits", "count"),
    [("563102430313", 1), ("563102430314", 0), ("21348075016401", 1), ("21348075016402", 0)],
)
def test_an_interleaved_code_of_the_post_has_its_own_check_digit(digits: str, count: int) -> None:
    assert len(read_pixels(a_desk(a_code(digits, Format.ITF))).codes) == count


@pytest.mark.parametrize("degrees", [0, 25, 90, 137, 200])
def test_a_maxicode_is_read_at_every_angle(degrees: int) -> None:
    code = a_code("1Z999AA10123456784 hello", Format.MaxiCode, 2)
    desk = noisy(soft(tilted(a_desk(code, size=(900, 900)), degrees), 0.8), 4)

    assert [code.text for code in read_pixels(desk).codes] == ["1Z999AA10123456784 hello"]


@pytest.mark.parametrize("degrees", [12, 35, 98])
def test_a_pdf417_is_read_at_every_angle(degrees: int) -> None:
    code = a_code("FURKT8R2RCMKJ45BPJMSZXBTR1VT6N9J", Format.PDF417, 4)
    desk = noisy(soft(tilted(a_desk(code, size=(900, 900)), degrees), 0.8), 3)

    assert [code.text for code in read_pixels(desk).codes] == ["FURKT8R2RCMKJ45BPJMSZXBTR1VT6N9J"]


@pytest.mark.parametrize(
    ("text", "form", "softness"),
    [("1Z999AA10123456784", Format.Code128, 2.2), ("8K0H4D9AHFWV6RKC", Format.DataMatrix, 1.9)],
)
def test_a_code_out_of_focus_is_read_and_lies_where_it_was(
    text: str, form: Format, softness: float
) -> None:
    desk = noisy(soft(a_desk(a_code(text, form, 3), size=(800, 500)), softness), 2)

    (found,) = read_pixels(desk, budget_ms=10_000).codes

    assert found.text == text
    assert 70 < min(x for x, _ in found.box) < 140


def test_bars_beside_a_code_that_reads_are_looked_at_more_closely() -> None:
    easy = a_desk(a_code("RMA-2026-0117", Format.QRCode, 5), size=(1300, 400))
    hard = soft(a_desk(PLATE, size=(1300, 500)), 2.1)
    desk = noisy(np.vstack([easy, tilted(hard, 30)]), 3)

    texts = {code.text for code in read_pixels(desk, budget_ms=10_000).codes}

    assert texts == {"RMA-2026-0117", "ICN3-0011842"}
