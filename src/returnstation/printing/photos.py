"""Photos on papers, in rows, each with its caption."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image

from returnstation.domain.papers import PaperPhoto
from returnstation.printing.column import Column
from returnstation.printing.document import Document
from returnstation.printing.drawing import Ink, Picture
from returnstation.printing.flow import Block
from returnstation.printing.sheet import Area

_GAP_MM = 4.0


def photo_rows(
    document: Document, photos: Sequence[PaperPhoto], per_row: int, height_mm: float
) -> Iterator[Block]:
    """Yield rows of photos; one that is gone is an empty frame that says so."""
    for start in range(0, len(photos), per_row):
        column = document.column()
        gap = column.mm(_GAP_MM)
        width = (column.room - gap * (per_row - 1)) // per_row
        below = column.mm(height_mm) + column.mm(1)
        bottom = below
        for place, photo in enumerate(photos[start : start + per_row]):
            left = place * (width + gap)
            frame = Area(left, 0, left + width, column.mm(height_mm))
            _photo(document, column, photo, frame)
            column.top = below
            if photo.caption is not None:
                told = document.told(photo.caption)
                column.paragraph(told, document.small, document.plain, left, left + width)
            bottom = max(bottom, column.top)
        column.top = bottom
        yield column.block(after=3)


def _photo(document: Document, column: Column, photo: PaperPhoto, frame: Area) -> None:
    content = document.pictures(photo.digest)
    size = None if content is None else _size(content)
    if content is None or size is None:
        thick = max(column.mm(0.25), 1)
        column.box(frame, Ink.GREY)
        inner = Area(
            frame.left + thick, frame.top + thick, frame.right - thick, frame.bottom - thick
        )
        column.box(inner, Ink.WHITE)
        column.top = frame.top + frame.height // 2 - document.small
        words, rim = document.said("papers.photo.missing"), column.mm(2)
        column.paragraph(words, document.small, document.grey, frame.left + rim, frame.right - rim)
        return
    scale = min(frame.width / size[0], frame.height / size[1])
    width, height = max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)
    column.marks.append(Picture(frame.left, frame.bottom - height, width, height, content))


def _size(content: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(BytesIO(content)) as picture:
            picture.load()
            return picture.size
    except (OSError, SyntaxError, ValueError):
        return None
