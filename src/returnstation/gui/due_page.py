"""Every legal day that runs, nearest first, a page at a time."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from returnstation.application.deadlines import Deadlines, DuePart
from returnstation.application.view import Act, Instruction, Tone, View
from returnstation.domain.messages import say
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.tasks import Tasks
from returnstation.gui.widgets.idle_rows import DueLine
from returnstation.gui.widgets.layouts import fit_rows
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.words import Words

ROWS = 8
"""As many as a finger can tell apart on the smallest screen."""


class DuePage(Overlay):
    """Lists the legal days of all open cases."""

    band = "slim"

    def __init__(self, deadlines: Deadlines, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("due_page", self)
        self._deadlines, self._tasks = deadlines, tasks
        self._layout = child(form, QVBoxLayout, "due_layout")
        self._layout.addStretch()
        self._notice = NoticeRow()
        self._notice.hide()
        child(form, QVBoxLayout, "page_layout").insertWidget(0, self._notice)
        self._lines: list[DueLine] = []
        self._words: Words | None = None
        self._start, self._part = 0, DuePart((), 0)

    def put(self, view: View, words: Words) -> None:
        self._words = words
        self._show()

    def start(self) -> None:
        self._fetch(0)
        self.setFocus()

    def instruction(self) -> Instruction:
        if not self._part.total:
            return Instruction(Tone.NEXT, "date", say("window.due.title"), say("window.due.none"))
        last = self._start + len(self._part.rows)
        told = say("window.due.help", first=self._start + 1, last=last, n=self._part.total)
        return Instruction(Tone.NEXT, "date", say("window.due.title"), told)

    def acts(self) -> tuple[Act, ...]:
        acts = [Act(1, "Esc", say("window.back"), "close")]
        if self._start:
            acts.append(Act(5, "F4", say("window.due.earlier"), "earlier"))
        if self._start + ROWS < self._part.total:
            acts.append(Act(6, "F5", say("window.due.later"), "later"))
        return tuple(acts)

    def act(self, name: str) -> None:
        if name == "close":
            self.closed.emit()
        else:
            self._fetch(self._start + (ROWS if name == "later" else -ROWS))

    def _fetch(self, start: int) -> None:
        first = max(start, 0)

        def show(part: DuePart) -> None:
            self._notice.hide()
            self._start, self._part = first, part
            self._show()
            self.changed.emit()

        self._tasks.run(lambda: self._deadlines.part(first, ROWS), show, self._fail)

    def _fail(self, error: object) -> None:
        if self._words is not None:
            self._notice.put("warning", self._words.text("review.failed", why=str(error)))
            self._notice.show()

    def _show(self) -> None:
        if self._words is None:
            return
        rows = self._part.rows
        shown = fit_rows(self._layout, self._lines, len(rows), DueLine)
        for line, due in zip(shown, rows, strict=True):
            line.put(due, self._words)
