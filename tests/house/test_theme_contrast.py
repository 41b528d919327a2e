"""Every pair of colours that carries text or an edge can be told apart (WCAG 2.2, AA)."""

import re
from pathlib import Path

import pytest

from returnstation.gui.theme import THEMES, style_sheet

TEXT, EDGE = 4.5, 3.0
# ink, ground, least ratio: the table of screens.md, section 3
PAIRS = [
    ("ink", "surface", TEXT),
    ("ink", "ground", TEXT),
    ("ink", "raised", TEXT),
    ("ink", "info-t", TEXT),
    ("ink", "accept-t", TEXT),
    ("ink", "refuse-t", TEXT),
    ("ink", "super-t", TEXT),
    ("ink2", "surface", TEXT),
    ("ink2", "ground", TEXT),
    ("ink2", "raised", TEXT),
    ("ink2", "info-t", TEXT),
    ("ink2", "accept-t", TEXT),
    ("ink2", "refuse-t", TEXT),
    ("ink2", "super-t", TEXT),
    ("band-ink", "band", TEXT),
    ("band-ink2", "band", TEXT),
    ("main-ink", "main", TEXT),
    ("main", "surface", TEXT),
    ("accept", "surface", TEXT),
    ("accept", "accept-t", TEXT),
    ("refuse", "surface", TEXT),
    ("refuse", "refuse-t", TEXT),
    ("super", "surface", TEXT),
    ("super", "super-t", TEXT),
    ("warn", "surface", TEXT),
    ("warn", "warn-t", TEXT),
    ("warn-fi", "warn-f", TEXT),
    ("stop-ink", "stop", TEXT),
    ("stop-ink2", "stop", TEXT),
    ("surface", "refuse", TEXT),
    ("train-ink", "train", TEXT),
    ("edge", "surface", EDGE),
    ("edge", "ground", EDGE),
]
QSS = Path(__file__).parents[2] / "resources" / "qss" / "station.qss"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_text_and_edges_can_be_seen(theme: str, ink: str, ground: str, least: float) -> None:
    roles = THEMES[theme].roles

    assert contrast(roles[ink], roles[ground]) >= least


@pytest.mark.parametrize("theme", THEMES)
def test_every_role_of_the_style_sheet_is_known(theme: str) -> None:
    assert "@" not in style_sheet(THEMES[theme], 1.0)


def test_the_style_sheet_names_no_colour() -> None:
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(", QSS.read_text(encoding="utf-8")) == []


def test_no_text_is_smaller_than_16_pixels() -> None:
    sizes = re.findall(r"font-size: (\d+)px", QSS.read_text(encoding="utf-8"))

    assert min(int(size) for size in sizes) == 16


def test_lengths_grow_with_the_window_and_hairlines_stay() -> None:
    larger = style_sheet(THEMES["light"], 1.125)

    assert "min-height: 93px" in larger  # 83 of the act bar
    assert "border: 1px solid" in larger
    assert "0px" not in re.findall(r"border[a-z-]*: (\d+px)", style_sheet(THEMES["contrast"], 0.9))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
