"""Labels and values in two columns."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from returnstation.application.view import Entry
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words


class Entries(QWidget):
    """A short table of facts; the first value is strong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[Text, WrappingText]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)

    def put(self, entries: tuple[Entry, ...], words: Words) -> None:
        """Show the entries."""
        while len(self._rows) < len(entries):
            self._add()
        for place, (label, value) in enumerate(self._rows):
            shown = place < len(entries)
            label.setVisible(shown)
            value.setVisible(shown)
            if shown:
                label.put(words.say(entries[place].label))
                value.put(words.say(entries[place].value))

    def _add(self) -> None:
        label, value = Text(role="quiet"), WrappingText(role="body" if self._rows else "strong")
        row = len(self._rows)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._rows.append((label, value))
