"""Bars on the final dots of every paper: whole dots, quiet zones, heights."""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import pytest
from numpy.typing import NDArray

from paper_samples import SAMPLES
from returnstation.domain.papers import Paper, kind_of
from returnstation.printing import load_medium, load_model, medium_ids, model_ids
from returnstation.printing.drawing import Code, Grid
from returnstation.printing.profiles import Medium, Model
from returnstation.printing.raster import rasterize
from returnstation.printing.rendering import drawn

# Modules of white left and right: ISO/IEC 15417, 15420, 16390, 16022, 18004.
QUIET = {"]C0": (10, 10), "]C1": (10, 10), "]E0": (11, 7), "]E4": (7, 7), "]I1": (10, 10),
         "]d2": (1, 1), "]Q1": (4, 4)}  # fmt: skip
LINES = 10
# GS1 General Specifications, logistic labels: millimetres.
SSCC_MODULE, SSCC_HEIGHT = (0.495, 1.016), 31.75
LEAST_HEIGHT = 5.0
LEAST_SHARE = 0.15
LEAST_MODULE = 0.165


def loaded() -> Iterator[tuple[Paper, Model, Medium]]:
    """Yield every paper on the narrowest and the widest medium for it, at each density."""
    models = [load_model(name) for name in model_ids()]
    media = [load_medium(name) for name in medium_ids()]
    for paper in SAMPLES.values():
        for dpi in sorted({model.dpi for model in models}):
            fit = [
                (paper, model, medium)
                for medium in sorted(media, key=lambda each: each.width_mm)
                for model in models
                if model.dpi == dpi and medium.id in model.media and kind_of(paper) in medium.papers
            ]
            yield from (fit[:1] + fit[-1:])[: len(fit)]


LOADED = list(loaded())


@pytest.mark.parametrize(
    ("paper", "model", "medium"),
    LOADED,
    ids=[f"{kind_of(paper)}-{model.dpi}-{medium.id}" for paper, model, medium in LOADED],
)
def test_every_barcode_is_drawn_in_whole_dots_with_its_quiet_zones_and_height(
    paper: Paper, model: Model, medium: Medium
) -> None:
    for page in drawn(paper, "ko", model, medium):
        dots = np.asarray(rasterize(page).convert("L"))
        assert set(np.unique(dots)) <= {0, 255}
        for code in page.codes:
            assert is_exact(code, dots)
            assert is_quiet(code, dots)
            assert is_tall(code, page.grid)


def is_exact(code: Code, dots: NDArray[np.uint8]) -> bool:
    """Tell whether each run on ten lines across is so many whole modules as it is to be."""
    for line in np.linspace(code.y, code.y + code.height - 1, LINES).astype(int):
        place = (line - code.y) * len(code.symbol.rows) // code.height
        wanted = [len(list(run)) for _, run in groupby(code.symbol.rows[place])]
        row = dots[line, code.x : code.x + code.width]
        if [len(list(run)) for _, run in groupby(row)] != [n * code.module for n in wanted]:
            return False
    return True


def is_quiet(code: Code, dots: NDArray[np.uint8]) -> bool:
    left, right = (modules * code.module for modules in QUIET[code.symbol.identifier])
    first, last = code.x - left, code.x + code.width + right
    if first < 0 or last > dots.shape[1]:
        return False
    rows = dots[code.y : code.y + code.height]
    return bool(
        (rows[:, first : code.x] == 255).all() and (rows[:, last - right : last] == 255).all()
    )


def is_tall(code: Code, grid: Grid) -> bool:
    """Tell whether bars are high and modules wide enough for a scanner."""
    a_dot = 25.4 / grid.dpi
    module, height, width = (n * a_dot for n in (code.module, code.height, code.width))
    if code.symbol.identifier == "]C1":
        return SSCC_MODULE[0] - a_dot / 2 <= module <= SSCC_MODULE[1] and height >= SSCC_HEIGHT
    is_wide = module >= LEAST_MODULE
    return is_wide and (
        not code.symbol.is_linear or height >= max(LEAST_HEIGHT, LEAST_SHARE * width)
    )
