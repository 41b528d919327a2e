"""A printer's own offset and darkness reach its paper, and cut nothing off."""

from io import BytesIO

import pytest
from PIL import Image, ImageOps

from label_readers import read_labels
from paper_samples import a_label
from returnstation.printing import (
    BadProfile,
    Calibration,
    DoesNotFit,
    load_medium,
    load_model,
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
