"""What a trial found: counts and money, single returns, and why each of them changes."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from returnstation.application.trials import Kind, kinds_in
from returnstation.gui.draft_answer import AnswersPane
from returnstation.gui.draft_counts import CountsPane, TotalStrip
from returnstation.gui.draft_run import Found
from returnstation.gui.draft_table import COLUMNS, ChangeCell, ChangeTable
from returnstation.gui.theme import Theme, scaled
from returnstation.gui.widgets.layouts import column, frame, line
from returnstation.gui.widgets.texts import Text
from returnstation.gui.words import Words

_WIDTHS = {"case": 140, "country": 88, "answer": 252, "money": 130}
_ROW_HEIGHT = 52


class DraftResult(QWidget):
    """The whole of it; one kind of change at a time if wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Found | None = None
        self._words: Words | None = None
        self._kind: Kind | None = None
        self._totals, self._counts, self._answers = TotalStrip(), CountsPane(), AnswersPane()
        self._table, self._cell, self._view = ChangeTable(self), ChangeCell(self), QTableView()
        self._shown = Text(role="draft-part")
        self._lay_out()
        self._counts.chosen.connect(self.filter)
        self._view.selectionModel().currentRowChanged.connect(self._choose)

    def put(self, found: Found, words: Words) -> None:
        """Show what a trial found, from its beginning."""
        self._found, self._words, self._kind = found, words, None
        self._totals.put(found.report.replay, words)
        self._counts.put(found.report.replay, words)
        self.filter(None)

    def start(self) -> None:
        """Get ready for keys."""
        self._view.setFocus()

    def next_kind(self) -> None:
        """Filter by the next kind of change."""
        self.filter(self._counts.kinds.after(self._kind))

    def filter(self, kind: Kind | None) -> None:
        """Show the returns that change in this way; None shows all."""
        found, words = self._found, self._words
        if found is None or words is None:
            return
        self._kind = kind
        self._counts.kinds.show_chosen(kind)
        changes = found.examples.of(kind)
        self._table.put(changes, words)
        replay = found.report.replay
        total = replay.changed if kind is None else kinds_in(replay)[kind]
        self._shown.put_or_hide(_of_all(len(changes), total, words))
        self._view.setVisible(bool(changes))
        self._answers.setVisible(bool(changes))
        self._view.selectRow(0)

    def use_theme(self, chosen: Theme) -> None:
        """Paint in this theme."""
        self._cell.use(chosen)
        self._view.viewport().update()

    def use_scale(self, scale: float) -> None:
        """Set lengths the style sheet cannot set."""
        self._view.verticalHeader().setDefaultSectionSize(scaled(_ROW_HEIGHT, scale))
        for place, name in enumerate(COLUMNS):
            if name in _WIDTHS:
                self._view.setColumnWidth(place, scaled(_WIDTHS[name], scale))

    def _choose(self, current: QModelIndex) -> None:
        change = self._table.change(current.row()) if current.isValid() else None
        if change is not None and self._words is not None:
            self._answers.put(change, self._words)

    def _lay_out(self) -> None:
        view = self._view
        view.setModel(self._table)
        view.setItemDelegate(self._cell)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setShowGrid(False)
        view.verticalHeader().hide()
        head = view.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionResizeMode(COLUMNS.index("what"), QHeaderView.ResizeMode.Stretch)
        rows = column(view, self._shown)
        rows.setStretch(0, 1)
        self._shown.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        rows.setAlignment(self._shown, Qt.AlignmentFlag.AlignTop)
        table = frame("pane", rows)
        counts = frame("pane", column(self._counts))
        counts.setProperty("span", "draft-side")
        right = column(table, self._answers, spacing=12)
        right.setStretch(0, 1)
        below = line(counts, right, spacing=16)
        below.setStretch(1, 1)
        whole = column(self._totals, below, spacing=12)
        whole.setStretch(1, 1)
        self.setLayout(whole)


def _of_all(shown: int, total: int, words: Words) -> str:
    """Return what is to be said about a table that is empty, or does not show everything."""
    if not total:
        return words.catalog.text("draft.empty")
    return words.catalog.text("draft.part", shown=shown, n=total) if shown < total else ""
