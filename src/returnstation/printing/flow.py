"""Set blocks below one another on pages or on a roll; a block is never torn apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from returnstation.printing.drawing import DoesNotFit, Drawing, Grid, Mark, moved


@dataclass(frozen=True, slots=True)
class Block:
    """Marks that stay together, drawn from (0, 0) of the printable width."""

    marks: tuple[Mark, ...]
    height: int


@dataclass(frozen=True, slots=True)
class Page:
    """Where blocks go.

    Attributes:
        height: Dots, None for a roll that is cut where the text ends.
        margin: Dots left and right, and at the top and the end.
        foot: Dots kept free above the lower margin.
    """

    grid: Grid
    width: int
    height: int | None
    margin: int
    foot: int = 0

    @property
    def room(self) -> int:
        """Printable width."""
        return self.width - 2 * self.margin


def paginated(
    blocks: Sequence[Block], page: Page, again: Block | None = None
) -> tuple[Drawing, ...]:
    """Return the pages that hold the blocks; a roll is one page.

    Args:
        blocks: From top to bottom.
        page: What they go on.
        again: What every page but the first begins with, e.g. the head of a table.

    Raises:
        DoesNotFit: A block is higher than a page.
    """
    if page.height is None:
        height = 2 * page.margin + sum(block.height for block in blocks)
        return (Drawing(page.width, height, page.grid, _placed(blocks, page)),)
    pages = _filled(blocks, page.height - 2 * page.margin - page.foot, again)
    return tuple(Drawing(page.width, page.height, page.grid, _placed(on, page)) for on in pages)


def _filled(blocks: Sequence[Block], room: int, again: Block | None) -> Iterator[list[Block]]:
    on_page: list[Block] = []
    for block in blocks:
        if on_page and sum(each.height for each in on_page) + block.height > room:
            yield on_page
            on_page = [] if again is None else [again]
        if sum(each.height for each in on_page) + block.height > room:
            raise DoesNotFit(f"{block.height} > {room}")
        on_page.append(block)
    yield on_page


def _placed(blocks: Sequence[Block], page: Page) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    top = page.margin
    for block in blocks:
        marks.extend(moved(block.marks, page.margin, top))
        top += block.height
    return tuple(marks)
