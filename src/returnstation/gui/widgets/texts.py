"""Texts: of one line, wrapping between words, or shortened at the end."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from returnstation.gui.widgets.marks import mark
from returnstation.gui.words import keep_words


class Text(QLabel):
    """A text of one line."""

    def __init__(
        self, parent: QWidget | None = None, *, role: str = "body", tone: str = ""
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("tone", tone)

    def put(self, text: str, tone: str | None = None) -> None:
        """Show a text."""
        if text != self.accessibleName():
            self.setText(text)
            self.setAccessibleName(text)
        if tone is not None:
            mark(self, tone=tone)

    def put_or_hide(self, text: str) -> None:
        """Show a text; take no room when it is empty."""
        self.put(text)
        self.setVisible(bool(text))


class WrappingText(Text):
    """A text of several lines; Korean breaks between words only."""

    def __init__(
        self, parent: QWidget | None = None, *, role: str = "body", tone: str = ""
    ) -> None:
        super().__init__(parent, role=role, tone=tone)
        self.setWordWrap(True)

    def setText(self, text: str) -> None:
        super().setText(keep_words(text))


class ShortenedText(Text):
    """A name that may be longer than its place: shortened at the end, whole when touched."""

    def __init__(
        self, parent: QWidget | None = None, *, role: str = "body", tone: str = ""
    ) -> None:
        super().__init__(parent, role=role, tone=tone)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, self.alignment(), shown)
