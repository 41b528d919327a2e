from dataclasses import replace
from io import BytesIO

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from paper_samples import a_label, a_line, a_receipt
from returnstation.domain.messages import say
from returnstation.i18n import load_catalog
from returnstation.printing import DoesNotFit, load_medium, load_model, render
from returnstation.printing.drawing import Drawing, Grid, Text
from returnstation.printing.fonts import width
from returnstation.printing.pdf import pdf_of
from returnstation.printing.receipt import draw_receipt

LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "zh-Hans", "zh-Hant")
A4 = (210.0, 297.0)
ROLL = (80.0, None)
OFFICE = load_model("office-pdf")


def pages(payload: bytes, dpi: int) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(BytesIO(payload))
    return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def words(drawings: tuple[Drawing, ...]) -> str:
    return " ".join(m.text for page in drawings for m in page.marks if isinstance(m, Text))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [A4, ROLL])
def test_nothing_on_a_receipt_runs_off_the_paper(
    language: str, size: tuple[float, float | None]
) -> None:
    receipt = a_receipt(is_copy=True, is_training=True)

    (page,) = draw_receipt(receipt, load_catalog(language), size, Grid(203))

    for mark in page.marks:
        if isinstance(mark, Text):
            end = mark.x + width(mark.text, mark.size, mark.language, mark.weight)
            assert mark.x >= 0
            assert end <= page.width
            assert 0 < mark.y < page.height


def test_a_receipt_says_what_was_decided_why_and_what_is_paid() -> None:
    said = words(draw_receipt(a_receipt(), load_catalog("de"), A4, Grid(203)))

    for expected in (
        "Angenommen", "Abgelehnt", "In Prüfung", "BGB § 357a(1)", "123,40\xa0€", "-5,60\xa0€",
        "Wertverlust", "8. Dezember 2026", "Wie bezahlt", "Deutschland", "Jana K.",
    ):  # fmt: skip
        assert expected.replace("\xa0", " ") in said.replace("\xa0", " ")


def test_a_receipt_without_what_is_not_known_leaves_it_out() -> None:
    bare = a_receipt(
        merchant="", rma=None, order_number="", customer=None, refund_total=None, country="US-CA",
        refund_due_on=None, refund_method=None, feedback_url=None, lines=(a_line(sku=""),),
    )  # fmt: skip

    said = words(draw_receipt(bare, load_catalog("en"), ROLL, Grid(203)))

    assert "United States" in said
    assert "SKU" not in said
    assert "papers." not in said


def test_a_long_receipt_goes_on_on_the_next_page() -> None:
    receipt = a_receipt(lines=(a_line(),) * 20)

    drawings = draw_receipt(receipt, load_catalog("en"), A4, Grid(203))

    said = words(drawings)
    assert len(drawings) > 1
    assert said.count("Accepted") == 20
    assert f"Page 1 of {len(drawings)}" in said
    assert all(page.height == drawings[0].height for page in drawings)


def test_a_roll_is_as_long_as_its_text() -> None:
    (short,) = draw_receipt(a_receipt(lines=(a_line(),)), load_catalog("en"), ROLL, Grid(203))
    (long,) = draw_receipt(a_receipt(lines=(a_line(),) * 5), load_catalog("en"), ROLL, Grid(203))

    assert long.height > short.height


def test_a_part_higher_than_a_page_is_refused() -> None:
    receipt = a_receipt(lines=(a_line(because=say("word " * 3000)),))

    with pytest.raises(DoesNotFit):
        draw_receipt(receipt, load_catalog("en"), A4, Grid(203))


def test_a_case_number_that_bars_cannot_hold_becomes_a_matrix_code() -> None:
    receipt = replace(a_receipt(), case_number="접수-2026-0117")

    (page,) = draw_receipt(receipt, load_catalog("ko"), A4, Grid(203))

    assert ("접수-2026-0117", "]Q1") in {(c.symbol.text, c.symbol.identifier) for c in page.codes}


def test_the_same_receipt_gives_the_same_bytes() -> None:
    drawings = draw_receipt(a_receipt(), load_catalog("ja"), A4, Grid(300))

    assert pdf_of(drawings, "x", "ja") == pdf_of(drawings, "x", "ja")


def test_a_file_carries_its_fonts_and_its_text() -> None:
    rendered = render(a_receipt(), "ko", OFFICE, load_medium("a4"))
    document = pypdfium2.PdfDocument(BytesIO(rendered.payload))

    text = document[0].get_textpage().get_text_bounded()

    assert b"/FontFile2" in rendered.payload
    assert "반품 처리 안내" in text


@pytest.mark.parametrize("dpi", [300, 600])
def test_bars_in_a_file_are_whole_dots(dpi: int) -> None:
    rendered = render(a_label(), "ko", OFFICE, load_medium("label-50x30"))

    (page,) = pages(rendered.payload, dpi)
    row = np.asarray(page)[round(16 / 25.4 * dpi)] < 128
    edges = np.flatnonzero(np.diff(row.astype(np.int8)))
    bars = np.diff(edges[edges < 37 / 25.4 * dpi])

    assert set(bars % (3 * dpi // 300)) == {0}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terms_of_the_law_stand_with_their_article_below_the_decision(language: str) -> None:
    interest = (say("law.late_refund_interest", percent=15), "전자상거래법 제18조 제2항")
    receipt = a_receipt(lines=(a_line(terms=(interest,)),))
    catalog = load_catalog(language)

    drawn = words(draw_receipt(receipt, catalog, ROLL, Grid(203)))

    assert "15" in drawn
    assert "제18조" in drawn
