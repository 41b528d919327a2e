"""What to try, and on which returns: drafts and laws to come on the left, a period on the right."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from returnstation.application.trials import Bench
from returnstation.application.trying import Offer, Period
from returnstation.gui.draft_run import FIRST_DAY
from returnstation.gui.draft_words import trial_name
from returnstation.gui.widgets.layouts import column, fill_area, fit_rows, frame, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.signs import KeyCap
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words

_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_KEYS = 9
_MOST_NAMED = 3


class Span(StrEnum):
    """A period that ends today."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"


_DAYS = {Span.MONTH: 30, Span.QUARTER: 90, Span.YEAR: 365}


class OfferRow(Touchable):
    """Something to try; ``state`` is ``chosen`` for the one ``Enter`` runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap = KeyCap(size="big")
        self._title = WrappingText(role="title")
        self._what = WrappingText()
        said = column(1, self._title, self._what, 1, spacing=2, margins=(0, 8, 0, 8))
        row = line(self._cap, said, spacing=16, margins=(16, 0, 16, 0))
        row.setStretch(1, 1)
        self.hold(row)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        keeps = self._cap.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self._cap.setSizePolicy(keeps)

    def put(self, offer: Offer, place: int, words: Words) -> None:
        """Show an offer; the first nine have a key."""
        title = trial_name(offer.trial, words)
        self._cap.setText(str(place + 1))
        self._cap.setVisible(place < _KEYS)
        self._title.put(title)
        self._what.put(_what(offer, words))
        self.setAccessibleName(f"{place + 1}: {title}")


class OfferList(QScrollArea):
    """Everything that can be tried; arrows and digits choose.

    Signals:
        chosen: Another one was chosen.
    """

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows: list[OfferRow] = []
        self._offers: Sequence[Offer] = ()
        self._place = 0
        self._none = WrappingText(role="lead")
        self._how = WrappingText()
        self._folder = ShortenedText(role="strong")
        self._column: QVBoxLayout = column(spacing=8)
        empty = column(self._none, self._folder, self._how, spacing=8, margins=(4, 4, 4, 12))
        fill_area(self, column(empty, self._column, 1), "inside-pane")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def offer(self) -> Offer | None:
        """The one that is chosen."""
        return self._offers[self._place] if self._offers else None

    def put(self, bench: Bench, words: Words) -> None:
        """Show what can be tried, and how to add to it."""
        self._offers = bench.offers
        self._place = min(self._place, max(len(self._offers) - 1, 0))
        text = words.catalog.text
        has_draft = any(offer.trial.draft for offer in bench.offers)
        self._none.put_or_hide("" if has_draft else text("draft.none"))
        self._how.put_or_hide("" if has_draft else text("draft.none.how"))
        self._folder.put_or_hide("" if has_draft else bench.folder)
        rows = fit_rows(self._column, self._rows, len(self._offers), self._row)
        for place, (row, offer) in enumerate(zip(rows, self._offers, strict=True)):
            row.put(offer, place, words)
        self._mark()

    def choose(self, place: int) -> None:
        """Take the offer at a place, if there is one."""
        if 0 <= place < len(self._offers):
            self._place = place
            self._mark()
            self.ensureWidgetVisible(self._rows[place])
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _MOVES.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.choose(self._place + step)

    def _row(self) -> OfferRow:
        row, place = OfferRow(), len(self._rows)
        row.clicked.connect(lambda: self.choose(place))
        return row

    def _mark(self) -> None:
        for place, row in enumerate(self._rows):
            mark_tree(row, state="chosen" if place == self._place else "normal")


class PeriodChoice(QWidget):
    """Four usual periods and two days; shows how many cases there are.

    Signals:
        changed: Another period was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = date.min
        self._span: Span | None = Span.QUARTER
        self._buttons = {span: QPushButton() for span in Span}
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        for span, button in self._buttons.items():
            button.setProperty("role", "inline")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, span=span: self._take(span))
        self._labels = {name: Text(role="quiet") for name in ("since", "until")}
        self._days = {name: QLineEdit() for name in ("since", "until")}
        self._wrong = NoticeRow()
        self._wrong.hide()
        self._count = Text(role="verdict")
        fields = [column(self._labels[n], self._days[n], spacing=4) for n in self._days]
        spans = list(self._buttons.values())
        self.setLayout(
            column(
                line(*spans[:2]),
                line(*spans[2:]),
                line(*fields, spacing=16),
                self._wrong,
                self._count,
                1,
                spacing=12,
            )
        )
        for field in self._days.values():
            field.textEdited.connect(self._edited)

    def put(self, words: Words) -> None:
        """Write in another language."""
        text = words.catalog.text
        for span, button in self._buttons.items():
            button.setText(text(f"draft.span.{span}"))
        for name, field in self._days.items():
            self._labels[name].put(text(f"draft.{name}"))
            field.setAccessibleName(text(f"draft.{name}"))
        self._days["since"].setPlaceholderText(text("draft.since.first"))
        self._wrong.put("warning", text("draft.bad_day"))

    def put_size(self, size: int | None, words: Words) -> None:
        """Show how many cases the period has, once that is known."""
        self._count.put("–" if size is None else words.catalog.text("draft.cases", n=size))

    def start(self, today: date) -> None:
        """Begin with the period that was used last, up to this day."""
        self._today = today
        self._show(self._span or Span.QUARTER)

    def cycle(self) -> None:
        """Take the next usual period."""
        spans = list(Span)
        place = -1 if self._span is None else spans.index(self._span)
        self._take(spans[(place + 1) % len(spans)])

    def period(self) -> Period | None:
        """Return the period that is chosen; None while a day is none, or they are crossed."""
        texts = {name: field.text().strip() for name, field in self._days.items()}
        try:
            since = date.fromisoformat(texts["since"]) if texts["since"] else FIRST_DAY
            until = date.fromisoformat(texts["until"]) if texts["until"] else self._today
        except ValueError:
            return None
        return Period(since, until) if since <= until < date.max else None

    def _take(self, span: Span) -> None:
        self._show(span)
        self.changed.emit()

    def _show(self, span: Span) -> None:
        self._mark(span)
        days = _DAYS.get(span)
        since = "" if days is None else str(self._today - timedelta(days=days - 1))
        self._days["since"].setText(since)
        self._days["until"].setText(str(self._today))
        self._wrong.hide()

    def _edited(self) -> None:
        self._mark(None)
        self._wrong.setVisible(self.period() is None)
        self.changed.emit()

    def _mark(self, span: Span | None) -> None:
        self._span = span
        for each, button in self._buttons.items():
            button.setChecked(each is span)


