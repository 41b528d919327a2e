"""The table of single returns a draft answers otherwise."""

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from returnstation.domain.money import Money
from returnstation.domain.replays import Change
from returnstation.gui.draft_words import (
    ARROW,
    OUTCOMES,
    kind_name,
    more_money,
    signed,
    what_changes,
)
from returnstation.gui.icons import icon
from returnstation.gui.theme import Theme, theme
from returnstation.gui.widgets.signs import TONES, outcome_icon
from returnstation.gui.words import Words

COLUMNS = ("case", "country", "answer", "what", "money")
CHANGE_ROLE = Qt.ItemDataRole.UserRole

_SIGN, _GAP, _BAR, _PADDING = 20, 8, 6, 8
_Index: TypeAlias = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class ChangeTable(QAbstractTableModel):
    """Changes as rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._changes: Sequence[Change] = ()
        self._words: Words | None = None

    def put(self, changes: Sequence[Change], words: Words) -> None:
        """Show these changes."""
        self.beginResetModel()
        self._changes, self._words = changes, words
        self.endResetModel()

    def change(self, row: int) -> Change | None:
        """Return the change of a row."""
        return self._changes[row] if 0 <= row < len(self._changes) else None

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._changes)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        change = self.change(index.row())
        if change is None or self._words is None:
            return None
        if role == CHANGE_ROLE:
            return change
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(COLUMNS[index.column()], change, self._words)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        is_across = orientation is Qt.Orientation.Horizontal
        if not is_across or self._words is None:
            return None
        name = COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and name == "money":
            return Qt.AlignmentFlag.AlignRight | _MIDDLE
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._words.catalog.text(f"draft.column.{name}")


class ChangeCell(QStyledItemDelegate):
    """Paints verdicts with their own outlines, in the colours of the theme."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = theme("light")

    def use(self, chosen: Theme) -> None:
        """Paint in this theme."""
        self._theme = chosen

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        change = index.data(CHANGE_ROLE)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = option.rect
        painter.fillRect(rect, self._colour("info-t" if selected else "surface"))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), self._colour("line2"))
        if not isinstance(change, Change):
            return
        name = COLUMNS[index.column()]
        if selected and index.column() == 0:
            painter.fillRect(
                QRect(rect.left(), rect.top(), _BAR, rect.height()), self._colour("main")
            )
        if name == "answer":
            self._paint_answers(painter, option, change, str(index.data()))
        else:
            self._paint_text(painter, option, name, str(index.data()))

    def _paint_answers(
        self, painter: QPainter, option: QStyleOptionViewItem, change: Change, text: str
    ) -> None:
        left = option.rect.left() + _PADDING
        words = text.split(f" {ARROW} ")
        for place, (answer, word) in enumerate(zip(change.kind, words, strict=False)):
            outcome = OUTCOMES[answer]
            role = TONES[outcome]
            if place:
                left = self._write(painter, option, left, ARROW, "ink2")
            top = option.rect.center().y() - _SIGN // 2
            ratio = painter.device().devicePixelRatio()
            colour = self._theme.roles[role]
            painter.drawPixmap(left, top, icon(outcome_icon(outcome), _SIGN, colour, ratio))
            left = self._write(painter, option, left + _SIGN + 6, word, role)

    def _write(
        self, painter: QPainter, option: QStyleOptionViewItem, left: int, text: str, role: str
    ) -> int:
        """Write in bold; return where the next thing may stand."""
        font = option.font
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self._colour(role))
        room = QRect(option.rect)
        room.setLeft(left)
        painter.drawText(room, _MIDDLE, text)
        return left + painter.fontMetrics().horizontalAdvance(text) + _GAP

    def _paint_text(
        self, painter: QPainter, option: QStyleOptionViewItem, name: str, text: str
    ) -> None:
        font = option.font
        font.setBold(name in {"case", "money"})
        painter.setFont(font)
        painter.setPen(self._colour("ink"))
        left = _PADDING + _BAR if name == "case" else _PADDING
        room = option.rect.adjusted(left, 0, -_PADDING, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        side = Qt.AlignmentFlag.AlignRight if name == "money" else Qt.AlignmentFlag.AlignLeft
        painter.drawText(room, _MIDDLE | side, shown)

    def _colour(self, role: str) -> QColor:
        return QColor(self._theme.roles[role])


def _text(name: str, change: Change, words: Words) -> str:
    match name:
        case "case":
            return change.past.number
        case "country":
            return change.past.sale.jurisdiction
        case "answer":
            before, after = change.kind
            both = kind_name(change.kind, words)
            return both if before is not after else both.partition(f" {ARROW} ")[0]
        case "what":
            return what_changes(change, words)
    more = more_money(change.before, change.after)
    return _difference(more, words)


def _difference(more: Money | None, words: Words) -> str:
    """Return what is paid back more or less; a dash while a person must decide on one side."""
    if more is not None and not more.minor:
        return ""
    return words.money(more) if more is None else signed(words.money(more), more.minor)
