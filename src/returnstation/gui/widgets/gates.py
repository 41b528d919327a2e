"""The gates before the economics: recall, hygiene, battery, data, destruction ban."""

from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import Gate
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fit_rows, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import ShortenedText
from returnstation.gui.words import Words

_ICONS = {"passed": "check", "none": "dash", "locked": "lock"}


class GateCell(QFrame):
    """One gate; ``state`` is ``passed``, ``none``, ``locked`` or ``proof``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon()
        self._name = ShortenedText(role="strong")
        self._text = ShortenedText()
        head = line(self._icon, self._name, spacing=8)
        head.setStretch(1, 1)
        self.setLayout(column(head, self._text, spacing=0, margins=(12, 8, 8, 8)))

    def put(self, gate: Gate, words: Words) -> None:
        """Show a gate."""
        self._icon.put(_ICONS.get(gate.state, gate.icon))
        self._name.put(words.say(gate.name))
        self._text.put(words.say(gate.text))
        mark_tree(self, state=gate.state)


class Gates(QFrame):
    """All gates side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: list[GateCell] = []
        self._row = line(spacing=0)
        self.setLayout(self._row)
        self.setProperty("role", "pane")

    def put(self, gates: tuple[Gate, ...], words: Words) -> None:
        """Show the gates."""
        self.setVisible(bool(gates))
        for cell, gate in zip(
            fit_rows(self._row, self._cells, len(gates), GateCell), gates, strict=True
        ):
            cell.put(gate, words)
        for place in range(len(gates)):
            self._row.setStretch(place, 1)
