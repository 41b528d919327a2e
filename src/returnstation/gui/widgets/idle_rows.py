"""Rows of the idle page: legal days that press, parcels on hold."""

from datetime import datetime

from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from returnstation.application.view import DueRow, HeldRow
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.marks import mark
from returnstation.gui.widgets.signs import Chip
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words


class DueLine(QFrame):
    """A legal day: how near, where, what, and who must act."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip = Chip()
        self._chip.setProperty("span", "fixed")
        self._country = Text(role="iso-small")
        self._what = ShortenedText(role="strong")
        self._clause = ShortenedText(role="quiet")
        self._who = WrappingText(role="quiet")
        said = column(1, self._what, self._clause, 1)
        row = line(self._chip, self._country, said, self._who, spacing=14, margins=(16, 4, 16, 4))
        row.setStretch(2, 5)
        row.setStretch(3, 4)
        self.setLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def put(self, due: DueRow, words: Words) -> None:
        """Show a deadline."""
        self._chip.put(due.deadline, words.days_left(due.deadline))
        self._country.put(due.country)
        self._what.put(f"{due.number} {words.say(due.deadline.what)}")
        self._clause.put(due.clause)
        self._who.put(words.say(due.who))


class HeldLine(QFrame):
    """A parcel on hold; ``state`` is ``answered`` when it can go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = Text(role="slot")
        self._bell = Icon(name="bell")
        self._why = ShortenedText(role="strong")
        self._since = ShortenedText(role="quiet")
        why = line(self._bell, self._why, spacing=8)
        why.setStretch(1, 1)
        said = column(1, why, self._since, 1)
        row = line(self._number, said, spacing=14, margins=(16, 4, 16, 4))
        row.setStretch(1, 1)
        self.setLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def put(self, held: HeldRow, now: datetime, words: Words) -> None:
        """Show a parcel."""
        self._number.put(held.number)
        self._bell.setVisible(held.is_answered)
        self._why.put(words.say(held.why))
        since = words.text("idle.scan_again") if held.is_answered else words.ago(held.since, now)
        self._since.put(f"{held.country}, {since}" if held.country else since)
        mark(self, state="answered" if held.is_answered else "waiting")
