"""Colours by role, for each theme, and the style sheet made from them.

Nothing else in the program names a colour: the style sheet in ``resources/qss`` says
``@accept`` and widgets carry the dynamic properties it asks for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from returnstation import datafiles

_ROLES = {
    # role: light, dark, contrast
    "ground": ("#E7EBEF", "#0F161D", "#000000"),
    "surface": ("#FFFFFF", "#18222C", "#000000"),
    "raised": ("#F4F6F8", "#212D38", "#000000"),
    "ink": ("#0E1B28", "#EEF3F7", "#FFFFFF"),
    "ink2": ("#43515E", "#B1BFCB", "#E6E6E6"),
    "line": ("#BAC4CD", "#40505E", "#9A9A9A"),
    "line2": ("#DCE2E7", "#2C3945", "#6E6E6E"),
    "edge": ("#6A7885", "#8496A5", "#FFFFFF"),
    "track": ("#D3DAE0", "#40505E", "#6E6E6E"),
    "photo": ("#C9D0D6", "#59646D", "#4A4A4A"),
    "band": ("#10304F", "#D5E4F2", "#FFE600"),
    "band-ink": ("#FFFFFF", "#0B1C2C", "#000000"),
    "band-ink2": ("#C8D8E7", "#33495D", "#1A1A00"),
    "band-line": ("#3F5F7E", "#93A9BD", "#6B6000"),
    "main": ("#0B5CAB", "#6DB3F2", "#FFE600"),
    "main-ink": ("#FFFFFF", "#06192B", "#000000"),
    "accept": ("#006B5A", "#4FE0C0", "#45F0D0"),
    "accept-t": ("#DFF1EC", "#103530", "#000000"),
    "refuse": ("#AD1F18", "#FF7B70", "#FF6B5E"),
    "refuse-t": ("#FAE7E5", "#421D1B", "#000000"),
    "super": ("#4938A6", "#B9AEFF", "#C9C0FF"),
    "super-t": ("#EBE9F7", "#2A2650", "#000000"),
    "warn": ("#7A4200", "#FFC44D", "#FFC94A"),
    "warn-t": ("#FFEFC7", "#3B2C0A", "#000000"),
    "warn-f": ("#FFBF2E", "#FFBF2E", "#FFC94A"),
    "warn-fi": ("#1D1300", "#1D1300", "#000000"),
    "warn-line": ("#B07C00", "#B07C00", "#7A5A00"),
    "info-t": ("#E3EEF9", "#14304A", "#000000"),
    "stop": ("#98140E", "#FF7B70", "#FF6B5E"),
    "stop-ink": ("#FFFFFF", "#2B0503", "#000000"),
    "stop-ink2": ("#FFD9D5", "#4C0E0A", "#1A0000"),
    "stop-line": ("#C75A54", "#C75A54", "#7A2A25"),
    "train": ("#C9D6FF", "#C9D6FF", "#C9D6FF"),
    "train-ink": ("#10214F", "#10214F", "#10214F"),
    # Lengths that differ by theme. Without tints, contrast parts its areas by lines and thicker bars.
    "bar-width": ("8px", "8px", "12px"),
    "tint-line": ("0px", "0px", "1px"),
    "tint-frame": ("0px", "0px", "2px"),
}

_TOKEN = re.compile(r"@([a-z]+[0-9]?(?:-[a-z0-9]+)*)")
_LENGTH = re.compile(r"\b(\d+)px")


@dataclass(frozen=True, slots=True)
class Theme:
    """The value of each role."""

    name: str
    roles: Mapping[str, str]


THEMES = {
    name: Theme(name, {role: values[column] for role, values in _ROLES.items()})
    for column, name in enumerate(("light", "dark", "contrast"))
}


def theme(name: str) -> Theme:
    """Return the theme of this name; an unknown one is light."""
    return THEMES.get(name, THEMES["light"])


def style_sheet(chosen: Theme, scale: float) -> str:
    """Return the style sheet in the theme's colours, every length times ``scale``."""
    template = datafiles.resource("qss", "station.qss").read_text(encoding="utf-8")
    coloured = _TOKEN.sub(lambda token: chosen.roles[token[1]], template)
    return _LENGTH.sub(lambda length: f"{scaled(int(length[1]), scale)}px", coloured)


def scaled(length: int, scale: float) -> int:
    """Return a length in the scale of the window; a hairline never vanishes."""
    return max(round(length * scale), min(length, 1))
