"""What the camera sees, with the codes it found outlined."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from returnstation.gui.icons import icon
from returnstation.scanning.pictures_frames import Point
from returnstation.scanning.sources import Preview

_SIGN = 48
_LINE = 5.0
_OUTLINE, _RIM = QColor(0, 200, 83), QColor(0, 0, 0)


class CameraView(QWidget):
    """Shows frames as large as there is room for; a camera icon when there are none.

    Signals:
        clicked: It was touched.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview: Preview | None = None
        self._image = QImage()
        self._is_for_photos = self._has_cut = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(180)

    def sizeHint(self) -> QSize:
        return QSize(480, 270)

    def put(self, preview: Preview | None) -> None:
        """Show a frame; None shows the empty place."""
        self._preview = preview
        if preview is None:
            self._image = QImage()
        else:
            dots = np.ascontiguousarray(preview.pixels)
            height, width = dots.shape
            # A copy: the camera's own memory is gone with the next frame.
            self._image = QImage(
                dots.data, width, height, width, QImage.Format.Format_Grayscale8
            ).copy()
        self.update()

    def put_still(self, pixels: NDArray[np.uint8]) -> None:
        """Show a photo, in colour, in place of frames."""
        dots = np.ascontiguousarray(pixels)
        height, width, _ = dots.shape
        self._preview = None
        self._image = QImage(dots.data, width, height, 3 * width, QImage.Format.Format_BGR888)
        self._image = self._image.copy()
        self.update()

    def show_cut(self) -> None:
        """Outline what a photo would keep, in place of codes."""
        self._is_for_photos = self._has_cut = True
        self.update()

    def hide_cut(self) -> None:
        """Let a photo keep everything."""
        self._has_cut = False
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image.isNull():
            colour = self.palette().color(QPalette.ColorRole.WindowText).name()
            pixmap = icon("camera", _SIGN, colour)
            middle = self.rect().center()
            painter.drawPixmap(middle.x() - _SIGN // 2, middle.y() - _SIGN // 2, pixmap)
            painter.end()
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(QRectF(self.rect()).center())
        painter.drawImage(place, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = place.width() / self._image.width()
        for outline in self._outlines():
            points = [QPointF(place.x() + x * scale, place.y() + y * scale) for x, y in outline]
            # Dark around light: seen on white labels and on dark boxes alike.
            for ink, wide in ((_RIM, _LINE + 3), (_OUTLINE, _LINE)):
                painter.setPen(QPen(ink, wide))
                painter.drawPolygon(QPolygonF(points))
        painter.end()

    def _outlines(self) -> tuple[tuple[Point, ...], ...]:
        preview = self._preview
        if preview is None:
            return ()
        if not self._is_for_photos:
            return preview.outlines
        if preview.cut is None or not self._has_cut:
            return ()
        left, top, right, bottom = preview.cut
        return (((left, top), (right, top), (right, bottom), (left, bottom)),)