class DraftChoice(QWidget):
    """Both sides.

    Signals:
        changed: Something else is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what, self._when = Text(role="head"), Text(role="head")
        self._folder = ShortenedText(role="quiet")
        self.offers, self.periods = OfferList(), PeriodChoice()
        left = column(*(self._what, self.offers, self._folder), spacing=8, margins=(16, 12, 16, 12))
        left.setStretch(1, 1)
        right = column(self._when, self.periods, spacing=12, margins=(16, 12, 16, 12))
        right.setStretch(1, 1)
        period = frame("pane", right)
        period.setProperty("span", "draft-side")
        row = line(frame("pane", left), period, spacing=16)
        row.setStretch(0, 1)
        self.setLayout(row)
        self.offers.chosen.connect(self.changed)
        self.periods.changed.connect(self.changed)

    def put(self, bench: Bench, words: Words) -> None:
        """Show what can be tried."""
        self._what.put(words.catalog.text("draft.what"))
        self._when.put(words.catalog.text("draft.when"))
        self._folder.put(f"{words.catalog.text('draft.folder')}: {bench.folder}")
        self.offers.put(bench, words)
        self.periods.put(words)


def _what(offer: Offer, words: Words) -> str:
    """Return what an offer changes: files of a draft, or rights that begin."""
    if offer.files:
        return _listed(offer.files, words)
    begins = [f"{words.country(each.region)} · {each.title}" for each in offer.begins]
    return _listed(begins, words)


def _listed(names: Sequence[str], words: Words) -> str:
    shown = [*names[:_MOST_NAMED]]
    if len(names) > len(shown):
        shown.append(words.catalog.text("draft.more", n=len(names) - len(shown)))
    return "\n".join(shown)
