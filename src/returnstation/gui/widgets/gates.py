"""The gates before the economics: recall, hygiene, battery, data, destruction ban, and more."""

from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from returnstation.application.view import Gate
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fit_cells, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import ShortenedText
from returnstation.gui.words import Words

_ACROSS = 5
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
    """All gates that are to be seen, five side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: list[tuple[GateCell]] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(0)
        self._grid.setContentsMargins(0, 0, 0, 0)
        for place in range(_ACROSS):
            self._grid.setColumnStretch(place, 1)
        self.setLayout(self._grid)
        self.setProperty("role", "pane")

    def put(self, gates: tuple[Gate, ...], words: Words) -> None:
        """Show the gates."""
        self.setVisible(bool(gates))
        cells = fit_cells(self._grid, self._cells, len(gates), _cell, _ACROSS)
        for (cell,), gate in zip(cells, gates, strict=True):
            cell.put(gate, words)


def _cell() -> tuple[GateCell]:
    return (GateCell(),)
