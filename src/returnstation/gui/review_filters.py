"""Which inspections the supervisor looks at: three tabs and five filters."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QObject, QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from returnstation.application.inspections import Choices, Counts, Filter, ReviewState
from returnstation.gui.forms import child
from returnstation.gui.review_history import DISPOSITIONS
from returnstation.gui.words import Words

_TABS = ("waiting", "today", "all")
_PERIODS = {"any": None, "week": 6, "month": 29}  # days before today
_TYPING_MS = 250


class Filters(QObject):
    """Turns what is chosen into a ``Filter``.

    Signals:
        changed: Something else was chosen.
    """

    changed = Signal()

    def __init__(self, form: QWidget, today: Callable[[], date]) -> None:
        super().__init__(form)
        self._today = today
        self._tabs = {name: child(form, QPushButton, f"{name}_button") for name in _TABS}
        self._search = child(form, QLineEdit, "search_edit")
        self._boxes = {
            name: child(form, QComboBox, f"{name}_box")
            for name in ("merchant", "country", "disposition", "period")
        }
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._connect()

    def put(self, choices: Choices, words: Words) -> None:
        """Offer what occurs, in these words; what was chosen stays."""
        offers: dict[str, list[tuple[str, str]]] = {
            "merchant": [(name, name) for name in choices.merchants],
            "country": [(f"{code} {words.country(code)}", code) for code in choices.countries],
            "disposition": [(words.disposition(code), code) for code in DISPOSITIONS],
            "period": [
                (words.text(f"review.period.{name}"), name) for name in _PERIODS if name != "any"
            ],
        }
        for name, box in self._boxes.items():
            _offer(box, [(words.text(f"review.any.{name}"), None), *offers[name]])

    def count(self, counts: Counts, words: Words) -> None:
        """Show the numbers on the tabs."""
        for name, button in self._tabs.items():
            number = words.catalog.shapes.show(getattr(counts, name))
            button.setText(f"{words.text(f'review.tab.{name}')}  {number}")

    def chosen(self) -> Filter:
        """Return the filter that is chosen."""
        today = self._today()
        since = today if self._tabs["today"].isChecked() else self._since(today)
        waiting = self._tabs["waiting"].isChecked()
        return Filter(
            since=since,
            until=None,
            state=ReviewState.WAITING if waiting else None,
            merchant=self._boxes["merchant"].currentData(),
            country=self._boxes["country"].currentData(),
            disposition=self._boxes["disposition"].currentData(),
            text=self._search.text().strip(),
        )

    def _since(self, today: date) -> date | None:
        days = _PERIODS.get(self._boxes["period"].currentData() or "any")
        return None if days is None else today - timedelta(days=days)

    def _connect(self) -> None:
        for name, button in self._tabs.items():
            button.setAutoExclusive(True)
            button.setChecked(name == "waiting")
            button.clicked.connect(self.changed)
        for box in self._boxes.values():
            box.currentIndexChanged.connect(self.changed)
        self._search.textEdited.connect(self._typing.start)
        self._typing.timeout.connect(self.changed)


def _offer(box: QComboBox, offers: Sequence[tuple[str, str | None]]) -> None:
    """Fill a box; what was chosen stays chosen if it is still offered."""
    chosen = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        for text, code in offers:
            box.addItem(text, code)
        box.setCurrentIndex(max(box.findData(chosen), 0))
    box.setAccessibleName(offers[0][0])
