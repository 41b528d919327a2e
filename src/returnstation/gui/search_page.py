"""One box for anything: parcels and orders while they are being typed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from returnstation.application.searching import ROWS, FoundRow, Search
from returnstation.application.view import Act, Instruction, Tone, View
from returnstation.domain.messages import say
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.search_rows import FoundLine
from returnstation.gui.tasks import Tasks
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import fit_rows
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words

_TYPING_MS = 120
_LONGEST = 80


class SearchPage(Overlay):
    """A large field, and what is alike below it; nothing is chosen before a person does it."""

    band = "slim"

    def __init__(self, search: Search, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("search_page", self, Icon, Text, WrappingText)
        self._search, self._tasks = search, tasks
        self._edit = child(form, QLineEdit, "words_edit")
        self._edit.setMaxLength(_LONGEST)
        self._edit.textChanged.connect(self._typed)
        self._edit.installEventFilter(self)
        self._hint = child(form, WrappingText, "hint_label")
        self._layout = child(form, QVBoxLayout, "found_layout")
        self._layout.addStretch()
        self._notice = NoticeRow()
        self._notice.hide()
        child(form, QVBoxLayout, "page_layout").insertWidget(0, self._notice)
        self._lines: list[FoundLine] = []
        self._rows: Sequence[FoundRow] = ()
        self._chosen = -1
        self._asked = 0
        self._words: Words | None = None
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._ask)

    def put(self, view: View, words: Words) -> None:
        self._words = words
        self._edit.setAccessibleName(words.text("search.title"))
        self._show()

    def start(self) -> None:
        self._typing.stop()
        self._edit.clear()
        self._take(())
        self._edit.setFocus()

    def instruction(self) -> Instruction:
        return Instruction(
            Tone.NEXT, "search", say("window.search.title"), say("window.search.help")
        )

    def acts(self) -> tuple[Act, ...]:
        return (
            Act(1, "Esc", say("window.back"), "close"),
            Act(5, "F7", say("window.type.picture"), "picture"),
            Act(7, "Enter", say("window.search.take"), "take"),
        )

    def act(self, name: str) -> None:
        if name == "close":
            self.closed.emit()
        elif name == "picture":
            self.act_wanted.emit("show-picture")
        elif 0 <= self._chosen < len(self._rows):
            self.typed.emit(self._rows[self._chosen].code)
        elif self._edit.text().strip():
            # Nothing was chosen: what was typed is taken like a scan.
            self.typed.emit(self._edit.text().strip())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._move(step)
                return True
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        self._chosen = -1
        self._mark()
        self._typing.start()

    def _ask(self) -> None:
        """Look for what stands in the field now; only the newest answer is shown."""
        text = self._edit.text()
        self._asked += 1
        asked = self._asked

        def show(rows: Sequence[FoundRow]) -> None:
            if asked == self._asked:
                self._take(rows)

        if text.strip():
            self._tasks.run(lambda: self._search.find(text), show, self._fail)
        else:
            self._take(())

    def _take(self, rows: Sequence[FoundRow]) -> None:
        self._notice.hide()
        self._rows, self._chosen = rows[:ROWS], -1
        self._show()

    def _fail(self, error: object) -> None:
        if self._words is not None:
            self._notice.put("warning", self._words.text("review.failed", why=str(error)))
            self._notice.show()

    def _move(self, step: int) -> None:
        if self._rows:
            self._chosen = max(-1, min(self._chosen + step, len(self._rows) - 1))
            self._mark()

    def _open(self, place: int) -> None:
        self._chosen = place
        self._mark()
        self.typed.emit(self._rows[place].code)

    def _show(self) -> None:
        words = self._words
        if words is None:
            return
        lines = fit_rows(self._layout, self._lines, len(self._rows), self._make)
        for line, row in zip(lines, self._rows, strict=True):
            line.put(row, words)
        is_empty = bool(self._edit.text().strip())
        self._hint.setVisible(not self._rows)
        self._hint.put(words.text("search.none" if is_empty else "search.hint"))
        self._mark()

    def _mark(self) -> None:
        for place, line in enumerate(self._lines):
            line.choose() if place == self._chosen else line.leave()

    def _make(self) -> FoundLine:
        line, place = FoundLine(), len(self._lines)
        line.clicked.connect(lambda: self._open(place))
        return line
