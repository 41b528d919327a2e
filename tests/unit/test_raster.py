from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from paper_samples import a_label
from returnstation.i18n import load_catalog
from returnstation.printing import fonts
from returnstation.printing.drawing import Box, Code, DoesNotFit, Drawing, Grid, Text
from returnstation.printing.fitting import Style, shortened, shrunk, wrapped
from returnstation.printing.fonts import pillow_font
from returnstation.printing.label import draw_label
from returnstation.printing.raster import rasterize
from returnstation.printing.symbols import Symbol, code_128, item_matrix, product_code, qr_code
from returnstation.printing.verify import NotReadable, verify

LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "zh-Hans", "zh-Hant")
SMALL = (50.0, 30.0)


def drawn(symbol: Symbol, module: int = 2) -> Drawing:
    rim = symbol.quiet * module + 2
    code = Code(rim, rim, symbol, module, 40)
    return Drawing(code.width + 2 * rim, code.height + 2 * rim, Grid(203), (code,))


@pytest.mark.parametrize(
    "symbol",
    [
        code_128("ICN3-0011842"),
        code_128("99123456"),
        item_matrix("ICN3-0011842", None, None),
        item_matrix("ICN3-0011842", "8801234567893", "SN-1/a"),
        qr_code("https://returns.example/반품"),
        product_code("8801234567893"),
        product_code("036000291452"),
        product_code("96385074"),
        product_code("18801234567890"),
    ],
    ids=lambda symbol: f"{symbol.identifier} {symbol.text!r}",
)
def test_every_symbol_reads_back(symbol: Symbol) -> None:
    drawing = drawn(symbol)

    verify(drawing, rasterize(drawing))


def test_a_serial_that_a_matrix_code_cannot_hold_is_left_out() -> None:
    assert (
        item_matrix("ICN3-0011842", "8801234567893", "(21)^ 한").text
        == "010880123456789391ICN3-0011842"
    )


def test_a_serial_never_stands_without_its_article() -> None:
    assert item_matrix("ICN3-0011842", None, "SN1").text == "91ICN3-0011842"


def test_a_code_with_something_in_its_quiet_zone_is_not_printed() -> None:
    drawing = drawn(code_128("ICN3-0011842"))
    code = drawing.codes[0]
    spoilt = Drawing(
        drawing.width, drawing.height, drawing.grid, (code, Box(code.x - 4, code.y, 2, 9))
    )

    with pytest.raises(NotReadable):
        verify(spoilt, rasterize(spoilt))


def test_a_code_that_says_something_else_is_not_printed() -> None:
    right, wrong = drawn(code_128("ICN3-0011842")), drawn(code_128("ICN3-0011843"))

    with pytest.raises(NotReadable):
        verify(right, rasterize(wrong))


def test_a_code_at_the_edge_of_the_paper_is_not_printed() -> None:
    drawing = Drawing(300, 60, Grid(203), (Code(4, 4, code_128("ICN3-0011842"), 2, 40),))

    with pytest.raises(NotReadable):
        verify(drawing, rasterize(drawing))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "changes",
    [
        {"is_training": True},
        {"is_reprint": True, "destination": "T-04-118"},
        {"functional": None, "cosmetic": None},
    ],
    ids=["training", "reprint", "ungraded"],
)
def test_what_a_label_must_say_fits_in_every_language(
    language: str, changes: Mapping[str, object]
) -> None:
    drawing = draw_label(a_label(**changes), load_catalog(language), SMALL, Grid(203))

    assert within(drawing)


def test_a_code_on_a_label_is_never_finer_than_two_dots() -> None:
    drawing = draw_label(a_label(serial="A" * 20), load_catalog("ko"), SMALL, Grid(203))

    assert all(code.module >= 2 for code in drawing.codes)


def test_a_label_without_merchant_and_sku_leaves_them_out() -> None:
    drawing = draw_label(a_label(merchant="", sku=""), load_catalog("ko"), (100.0, 60.0), Grid(203))

    said = [text.text for text in texts(drawing)]
    assert said.count("하늘 러너 3 · 네이비 270") == 2
    assert not any("SKU" in text for text in said)


def test_a_long_title_is_shortened_and_says_so() -> None:
    drawing = draw_label(a_label(title="하늘 러너 " * 20), load_catalog("ko"), SMALL, Grid(203))

    assert any(text.text.endswith("…") for text in texts(drawing))
    assert within(drawing)


