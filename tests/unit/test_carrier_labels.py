"""Carriers' own labels: what comes through, and what is refused."""

import zlib
from io import BytesIO
from struct import pack

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from paper_samples import TRACKING, carrier_png
from returnstation.domain.papers import CarrierFormat, CarrierLabel
from returnstation.i18n import load_catalog
from returnstation.printing import (
    DoesNotFit,
    NotReadable,
    NotSetUp,
    load_medium,
    load_model,
    render,
)
from returnstation.printing.carrier_label import accept_carrier_label, draw_carrier_label
from returnstation.printing.drawing import Drawing, Grid, Surface
from returnstation.printing.raster import rasterize
from returnstation.printing.zpl_check import check_zpl
from zpl_reader import read_zpl

ZPL = b"^XA^PW812^LL1218^FO60,60^BY3^BCN,160,Y,N,N^FD1Z999AA10123456784^FS^PQ1,0,1,Y^XZ\n"
FOUR_BY_SIX = (101.6, 152.4)


def carrier_pdf(pages: int = 1, size: tuple[float, float] = (288, 432), scale: float = 1) -> bytes:
    """Return a PDF whose first page has a carrier's barcode, as reportlab's picture of it."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=size)
    picture = Image.open(BytesIO(carrier_png(dpi=609)))
    for number in range(pages):
        if number == 0:
            canvas.drawInlineImage(picture, 0, size[1] - 432 * scale, 288 * scale, 432 * scale)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def drawn(
    content: bytes, dpi: int = 203, size_mm: tuple[float, float] = FOUR_BY_SIX
) -> tuple[Drawing, ...]:
    surface = Surface(size_mm, Grid(dpi))
    return draw_carrier_label(accept_carrier_label(content, "C-1"), load_catalog("en"), surface)


def codes(page: Drawing) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(rasterize(page).convert("L"))}


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("content", [carrier_png(), carrier_pdf()], ids=["png", "pdf"])
def test_a_carriers_label_reads_on_every_head(content: bytes, dpi: int) -> None:
    (page,) = drawn(content, dpi)

    assert codes(page) == {TRACKING}
    assert (page.width, page.height) == (Grid(dpi).dots(101.6), Grid(dpi).dots(152.4))


def test_a_picture_for_this_very_head_comes_through_dot_for_dot() -> None:
    content = carrier_png(dpi=203)

    (page,) = drawn(content)

    printed = rasterize(page).crop((0, 0, 812, 1218))
    assert (
        printed.tobytes()
        == Image.open(BytesIO(content)).convert("1", dither=Image.Dither.NONE).tobytes()
    )


def test_a_label_in_the_corner_of_an_office_page_loses_its_margin_and_not_its_size() -> None:
    (page,) = drawn(carrier_pdf(size=(595, 842)))

    (found,) = zxingcpp.read_barcodes(rasterize(page).convert("L"))
    wide = found.position.bottom_right.x - found.position.top_left.x
    assert found.text == TRACKING
    assert 440 < wide < 650


def test_a_wide_page_is_turned_on_a_high_label() -> None:
    upright = Image.open(BytesIO(carrier_png()))
    out = BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(out, "PNG", dpi=(203, 203))

    (page,) = drawn(out.getvalue())

    assert codes(page) == {TRACKING}
    assert rasterize(page).getbbox() is not None


def test_bars_that_would_not_survive_are_refused_and_not_printed() -> None:
    with pytest.raises(NotReadable, match=TRACKING):
        drawn(carrier_png(), size_mm=(20, 30))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "unknown-format"),
        (b"GIF89a", "unknown-format"),
        (b"%PDF-1.7 nothing", "damaged"),
        (b"\x89PNG\r\n\x1a\nrest", "damaged"),
        (b"%PDF-" + bytes(6_000_000), "too-large"),
        (carrier_pdf(pages=1000), "too-many-pages"),
        (carrier_pdf(pages=0), "damaged|too-many-pages|no-barcode"),
        (carrier_pdf(size=(9000, 9000)), "too-large"),
        (carrier_png()[:-2000], "damaged|no-barcode"),
        (ZPL, "zpl-without-dpi"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)}",
)
def test_what_is_no_label_is_refused_with_its_reason(content: bytes, why: str) -> None:
    with pytest.raises(NotReadable, match=why):
        accept_carrier_label(content, "C-1")


def a_bomb(side: int) -> bytes:
    """Return a PNG of a few kilobytes that says it has ``side`` x ``side`` grey pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))

    head = pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [7000, 12_000, 60_000])
def test_a_picture_that_unpacks_to_gigabytes_is_refused_unopened(side: int) -> None:
    with pytest.raises(NotReadable, match="too-large"):
        accept_carrier_label(a_bomb(side), "C-1")


def test_a_page_without_any_barcode_is_no_label() -> None:
    blank = BytesIO()
    Image.new("L", (812, 1218), 255).save(blank, "PNG")

    with pytest.raises(NotReadable, match="no-barcode"):
        accept_carrier_label(blank.getvalue(), "C-1")


