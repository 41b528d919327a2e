"""A trial that runs: how far it is."""

from PySide6.QtWidgets import QWidget

from returnstation.gui.widgets.bars import Bar
from returnstation.gui.widgets.layouts import column, frame, line
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words


class DraftProgress(QWidget):
    """A bar that moves, and what was found so far."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words: Words | None = None
        self._title = WrappingText(role="answer")
        self._cases, self._changed = Text(role="figure-big"), Text(role="lead")
        self._bar = Bar()
        self._bar.setProperty("role", "goal")
        inside = column(
            *(self._title, self._bar, line(self._cases, 1, self._changed)),
            spacing=16,
            margins=(24, 24, 24, 24),
        )
        self.setLayout(column(frame("pane", inside), 1))

    def put(self, trial: str, words: Words) -> None:
        """Show what is tried."""
        self._words = words
        self._title.put(trial)

    def put_progress(self, cases: int, of: int, changed: int) -> None:
        """Show how many cases of how many were looked at."""
        if self._words is None:
            return
        self._bar.put(cases, of)
        self._bar.setAccessibleName(f"{cases} / {of}")
        self._cases.put(self._words.catalog.text("draft.so_far", cases=cases, n=of))
        self._changed.put(self._words.catalog.text("draft.changed_so_far", n=changed))
