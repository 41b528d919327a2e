"""The shipped fonts, so that every desk shows the same letters."""

from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

from returnstation import datafiles

_LATIN = "NotoSans"
_BY_LANGUAGE = {
    "ko": "NotoSansKR",
    "ja": "NotoSansJP",
    "zh-Hans": "NotoSansSC",
    "zh-Hant": "NotoSansTC",
}


def font_for(language: str, size: int) -> QFont:
    """Return the body font of a language, in pixels; its other scripts follow as fallbacks.

    Korean and Japanese put their own family first; all others start with Noto Sans. Without the
    shipped files the system's fonts are used.
    """
    own = _BY_LANGUAGE.get(language)
    files = [_LATIN, _BY_LANGUAGE["ko"]] if own is None else [own, _LATIN]
    families = [family for file in files for family in _load(file)]
    font = QFont()
    if families:
        font.setFamilies(families)
    font.setPixelSize(size)
    return font


def load_other_scripts() -> None:
    """Load what the first page did not need: a product's name may be in any script."""
    for file in _BY_LANGUAGE.values():
        _load(file)


@cache
def _load(file: str) -> tuple[str, ...]:
    """Give both weights of a family to Qt; return the family's name, or nothing."""
    families: dict[str, None] = {}
    for weight in ("Regular", "Bold"):
        try:
            font = datafiles.resource("fonts", f"{file}-{weight}.ttf")
        except datafiles.DataFileMissing:
            continue
        families |= dict.fromkeys(QFontDatabase.applicationFontFamilies(_give(font)))
    return tuple(families)


def _give(font: Traversable) -> int:
    # A file of its own is mapped by Qt; one inside an archive is copied, 4 MB and 3 ms each.
    if isinstance(font, Path):
        return QFontDatabase.addApplicationFont(str(font))
    return QFontDatabase.addApplicationFontFromData(QByteArray(font.read_bytes()))
