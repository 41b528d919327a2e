"""An icon as a widget, in the colour the style sheet gives it."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from returnstation.gui.icons import icon
from returnstation.gui.widgets.marks import mark


class Icon(QWidget):
    """A sign in front of a word; the style sheet sets size and colour."""

    def __init__(
        self, parent: QWidget | None = None, *, name: str = "", size: int = 20, tone: str = ""
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("icon", name)
        self.setProperty("extent", str(size))
        self.setProperty("tone", tone)

    def put(self, name: str, tone: str | None = None) -> None:
        """Show another icon."""
        if tone is not None:
            mark(self, tone=tone)
        if name != self.property("icon"):
            self.setProperty("icon", name)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        name = str(self.property("icon"))
        if not name:
            return
        colour = self.palette().color(self.foregroundRole()).name()
        size = min(self.width(), self.height())
        painter = QPainter(self)
        painter.drawPixmap(0, 0, icon(name, size, colour, self.devicePixelRatioF()))
