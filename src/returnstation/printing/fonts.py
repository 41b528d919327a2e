"""The fonts that ship with the station, chosen for each character of a text.

No font has every script. A text is cut into runs of one font each, the reader's own script
first; a character that no font has is an error, because printers leave blanks in silence.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib.resources.abc import Traversable
from io import BytesIO
from itertools import groupby
from pathlib import Path

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from returnstation import datafiles

_FAMILIES = ("NotoSans", "NotoSansKR", "NotoSansJP", "NotoSansSC", "NotoSansTC")
# One Han character has national shapes: a reader gets those of the reader's language.
_OWN_FAMILY = {
    "ko": "NotoSansKR",
    "ja": "NotoSansJP",
    "zh-Hans": "NotoSansSC",
    "zh-Hant": "NotoSansTC",
}


# Words are shrunk to fit, so sizes are many.
_SIZES_KEPT = 128
# A narrow one is drawn like any other no-break space: few fonts have it.
_NARROW, _NO_BREAK = "\u202f", "\u00a0"
_BREAKABLE = re.compile(rf"[^\S{_NO_BREAK}]+")


class MissingGlyph(ValueError):
    """No font has a character.

    Attributes:
        char: The character.
        code_point: The same as ``U+1F600``, safe to write anywhere.
    """

    def __init__(self, char: str) -> None:
        self.char = char
        self.code_point = f"U+{ord(char):04X}"
        super().__init__(f"{self.code_point} {unicodedata.name(char, '')}".strip())


class Weight(Enum):
    """How strong letters are."""

    REGULAR = "Regular"
    BOLD = "Bold"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that one font draws."""

    face: str
    text: str


def printable(text: str) -> str:
    """Return a text as it is drawn: composed, without marks that have no shape of their own.

    Spaces that must not break a line stay what they are.
    """
    kept = text.replace(_NARROW, _NO_BREAK).strip()
    composed = unicodedata.normalize("NFC", " ".join(_BREAKABLE.split(kept)))
    return "".join(char for char in composed if unicodedata.category(char) != "Cf")


def runs(text: str, language: str, weight: Weight = Weight.REGULAR) -> tuple[Run, ...]:
    """Cut a text into pieces of one font each.

    Raises:
        MissingGlyph: No font has one of the characters.
    """
    chosen = ((_face(char, language, weight), char) for char in text)
    grouped = groupby(chosen, key=lambda pair: pair[0])
    return tuple(Run(face, "".join(char for _, char in pairs)) for face, pairs in grouped)


def width(text: str, size: float, language: str, weight: Weight = Weight.REGULAR) -> float:
    """Return how wide a text is, in the unit of ``size``.

    Raises:
        MissingGlyph: No font has one of the characters.
    """
    return sum(
        pdfmetrics.stringWidth(run.text, registered(run.face), size)
        for run in runs(text, language, weight)
    )


def registered(face: str) -> str:
    """Return the name by which reportlab knows a font, after making it known."""
    _load(face)
    return face


@lru_cache(maxsize=_SIZES_KEPT)
def pillow_font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font for drawing on pixels."""
    file = _file(face)
    # Pillow copies a font it is given as bytes, some megabytes for each size of it; a file it maps.
    source = str(file) if isinstance(file, Path) else BytesIO(file.read_bytes())
    return ImageFont.truetype(source, size, layout_engine=ImageFont.Layout.BASIC)


def font_bytes(face: str) -> bytes:
    """Return the TTF file of a font, e.g. ``NotoSansKR-Bold``."""
    return _file(face).read_bytes()


def _file(face: str) -> Traversable:
    return datafiles.resource("fonts", f"{face}.ttf")


@cache
def _face(char: str, language: str, weight: Weight) -> str:
    found = next(
        (face for face in _chain(language, weight) if ord(char) in _characters(face)), None
    )
    if found is None:
        raise MissingGlyph(char)
    return found


def _chain(language: str, weight: Weight) -> Iterator[str]:
    own = _OWN_FAMILY.get(language, _FAMILIES[0])
    families = [own, *(family for family in _FAMILIES if family != own)]
    other = Weight.BOLD if weight is Weight.REGULAR else Weight.REGULAR
    # A rare character may be in one weight only; better in the other weight than not at all.
    yield from (f"{family}-{each.value}" for each in (weight, other) for family in families)


def _characters(face: str) -> frozenset[int]:
    return _load(face)


@cache
def _load(face: str) -> frozenset[int]:
    font = TTFont(face, BytesIO(font_bytes(face)))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)
