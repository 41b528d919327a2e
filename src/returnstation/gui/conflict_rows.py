"""The parts of the page of conflicts: one in the list, and one of its sides."""

from datetime import datetime

from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import ConflictView, SideView
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words


class ConflictLine(Touchable):
    """One conflict in the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setProperty("role", "line")
        self._icon = Icon(name="super", size=32)
        self._text = ShortenedText(role="title")
        self._numbers = ShortenedText(role="quiet")
        self._state = ShortenedText(role="strong")
        said = column(self._text, self._numbers, self._state, spacing=2)
        row = line(self._icon, said, spacing=12, margins=(12, 8, 12, 8))
        row.setStretch(1, 1)
        self.hold(row)

    def put(self, conflict: ConflictView, now: datetime, words: Words, *, is_chosen: bool) -> None:
        """Show a conflict."""
        numbers = " · ".join(dict.fromkeys(side.number for side in conflict.sides))
        state = state_of(conflict, words) or words.text(
            "conflicts.line",
            money=words.text(f"conflicts.money.{conflict.money}"),
            ago=words.ago(conflict.since, now),
            owner=conflict.owner,
        )
        text = words.say(conflict.text)
        self._icon.put("super" if conflict.state == "open" else "check")
        self._text.put(text)
        self._numbers.put(numbers)
        self._state.put(state)
        self.setChecked(is_chosen)
        self.setAccessibleName(f"{text}: {numbers} {state}")


class Side(QFrame):
    """One of the cases, or words, side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = Text(role="title")
        self._where = WrappingText(role="quiet")
        self._product = WrappingText()
        self._found = WrappingText(role="strong")
        self._money = Text(role="strong")
        self._counts = Text(role="quiet")
        self.setLayout(
            column(
                self._number,
                self._where,
                self._product,
                self._found,
                self._money,
                self._counts,
                1,
                spacing=2,
            )
        )

    def put(self, side: SideView, words: Words) -> None:
        """Show a side."""
        shapes = words.catalog.shapes
        when = f"{shapes.day(side.at.date())} {shapes.time(side.at)}"
        units = words.text("conflicts.units", n=side.units) if side.units > 1 else ""
        outcome = "" if side.outcome is None else words.text(f"outcome.{side.outcome}")
        money = "" if side.amount is None else words.money(side.amount)
        self._number.put(side.number)
        self._where.put(" · ".join(filter(None, (side.station, side.who, when))))
        self._product.put_or_hide(f"{units} {side.product}".strip())
        found = (side.grade, words.say(side.disposition))
        self._found.put_or_hide(" · ".join(filter(None, found)))
        self._money.put_or_hide(" · ".join(filter(None, (outcome, money))))
        self._counts.put_or_hide(words.text("conflicts.counts") if side.counts else "")


def state_of(conflict: ConflictView, words: Words) -> str:
    """Return how far a conflict settled here is; empty for an open one."""
    return "" if conflict.state == "open" else words.text(f"conflicts.{conflict.state}")
