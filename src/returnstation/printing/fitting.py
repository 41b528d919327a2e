"""Make text fit: shrink it, break it into lines, or shorten it, as the layout allows.

Nothing is ever cut off. What a paper cannot do without is refused when it does not fit; only
descriptions may be shortened, and then they say so with an ellipsis.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from returnstation.printing import fonts
from returnstation.printing.drawing import DoesNotFit, Ink
from returnstation.printing.fonts import Weight

LINE_HEIGHT = 1.32
_ELLIPSIS = "…"
# A line may break before any Han or kana character but these (JIS X 4051, the common ones).
_NEVER_FIRST = frozenset(
    "、。，．・：；？！）」』】〉》〕］｝ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョ,.;:?!)]}%…"
)
_NEVER_LAST = frozenset("（「『【〈《〔［｛([{")
_BREAKS_ANYWHERE = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x2FFFF))


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set, apart from its size."""

    language: str
    weight: Weight = Weight.REGULAR
    ink: Ink = Ink.BLACK

    def width(self, text: str, size: int) -> float:
        """Return how wide a text is in dots."""
        return fonts.width(text, size, self.language, self.weight)


def shrunk(text: str, style: Style, room: int, sizes: tuple[int, int]) -> int:
    """Return the greatest size at which a text fits into ``room`` dots on one line.

    Args:
        text: One line.
        style: How it is set.
        room: Dots.
        sizes: Greatest and least size.

    Raises:
        DoesNotFit: The text is too wide even in the least size.
    """
    greatest, least = sizes
    full = style.width(text, greatest)
    size = greatest if full <= room else int(greatest * room / full)
    if size < least:
        raise DoesNotFit(text)
    return size


def shortened(text: str, style: Style, room: int, size: int) -> str:
    """Return as much of a text as fits, with an ellipsis where something was left out."""
    if style.width(text, size) <= room:
        return text
    short, too_long = 0, len(text)
    while too_long - short > 1:
        middle = (short + too_long) // 2
        fits = style.width(text[:middle].rstrip() + _ELLIPSIS, size) <= room
        short, too_long = (middle, too_long) if fits else (short, middle)
    return text[:short].rstrip() + _ELLIPSIS


def wrapped(text: str, style: Style, room: int, size: int) -> tuple[str, ...]:
    """Return a text as lines that fit, broken as its script is broken.

    Raises:
        DoesNotFit: Not even one character fits.
    """
    lines = [""]
    for piece in _pieces(text):
        if style.width((lines[-1] + piece).rstrip(), size) <= room:
            lines[-1] += piece
            continue
        lines.extend(_parts(piece, style, room, size))
    return tuple(line.strip() for line in lines if line.strip())


def filling(
    texts: Sequence[str], style: Style, room: tuple[int, int], sizes: tuple[int, int]
) -> tuple[int, tuple[str, ...]]:
    """Return the greatest size at which texts fit below one another, and their lines.

    Args:
        texts: Broken as their script is broken, never within a word.
        style: How they are set.
        room: Width and height in dots.
        sizes: Greatest and least size.

    Raises:
        DoesNotFit: They are too long even in the least size.
    """
    width, height = room
    pieces = [piece.rstrip() for text in texts for piece in _pieces(text)]
    size, least = sizes
    while size >= least:
        if all(style.width(piece, size) <= width for piece in pieces):
            lines = [line for text in texts for line in wrapped(text, style, width, size)]
            if len(lines) * line_height(size) <= height:
                return size, tuple(lines)
        size -= max(size // 12, 1)
    raise DoesNotFit(" · ".join(texts))


def line_height(size: int) -> int:
    """Return how far base lines are apart."""
    return round(size * LINE_HEIGHT)


def _parts(piece: str, style: Style, room: int, size: int) -> Iterator[str]:
    """Yield a piece, cut between characters when it is wider than a line on its own."""
    part = ""
    for char in piece:
        if part and style.width((part + char).rstrip(), size) > room:
            yield part
            part = ""
        part += char
    if style.width(part.rstrip(), size) > room:
        raise DoesNotFit(piece)
    yield part


def _pieces(text: str) -> Iterator[str]:
    """Yield what must stay together; spaces belong to the piece before them."""
    start = 0
    for at in range(1, len(text)):
        if _may_break(text[at - 1], text[at]):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return after != " "
    if before == "-":
        return after.isalpha()
    if after in _NEVER_FIRST or before in _NEVER_LAST or after == " ":
        return False
    return _is_ideographic(before) or _is_ideographic(after)


def _is_ideographic(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _BREAKS_ANYWHERE)
