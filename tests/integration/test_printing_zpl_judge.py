"""All our ZPL, drawn by a renderer that is not ours: the same dots, and the codes on them."""

import msgspec
import pytest
import zxingcpp

from label_readers import same_dots
from paper_samples import SAMPLES, a_label
from returnstation.domain.papers import CarrierLabel, Paper, kind_of
from returnstation.printing import load_medium, load_model, render
from returnstation.printing.drawing import Drawing
from returnstation.printing.profiles import Graphic, Medium, Model
from returnstation.printing.raster import rasterize
from returnstation.printing.rendering import drawn
from zpl_judge import judged

MODELS = [load_model("zebra-zd421-203"), load_model("zebra-zd421-300")]
MEDIA = [
    load_medium(name) for name in ("label-50x30", "label-100x60", "label-100x150", "label-4x6")
]
LOADED = [
    (paper, model, medium)
    for kind, paper in SAMPLES.items()
    for model in MODELS
    for medium in MEDIA
    if medium.id in model.media and kind in medium.papers
]


def is_said(page: Drawing, codes: list[zxingcpp.Barcode]) -> bool:
    """Tell whether the codes found say what the drawing's codes are to say."""
    found = {(code.text, code.symbology_identifier) for code in codes}
    return {(code.symbol.text, code.symbol.identifier) for code in page.codes} <= found


@pytest.mark.parametrize("graphic", list(Graphic))
@pytest.mark.parametrize(
    ("paper", "model", "medium"),
    LOADED,
    ids=[f"{kind_of(paper)}-{model.dpi}-{medium.id}" for paper, model, medium in LOADED],
)
def test_a_label_is_drawn_by_the_judge_dot_for_dot(
    paper: Paper, model: Model, medium: Medium, graphic: Graphic
) -> None:
    model = msgspec.structs.replace(model, graphic=graphic)
    pages = drawn(paper, "ko", model, medium)
    rasters = [rasterize(page) for page in pages]

    payload = render(paper, "ko", model, medium).payload
    images, control = judged(payload, rasters[0].width, model.dpi)

    assert control <= {"PQ", "PR", "SD", "MM"}
    for page, raster, image in zip(pages, rasters, images, strict=True):
        assert same_dots(image.convert("1"), raster.convert("1"))
        assert is_said(page, zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain))
    # A carrier's label is a picture: its codes are the carrier's.
    assert pages[0].codes or isinstance(paper, CarrierLabel)


@pytest.mark.parametrize("setting", [{"darkness": 20}, {"speed": 4}, {"cut": True}])
def test_what_a_model_is_set_to_stays_outside_the_picture(setting: dict[str, int]) -> None:
    paper, medium = a_label(), load_medium("label-50x30")
    (plain,), _ = judged(render(paper, "ko", MODELS[0], medium).payload, 400, 203)

    model = msgspec.structs.replace(MODELS[0], **setting)
    (image,), control = judged(render(paper, "ko", model, medium).payload, 400, 203)

    assert same_dots(image, plain)
    assert control - {"PQ"}
