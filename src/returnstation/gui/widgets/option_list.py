"""The options of a view, one below the other."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from returnstation.application.view import Option
from returnstation.gui.widgets.layouts import column, fit_rows
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.option_row import OptionRow
from returnstation.gui.words import Words

_ROOMY = 7  # as many fit 800 pixels with room around them
_GAP, _DENSE_GAP = 8, 4


class OptionList(QWidget):
    """Rows to choose from.

    Signals:
        chosen: A row was touched; carries its key.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[OptionRow] = []
        self._keys: list[str] = []
        self._column: QVBoxLayout = column(spacing=_GAP)
        self.setLayout(self._column)

    def put(self, options: tuple[Option, ...], words: Words, roomy: int = _ROOMY) -> None:
        """Show the options; more than ``roomy`` of them move closer together."""
        self._keys = [option.key for option in options]
        rows = fit_rows(self._column, self._rows, len(options), self._make)
        ranked = any(option.of for option in options)
        density = "dense" if len(options) > roomy else ""
        self._column.setSpacing(_DENSE_GAP if density else _GAP)
        for row, option in zip(rows, options, strict=True):
            row.put(option, words)
            # Among ranked candidates, "none of these" is the one without signs.
            mark_tree(row, kind="none" if ranked and not option.of else "", density=density)

    def show_chosen(self, key: str) -> bool:
        """Fill the row of this key until the next view comes; tell whether there is one."""
        if key not in self._keys:
            return False
        row = self._rows[self._keys.index(key)]
        if row.isEnabled():
            row.show_chosen()
        return row.isEnabled()

    def _make(self) -> OptionRow:
        row = OptionRow()
        place = len(self._rows)
        row.clicked.connect(lambda: self.chosen.emit(self._keys[place]))
        return row
