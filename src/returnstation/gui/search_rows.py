"""Rows of the search page: a parcel or an order that was found."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from returnstation.application.searching import FoundRow
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import ShortenedText, Text
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words

_ICONS = {"case": "parcel", "order": "product"}


class FoundLine(Touchable):
    """What was found; ``state`` is ``chosen`` for the one arrows have reached."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(name="product", size=24)
        self._number = Text(role="strong")
        self._who = ShortenedText(role="body")
        self._what = ShortenedText(role="quiet")
        self._state = ShortenedText(role="quiet")
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = line(self._number, self._who, spacing=16)
        head.setStretch(1, 1)
        said = column(1, head, self._what, 1, spacing=2)
        row = line(self._icon, said, self._state, spacing=16, margins=(16, 4, 16, 4))
        row.setStretch(1, 5)
        row.setStretch(2, 2)
        self.hold(row)
        self.setMinimumHeight(48)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, found: FoundRow, words: Words) -> None:
        """Show what was found."""
        self._icon.put(_ICONS[found.kind], "ink2")
        self._number.put(found.number)
        self._who.put(found.who)
        self._what.put(words.say(found.what))
        self._state.put(words.say(found.state))
        self.setAccessibleName(f"{found.number} {found.who}".strip())

    def choose(self) -> None:
        """Show that arrows have reached it."""
        mark_tree(self, state="chosen")

    def leave(self) -> None:
        """Show that it is not chosen."""
        mark_tree(self, state="normal")
