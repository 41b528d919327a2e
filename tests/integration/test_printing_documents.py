"""Papers that are read: certificates, drafts, manifests, tickets, reports, in the right words."""

import json
from dataclasses import replace
from io import BytesIO
from typing import Any, TypeVar

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from builders import a_merchant
from paper_samples import EXPECTED_CODES, SAMPLES, photo
from returnstation.application.desk.receipts import feedback_page
from returnstation.application.papers_of_cases import FINDINGS_TOLD
from returnstation.domain.checklists import COSMETIC, FUNCTIONAL
from returnstation.domain.messages import say
from returnstation.domain.papers import (
    BadPaper,
    Certificate,
    CreditNote,
    Manifest,
    Paper,
    PaperKind,
    PhotoSheet,
    QuarantineTag,
    Receipt,
    ShiftReport,
    ShipBackLabel,
    ShippingLabel,
    WorkTicket,
    kind_of,
    paper_from_json,
    paper_to_json,
    title_of,
)
from returnstation.i18n import languages, load_catalog
from returnstation.printing import DoesNotFit, load_medium, load_model, render
from returnstation.printing.drawing import Grid, Picture, Surface, Text
from returnstation.printing.files import as_pdf, as_png, pages_of
from returnstation.printing.label_parts import LabelPage
from returnstation.printing.layouts import draw
from returnstation.printing.raster import rasterize

OFFICE = load_model("office-pdf")
A4, LETTER = load_medium("a4"), load_medium("letter")
CUSTOMER_PAPERS = (PaperKind.RECEIPT, PaperKind.CERTIFICATE, PaperKind.CREDIT_NOTE)
ON_A4 = sorted(A4.papers & SAMPLES.keys())


_P = TypeVar("_P")


def sample(paper: type[_P]) -> _P:
    """Return the sample of a class."""
    return next(each for each in SAMPLES.values() if isinstance(each, paper))


def texts(payload: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(payload)
    return [page.get_textpage().get_text_range() for page in document]


def codes(payload: bytes) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for page in pypdfium2.PdfDocument(payload):
        picture = page.render(scale=200 / 72).to_pil().convert("L")
        read = zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain)
        found |= {(code.symbology_identifier, code.text) for code in read}
    return found


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_paper_comes_back_from_its_record_as_it_was(kind: PaperKind) -> None:
    paper = SAMPLES[kind]
    record = json.loads(json.dumps(paper_to_json(paper)))

    assert paper_from_json(kind, record) == paper
    assert kind_of(paper) is kind
    assert title_of(paper)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
TAGGED = st.fixed_dictionaries(
    {"is": st.sampled_from(["money", "bytes", "address", "moment", "say", "photo", "x"])},
    optional={"minor": JSON, "base64": JSON, "at": JSON, "key": JSON, "values": JSON},
)


@settings(max_examples=150)
@given(kind=st.sampled_from(sorted(SAMPLES)), put=JSON | TAGGED, data=st.data())
def test_a_record_nobody_wrote_is_a_paper_or_refused(
    kind: PaperKind, put: Any, data: st.DataObject
) -> None:
    record = paper_to_json(SAMPLES[kind])
    name = data.draw(st.sampled_from(sorted(record)))
    record[name] = put

    try:
        paper_from_json(kind, record)
    except BadPaper:
        return


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", CUSTOMER_PAPERS)
def test_a_customers_paper_prints_in_every_language(kind: PaperKind, language: str) -> None:
    rendered = render(SAMPLES[kind], language, OFFICE, A4, photo)

    assert EXPECTED_CODES[kind] <= codes(rendered.payload)


@pytest.mark.parametrize("language", languages())
def test_findings_and_grades_a_customer_reads_are_in_the_customers_language(language: str) -> None:
    catalog = load_catalog(language)
    grades = [f"grade.{grade.lower()}" for grade in (*FUNCTIONAL, *COSMETIC)]
    wanted = {
        *(f"finding.{finding}" for finding in FINDINGS_TOLD),
        *(f"{grade}{end}" for grade in grades for end in ("", ".help")),
        "grade.functional",
        "grade.cosmetic",
    }

    assert [key for key in sorted(wanted) if not catalog.knows(key)] == []


