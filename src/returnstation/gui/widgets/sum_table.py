"""A sum like a till receipt: one line per term, a rule, the result."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from returnstation.application.view import ProposalView, SumLine
from returnstation.domain.money import Money
from returnstation.gui.widgets.layouts import column, fit_cells, line
from returnstation.gui.widgets.texts import ShortenedText, Text
from returnstation.gui.words import Words


class SumTable(QWidget):
    """The terms of a proposal and what is left; ``state`` is ``known`` or ``unknown``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Text, ShortenedText, Text]] = []
        self._terms = QGridLayout()
        self._terms.setHorizontalSpacing(6)
        self._terms.setVerticalSpacing(8)
        self._terms.setColumnStretch(1, 1)
        self._name = Text(role="answer")
        self._net = Text(role="sum")
        result = QFrame()
        result.setProperty("role", "result")
        result.setLayout(line(self._name, 1, self._net, margins=(0, 6, 0, 0)))
        self.setLayout(column(self._terms, result, 1, spacing=6))

    def put(self, proposal: ProposalView, words: Words) -> None:
        """Show the sum of a proposal."""
        self.setProperty("state", "unknown" if proposal.net is None else "known")
        self._put_terms(proposal.sum, words)
        self._name.put(words.text("sum.net"))
        self._net.put(words.money(proposal.net))

    def _put_terms(self, terms: tuple[SumLine, ...], words: Words) -> None:
        rows = fit_cells(self._terms, self._rows, len(terms), _term)
        for place, ((label, detail, amount), term) in enumerate(zip(rows, terms, strict=True)):
            label.put(words.say(term.label))
            detail.put(words.say(term.detail))
            amount.put(_figure(term.amount, place, words))


def _term() -> tuple[Text, ShortenedText, Text]:
    amount = Text(role="amount")
    amount.setAlignment(Qt.AlignmentFlag.AlignRight)
    return Text(role="term"), ShortenedText(role="term", tone="ink2"), amount


def _figure(amount: Money, place: int, words: Words) -> str:
    """The first line names the currency, the others need not."""
    return words.money(amount) if place == 0 else words.figure(amount)
