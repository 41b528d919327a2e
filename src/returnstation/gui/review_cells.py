"""How a row of the inspection table is painted: a sign, a strong number, a legal day."""

from datetime import date

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from returnstation.application.inspections import InspectionRow, ReviewState
from returnstation.gui.icons import icon
from returnstation.gui.review_table import COLUMNS, ROW_ROLE
from returnstation.gui.theme import Theme, theme
from returnstation.gui.widgets.signs import TONES, outcome_icon

_SIGN = 24
_BAR = 6
_PADDING = 8
_SOON_DAYS = 2


class InspectionCell(QStyledItemDelegate):
    """Paints cells in the colours of the theme."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = theme("light")
        self._today = date.min

    def use(self, chosen: Theme, today: date) -> None:
        """Paint in this theme; legal days are counted from ``today``."""
        self._theme = chosen
        self._today = today

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW_ROLE)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(option.rect, self._colour("info-t" if selected else "surface"))
        painter.fillRect(_bottom(option.rect), self._colour("line2"))
        if not isinstance(row, InspectionRow):
            return
        name = COLUMNS[index.column()]
        if name == "sign":
            self._paint_sign(painter, option.rect, row)
            if selected:
                painter.fillRect(_left(option.rect), self._colour("main"))
        elif name == "due" and row.state is ReviewState.WAITING and row.refund_due_on:
            self._paint_day(painter, option, row.refund_due_on, str(index.data()))
        else:
            self._paint_text(painter, option, name, str(index.data()))

    def _paint_sign(self, painter: QPainter, rect: QRect, row: InspectionRow) -> None:
        place = QRect(0, 0, _SIGN, _SIGN)
        place.moveCenter(rect.center())
        ratio = painter.device().devicePixelRatio()
        colour = self._theme.roles[TONES[row.outcome]]
        painter.drawPixmap(place.topLeft(), icon(outcome_icon(row.outcome), _SIGN, colour, ratio))

    def _paint_day(
        self, painter: QPainter, option: QStyleOptionViewItem, day: date, text: str
    ) -> None:
        ink, fill, sign = _day_roles((day - self._today).days)
        chip = option.rect.adjusted(4, 10, -8, -10)
        painter.setPen(self._colour(ink))
        painter.setBrush(self._colour(fill))
        painter.drawRoundedRect(chip, 4, 4)
        place = QRect(chip.left() + 6, chip.center().y() - 9, 20, 20)
        painter.drawPixmap(place.topLeft(), icon(sign, 20, self._theme.roles[ink]))
        self._write(painter, option, chip.adjusted(32, 0, -4, 0), text)

    def _paint_text(
        self, painter: QPainter, option: QStyleOptionViewItem, name: str, text: str
    ) -> None:
        font = option.font
        font.setBold(name == "number")
        painter.setPen(self._colour("ink"))
        painter.setFont(font)
        room = option.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _write(
        self, painter: QPainter, option: QStyleOptionViewItem, room: QRect, text: str
    ) -> None:
        font = option.font
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _colour(self, role: str) -> QColor:
        return QColor(self._theme.roles[role])


def _day_roles(days_left: int) -> tuple[str, str, str]:
    """Return ink, fill and sign of a legal day."""
    if days_left < 0:
        return "refuse", "refuse-t", "warn"
    if days_left == 0:
        return "warn-fi", "warn-f", "warn"
    if days_left <= _SOON_DAYS:
        return "warn", "warn-t", "date"
    return "ink2", "surface", "date"


def _bottom(rect: QRect) -> QRect:
    return QRect(rect.left(), rect.bottom(), rect.width(), 1)


def _left(rect: QRect) -> QRect:
    return QRect(rect.left(), rect.top(), _BAR, rect.height())
