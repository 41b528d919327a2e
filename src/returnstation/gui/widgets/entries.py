"""Labels and values in two columns."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from returnstation.application.view import Entry
from returnstation.gui.widgets.layouts import fit_cells
from returnstation.gui.widgets.marks import mark
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words


class Entries(QWidget):
    """A short table of facts; one value is strong, the first unless told otherwise."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Text, WrappingText]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)

    def put(self, entries: tuple[Entry, ...], words: Words, strong: int = 0) -> None:
        """Show the entries; ``strong`` is the place of the one that matters, from 0."""
        rows = fit_cells(self._grid, self._rows, len(entries), self._make)
        for place, ((label, value), entry) in enumerate(zip(rows, entries, strict=True)):
            label.put(words.say(entry.label))
            value.put(words.say(entry.value))
            mark(value, role="strong" if place == strong else "body")

    def _make(self) -> tuple[Text, WrappingText]:
        label, value = Text(role="quiet"), WrappingText()
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        return label, value
