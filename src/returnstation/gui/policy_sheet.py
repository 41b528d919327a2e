"""Two countries side by side: the same eight questions, each answer with its source."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from returnstation.application.policy_book import Cell, Sheet, Stance, Topic
from returnstation.domain.policy import Confidence
from returnstation.gui.forms import child, load_form
from returnstation.gui.policy_text import MarkedText, in_a_row, land_name
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fill_area, frame, line
from returnstation.gui.widgets.marks import mark
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words

_SIDES = 2
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_TONES = {Confidence.LOW: "warn", Confidence.MEDIUM: "ink2"}


class SheetArea(QScrollArea):
    """Scrolls by up and down; left and right go to the other country.

    Signals:
        turned: A person wants the column -1 to the left or 1 to the right.
    """

    turned = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def measure_again(self) -> None:
        """Do without a scroll bar where the content fits without one."""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.turned.emit(step)


class LandHead(QFrame):
    """A country at the head of its column; ``state`` is ``chosen`` for the one in hand.

    Signals:
        touched: It was touched.
    """

    touched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code, self._name = Text(role="policy-code"), Text(role="title")
        self._follows = ShortenedText(role="quiet")
        row = line(self._code, self._name, self._follows, spacing=12, margins=(14, 0, 8, 0))
        row.setStretch(2, 1)
        self.setLayout(row)
        self.setProperty("role", "policy-land")
        _share_evenly(self)

    def put(self, sheet: Sheet, words: Words) -> None:
        """Show a country."""
        land = sheet.land
        self._code.put(land.code)
        self._name.put(land_name(land, words))
        follows = words.catalog.text("policy.follows", region=land.follows)
        self._follows.put(follows if land.follows else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.touched.emit()


class AnswerCell(QFrame):
    """One answer: sentences, below them the source and how sure the pack is.

    Signals:
        touched: It was touched: the whole of its rule is wanted; carries the rule.
    """

    touched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = MarkedText()
        self._source = ShortenedText(role="quiet")
        self._also, self._sure = Text(role="quiet"), Text(role="strong")
        below = line(self._source, self._also, self._sure, spacing=12)
        below.setStretch(0, 1)
        self.setLayout(column(1, self._text, below, 1, margins=(14, 2, 14, 2)))
        self.setProperty("role", "policy-cell")
        self._rule = ""
        _share_evenly(self)

    def put(self, cell: Cell, words: Words) -> None:
        """Show an answer."""
        self._rule = cell.rule
        tone = "refuse" if cell.stance is Stance.BARRED else ""
        self._text.put(in_a_row(cell.texts, words), tone)
        self._source.put(cell.source)
        self._also.put_or_hide(words.say(cell.also))
        sure = cell.confidence
        unsure = sure is not None and sure is not Confidence.HIGH
        self._sure.put_or_hide(words.catalog.text(f"policy.confidence.{sure}") if unsure else "")
        mark(self._sure, tone="" if sure is None else _TONES.get(sure, ""))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.touched.emit(self._rule)


class AnswerRow(QFrame):
    """One question and the answers to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = WrappingText(role="strong")
        self.cells = [AnswerCell() for _ in range(_SIDES)]
        topic = frame("policy-topic", column(self._question, margins=(14, 2, 8, 2)))
        self.setLayout(line(topic, *self.cells, spacing=0))
        self.setProperty("role", "policy-row")

    def put(self, topic: Topic, cells: tuple[Cell, ...], words: Words) -> None:
        """Show a question with the answer of each country."""
        self._question.put(words.catalog.text(f"policy.topic.{topic}"))
        for shown, cell in zip(self.cells, cells, strict=True):
            shown.put(cell, words)


class PolicySheet(QWidget):
    """The whole table.

    Signals:
        turned: The country in this column, 0 or 1, is to be the one in hand.
        asked: A rule of the country in hand is to be shown whole; carries it.
    """

    turned = Signal(int)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("policy_sheet", self, SheetArea, Icon, Text)
        self._area = child(form, SheetArea, "answer_area")
        self._heads = [LandHead() for _ in range(_SIDES)]
        for place, head in enumerate(self._heads):
            child(form, QHBoxLayout, "head_layout").addWidget(head)
            head.touched.connect(lambda place=place: self.turned.emit(place))
        self._rows = [AnswerRow() for _ in Topic]
        for row in self._rows:
            for place, cell in enumerate(row.cells):
                cell.touched.connect(lambda rule, place=place: self._ask(place, rule))
        rows: QVBoxLayout = fill_area(self._area, column(*self._rows), "inside-pane")
        for place in range(len(self._rows)):
            rows.setStretch(place, 1)
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._area.turned.connect(self._turn)
        self._side = 0
        self._gap = child(form, QFrame, "gap_frame")
        child(form, QHBoxLayout, "head_layout").addWidget(self._gap)
        self._gap.hide()
        self._area.verticalScrollBar().rangeChanged.connect(self._stand_above)

    def put(self, sheets: tuple[Sheet, ...], words: Words) -> None:
        """Show two countries."""
        text = words.catalog.text
        child(self, Text, "pack_label").put(text("policy.pack"))
        child(self, Text, "version_label").put(sheets[0].pack)
        for head, sheet in zip(self._heads, sheets, strict=True):
            head.put(sheet, words)
        for place, (row, topic) in enumerate(zip(self._rows, Topic, strict=True)):
            row.put(topic, tuple(sheet.cells[place] for sheet in sheets), words)
        shop = next((sheet.shop for sheet in sheets if sheet.shop), "")
        known = text("policy.terms_of", shop=shop) if shop else text("policy.no_terms")
        child(self, Text, "shop_label").put(known)
        self._put_foot(sheets, words)
        # Texts of before may have needed a scroll bar, whose width makes those of now wrap.
        QTimer.singleShot(0, self._area.measure_again)

    def put_side(self, side: int) -> None:
        """Show which of the two countries is the one in hand."""
        self._side = side
        for place, head in enumerate(self._heads):
            mark(head, state="chosen" if place == side else "")

    def start(self) -> None:
        """Get ready for keys."""
        self._area.setFocus()

    def _put_foot(self, sheets: tuple[Sheet, ...], words: Words) -> None:
        levels = [cell.confidence for sheet in sheets for cell in sheet.cells]
        said = [level for level in levels if level is not None]
        unsure = sum(level is not Confidence.HIGH for level in said)
        icon, label = child(self, Icon, "sure_icon"), child(self, Text, "sure_label")
        if unsure:
            icon.put("warn", "warn")
            label.put(words.catalog.text("policy.unsure", n=unsure, of=len(said)), "warn")
        else:
            icon.put("check", "ink2")
            label.put(words.catalog.text("policy.sure", n=len(said)), "ink2")

    def _stand_above(self, _: int, scrolls: int) -> None:
        """Keep the heads above their columns when the scroll bar takes room beside these."""
        self._gap.setVisible(scrolls > 0)

    def _ask(self, side: int, rule: str) -> None:
        self.turned.emit(side)
        self.asked.emit(rule)

    def _turn(self, step: int) -> None:
        self.turned.emit(min(max(self._side + step, 0), _SIDES - 1))


def _share_evenly(widget: QWidget) -> None:
    """Have a layout give both columns the same width, whatever stands in them."""
    kept = widget.sizePolicy()
    kept.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
    kept.setHorizontalStretch(1)
    widget.setSizePolicy(kept)
