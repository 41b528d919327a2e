"""A list to choose from, drawn like everything else."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from returnstation.gui.icons import icon

_ARROW = 20
_MARGIN = 8


class Choice(QComboBox):
    """A combo box whose arrow is our icon: a style sheet can only take one from a file."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        colour = self.palette().color(self.foregroundRole()).name()
        painter = QPainter(self)
        arrow = icon("down", _ARROW, colour, self.devicePixelRatioF())
        left = self.width() - _ARROW - _MARGIN
        painter.drawPixmap(left, (self.height() - _ARROW) // 2, arrow)
