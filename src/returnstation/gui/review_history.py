"""Everything about one inspection: photos, what happened, why; and the supervisor's decision."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from returnstation.application.inspections import History
from returnstation.application.view import Outcome, PhotoView
from returnstation.gui.why_page import ReasonRow
from returnstation.gui.widgets.choice import Choice
from returnstation.gui.widgets.layouts import column, fill_area, fit_cells, fit_rows, line
from returnstation.gui.widgets.photo_strip import PhotoStrip
from returnstation.gui.widgets.signs import Chip
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words

_OUTCOMES = (Outcome.ACCEPT, Outcome.REFUSE)
DISPOSITIONS = (
    "restock_new", "restock_open_box", "rework", "refurbish", "repair", "harvest_parts",
    "liquidate", "rtv", "donate", "recycle", "dispose", "destroy", "ship_back", "quarantine",
    "transfer", "missing", "wrong_item", "keep_it",
)  # fmt: skip
_MOST_PHOTOS = 4


class Override(QFrame):
    """Another outcome and disposition, with the reason it needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = Text(role="strong")
        self.outcome = Choice()
        self.disposition = Choice()
        self.reason = QLineEdit()
        self.reason.setProperty("role", "note")
        choices = line(self.outcome, self.disposition, spacing=8)
        self.setLayout(
            column(self._head, choices, self.reason, spacing=8, margins=(16, 10, 16, 12))
        )
        self.setProperty("role", "note")

    def put(self, history: History, words: Words) -> None:
        """Offer every decision, starting from the one that stands."""
        self._head.put(words.text("review.decision"))
        self.outcome.clear()
        for outcome in _OUTCOMES:
            self.outcome.addItem(words.text(f"outcome.{outcome}"), str(outcome))
        self.outcome.setCurrentIndex(max(self.outcome.findData(history.row.outcome), 0))
        self.disposition.clear()
        for code in DISPOSITIONS:
            self.disposition.addItem(words.disposition(code), code)
        self.disposition.setCurrentIndex(max(self.disposition.findData(history.row.disposition), 0))
        self.reason.clear()
        self.reason.setPlaceholderText(words.text("review.reason"))
        for widget, name in ((self.outcome, "outcome"), (self.disposition, "disposition")):
            widget.setAccessibleName(words.text(f"review.{name}"))
        self.reason.setAccessibleName(words.text("review.reason"))


class HistoryPane(QFrame):
    """One item's file.

    Signals:
        photo_wanted: The photo with this digest is to be shown; answer with ``put_photo``.
    """

    photo_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ShortenedText(role="title")
        self._detail = ShortenedText(role="quiet")
        self._chip = Chip()
        self._photos = PhotoStrip()
        self._photos.setProperty("extent", "small")
        self._photos.wanted.connect(self.photo_wanted)
        self._entries = QGridLayout()
        self._entries.setHorizontalSpacing(12)
        self._entries.setVerticalSpacing(2)
        self._entries.setColumnStretch(1, 1)
        self._lines: list[tuple[Text, WrappingText]] = []
        self._reasons: list[ReasonRow] = []
        self._reason_column: QVBoxLayout = column(spacing=4)
        self.override = Override()
        self.override.hide()
        layout = column(self._head(), self._photo_box(), self._file(), self.override)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.setProperty("role", "pane")

    def put(self, history: History, words: Words) -> None:
        """Show an item."""
        row = history.row
        self._title.put(f"{row.number} · {row.product}")
        refund = words.money(row.refund) if row.refund else ""
        claimed = words.say(history.claimed)
        parts = (history.customer, words.country(row.country), refund, claimed)
        self._detail.put(" · ".join(filter(None, parts)))
        self._chip.put(
            history.deadline, words.days_left(history.deadline) if history.deadline else ""
        )
        photos = tuple(PhotoView(p.label, p.digest) for p in history.photos[:_MOST_PHOTOS])
        self._photo_frame.setVisible(bool(photos))
        self._photos.put(photos, words)
        self._put_entries(history, words)
        rows = fit_rows(self._reason_column, self._reasons, len(history.reasons), ReasonRow)
        for reason_row, reason in zip(rows, history.reasons, strict=True):
            reason_row.put(reason, words)
        self.override.put(history, words)

    def put_photo(self, digest: str, content: bytes) -> None:
        """Show a photo that was asked for."""
        self._photos.put_picture(digest, content)

    def _put_entries(self, history: History, words: Words) -> None:
        shapes = words.catalog.shapes
        shown = [
            (
                shapes.time(entry.at),
                f"{entry.who}: {words.say(entry.text)}" if entry.who else words.say(entry.text),
            )
            for entry in history.entries
        ]
        shown += [("", words.catalog.typed(note)) for note in history.notes]
        rows = fit_cells(self._entries, self._lines, len(shown), _entry)
        for (when, what), (time, text) in zip(rows, shown, strict=True):
            when.put(time)
            what.put(text)

    def _head(self) -> QFrame:
        head = QFrame()
        said = column(self._title, self._detail)
        row = line(said, self._chip, spacing=12, margins=(16, 8, 16, 8))
        row.setStretch(0, 1)
        head.setLayout(row)
        head.setProperty("role", "history-head")
        return head

    def _photo_box(self) -> QWidget:
        self._photo_frame = QWidget()
        self._photo_frame.setLayout(column(self._photos, margins=(16, 10, 16, 0)))
        return self._photo_frame

    def _file(self) -> QScrollArea:
        area = QScrollArea()
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        said = column(self._entries, self._reason_column, 1, spacing=10, margins=(16, 10, 16, 10))
        fill_area(area, said, "inside-pane")
        return area


def _entry() -> tuple[Text, WrappingText]:
    when = Text(role="quiet")
    when.setAlignment(Qt.AlignmentFlag.AlignTop)
    return when, WrappingText()
