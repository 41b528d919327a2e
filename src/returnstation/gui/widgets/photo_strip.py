"""The photos of an item: taken, now, still to come."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import PhotoView
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fit_rows, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.pictures import Picture
from returnstation.gui.widgets.texts import ShortenedText
from returnstation.gui.words import Words


class PhotoCell(QFrame):
    """One photo; ``state`` is ``taken``, ``now`` or ``next``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = Picture(role="thumb")
        self._icon = Icon()
        self._label = ShortenedText(role="strong")
        foot = line(self._icon, self._label, spacing=6, margins=(8, 4, 8, 4))
        foot.setStretch(1, 1)
        layout = column(self._picture, foot, margins=(3, 3, 3, 3))
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def put(self, photo: PhotoView, words: Words) -> None:
        """Show a photo's place; its picture comes later."""
        state = "taken" if photo.digest else "now" if photo.is_now else "next"
        self._icon.put({"taken": "check", "now": "next"}.get(state, "dash"))
        self._picture.put_sign("focus" if state == "now" else "photo")
        self._label.put(words.say(photo.label))
        self.setAccessibleName(f"{words.say(photo.label)}: {words.text(f'photo.{state}')}")
        mark_tree(self, state=state)

    def put_picture(self, content: bytes | None) -> None:
        """Show the photo itself."""
        self._picture.put(content)


class PhotoStrip(QWidget):
    """The photos side by side.

    Signals:
        wanted: The photo with this digest is to be shown; answer with ``put_picture``.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: list[PhotoCell] = []
        self._digests: list[str | None] = []
        self._row = line(spacing=8)
        self.setLayout(self._row)

    def put(self, photos: tuple[PhotoView, ...], words: Words) -> None:
        """Show the places of the photos and ask for those not shown yet."""
        before, self._digests = self._digests, [photo.digest for photo in photos]
        cells = fit_rows(self._row, self._cells, len(photos), PhotoCell)
        for place, (cell, photo) in enumerate(zip(cells, photos, strict=True)):
            cell.put(photo, words)
            self._row.setStretch(place, 1)
            if photo.digest == (before[place] if place < len(before) else None):
                continue
            cell.put_picture(None)
            if photo.digest is not None:
                self.wanted.emit(photo.digest)

    def put_picture(self, digest: str, content: bytes) -> None:
        """Show a photo where its place still is."""
        for cell, own in zip(self._cells, self._digests, strict=False):
            if own == digest:
                cell.put_picture(content)
