"""The table of inspections: any number of rows, read from the disk window by window."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from returnstation.application.inspections import Filter, InspectionRow, Reviews, ReviewState
from returnstation.gui.tasks import Tasks
from returnstation.gui.words import Words

WINDOW = 200
_MOST_WINDOWS = 24
COLUMNS = ("sign", "number", "country", "product", "why", "disposition", "due")
ROW_ROLE = Qt.ItemDataRole.UserRole

_Index: TypeAlias = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class InspectionTable(QAbstractTableModel):
    """Rows of the filter in use; what is not read yet is shown empty and read next.

    Signals:
        counted: How many rows the filter lets through.
        failed: Reading raised; carries the exception.
    """

    counted = Signal(int)
    failed = Signal(object)

    def __init__(self, reviews: Reviews, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reviews = reviews
        self._tasks = tasks
        self._words: Words | None = None
        self._filter = Filter()
        self._generation = 0
        self._count = 0
        self._windows: OrderedDict[int, Sequence[InspectionRow]] = OrderedDict()
        self._wanted: list[int] = []
        self._reading = False

    @property
    def filter(self) -> Filter:
        """The filter in use."""
        return self._filter

    def speak(self, words: Words) -> None:
        """Write in another language."""
        self._words = words
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self._changed(0, self._count - 1)

    def show_rows(self, wanted: Filter) -> None:
        """Count and show the rows of a filter."""
        self._filter = wanted
        self._generation += 1
        generation = self._generation
        self._tasks.run(
            lambda: self._reviews.count(wanted),
            lambda count: self._start_over(generation, count),
            self.failed.emit,
        )

    def row(self, place: int) -> InspectionRow | None:
        """Return a row, or None while it is being read."""
        number, inside = divmod(place, WINDOW)
        rows = self._windows.get(number)
        if rows is None:
            self._want(number)
            return None
        self._windows.move_to_end(number)
        return rows[inside] if inside < len(rows) else None

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in {Qt.ItemDataRole.DisplayRole, ROW_ROLE} or self._words is None:
            return None
        row = self.row(index.row())
        if role == ROW_ROLE or row is None:
            return row
        return _CELLS[COLUMNS[index.column()]](row, self._words)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        is_text = role == Qt.ItemDataRole.DisplayRole and self._words is not None
        if not is_text or orientation is not Qt.Orientation.Horizontal or self._words is None:
            return None
        name = COLUMNS[section]
        return "" if name in {"sign", "country"} else self._words.text(f"review.column.{name}")

    def _start_over(self, generation: int, count: int) -> None:
        if generation != self._generation:
            return
        self.beginResetModel()
        self._count = count
        self._windows.clear()
        self._wanted.clear()
        self.endResetModel()
        self.counted.emit(count)

    def _want(self, number: int) -> None:
        """Read a window; while one is read, the last one asked for comes next."""
        if number in self._wanted:
            self._wanted.remove(number)
        self._wanted.append(number)
        del self._wanted[:-_MOST_WINDOWS]
        if not self._reading:
            self._read_next()

    def _read_next(self) -> None:
        if not self._wanted:
            return
        self._reading = True
        number, wanted, generation = self._wanted[-1], self._filter, self._generation
        self._tasks.run(
            lambda: self._reviews.window(wanted, number * WINDOW, WINDOW),
            lambda rows: self._keep(generation, number, rows),
            self._fail,
        )

    def _keep(self, generation: int, number: int, rows: Sequence[InspectionRow]) -> None:
        self._reading = False
        if generation == self._generation:
            self._windows[number] = rows
            while len(self._windows) > _MOST_WINDOWS:
                self._windows.popitem(last=False)
            if number in self._wanted:
                self._wanted.remove(number)
            self._changed(number * WINDOW, number * WINDOW + len(rows) - 1)
        self._read_next()

    def _fail(self, error: Exception) -> None:
        self._reading = False
        self._wanted.clear()
        self.failed.emit(error)

    def _changed(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))


def _why(row: InspectionRow, words: Words) -> str:
    if row.state is ReviewState.WAITING:
        return words.say(row.why) or words.text("review.state.waiting")
    if row.state is ReviewState.NONE:
        return words.text(f"outcome.{row.outcome}")
    return words.text(f"review.state.{row.state}")


def _due(row: InspectionRow, words: Words) -> str:
    return "–" if row.refund_due_on is None else words.catalog.shapes.day(row.refund_due_on)


_CELLS: dict[str, Callable[[InspectionRow, Words], str]] = {
    "sign": lambda row, words: words.text(f"outcome.{row.outcome}"),
    "number": lambda row, _: row.number,
    "country": lambda row, _: row.country,
    "product": lambda row, _: row.product,
    "why": _why,
    "disposition": lambda row, words: words.disposition(row.disposition) if row.disposition else "",
    "due": _due,
}
