from dataclasses import dataclass

import msgspec
import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from label_readers import read_labels, same_dots
from random_images import images
from returnstation.domain.papers import PaperKind
from returnstation.printing.drawing import Code, Drawing, Grid
from returnstation.printing.languages import ENCODERS, encoded
from returnstation.printing.profiles import Language, Medium, Model, Sensing
from returnstation.printing.raster import rasterize
from returnstation.printing.symbols import code_128

MODEL = Model(
    name="any", language=Language.ZPL, dpi=203, media=frozenset({"any"}), source="", head_dots=1296
)
LABEL = Medium(name="any", width_mm=62, height_mm=100, papers=frozenset({PaperKind.ITEM_LABEL}))
ROLL = Medium(name="any", width_mm=62, papers=LABEL.papers, sensing=Sensing.CONTINUOUS)
EVERY_LANGUAGE = pytest.mark.parametrize("language", list(ENCODERS))


def model_of(language: Language, **settings: object) -> Model:
    return msgspec.structs.replace(MODEL, language=language, **settings)


def medium_of(**settings: object) -> Medium:
    return msgspec.structs.replace(LABEL, **settings)


@EVERY_LANGUAGE
@given(pages=st.lists(images(widest=1200, highest=40), min_size=1, max_size=3))
def test_every_dot_comes_back_from_the_bytes_of_every_language(
    language: Language, pages: list[Image.Image]
) -> None:
    model = model_of(language)

    read = read_labels(encoded(pages, model, LABEL), model, LABEL)

    assert len(read) == len(pages)
    # The rest of a Brother head stays white.
    assert all(
        same_dots(page.crop((page.width - drawn.width, 0, page.width, page.height)), drawn)
        if language is Language.BROTHER_QL
        else same_dots(page, drawn)
        for page, drawn in zip(read, pages, strict=True)
    )


@EVERY_LANGUAGE
@pytest.mark.parametrize("height", [1, 255, 256, 257, 520])
def test_pictures_higher_than_a_band_are_whole(language: Language, height: int) -> None:
    dots = np.random.default_rng(height).random((height, 37)) < 0.5
    drawn, model = Image.fromarray(np.uint8(255) * ~dots).convert("1"), model_of(language)
    model = msgspec.structs.replace(model, head_dots=40)
    medium = medium_of(right_pins=3)

    (read,) = read_labels(encoded([drawn], model, medium), model, medium)

    assert same_dots(read, drawn)


@EVERY_LANGUAGE
def test_a_barcode_reads_from_the_bytes_of_every_language(language: Language) -> None:
    drawn = rasterize(Drawing(400, 160, Grid(203), (Code(40, 20, code_128("LPN-42"), 2, 100),)))
    model = model_of(language)

    (read,) = read_labels(encoded([drawn], model, LABEL), model, LABEL)
    (found,) = zxingcpp.read_barcodes(read.convert("L"))

    assert (found.text, found.symbology_identifier) == ("LPN-42", "]C0")


@dataclass(frozen=True)
class Said:
    """What a setting or medium adds to the bytes of a language."""

    language: Language
    model: dict[str, object]
    medium: dict[str, object]
    expected: bytes


@pytest.mark.parametrize(
    "said",
    [
        Said(Language.ZPL, {"darkness": 8}, {}, b"~SD08^XA^PW"),
        Said(Language.ZPL, {"speed": 4, "cut": True}, {}, b"^XA^PR4^MMC^PW"),
        Said(Language.TSPL, {}, {"gap_mm": 2.5}, b"\r\nGAP 2.5 mm,0 mm\r\n"),
        Said(Language.TSPL, {}, {"sensing": Sensing.MARK}, b"\r\nBLINE 3 mm,0 mm\r\n"),
        Said(Language.TSPL, {}, {"sensing": Sensing.CONTINUOUS}, b"\r\nGAP 0 mm,0 mm\r\n"),
        Said(Language.TSPL, {"darkness": 9, "speed": 3}, {}, b"\r\nDENSITY 9\r\nSPEED 3\r\n"),
        Said(Language.TSPL, {"cut": True}, {}, b"\r\nSET CUTTER 1\r\n"),
        Said(Language.TSPL, {}, {}, b"SIZE 1.00 mm,0.50 mm\r\n"),
        Said(Language.EPL2, {}, {}, b"\nq8\nQ4,24\n"),
        Said(Language.EPL2, {}, {"sensing": Sensing.MARK}, b"\nQ4,B24+0\n"),
        Said(Language.EPL2, {}, {"sensing": Sensing.CONTINUOUS}, b"\nQ4,0\n"),
        Said(Language.EPL2, {"darkness": 10, "speed": 2}, {}, b"\nD10\nS2\n"),
        Said(Language.ESCPOS, {"cut": True}, {}, b"\x1dV\x42\x00"),
        Said(Language.ESCPOS, {"guard": True}, {}, b"\x1b@\x1d(D\x05\x00\x14\x01\x00\x02\x00"),
        Said(Language.BROTHER_QL, {"cut": True}, {}, b"\x1biM\x40\x1biA\x01\x1biK\x08"),
        Said(Language.BROTHER_QL, {}, {}, b"\x1biz\xce\x0b\x3e\x64\x04\x00\x00\x00\x00\x00"),
        Said(
            Language.BROTHER_QL,
            {},
            {"sensing": Sensing.CONTINUOUS},
            b"\x1biz\xc6\x0a\x3e\x00\x04\x00\x00\x00\x00\x00",
        ),
        Said(Language.BROTHER_QL, {}, {"sensing": Sensing.CONTINUOUS}, b"\x1bid\x23\x00M\x00"),
    ],
)
def test_a_setting_is_said_in_the_words_of_the_language(said: Said) -> None:
    model, medium = model_of(said.language, **said.model), medium_of(**said.medium)

    payload = encoded([Image.new("1", (8, 4), 1)], model, medium)

    assert said.expected in payload
    assert read_labels(payload, model, medium)


@pytest.mark.parametrize(("language", "white"), [(Language.TSPL, 0xFF), (Language.EPL2, 0xFF)])
def test_the_languages_that_print_clear_bits_fill_up_with_set_ones(
    language: Language, white: int
) -> None:
    payload = encoded([Image.new("1", (9, 1), 0)], model_of(language), LABEL)

    assert bytes([0x00, 0x7F]) in payload
    assert bytes([white, white]) in encoded([Image.new("1", (9, 1), 1)], model_of(language), LABEL)


def test_a_brother_line_begins_at_the_right_edge_and_keeps_clear_of_the_pins_beside_it() -> None:
    model = model_of(Language.BROTHER_QL, head_dots=24, right_pins=3)
    drawn = Image.new("1", (4, 1), 1)
    drawn.putpixel((0, 0), 0)

    payload = encoded([drawn], model, medium_of(right_pins=2))

    # Dots 0 to 3 stand at pins 8 to 5; the first is black.
    assert payload.endswith(b"g\x00\x03\x00\x80\x00\x1a")
