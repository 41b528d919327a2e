"""The supervisor's page: what waits for a decision, and everything that was inspected."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QModelIndex, QStandardPaths, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from returnstation.application.inspections import Choices, Counts, History, Reviews
from returnstation.application.view import Act, Instruction, Tone, View
from returnstation.domain.messages import say
from returnstation.gui.csv_export import CsvExport
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.review_cells import InspectionCell
from returnstation.gui.review_filters import Filters
from returnstation.gui.review_history import HistoryPane
from returnstation.gui.review_table import COLUMNS, InspectionTable
from returnstation.gui.tasks import Tasks
from returnstation.gui.theme import Theme, scaled
from returnstation.gui.widgets.choice import Choice
from returnstation.gui.widgets.layouts import column
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words

_WIDTHS = {"sign": 44, "number": 128, "country": 40, "why": 130, "disposition": 112, "due": 140}
_ROW_HEIGHT = 52


class ReviewPage(Overlay):
    """A table, and the file of the row chosen in it."""

    band = "slim"

    def __init__(
        self,
        reviews: Reviews,
        tasks: Tasks,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        form = load_form("review_page", self, Choice, Text, WrappingText)
        self._reviews, self._tasks, self._now = reviews, tasks, now
        self._words: Words | None = None
        self._history: History | None = None
        self._view = child(form, QTableView, "inspection_table")
        self._table = InspectionTable(reviews, tasks, self)
        self._cell = InspectionCell(self)
        self._filters = Filters(form, lambda: now().date())
        self._hints = child(form, WrappingText, "hints_label")
        self._hints.hide()
        self._notice = NoticeRow()
        self._file_name = QLineEdit()
        self._pane = HistoryPane()
        self._export = CsvExport(reviews, tasks, self)
        self._lay_out()
        self._connect()

    def put(self, view: View, words: Words) -> None:
        if words == self._words:
            return
        self._words = words
        self._table.speak(words)
        self._file_name.setAccessibleName(words.text("review.file"))
        if self._history is not None:
            self._pane.put(self._history, words)

    def use_theme(self, chosen: Theme) -> None:
        self._cell.use(chosen, self._now().date())
        self._view.viewport().update()

    def use_scale(self, scale: float) -> None:
        self._view.verticalHeader().setDefaultSectionSize(scaled(_ROW_HEIGHT, scale))
        for place, name in enumerate(COLUMNS):
            if name in _WIDTHS:
                self._view.setColumnWidth(place, scaled(_WIDTHS[name], scale))

    def start(self) -> None:
        self._notice.hide()
        self._file_name.hide()
        self._pane.override.hide()
        self._refresh()
        self._view.setFocus()

    def put_photo(self, digest: str, content: bytes) -> None:
        self._pane.put_photo(digest, content)

    def instruction(self) -> Instruction:
        if self._history is None:
            return Instruction(Tone.NEXT, "super", say("window.review.title"))
        text = say("window.review.next", number=self._history.row.number)
        return Instruction(Tone.NEXT, "super", text)

    def acts(self) -> tuple[Act, ...]:
        back = Act(1, "Esc", say("window.back"), "close")
        if not self._file_name.isHidden():
            return (back, Act(7, "Enter", say("window.review.write"), "write"))
        nothing = None if self._history else say("window.review.choose")
        if not self._pane.override.isHidden():
            decide = say("window.review.override")
            return (back, Act(7, "Enter", decide, "decide", nothing))
        return (
            back,
            Act(3, "F2", say("window.review.conflicts"), "conflicts"),
            Act(5, "F4", say("window.review.other"), "override", nothing),
            Act(6, "F9", say("window.review.export"), "export"),
            Act(7, "Enter", say("window.review.approve"), "approve", nothing),
        )

    def act(self, name: str) -> None:
        acts = {
            "close": self._close,
            "conflicts": lambda: self.act_wanted.emit("show-conflicts"),
            "override": self._start_override,
            "export": self._start_export,
            "write": self._write,
            "decide": self._decide,
            "approve": self._approve,
        }
        acts[name]()

    def _close(self) -> None:
        """Leave what was opened last: the override, the export, the page."""
        for opened in (self._file_name, self._pane.override):
            if not opened.isHidden():
                opened.hide()
                self._view.setFocus()
                self.changed.emit()
                return
        self.closed.emit()

    def _start_override(self) -> None:
        self._pane.override.show()
        self._pane.override.reason.setFocus()
        self.changed.emit()

    def _start_export(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        day = self._now().date().isoformat()
        self._file_name.setText(str(Path(folder, f"inspections-{day}.csv")))
        self._file_name.show()
        self._file_name.setFocus()
        self.changed.emit()

    def _write(self) -> None:
        name = self._file_name.text().strip()
        self._file_name.hide()
        if name:
            self._export.start(self._table.filter, Path(name).expanduser())
        self.changed.emit()

    def _decide(self) -> None:
        override = self._pane.override
        reason = override.reason.text().strip()
        if self._history is None or not reason:
            self._say("warning", "review.reason_missing")
            override.reason.setFocus()
            return
        item, outcome = self._history.row.item_id, str(override.outcome.currentData())
        disposition = str(override.disposition.currentData())
        self._run(lambda: self._reviews.override(item, outcome, disposition, reason))

    def _approve(self) -> None:
        if self._history is not None:
            item = self._history.row.item_id
            self._run(lambda: self._reviews.approve(item))

    def _run(self, decision: Callable[[], None]) -> None:
        number = "" if self._history is None else self._history.row.number
        self._tasks.run(decision, lambda _: self._decided(number), self._fail)

    def _decided(self, number: str) -> None:
        self._pane.override.hide()
        self._say("done", "review.decided", number=number)
        self._refresh()
        self._view.setFocus()

    def _refresh(self) -> None:
        self._tasks.run(
            lambda: (self._reviews.counts(), self._reviews.choices()), self._offer, self._fail
        )
        self._table.show_rows(self._filters.chosen())

    def _offer(self, found: tuple[Counts, Choices]) -> None:
        counts, choices = found
        if self._words is not None:
            self._filters.put(choices, self._words)
            self._filters.count(counts, self._words)
            self._hints.put_or_hide(_trusted(counts, self._words))

    def _counted(self, count: int) -> None:
        if self._words is not None:
            child(self, Text, "count_label").put(self._words.text("review.count", n=count))
        if count:
            self._view.selectRow(0)
        else:
            self._show(None)

    def _choose(self, current: QModelIndex) -> None:
        row = self._table.row(current.row()) if current.isValid() else None
        if row is not None and (self._history is None or row != self._history.row):
            item = row.item_id
            self._tasks.run(lambda: self._reviews.history(item), self._show, self._fail)

    def _rows_came(self, first: QModelIndex, last: QModelIndex) -> None:
        current = self._view.currentIndex()
        if first.row() <= current.row() <= last.row():
            self._choose(current)

    def _show(self, history: History | None) -> None:
        self._history = history
        self._pane.setVisible(history is not None)
        if history is not None and self._words is not None:
            self._pane.put(history, self._words)
        self.changed.emit()

    def _fail(self, error: object) -> None:
        self._say("warning", "review.failed", why=str(error))

    def _say(self, state: str, key: str, **values: str | int) -> None:
        if self._words is not None:
            self._notice.put(state, self._words.text(key, **values))
            self._notice.show()
        self.changed.emit()

    def _lay_out(self) -> None:
        self._file_name.setProperty("role", "note")
        extra = column(self._notice, self._file_name, self._pane, spacing=8)
        extra.setStretch(2, 1)
        child(self, QVBoxLayout, "history_layout").addLayout(extra)
        view = self._view
        view.setModel(self._table)
        view.setItemDelegate(self._cell)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.verticalHeader().hide()
        view.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        view.horizontalHeader().setHighlightSections(False)
        stretch = QHeaderView.ResizeMode.Stretch
        view.horizontalHeader().setSectionResizeMode(COLUMNS.index("product"), stretch)

    def _connect(self) -> None:
        self._filters.changed.connect(lambda: self._table.show_rows(self._filters.chosen()))
        self._table.counted.connect(self._counted)
        self._table.failed.connect(self._fail)
        self._table.dataChanged.connect(self._rows_came)
        self._view.selectionModel().currentRowChanged.connect(self._choose)
        self._pane.photo_wanted.connect(self.photo_wanted)
        self._export.done.connect(lambda rows: self._say("done", "review.written", n=rows))
        self._export.failed.connect(self._fail)


def _trusted(counts: Counts, words: Words) -> str:
    """Say of each kind of hint how often it was right; nothing before any was settled."""
    told = [f"{words.say(say(f'finding.{h.kind}'))} {h.right}/{h.of}" for h in counts.hints]
    return words.text("review.hints", hints=" · ".join(told)) if told else ""
