"""Something to draw on: collects marks, and knows how long a millimetre is."""

from dataclasses import dataclass, field

from returnstation.printing.drawing import Box, Code, Drawing, Grid, Ink, Mark, Text
from returnstation.printing.fitting import Style


@dataclass(frozen=True, slots=True)
class Area:
    """Left, top, right and bottom of where a part may draw, in dots."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Width in dots."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Height in dots."""
        return self.bottom - self.top


@dataclass(slots=True)
class Sheet:
    """Marks on a grid.

    Attributes:
        scale: By how much everything is larger than the millimetres say.
    """

    grid: Grid
    scale: float = 1.0
    marks: list[Mark] = field(default_factory=list)

    def mm(self, length: float) -> int:
        """Return a length in dots."""
        return self.grid.dots(length * self.scale)

    def text(self, text: str, at: tuple[int, int], size: int, style: Style) -> int:
        """Write a line from the left; return where it ends."""
        self.marks.append(Text(*at, text, size, style.language, style.weight, style.ink))
        return at[0] + round(style.width(text, size))

    def text_before(self, text: str, at: tuple[int, int], size: int, style: Style) -> int:
        """Write a line that ends at ``at``; return where it begins."""
        left = at[0] - round(style.width(text, size))
        self.text(text, (left, at[1]), size, style)
        return left

    def box(self, area: Area, ink: Ink = Ink.BLACK) -> None:
        """Fill an area."""
        self.marks.append(Box(area.left, area.top, area.width, area.height, ink))

    def code(self, code: Code) -> None:
        """Draw a barcode."""
        self.marks.append(code)

    def drawing(self, width: int, height: int) -> Drawing:
        """Return what was drawn as a page of this size in dots."""
        return Drawing(width, height, self.grid, tuple(self.marks))
