"""What the customer gets, line by line, and a touch to give something else."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from returnstation.application.view import SettleLine
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.signs import Badge, KeyCap
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words, with_clause


class ChangeButton(Touchable):
    """The key by which something else is chosen for a line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = ""
        self._cap = KeyCap()
        self._name = Text(role="strong")
        self.hold(line(self._cap, self._name, spacing=8, margins=(10, 10, 10, 10)))
        policy = QSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        policy.setRetainSizeWhenHidden(True)  # the amounts stay below one another
        self.setSizePolicy(policy)

    def put(self, key: str, words: Words, does: str = "settle.change") -> None:
        """Show a key and what it does; without one show nothing."""
        self.key = key
        name = words.text(does)
        self._cap.setText(key)
        self._name.put(name)
        self.setAccessibleName(f"{key}: {name}")
        self.setVisible(bool(key))


class SettleRow(QFrame):
    """One line: verdict, product and why, what makes the amount up, the amount.

    Signals:
        chosen: Something else is wanted for the line; carries its key.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = ""
        self._badge = Badge(icon=32, role="badge-small")
        self._badge.setProperty("span", "fixed")
        self._product = ShortenedText(role="title")
        self._because = WrappingText(role="quiet")
        self._resolution = WrappingText(role="strong")
        self._terms = WrappingText(role="quiet")
        self._amount = Text(role="amount-large")
        self._change = ChangeButton()
        self._change.clicked.connect(lambda: self.chosen.emit(self._key))
        how_box = QWidget()
        how_box.setProperty("span", "resolution")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._amount.setAlignment(right)
        said = column(1, self._product, self._because, 1, spacing=2)
        how_box.setLayout(column(1, self._resolution, self._terms, 1, spacing=2))
        row = line(
            self._badge, said, how_box, self._change, self._amount,
            spacing=16, margins=(16, 8, 16, 8),
        )  # fmt: skip
        row.setStretch(1, 1)
        self.setLayout(row)

    def put(self, view: SettleLine, words: Words) -> None:
        """Show a line."""
        self._key = view.key
        self._badge.put(view.outcome, words)
        self._product.put(view.product)
        self._because.put_or_hide(with_clause(words.say(view.because), view.clause))
        self._resolution.put(words.say(view.resolution))
        self._terms.put_or_hide(_made_of(view, words))
        self._change.put(view.key, words)
        self._amount.put(words.money(view.amount))


def _made_of(view: SettleLine, words: Words) -> str:
    """Return the parts of an amount; a price alone needs no explanation."""
    parts = view.terms if len(view.terms) > 1 else view.deductions
    shown = (*parts, *(() if view.tax is None else (view.tax,)))
    return "\n".join(f"{words.say(part.label)} {words.money(part.amount)}" for part in shown)
