"""A sum like a till receipt: one line per term, a rule, the result."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from returnstation.application.view import ProposalView, SumLine
from returnstation.gui.widgets.layouts import column, fit_rows, line
from returnstation.gui.widgets.texts import ShortenedText, Text
from returnstation.gui.words import Words


class TermRow(QWidget):
    """One term: what it is, from what it follows, and how much."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = Text(role="term")
        self._detail = ShortenedText(role="term", tone="ink2")
        self._amount = Text(role="amount")
        self._amount.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = line(self._label, self._detail, self._amount, spacing=6)
        row.setStretch(1, 1)
        self.setLayout(row)

    def put(self, term: SumLine, amount: str, words: Words) -> None:
        """Show a term."""
        self._label.put(words.say(term.label))
        self._detail.put(words.say(term.detail))
        self._amount.put(amount)


class SumTable(QWidget):
    """The terms of a proposal and what is left; ``state`` is ``known`` or ``unknown``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[TermRow] = []
        self._terms: QVBoxLayout = column(spacing=8)
        self._name = Text(role="answer")
        self._net = Text(role="sum")
        self._result = QFrame()
        self._result.setProperty("role", "result")
        self._result.setLayout(line(self._name, 1, self._net, margins=(0, 6, 0, 0)))
        self.setLayout(column(self._terms, self._result, 1, spacing=6))

    def put(self, proposal: ProposalView, words: Words) -> None:
        """Show the sum of a proposal; nothing where no sum decided."""
        self.setProperty("state", "unknown" if proposal.net is None else "known")
        rows = fit_rows(self._terms, self._rows, len(proposal.sum), TermRow)
        for place, (row, term) in enumerate(zip(rows, proposal.sum, strict=True)):
            # The first line names the currency, the others need not.
            amount = words.figure(term.amount) if place else words.money(term.amount)
            row.put(term, amount, words)
        self._result.setVisible(proposal.net is not None)
        self._name.put(words.text("sum.net"))
        self._net.put(words.money(proposal.net))