@pytest.mark.parametrize("language", ["ko", "en", "ja", "de"])
@pytest.mark.parametrize("kind", ON_A4)
@pytest.mark.parametrize("medium", [A4, LETTER], ids=lambda medium: medium.id)
def test_every_paper_fits_an_office_page_and_reads_back(
    kind: PaperKind, language: str, medium: Any
) -> None:
    pages = pages_of(SAMPLES[kind], language, OFFICE, medium, photo)

    assert pages
    assert all(page.width == pages[0].width for page in pages)


@pytest.mark.parametrize("kind", ON_A4)
def test_a_paper_has_its_codes_in_the_file(kind: PaperKind) -> None:
    payload = render(SAMPLES[kind], "en", OFFICE, A4, photo).payload

    assert EXPECTED_CODES[kind] <= codes(payload)


def test_every_page_of_a_credit_note_says_that_it_is_a_draft() -> None:
    paper = sample(CreditNote)
    long = replace(paper, lines=paper.lines * 40)

    pages = texts(render(long, "en", OFFICE, A4).payload)

    assert len(pages) > 1
    assert all("DRAFT" in page for page in pages)
    assert "not an invoice" in pages[-1]


def test_a_manifest_has_its_head_on_every_page_and_says_which_it_is() -> None:
    pages = texts(render(SAMPLES[PaperKind.MANIFEST], "en", OFFICE, A4).payload)

    assert len(pages) == 2
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of 2" in page
        assert "GTIN" in page


def test_a_long_manifest_leaves_no_line_out() -> None:
    paper = sample(Manifest)
    lines = tuple(replace(paper.lines[0], lpn=f"ICN3-{n:07}") for n in range(300))

    pages = texts(render(replace(paper, lines=lines), "en", OFFICE, A4).payload)

    found = "".join(pages)
    assert all(line.lpn in found for line in lines)


def test_a_photo_is_scattered_dots_on_a_head_and_a_picture_in_a_file() -> None:
    paper = SAMPLES[PaperKind.PHOTO_SHEET]
    pages = pages_of(paper, "en", OFFICE, A4, photo)
    shown = next(mark for mark in pages[0].marks if isinstance(mark, Picture))

    dots = rasterize(pages[0]).crop(
        (shown.x, shown.y, shown.x + shown.width, shown.y + shown.height)
    )
    payload = as_pdf(pages, paper, "en")

    black = dots.histogram()[0] / (shown.width * shown.height)
    assert 0.3 < black < 0.7
    # The stored JPEG is in the file as it is.
    assert payload.count(b"/DCTDecode") == 1


def test_a_photo_that_is_gone_leaves_a_frame_that_says_so() -> None:
    paper = SAMPLES[PaperKind.PHOTO_SHEET]

    (page,) = texts(render(paper, "en", OFFICE, A4).payload)

    assert page.count("no longer kept") == 4


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\xff\xd8\xff broken"])
def test_a_stored_photo_that_is_broken_spoils_no_paper(content: bytes) -> None:
    paper = SAMPLES[PaperKind.PHOTO_SHEET]

    (page,) = texts(render(paper, "en", OFFICE, A4, lambda _: content).payload)

    assert page.count("no longer kept") == 4


def test_pages_are_written_as_pictures_dot_for_dot() -> None:
    pages = pages_of(SAMPLES[PaperKind.MANIFEST], "en", OFFICE, A4, photo)

    pictures = [Image.open(BytesIO(content)) for content in as_png(pages)]

    assert [picture.size for picture in pictures] == [(page.width, page.height) for page in pages]


def test_a_tag_names_as_many_reasons_as_there_is_room_for_and_always_the_first() -> None:
    tag = sample(QuarantineTag)
    many = replace(tag, reasons=(say("finding.battery_damaged"),) * 12)

    (drawing,) = draw(many, load_catalog("de"), Surface((50.0, 30.0), Grid(203)))

    texts_drawn = [mark.text for mark in drawing.marks if isinstance(mark, Text)]
    shown = [text for text in texts_drawn if text == "Akku beschädigt"]
    assert 1 <= len(shown) < 12


