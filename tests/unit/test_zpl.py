from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from PIL import Image

from paper_samples import a_label
from random_images import images
from returnstation.printing import load_medium, load_model, preview, render
from returnstation.printing.drawing import Box, Code, Drawing, Grid
from returnstation.printing.profiles import Graphic
from returnstation.printing.raster import rasterize
from returnstation.printing.symbols import code_128
from returnstation.printing.zpl import zpl_of
from zpl_reader import read_zpl

GOLDEN = Path(__file__).parents[1] / "data" / "labels" / "bars_50x30_203dpi.zpl"
ZEBRA, MEDIUM = load_model("zebra-zd421-203"), load_medium("label-50x30")
EVERY_PACKING = pytest.mark.parametrize("graphic", list(Graphic))


@EVERY_PACKING
@given(image=images())
def test_what_is_packed_unpacks_to_the_same_dots(graphic: Graphic, image: Image.Image) -> None:
    model = msgspec.structs.replace(ZEBRA, graphic=graphic)

    (label,) = read_zpl(zpl_of(image, model, MEDIUM))

    assert label.size == image.size
    assert label.tobytes() == image.tobytes()


def test_the_bytes_of_a_label_do_not_change_unnoticed() -> None:
    marks = (
        Code(30, 20, code_128("ICN3-0011842"), 2, 100),
        Box(16, 130, 368, 2),
        Box(399, 239, 1, 1),
    )
    image = rasterize(Drawing(400, 240, Grid(203), marks))

    assert zpl_of(image, ZEBRA, MEDIUM) == GOLDEN.read_bytes()


def test_no_text_on_a_label_can_be_a_command() -> None:
    label = a_label(title="^XZ^XA~JR^FDx^FS ~HS", merchant="^GB", case_number="~JA")

    payload = render(
        label, "ko", load_model("zebra-zd421-203"), load_medium("label-100x60")
    ).payload

    assert len(read_zpl(payload)) == 1
    assert b"~" not in payload


def test_a_label_prints_the_dots_that_its_preview_shows(tmp_path: Path) -> None:
    paper, model, medium = a_label(), load_model("zebra-zd421-203"), load_medium("label-50x30")
    shown = tmp_path / "label.png"
    shown.write_bytes(preview(paper, "ko", model, medium))

    (printed,) = read_zpl(render(paper, "ko", model, medium).payload)

    assert printed.tobytes() == Image.open(shown).convert("1").tobytes()
