"""Signs that are read, not touched: key-caps, deadline chips, verdict badges."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from returnstation.application.view import Deadline, Outcome
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import Text
from returnstation.gui.words import Words

TONES = {
    Outcome.ACCEPT: "accept",
    Outcome.REFUSE: "refuse",
    Outcome.SUPERVISOR: "super",
    Outcome.ASK: "ink2",
}
_OUTCOME_ICONS = {
    Outcome.ACCEPT: "accept",
    Outcome.REFUSE: "refuse",
    Outcome.SUPERVISOR: "super",
    Outcome.ASK: "ask",
}
_DEADLINE_ICONS = {"overdue": "warn", "today": "warn", "waiting": "clock", "kept": "check"}


def outcome_icon(outcome: Outcome) -> str:
    """Return the icon with a verdict's own outline."""
    return _OUTCOME_ICONS[outcome]


class KeyCap(QLabel):
    """The key that does what stands beside it."""

    def __init__(
        self, parent: QWidget | None = None, *, key: str = "", size: str = "small"
    ) -> None:
        super().__init__(key, parent)
        self.setProperty("extent", size)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Chip(QFrame):
    """A legal day: icon, what is due, the day."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon()
        self._text = Text(role="strong")
        self.setLayout(line(self._icon, self._text, 1, spacing=6, margins=(8, 0, 10, 0)))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def put(self, deadline: Deadline | None, text: str) -> None:
        """Show a deadline in these words; without one, take no room."""
        self.setVisible(deadline is not None)
        if deadline is not None:
            self._icon.put(_DEADLINE_ICONS.get(deadline.state, "date"))
            self._text.put(text)
            mark_tree(self, state=deadline.state)


class Badge(QWidget):
    """A verdict that can be told from two metres: outline, word, colour."""

    def __init__(
        self, parent: QWidget | None = None, *, icon: int = 40, role: str = "verdict"
    ) -> None:
        super().__init__(parent)
        self._icon = Icon(size=icon)
        self._text = Text(role=role)
        self.setLayout(line(self._icon, self._text, 1, spacing=10))

    def put(self, outcome: Outcome, words: Words) -> None:
        """Show a verdict."""
        self._icon.put(_OUTCOME_ICONS[outcome], TONES[outcome])
        self._text.put(words.text(f"outcome.{outcome}"), TONES[outcome])
        self.setProperty("state", str(outcome))
