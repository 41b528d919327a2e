"""A column of text that grows downwards and ends as a block."""

from dataclasses import dataclass

from returnstation.printing import fitting
from returnstation.printing.drawing import Ink
from returnstation.printing.fitting import Style
from returnstation.printing.flow import Block
from returnstation.printing.fonts import printable
from returnstation.printing.sheet import Area, Sheet


@dataclass(slots=True)
class Column(Sheet):
    """A sheet with a place where the next line goes.

    Attributes:
        room: Width in dots.
        top: Where the next line begins, in dots.
    """

    room: int = 0
    top: int = 0

    def gap(self, length: float) -> None:
        """Leave so many millimetres free."""
        self.top += self.mm(length)

    def paragraph(
        self, text: str, size: int, style: Style, left: int = 0, right: int | None = None
    ) -> None:
        """Write a text in as many lines as it needs, between two edges.

        Raises:
            DoesNotFit: A single character is wider than the column.
        """
        room = (self.room if right is None else right) - left
        for line in fitting.wrapped(printable(text), style, room, size):
            self.text(line, (left, self.top + size), size, style)
            self.top += fitting.line_height(size)

    def pair(self, name: str, value: str, size: int, styles: tuple[Style, Style]) -> None:
        """Write a name at the left and its value at the right, on two lines if need be."""
        name, value = printable(name), printable(value)
        taken = styles[0].width(name, size) + styles[1].width(value, size) + size
        if taken > self.room:
            self.paragraph(name, size, styles[0])
            self.paragraph(value, size, styles[1], left=size)
            return
        base_line = self.top + size
        self.text(name, (0, base_line), size, styles[0])
        self.text_before(value, (self.room, base_line), size, styles[1])
        self.top += fitting.line_height(size)

    def rule(self) -> None:
        """Draw a line across."""
        thick = max(self.mm(0.2), 1)
        self.box(Area(0, self.top, self.room, self.top + thick), Ink.GREY)
        self.top += thick

    def block(self, after: float = 0) -> Block:
        """Return what was written, with so many millimetres free behind it."""
        return Block(tuple(self.marks), self.top + self.mm(after))
