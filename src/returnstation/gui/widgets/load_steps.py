"""What to do with the hands at a printer: open, load, close, as drawings."""

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import Trouble
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fit_rows, line
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words

# The text of each step is ``window.load.<name>``.
_STEPS: Mapping[str, tuple[str, ...]] = {
    "printer-out_of_media": ("open", "media", "close"),
    "printer-out_of_ribbon": ("open", "ribbon", "close"),
    "printer-head_open": ("close",),
}
_ICONS = {"open": "lid-open", "media": "roll", "ribbon": "roll", "close": "lid-close"}


class LoadStep(QFrame):
    """One movement of the hands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = Text(role="figure-big")
        self._text = WrappingText(role="title")
        self._icon = Icon(size=80)
        row = line(self._icon, self._number, self._text, spacing=20, margins=(24, 8, 16, 8))
        row.setStretch(2, 1)
        self.setLayout(row)

    def put(self, number: int, name: str, words: Words) -> None:
        """Show a movement."""
        self._number.put(str(number))
        self._text.put(words.text(f"load.{name}"))
        self._icon.put(_ICONS[name])


class LoadSteps(QFrame):
    """The movements below one another, for troubles that hands can end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[LoadStep] = []
        self._column = column()
        self.setLayout(self._column)
        self.setProperty("role", "pane")

    def put(self, troubles: tuple[Trouble, ...], words: Words) -> bool:
        """Show what ends the first trouble that hands can end; tell whether there is one."""
        names = next((_STEPS[t.code] for t in troubles if t.code in _STEPS), ())
        rows = fit_rows(self._column, self._rows, len(names), LoadStep)
        for number, (row, name) in enumerate(zip(rows, names, strict=True), 1):
            row.put(number, name, words)
        return bool(names)
