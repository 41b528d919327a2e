"""What the customer gets, line by line."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import SettleLine
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.signs import Badge
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words, with_clause


class SettleRow(QFrame):
    """One line: verdict, product and why, what was taken off, the amount."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = Badge(icon=32, role="badge-small")
        self._badge.setProperty("span", "fixed")
        self._product = ShortenedText(role="title")
        self._because = WrappingText(role="quiet")
        self._resolution = WrappingText(role="strong")
        self._deductions = WrappingText(role="quiet")
        self._amount = Text(role="amount-large")
        how_box = QWidget()
        how_box.setProperty("span", "resolution")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._amount.setAlignment(right)
        said = column(1, self._product, self._because, 1, spacing=2)
        how_box.setLayout(column(1, self._resolution, self._deductions, 1, spacing=2))
        row = line(self._badge, said, how_box, self._amount, spacing=16, margins=(16, 8, 16, 8))
        row.setStretch(1, 1)
        self.setLayout(row)

    def put(self, view: SettleLine, words: Words) -> None:
        """Show a line."""
        self._badge.put(view.outcome, words)
        self._product.put(view.product)
        self._because.put_or_hide(with_clause(words.say(view.because), view.clause))
        self._resolution.put(words.say(view.resolution))
        taken = [f"{words.say(d.label)} {words.money(d.amount)}" for d in view.deductions]
        self._deductions.put_or_hide(", ".join(taken))
        self._amount.put(words.money(view.amount))