def test_zpl_goes_byte_for_byte_to_the_heads_it_was_made_for() -> None:
    label = accept_carrier_label(ZPL, "C-1", 203)

    sent = render(label, "en", load_model("zebra-zd421-203"), load_medium("label-4x6"))

    assert sent.payload == ZPL
    assert label.format is CarrierFormat.ZPL


@pytest.mark.parametrize("model", ["zebra-zd421-300", "tsc-ttp-245", "office-pdf"])
def test_zpl_is_refused_by_every_other_head(model: str) -> None:
    label = accept_carrier_label(ZPL, "C-1", 203)

    with pytest.raises((NotSetUp, NotReadable)):
        render(label, "en", load_model(model), load_medium("label-4x6"))


def test_zpl_wider_than_the_label_is_refused() -> None:
    label = accept_carrier_label(ZPL.replace(b"PW812", b"PW900"), "C-1", 203)

    with pytest.raises(DoesNotFit):
        render(label, "en", load_model("zebra-zd421-203"), load_medium("label-4x6"))


@pytest.mark.parametrize(
    "command",
    [
        "~JR", "~JA", "~DYE:A,A,T,1,,FF", "~DGR:A.GRF,1,1,FF", "~SD30", "~HS", "~CC!", "~RO",
        "^JUS", "^JUF", "^JMB", "^JZN", "^IDR:*.*", "^EF", "^EG", "^DFR:A.ZPL", "^XFR:A.ZPL",
        "^XGR:A.GRF", "^ISR:A", "^ILR:A", "^MNN", "^MTT", "^MD30", "^MMC", "^PR14", "^PQ99",
        "^CC!", "^CD;", "^CT!", "^SZ2", "^KPpass", "^NS", "^ST", "^HH", "^HW", "^SX", "^KN",
        "^GFB,10,10,1,xxxxxxxxxx", "^LRY", "^LT100", "^LS50", "^PMY", "^FL", "^CW", "^XA", "^XZ", "^", "~", "^ ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_a_command_that_does_more_than_draw_is_refused(command: str, case: type[str]) -> None:
    with pytest.raises(NotReadable):
        check_zpl(ZPL.replace(b"^PQ1", case(command).encode() + b"^PQ1"))


@pytest.mark.parametrize("content", [b"^XZ^XA", b"^XA", b"^XA\xff^XZ", b"^XA\x05^XZ", b""])
def test_what_is_not_one_label_is_refused(content: bytes) -> None:
    with pytest.raises(NotReadable):
        check_zpl(content)


def test_graphics_and_fields_of_usual_labels_are_let_through() -> None:
    usual = (
        b"^XA^CI28^LH0,0^LRN^PMN^LT0^FO10,10^A0N,30,30^FH^FDM\xc3\xbcller _26 Co^FS^FO10,60^GB400,3,3^FS"
        b"^FO10,80^GFA,8,8,1,FFFFFFFFFFFFFFFF^FS^FO20,200^B7N,4,5,10,20,N^FDdata^FS"
        b"^FO10,100^BY3^BCN,80,Y,N^FD123456^FS^XZ"
    )

    assert check_zpl(usual).encode() == usual


@settings(max_examples=80)
@given(
    st.lists(st.sampled_from(["^", "~", "FD", "FS", "JR", "XA", "XZ", "^XA", "1", ","])).map(
        "".join
    )
)
def test_no_zpl_passes_that_holds_a_command_nobody_listed(middle: str) -> None:
    try:
        text = check_zpl(f"^XA{middle}^XZ".encode())
    except NotReadable:
        return

    assert "~" not in text
    assert "^JR" not in text
    assert text.count("^XA") == 1


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from([b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"^XA", b""]))
def test_no_file_does_more_than_be_refused(content: bytes, start: bytes) -> None:
    with pytest.raises(NotReadable):
        accept_carrier_label(start + content, "C-1", 203)


def test_a_stored_zpl_that_was_tampered_with_is_not_sent() -> None:
    label = CarrierLabel(format=CarrierFormat.ZPL, content=b"^XA~JR^XZ", name="x", dpi=203)

    with pytest.raises(NotReadable):
        render(label, "en", load_model("zebra-zd421-203"), load_medium("label-4x6"))


def test_what_a_printer_draws_of_a_pdf_is_black_and_white_and_reads_from_its_bytes() -> None:
    label = accept_carrier_label(carrier_pdf(), "C-1")

    rendered = render(label, "en", load_model("zebra-zd421-203"), load_medium("label-4x6"))

    (image,) = read_zpl(rendered.payload)
    assert {code.text for code in zxingcpp.read_barcodes(image.convert("L"))} == {TRACKING}


def test_a_pdf_printer_gets_the_label_without_loss() -> None:
    label = accept_carrier_label(carrier_png(), "C-1")

    rendered = render(label, "en", load_model("office-pdf"), load_medium("a4"))

    (page,) = pypdfium2.PdfDocument(rendered.payload)
    picture = page.render(scale=200 / 72).to_pil().convert("L")
    assert {code.text for code in zxingcpp.read_barcodes(picture)} == {TRACKING}
