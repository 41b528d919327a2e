"""Draw on PDF pages, on the same grid as on dots, with the fonts inside."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from returnstation.printing import fonts
from returnstation.printing.drawing import Box, Code, Drawing, Ink, Picture, Text

_GREYS = {Ink.BLACK: 0.0, Ink.GREY: 0.38, Ink.PALE: 0.93, Ink.WHITE: 1.0}


def pdf_of(drawings: Sequence[Drawing], title: str, language: str) -> bytes:
    """Return drawings as the pages of a PDF; the same drawings give the same bytes.

    Raises:
        MissingGlyph: No font has one of the characters.
    """
    out = BytesIO()
    canvas = Canvas(out, invariant=True, pageCompression=1, lang=language)
    canvas.setTitle(title)
    canvas.setCreator("returnstation")
    for drawing in drawings:
        _Page(canvas, drawing).draw()
    canvas.save()
    return out.getvalue()


class _Page:
    def __init__(self, canvas: Canvas, drawing: Drawing) -> None:
        self._canvas = canvas
        self._drawing = drawing
        self._points = 72 / drawing.grid.dpi

    def draw(self) -> None:
        size = (self._drawing.width * self._points, self._drawing.height * self._points)
        self._canvas.setPageSize(size)
        for mark in self._drawing.marks:
            match mark:
                case Box():
                    self._fill([mark], mark.ink)
                case Code():
                    self._fill(list(mark.boxes()), Ink.BLACK)
                case Text():
                    self._write(mark)
                case Picture():
                    self._paste(mark)
        self._canvas.showPage()

    def _fill(self, boxes: Sequence[Box], ink: Ink) -> None:
        self._canvas.setFillGray(_GREYS[ink])
        path = self._canvas.beginPath()
        for box in boxes:
            x, y = self._place(box.x, box.y + box.height)
            path.rect(x, y, box.width * self._points, box.height * self._points)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def _write(self, mark: Text) -> None:
        self._canvas.setFillGray(_GREYS[mark.ink])
        x, y = self._place(mark.x, mark.y)
        size = mark.size * self._points
        for run in fonts.runs(mark.text, mark.language, mark.weight):
            face = fonts.registered(run.face)
            self._canvas.setFont(face, size)
            self._canvas.drawString(x, y, run.text)
            x += self._canvas.stringWidth(run.text, face, size)

    def _paste(self, mark: Picture) -> None:
        x, y = self._place(mark.x, mark.y + mark.height)
        size = (mark.width * self._points, mark.height * self._points)
        # A JPEG goes in as it is, everything else without loss.
        self._canvas.drawImage(ImageReader(BytesIO(mark.content)), x, y, *size)

    def _place(self, x: int, y: int) -> tuple[float, float]:
        return x * self._points, (self._drawing.height - y) * self._points
