"""A drawing: marks on the dot grid of the printer that will print it.

Everything is in whole dots, so that no bar is ever rounded when it is printed. The same drawing
becomes a bitmap for a label printer or a page of a PDF.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias

from returnstation.printing.fonts import Weight
from returnstation.printing.symbols import Symbol


class DoesNotFit(ValueError):
    """Something that must not be cut has no room on the paper; the message names it."""


class Ink(Enum):
    """What a mark is drawn with; heads print grey as black, and leave pale out."""

    BLACK = "black"
    GREY = "grey"
    PALE = "pale"
    WHITE = "white"


@dataclass(frozen=True, slots=True)
class Grid:
    """How long a millimetre is on the printer."""

    dpi: int

    def dots(self, length_mm: float) -> int:
        """Return a length in whole dots."""
        return round(length_mm * self.dpi / 25.4)


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text, from ``x`` on the base line ``y``; ``size`` is the em."""

    x: int
    y: int
    text: str
    size: int
    language: str
    weight: Weight = Weight.REGULAR
    ink: Ink = Ink.BLACK


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle with its upper left corner at ``x``, ``y``."""

    x: int
    y: int
    width: int
    height: int
    ink: Ink = Ink.BLACK


@dataclass(frozen=True, slots=True)
class Code:
    """A barcode with its upper left corner at ``x``, ``y``.

    Attributes:
        module: Dots per module.
        bar_height: Dots, for linear codes.
    """

    x: int
    y: int
    symbol: Symbol
    module: int
    bar_height: int = 0

    @property
    def width(self) -> int:
        """Width in dots, without quiet zones."""
        return self.symbol.columns * self.module

    @property
    def height(self) -> int:
        """Height in dots, without quiet zones."""
        return self.bar_height if self.symbol.is_linear else len(self.symbol.rows) * self.module

    @property
    def quiet(self) -> int:
        """Width of the quiet zone in dots."""
        return self.symbol.quiet * self.module

    def boxes(self) -> Iterable[Box]:
        """Yield the dark runs of modules."""
        height = self.height // len(self.symbol.rows)
        for number, row in enumerate(self.symbol.rows):
            start = 0
            for run in _runs(row):
                if run[0] == "1":
                    x, y = self.x + start * self.module, self.y + number * height
                    yield Box(x, y, len(run) * self.module, height)
                start += len(run)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that fills a rectangle with its upper left corner at ``x``, ``y``.

    Attributes:
        content: JPEG or PNG.
        is_photo: Grey is drawn as scattered dots on heads that know black and white only;
            else the picture is black and white already, dot for dot.
    """

    x: int
    y: int
    width: int
    height: int
    content: bytes
    is_photo: bool = True


Mark: TypeAlias = Text | Box | Code | Picture

Pictures: TypeAlias = Callable[[str], bytes | None]
"""Return a stored photo by its digest, small enough for a paper; None when it is gone."""


def no_pictures(_digest: str) -> bytes | None:
    """Return nothing: for papers without photos."""
    return None


@dataclass(frozen=True, slots=True)
class Surface:
    """What a paper is drawn on.

    Attributes:
        size_mm: Width and height; a roll has no height.
        pictures: Where its photos come from.
    """

    size_mm: tuple[float, float | None]
    grid: Grid
    pictures: Pictures = no_pictures

    @property
    def label_mm(self) -> tuple[float, float]:
        """Width and height of a label.

        Raises:
            DoesNotFit: It is a roll.
        """
        width, height = self.size_mm
        if height is None:
            raise DoesNotFit(f"{width} mm")
        return width, height


@dataclass(frozen=True, slots=True)
class Drawing:
    """One page or label."""

    width: int
    height: int
    grid: Grid
    marks: tuple[Mark, ...]

    @property
    def codes(self) -> tuple[Code, ...]:
        """The barcodes, each of which must read back."""
        return tuple(mark for mark in self.marks if isinstance(mark, Code))


def moved(marks: Iterable[Mark], right: int, down: int) -> tuple[Mark, ...]:
    """Return marks moved by so many dots."""
    return tuple(replace(mark, x=mark.x + right, y=mark.y + down) for mark in marks)


def _runs(row: str) -> Iterable[str]:
    start = 0
    for end in range(1, len(row) + 1):
        if end == len(row) or row[end] != row[start]:
            yield row[start:end]
            start = end
