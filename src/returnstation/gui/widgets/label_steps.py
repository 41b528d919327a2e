"""Stick, scan back, put away: three steps, the one in hand tall and tinted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from returnstation.application.view import LabelStep
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fit_rows, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import WrappingText
from returnstation.gui.words import Words

_HEIGHTS = {"now": 100, "failed": 100, "done": 62, "next": 80}
_ICONS = ("printer", "scan", "tote")


class StepRow(QFrame):
    """One step; ``state`` is ``done``, ``now``, ``next`` or ``failed``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = QLabel()
        self._number.setProperty("role", "step-number")
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = WrappingText(role="step")
        self._detail = WrappingText(role="lead")
        self._icon = Icon(size=32)
        said = column(1, self._title, self._detail, 1)
        row = line(self._number, said, self._icon, spacing=18, margins=(20, 8, 20, 8))
        row.setStretch(1, 1)
        self.setLayout(row)

    def put(self, number: int, step: LabelStep, words: Words) -> None:
        """Show a step."""
        self._number.setText(str(number))
        self._title.put(words.say(step.title))
        self._detail.put_or_hide(words.say(step.detail))
        own = {"done": "check", "failed": "warn"}
        self._icon.put(own.get(step.state) or _ICONS[min(number, len(_ICONS)) - 1])
        self.setAccessibleName(f"{number}. {words.say(step.title)}")
        mark_tree(self, state=step.state)


class LabelSteps(QFrame):
    """The steps below one another."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[StepRow] = []
        self._column: QVBoxLayout = column()
        self.setLayout(self._column)
        self.setProperty("role", "pane")

    def put(self, steps: tuple[LabelStep, ...], words: Words) -> None:
        """Show the steps."""
        rows = fit_rows(self._column, self._rows, len(steps), StepRow)
        for place, (row, step) in enumerate(zip(rows, steps, strict=True)):
            row.put(place + 1, step, words)
            self._column.setStretch(place, _HEIGHTS.get(step.state, 80))