def test_a_plate_too_long_for_the_label_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        draw_label(a_label(lpn="ABCDEF-123456789"), load_catalog("ko"), (30.0, 20.0), Grid(203))


@pytest.mark.parametrize("size", [(100.0, 60.0), (100.0, 150.0)])
def test_a_tall_label_carries_the_barcode_of_the_shop(size: tuple[float, float]) -> None:
    drawing = draw_label(a_label(serial="SN1"), load_catalog("ko"), size, Grid(203))

    verify(drawing, rasterize(drawing))
    assert "8801234567893" in {code.symbol.text for code in drawing.codes}


def test_an_article_number_with_a_wrong_check_digit_gets_no_barcode() -> None:
    drawing = draw_label(
        a_label(gtin="8801234567890"), load_catalog("ko"), (100.0, 60.0), Grid(203)
    )

    assert {code.symbol.text for code in drawing.codes} == {"ICN3-0011842", "91ICN3-0011842"}


def test_a_character_that_no_font_has_is_named() -> None:
    with pytest.raises(fonts.MissingGlyph, match="U\\+1F600") as caught:
        draw_label(a_label(title="러너 😀"), load_catalog("ko"), SMALL, Grid(203))

    assert caught.value.char == "😀"


def test_marks_without_a_shape_of_their_own_are_no_missing_characters() -> None:
    assert fonts.printable("Sky\u200b Run\ufeffner\u00ad\n3") == "Sky Runner 3"


def test_a_space_that_must_not_break_a_line_stays() -> None:
    assert fonts.printable("1\u202f234,56\u00a0€") == "1\u00a0234,56\u00a0€"


def test_one_line_may_hold_every_script() -> None:
    faces = [run.face for run in fonts.runs("한A货ї", "ko")]

    assert faces == ["NotoSansKR-Regular", "NotoSansSC-Regular", "NotoSans-Regular"]


@pytest.mark.parametrize(
    ("language", "family"), [("ja", "JP"), ("zh-Hans", "SC"), ("zh-Hant", "TC"), ("ko", "KR")]
)
def test_han_has_the_shapes_of_its_reader(language: str, family: str) -> None:
    (run,) = fonts.runs("直", language)

    assert run.face == f"NotoSans{family}-Regular"


def test_text_stands_where_the_layout_measured_it() -> None:
    mark = Text(10, 40, "라벨 Label 12", 24, "ko")
    image = rasterize(Drawing(400, 60, Grid(203), (mark,)))

    box = Image.eval(image.convert("L"), lambda value: 255 - value).getbbox()

    assert box is not None
    assert abs(box[2] - 10 - fonts.width(mark.text, mark.size, "ko")) <= 3


@pytest.mark.parametrize(("room", "expected"), [(10_000, 40), (300, 0)])
def test_a_text_shrinks_until_it_fits_or_is_refused(room: int, expected: int) -> None:
    style = Style("en")
    text = "Return to vendor at once"

    if expected:
        assert shrunk(text, style, room, (40, 30)) == expected
    else:
        with pytest.raises(DoesNotFit):
            shrunk(text, style, room, (40, 30))


@given(st.text("ab -한글日本、。）（.", max_size=60), st.integers(40, 300))
def test_wrapping_loses_no_letter_and_no_line_is_too_wide(text: str, room: int) -> None:
    lines = wrapped(fonts.printable(text), Style("ja"), room, 20)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(fonts.width(line, 20, "ja") <= room for line in lines)


@given(st.text("abc 한글", min_size=1, max_size=60), st.integers(30, 300))
def test_a_shortened_text_fits(text: str, room: int) -> None:
    assert fonts.width(shortened(text, Style("ko"), room, 20), 20, "ko") <= room


def texts(drawing: Drawing) -> list[Text]:
    return [mark for mark in drawing.marks if isinstance(mark, Text)]


def within(drawing: Drawing) -> bool:
    return all(
        text.x >= 0
        and text.x + fonts.width(text.text, text.size, text.language, text.weight) <= drawing.width
        and text.size * 0.8 <= text.y <= drawing.height
        for text in texts(drawing)
    )


def test_a_font_is_read_from_its_file_and_not_copied_for_each_size() -> None:
    font = pillow_font("NotoSansKR-Bold", 41)

    assert str(font.path).endswith("NotoSansKR-Bold.ttf")
    assert pillow_font.cache_info().maxsize is not None
