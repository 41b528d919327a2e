"""Labels of totes and pallets: drawn so that a reader gives their codes back, or refused."""

import json
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from returnstation.domain.dispositions import Disposition
from returnstation.domain.papers import (
    ContainerLabel,
    PalletLabel,
    Paper,
    PaperKind,
    kind_of,
    paper_from_json,
    paper_to_json,
)
from returnstation.domain.sscc import sscc
from returnstation.i18n import languages, load_catalog
from returnstation.printing import load_medium, load_model, render
from returnstation.printing.container_label import draw_container_label
from returnstation.printing.drawing import DoesNotFit, Drawing, Grid, Text
from returnstation.printing.pallet_label import draw_pallet_label
from returnstation.printing.raster import rasterize
from returnstation.printing.rendering import NotSetUp

GTIN = "08801245001239"
VALID_GTIN = "04006381333931"
SMALL, LARGE = (50.0, 30.0), (101.6, 152.4)


def a_tote(**changes: Any) -> ContainerLabel:
    told: dict[str, Any] = {
        "code": "T-12",
        "disposition": "liquidate",
        "capacity": 40,
        "site": "인천 반품센터",
    }
    return ContainerLabel(**(told | changes))


def a_pallet(**changes: Any) -> PalletLabel:
    told: dict[str, Any] = {
        "sscc": sscc("8801234", 42),
        "disposition": "liquidate",
        "site": "인천 반품센터",
    }
    return PalletLabel(**(told | changes))


def read(drawing: Drawing) -> set[tuple[str, str]]:
    found = zxingcpp.read_barcodes(rasterize(drawing), text_mode=zxingcpp.TextMode.Plain)
    return {(each.symbology_identifier, each.text) for each in found}


def words(drawing: Drawing) -> str:
    return " ".join(mark.text for mark in drawing.marks if isinstance(mark, Text))


@pytest.mark.parametrize("paper", [a_tote(place=3), a_pallet(), a_pallet(gtin=GTIN, count=3)])
def test_a_container_s_label_comes_back_from_its_record(paper: Paper) -> None:
    record = json.loads(json.dumps(paper_to_json(paper)))

    assert paper_from_json(kind_of(paper), record) == paper


@pytest.mark.parametrize("size_mm", [SMALL, (100.0, 50.0), (57.15, 31.75), LARGE])
def test_a_tote_is_read_from_its_bars_and_from_its_square(size_mm: tuple[float, float]) -> None:
    drawing = draw_container_label(a_tote(), load_catalog("ko"), size_mm, Grid(203))

    assert read(drawing) == {("]C0", "RST:T-12"), ("]Q1", "RST:T-12")}


@pytest.mark.parametrize("disposition", list(Disposition))
@pytest.mark.parametrize("language", languages())
def test_a_tote_s_smallest_label_says_every_disposition(
    disposition: Disposition, language: str
) -> None:
    label = a_tote(disposition=disposition.value)

    drawing = draw_container_label(label, load_catalog(language), SMALL, Grid(203))

    assert "T-12" in words(drawing)


def test_a_tote_s_code_too_long_for_the_label_is_refused() -> None:
    with pytest.raises(DoesNotFit):
        draw_container_label(a_tote(code="X" * 40), load_catalog("en"), SMALL, Grid(203))


def test_a_label_for_training_says_so() -> None:
    tote = draw_container_label(a_tote(is_training=True), load_catalog("en"), SMALL, Grid(203))
    pallet = draw_pallet_label(a_pallet(is_training=True), load_catalog("en"), LARGE, Grid(203))

    warning = load_catalog("en").text("papers.label.training")
    assert warning in words(tote)
    assert warning in words(pallet)


def test_a_pallet_of_mixed_goods_has_its_sscc_only() -> None:
    drawing = draw_pallet_label(a_pallet(), load_catalog("en"), LARGE, Grid(203))

    assert read(drawing) == {("]C1", "00" + sscc("8801234", 42))}


def test_a_pallet_of_one_product_says_which_and_how_many() -> None:
    label = a_pallet(gtin=VALID_GTIN, count=40)

    drawing = draw_pallet_label(label, load_catalog("en"), LARGE, Grid(203))

    assert ("]C1", f"02{VALID_GTIN}3740") in read(drawing)
    assert f"(02) {VALID_GTIN} (37) 40" in words(drawing)


def test_an_article_number_that_is_none_gets_no_barcode_on_a_pallet() -> None:
    label = a_pallet(gtin="08801245001230", count=40)

    drawing = draw_pallet_label(label, load_catalog("en"), LARGE, Grid(203))

    assert {text[:2] for _, text in read(drawing)} == {"00"}


def test_a_pallet_says_where_it_goes_with_which_load_and_how_heavy() -> None:
    label = a_pallet(to="Restposten GmbH", load="LD-17", gross_g=412_500)

    shown = words(draw_pallet_label(label, load_catalog("de"), LARGE, Grid(203)))

    assert "Restposten GmbH" in shown
    assert "LD-17" in shown
    assert "412,5 kg" in shown


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_bars_on_a_pallet_are_as_wide_and_high_as_the_standard_wants(dpi: int) -> None:
    drawing = draw_pallet_label(
        a_pallet(gtin=VALID_GTIN, count=40), load_catalog("ko"), LARGE, Grid(dpi)
    )

    for code in drawing.codes:
        assert 0.495 <= code.module * 25.4 / dpi <= 0.94
        assert code.bar_height * 25.4 / dpi >= 31.9


@pytest.mark.parametrize("size_mm", [SMALL, (100.0, 137.0), (80.0, 152.4)])
def test_a_pallet_s_label_is_refused_on_paper_too_small(size_mm: tuple[float, float]) -> None:
    with pytest.raises(DoesNotFit):
        draw_pallet_label(a_pallet(), load_catalog("en"), size_mm, Grid(203))


def test_a_pallet_s_label_is_not_for_the_roll_of_item_labels() -> None:
    with pytest.raises(NotSetUp):
        render(a_pallet(), "en", load_model("zebra-zd421-203"), load_medium("label-50x30"))


@pytest.mark.parametrize(
    ("model", "medium"),
    [("zebra-zd421-203", "label-4x6"), ("zebra-zd421-300", "label-100x150"), ("office-pdf", "a4")],
)
def test_a_pallet_s_label_is_printed_where_it_fits(model: str, medium: str) -> None:
    chosen = load_medium(medium)

    assert PaperKind.PALLET_LABEL in chosen.papers
    assert render(a_pallet(), "ko", load_model(model), chosen).payload


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", min_size=1, max_size=40))
@settings(max_examples=15)
def test_a_tote_s_label_reads_back_or_is_refused(code: str) -> None:
    try:
        drawing = draw_container_label(a_tote(code=code), load_catalog("en"), SMALL, Grid(203))
    except DoesNotFit:
        return

    assert {text for _, text in read(drawing)} == {f"RST:{code}"}
