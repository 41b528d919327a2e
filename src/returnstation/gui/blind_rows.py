"""Rows of the queue of blind parcels."""

from datetime import datetime

from PySide6.QtWidgets import QSizePolicy, QWidget

from returnstation.application.blind import BlindRow
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.signs import KeyCap
from returnstation.gui.widgets.texts import ShortenedText, Text
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words


class BlindLine(Touchable):
    """A parcel with its age; ``state`` is ``current`` for the one shown in full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap = KeyCap()
        self._bell = Icon(name="bell")
        self._number = Text(role="strong")
        self._state = ShortenedText(role="body")
        self._detail = ShortenedText(role="quiet")
        self._age = Text(role="strong")
        head = line(self._number, self._bell, self._state, spacing=12)
        head.setStretch(2, 1)
        said = column(1, head, self._detail, 1, spacing=2)
        row = line(self._cap, said, self._age, spacing=16, margins=(16, 4, 16, 4))
        row.setStretch(1, 1)
        self.hold(row)
        self.setMinimumHeight(64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, row: BlindRow, key: str, now: datetime, words: Words) -> None:
        """Show a parcel."""
        self._cap.setText(key)
        self._number.put(row.number)
        self._bell.setVisible(row.is_found)
        self._state.put(words.say(row.state))
        self._detail.put(" · ".join((row.scanned, *row.products)))
        self._age.put(words.ago(row.since, now))
        self.setAccessibleName(f"{key}: {row.number}")

    def choose(self) -> None:
        """Show that it is the one shown in full."""
        mark_tree(self, state="current")

    def leave(self) -> None:
        """Show that another one is."""
        mark_tree(self, state="normal")