def test_a_reason_too_long_for_a_tag_is_refused_and_not_cut() -> None:
    tag = sample(QuarantineTag)
    long = replace(tag, reasons=(say("x" * 400),))

    with pytest.raises(DoesNotFit):
        draw(long, load_catalog("en"), Surface((50.0, 30.0), Grid(203)))


@pytest.mark.parametrize("tracking", ["한국123", "1Z\n999", "A" * 90])
def test_a_tracking_number_that_is_no_barcode_is_refused(tracking: str) -> None:
    label = sample(ShippingLabel)

    with pytest.raises(DoesNotFit):
        draw(
            replace(label, tracking=tracking),
            load_catalog("en"),
            Surface((100.0, 150.0), Grid(203)),
        )


def test_an_address_with_too_many_lines_is_refused_and_not_cut() -> None:
    label = sample(ShippingLabel)
    long = replace(label, to=replace(label.to, lines=("a line of an address",) * 20))

    with pytest.raises(DoesNotFit):
        draw(long, load_catalog("en"), Surface((100.0, 150.0), Grid(203)))


@pytest.mark.parametrize("size_mm", [(85.0, 54.0), (90.0, 53.0), (50.0, 30.0)])
def test_a_badge_is_never_smaller_than_a_card(size_mm: tuple[float, float]) -> None:
    with pytest.raises(DoesNotFit):
        draw(SAMPLES[PaperKind.BADGE], load_catalog("en"), Surface(size_mm, Grid(203)))


def test_a_badge_fills_a_card_without_a_line_to_cut_along() -> None:
    surface = Surface((85.6, 54.0), Grid(300))

    (drawing,) = draw(SAMPLES[PaperKind.BADGE], load_catalog("en"), surface)

    assert drawing.codes[0].symbol.text == "RSB:OPERATOR"
    assert rasterize(drawing).convert("L").getpixel((0, 0)) == 255


TRAINED = (
    replace(sample(Certificate), is_training=True),
    replace(sample(CreditNote), is_training=True),
    replace(sample(Manifest), is_training=True),
    replace(sample(PhotoSheet), is_training=True),
    replace(sample(QuarantineTag), is_training=True),
    replace(sample(ShiftReport), is_training=True),
    replace(sample(ShipBackLabel), is_training=True),
    replace(sample(ShippingLabel), is_training=True),
    replace(sample(WorkTicket), is_training=True),
)


@pytest.mark.parametrize("paper", TRAINED, ids=kind_of)
def test_a_paper_made_in_training_says_so(paper: Paper) -> None:
    medium = A4 if kind_of(paper) in A4.papers else load_medium("label-50x30")

    pages = texts(render(paper, "en", OFFICE, medium, photo).payload)

    assert "TRAINING" in pages[0]


def test_a_certificate_says_grade_definition_finding_clause_and_verdict() -> None:
    paper = sample(Certificate)

    (page,) = texts(render(paper, "en", OFFICE, A4, photo).payload)

    for told in ("F5 – Fully tested", "Wear seen close up", "Tag removed", "Accepted", "BGB"):
        assert told in page


def test_a_photo_sheet_without_photos_is_still_a_page() -> None:
    paper = sample(PhotoSheet)

    assert pages_of(replace(paper, photos=()), "en", OFFICE, A4, photo)


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("https://m.example/say", "https://m.example/say?case=C-1"),
        ("https://m.example/say?lang=ko", "https://m.example/say?lang=ko&case=C-1"),
        ("https://m.example/f/{case}#top", "https://m.example/f/C-1#top"),
        (None, None),
    ],
)
def test_the_feedback_page_gets_the_case_number(address: str | None, leads_to: str | None) -> None:
    assert feedback_page(replace(a_merchant(), feedback_url=address), "C-1") == leads_to


def test_the_code_on_the_receipt_leads_to_the_feedback_page_of_the_case() -> None:
    receipt = sample(Receipt)
    page = feedback_page(a_merchant(feedback_url="https://m.example/say"), "C-2026-0117")

    payload = render(replace(receipt, feedback_url=page), "ko", OFFICE, A4).payload

    assert ("]Q1", "https://m.example/say?case=C-2026-0117") in codes(payload)


def test_words_on_a_label_are_composed_before_they_are_drawn() -> None:
    page = LabelPage(load_catalog("en"), Grid(203))

    assert page.told(say("e\u0301")) == "é"
