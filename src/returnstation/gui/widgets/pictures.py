"""Pictures: shipped drawings, photos and the label as it was printed."""

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from returnstation import datafiles
from returnstation.gui.icons import icon

_SIGN = 28


class Picture(QWidget):
    """Shows a picture as large as its place allows, never distorted."""

    def __init__(self, parent: QWidget | None = None, *, role: str = "picture") -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self._drawing: QSvgRenderer | None = None
        self._sign = ""
        self.setProperty("role", role)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self._size().isEmpty()

    def put(self, content: bytes | None) -> None:
        """Show a PNG, JPEG or SVG; nothing, or what is no picture, shows the empty place."""
        self._pixmap, self._drawing = QPixmap(), None
        if content is not None and content.lstrip().startswith((b"<svg", b"<?xml")):
            self._drawing = QSvgRenderer(QByteArray(content))
        elif content is not None:
            self._pixmap.loadFromData(content)
        self.update()

    def put_sign(self, name: str) -> None:
        """Show this icon for as long as there is no picture."""
        self._sign = name
        self.update()

    def put_drawing(self, name: str | None) -> None:
        """Show a drawing of ``resources/checklists``; one that is missing shows nothing."""
        self.put(_drawing(name))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        if self.is_empty:
            self._paint_sign(painter)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        if self._drawing is not None:
            self._drawing.render(painter, QRectF(place))
        else:
            painter.drawPixmap(place, self._pixmap)

    def _paint_sign(self, painter: QPainter) -> None:
        if not self._sign:
            return
        colour = self.palette().color(QPalette.ColorRole.WindowText).name()
        place = QRect(0, 0, _SIGN, _SIGN)
        place.moveCenter(self.rect().center())
        painter.drawPixmap(place, icon(self._sign, _SIGN, colour, self.devicePixelRatioF()))

    def _size(self) -> QSize:
        return self._pixmap.size() if self._drawing is None else self._drawing.defaultSize()


def _drawing(name: str | None) -> bytes | None:
    if name is None:
        return None
    for file in (name, f"{name}.svg", f"{name}.png"):
        try:
            found = datafiles.resource("checklists", *file.split("/"))
        except datafiles.DataFileMissing:
            continue
        if found.is_file():
            return found.read_bytes()
    return None
