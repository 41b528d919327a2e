"""The dispositions that may be chosen instead, each with what it costs."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from returnstation.application.view import Alternative
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fill_area, fit_rows, frame, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.signs import KeyCap
from returnstation.gui.widgets.texts import ShortenedText, Text
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words

_COLUMNS = ("price", "cost", "net", "difference")


class AlternativeRow(Touchable):
    """One alternative; ``state`` is ``open``, ``proposal`` or ``locked``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap = KeyCap(size="wide")
        self._lock = Icon(name="lock")
        self._name = Text(role="head")
        self._channel = ShortenedText()
        self._why = ShortenedText()
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._figures = {name: _figure(name) for name in _COLUMNS}
        key = frame("key-column", column(1, self._cap, self._lock, 1))
        row = line(key, self._name, self._channel, self._why, *self._figures.values(), spacing=10)
        row.setContentsMargins(16, 0, 16, 0)
        row.setStretch(2, 1)
        row.setStretch(3, 3)
        self.hold(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def put(self, alternative: Alternative, words: Words) -> None:
        """Show an alternative."""
        locked = words.say(alternative.locked)
        self._cap.setText("Enter" if alternative.is_proposal else alternative.key)
        self._cap.setVisible(not locked)
        self._lock.setVisible(bool(locked))
        self._name.put(words.disposition(alternative.disposition))
        channel = words.say(alternative.channel)
        self._channel.put(f"· {channel}" if channel else "")
        self._why.put_or_hide(locked)
        self._put_figures(alternative, words)
        for figure in self._figures.values():
            figure.setVisible(not locked)
        self.setEnabled(not locked)
        self.setAccessibleName(f"{self._name.text()} {channel} {locked}".strip())
        state = "locked" if locked else "proposal" if alternative.is_proposal else "open"
        mark_tree(self, state=state)

    def _put_figures(self, alternative: Alternative, words: Words) -> None:
        self._figures["price"].put(words.figure(alternative.price))
        self._figures["cost"].put(words.figure(alternative.cost))
        self._figures["net"].put(words.figure(alternative.net))
        if alternative.is_proposal:
            self._figures["difference"].put(words.text("alternative.proposal"), "accept")
        else:
            self._figures["difference"].put(words.figure(alternative.difference), "refuse")


class Alternatives(QWidget):
    """All alternatives below a head that names the columns.

    Signals:
        chosen: A row was touched; carries its key.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[AlternativeRow] = []
        self._keys: list[str] = []
        self._heads = {name: _figure("head") for name in ("disposition", *_COLUMNS)}
        for name in _COLUMNS:
            self._heads[name].setProperty("column", name)
        self._heads["disposition"].setAlignment(Qt.AlignmentFlag.AlignLeft)
        titles = line(frame("key-column"), *self._heads.values(), spacing=10)
        titles.setContentsMargins(16, 4, 32, 4)
        titles.setStretch(1, 1)
        head = frame("table-head", titles)
        area = QScrollArea()
        # Always there, so that the figures stay below their heads.
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._column = fill_area(area, column(1), "inside-pane")
        self.setLayout(column(head, area))

    def put(self, alternatives: tuple[Alternative, ...], words: Words) -> None:
        """Show the alternatives."""
        for name, head in self._heads.items():
            head.put(words.text(f"alternative.{name}"))
        self._keys = [alternative.key for alternative in alternatives]
        rows = fit_rows(self._column, self._rows, len(alternatives), self._make)
        for row, alternative in zip(rows, alternatives, strict=True):
            row.put(alternative, words)

    def _make(self) -> AlternativeRow:
        row = AlternativeRow()
        place = len(self._rows)
        row.clicked.connect(lambda: self.chosen.emit(self._keys[place]))
        return row


def _figure(name: str) -> Text:
    figure = Text(role="figure" if name != "head" else "figure-head")
    figure.setProperty("column", name)
    figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return figure
