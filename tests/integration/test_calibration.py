"""A printer's own offset and darkness reach its paper, and cut nothing off."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageOps

from label_readers import read_labels
from paper_samples import NOON, a_label
from returnstation.domain.papers import (
    CalibrationPage,
    PaperKind,
    paper_from_json,
    paper_to_json,
)
from returnstation.printing import (
    BadProfile,
    Calibration,
    DoesNotFit,
    load_medium,
    load_model,
    model_ids,
    preview,
    render,
)

MEDIUM = load_medium("label-50x30")
LABEL = a_label()


def page(offset_mm: tuple[float, float], model_id: str = "zebra-zd421-203") -> Image.Image:
    model = Calibration(offset_mm).of(load_model(model_id))
    (read,) = read_labels(render(LABEL, "ko", model, MEDIUM).payload, model, MEDIUM)
    assert Image.open(BytesIO(preview(LABEL, "ko", model, MEDIUM))).tobytes() == read.tobytes()
    return read


def inked(image: Image.Image) -> tuple[int, int, int, int]:
    box = ImageOps.invert(image.convert("L")).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize(("offset_mm", "dots"), [((1.0, 0.5), (8, 4)), ((-0.5, -1.0), (-4, -8))])
def test_everything_is_moved_by_whole_dots(
    offset_mm: tuple[float, float], dots: tuple[int, int]
) -> None:
    plain, moved = page((0, 0)), page(offset_mm)

    left, top, right, bottom = inked(plain)
    across, along = dots
    assert inked(moved) == (left + across, top + along, right + across, bottom + along)
    assert plain.crop(inked(plain)).tobytes() == moved.crop(inked(moved)).tobytes()


@pytest.mark.parametrize("offset_mm", [(5.0, 0.0), (-5.0, 0.0), (0.0, 5.0), (0.0, -5.0)])
def test_an_offset_that_would_cut_something_off_is_refused(
    offset_mm: tuple[float, float],
) -> None:
    with pytest.raises(DoesNotFit, match="offset_mm"):
        page(offset_mm)


def test_darkness_is_said_to_printers_that_can_be_told() -> None:
    model = Calibration(darkness=17).of(load_model("zebra-zd421-203"))

    assert render(LABEL, "ko", model, MEDIUM).payload.startswith(b"~SD17^XA")
    with pytest.raises(BadProfile, match="darkness"):
        Calibration(darkness=17).of(load_model("epson-tm-t20iii"))


TEST_PAGE = CalibrationPage(
    name="labels", model="Zebra ZD421, 203 dpi", medium="Label", printed_at=NOON
)


def loaded() -> list[tuple[str, str]]:
    """Return every medium once, in the first model that takes it, and every language."""
    models = [load_model(name) for name in model_ids()]
    of_medium = {medium: model.id for model in reversed(models) for medium in model.media}
    of_language = {model.language: (model.id, min(model.media)) for model in reversed(models)}
    return [(model, medium) for medium, model in sorted(of_medium.items())] + sorted(
        of_language.values()
    )


@pytest.mark.parametrize(("model_id", "medium_id"), loaded())
def test_every_medium_has_a_test_page(model_id: str, medium_id: str) -> None:
    model, medium = load_model(model_id), load_medium(medium_id)

    assert render(TEST_PAGE, "ko", model, medium).payload


def test_the_frame_of_the_test_page_stands_at_the_edges() -> None:
    model, medium = load_model("zebra-zd421-203"), load_medium("label-4x6")

    (read,) = read_labels(render(TEST_PAGE, "ko", model, medium).payload, model, medium)

    assert inked(read) == (0, 0, read.width, read.height)
    codes = zxingcpp.read_barcodes(read.convert("L"))
    assert {"TEST2", "TEST3", "TEST4"} <= {code.text for code in codes}


@pytest.mark.parametrize("offset_mm", [(2.0, 1.0), (-2.0, -1.5)])
def test_the_test_page_is_printed_with_an_offset_too(offset_mm: tuple[float, float]) -> None:
    model = Calibration(offset_mm).of(load_model("zebra-zd421-203"))
    medium = load_medium("label-4x6")
    paper = replace(TEST_PAGE, offset_mm=offset_mm)

    (read,) = read_labels(render(paper, "ko", model, medium).payload, model, medium)

    left, top, right, bottom = inked(read)
    assert (right == read.width, bottom == read.height) == (offset_mm[0] > 0, offset_mm[1] > 0)
    assert (left == 0, top == 0) == (offset_mm[0] < 0, offset_mm[1] < 0)


def test_rulers_are_as_long_as_they_say() -> None:
    model, medium = load_model("png-300"), load_medium("a4")

    page = Image.open(BytesIO(render(TEST_PAGE, "en", model, medium).payload)).convert("L")

    # Between the tick of 5 mm and that of 1 mm: only every fifth is as long.
    row = page.crop((0, 17, page.width, 18)).tobytes()
    ticks = [at for at in range(10, page.width - 10) if row[at] == 0]
    assert ticks == [round(mm * 300 / 25.4) for mm in range(5, 210, 5)]


def test_a_test_page_is_stored_and_comes_back() -> None:
    paper = replace(TEST_PAGE, offset_mm=(0.5, -1.0), darkness=9)

    record = json.loads(json.dumps(paper_to_json(paper)))

    assert paper_from_json(PaperKind.CALIBRATION_PAGE, record) == paper
