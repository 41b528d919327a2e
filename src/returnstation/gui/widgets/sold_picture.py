"""The product as it was sold, to hold what came back against."""

from PySide6.QtWidgets import QFrame, QWidget

from returnstation.gui.widgets.layouts import column
from returnstation.gui.widgets.pictures import Picture
from returnstation.gui.widgets.texts import ShortenedText
from returnstation.gui.words import Words


class SoldPicture(QFrame):
    """Takes no room for as long as there is no picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name: str | None = None
        self._picture = Picture()
        self._caption = ShortenedText(role="strong")
        self._caption.setContentsMargins(12, 4, 12, 4)
        below = column(self._picture, self._caption)
        below.setStretch(0, 1)
        self.setLayout(below)
        self.hide()

    def put(self, name: str | None, words: Words) -> bool:
        """Wait for the picture with this name; tell whether it is another than before."""
        self._caption.put(words.text("photo.sold"))
        if name == self._name:
            return False
        self._name = name
        self._picture.put(None)
        self.hide()
        return name is not None

    def put_content(self, name: str, content: bytes) -> None:
        """Show the picture, if it is still the one that is waited for."""
        if name == self._name:
            self._picture.put(content)
            self.setVisible(not self._picture.is_empty)
