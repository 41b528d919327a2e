"""What does not go together at this site: both sides next to each other, and what counts."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from returnstation.application.conflicts import REASONS
from returnstation.application.troubles import Refused
from returnstation.application.view import (
    Act,
    ConflictView,
    DecisionView,
    Instruction,
    Option,
    Tone,
    View,
)
from returnstation.domain.messages import say
from returnstation.gui.conflict_rows import ConflictLine, Side, state_of
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.widgets.layouts import fit_rows
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.option_list import OptionList
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.window_parts import WindowParts
from returnstation.gui.words import Words

ROWS = 5
_MOST_SIDES = 3
_MOST_DECISIONS = 9
_ROOMY = 3


class ConflictsPage(Overlay):
    """Lists conflicts, the oldest first; one of them in full, with the decisions it allows."""

    band = "slim"

    def __init__(self, parts: WindowParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("conflicts_page", self, OptionList, ShortenedText, Text, WrappingText)
        self._desk, self._tasks, self._now = parts.conflicts, parts.tasks, parts.now
        self._list = child(form, QVBoxLayout, "list_layout")
        self._notice = NoticeRow()
        self._notice.hide()
        self._rows_layout = QVBoxLayout()
        self._rows_layout.setSpacing(8)
        self._list.addWidget(self._notice)
        self._list.addLayout(self._rows_layout)
        self._list.addStretch()
        self._lines: list[ConflictLine] = []
        self._pane = child(form, QWidget, "conflict_pane")
        self._sides_layout = child(form, QHBoxLayout, "sides_layout")
        self._sides: list[Side] = []
        self._options = child(form, OptionList, "decision_list")
        self._options.chosen.connect(self.press)
        self._conflicts: Sequence[ConflictView] = ()
        self._chosen, self._start = "", 0
        self._decision: DecisionView | None = None
        self._words: Words | None = None

    def put(self, view: View, words: Words) -> None:
        self._words = words
        self._fetch()
        self._show()

    def start(self) -> None:
        self._notice.hide()
        self._decision = None
        self.setFocus()

    def instruction(self) -> Instruction:
        title = say("window.conflicts.title")
        if self._decision is not None:
            return Instruction(Tone.QUESTION, "ask", say("window.conflicts.why"))
        waiting = sum(each.state == "open" for each in self._conflicts)
        if not waiting:
            return Instruction(Tone.NEXT, "super", title, say("window.conflicts.none"))
        if not any(each.decisions for each in self._conflicts):
            told = say("window.conflicts.read-only", n=waiting)
            return Instruction(Tone.NEXT, "super", title, told)
        return Instruction(Tone.NEXT, "super", title, say("window.conflicts.help", n=waiting))

    def acts(self) -> tuple[Act, ...]:
        acts = [Act(1, "Esc", say("window.back"), "close")]
        if self._start:
            acts.append(Act(3, "F4", say("window.conflicts.earlier"), "earlier"))
        if self._start + ROWS < len(self._conflicts):
            acts.append(Act(4, "F5", say("window.conflicts.later"), "later"))
        return tuple(acts)

    def act(self, name: str) -> None:
        if name != "close":
            self._turn(ROWS if name == "later" else -ROWS)
        elif self._decision is None:
            self.closed.emit()
        else:
            self._decision = None
            self._show()
            self.changed.emit()

    def press(self, key: str) -> None:
        """Choose what counts, then why."""
        conflict, place = self._conflict(), int(key) - 1 if key.isdecimal() else -1
        if conflict is None or place < 0:
            return
        if self._decision is None and place < len(conflict.decisions[:_MOST_DECISIONS]):
            self._decision = conflict.decisions[place]
            self._show()
            self.changed.emit()
        elif self._decision is not None and place < len(REASONS):
            self._settle(conflict, self._decision, REASONS[place])

    def _settle(self, conflict: ConflictView, decided: DecisionView, reason: str) -> None:
        self._decision = None

        def settled(_: None) -> None:
            self._tell("done", self._words.text("conflicts.done") if self._words else "")
            self._fetch()

        self._tasks.run(
            lambda: self._desk.settle(
                conflict.conflict_id, decided.decision, decided.keeps, reason
            ),
            settled,
            self._fail,
        )
        self._show()
        self.changed.emit()

    def _turn(self, rows: int) -> None:
        self._start = max(self._start + rows, 0)
        self._choose(0)

    def _choose(self, place: int) -> None:
        shown = self._conflicts[self._start : self._start + ROWS]
        if place < len(shown):
            self._chosen, self._decision = shown[place].conflict_id, None
        self._notice.hide()
        self._show()
        self.changed.emit()

    def _fetch(self) -> None:
        self._tasks.run(self._desk.open, self._take, self._fail)

    def _take(self, found: Sequence[ConflictView]) -> None:
        if list(found) == list(self._conflicts):
            return
        self._conflicts = found
        self._start = min(self._start, max(len(found) - 1, 0) // ROWS * ROWS)
        if self._conflict() is None:
            self._decision = None
            self._chosen = found[self._start].conflict_id if found else ""
        self._show()
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        if self._words is None:
            return
        if isinstance(error, Refused):
            self._tell("warning", self._words.say(error.say()), self._words.say(error.help()))
        else:
            self._tell("warning", self._words.text("review.failed", why=str(error)))
        self._show()
        self.changed.emit()

    def _tell(self, state: str, text: str, help_line: str = "") -> None:
        self._notice.put(state, text, help_line)
        self._notice.show()

    def _conflict(self) -> ConflictView | None:
        return next((c for c in self._conflicts if c.conflict_id == self._chosen), None)

    def _show(self) -> None:
        words = self._words
        if words is None:
            return
        shown = self._conflicts[self._start : self._start + ROWS]
        lines = fit_rows(self._rows_layout, self._lines, len(shown), self._make_line)
        for line_of, each in zip(lines, shown, strict=True):
            is_chosen = each.conflict_id == self._chosen
            line_of.put(each, self._now(), words, is_chosen=is_chosen)
        conflict = self._conflict()
        self._pane.setVisible(conflict is not None)
        if conflict is not None:
            self._show_conflict(conflict, words)

    def _show_conflict(self, conflict: ConflictView, words: Words) -> None:
        self._text("conflict_head_label").put(words.say(conflict.text))
        self._text("conflict_state_label").put(state_of(conflict, words))
        is_deciding = self._decision is not None
        told = self._decision.text if self._decision is not None else conflict.help
        self._text("conflict_help_label").put(words.say(told))
        sides = () if is_deciding else conflict.sides[:_MOST_SIDES]
        for side_of, side in zip(
            fit_rows(self._sides_layout, self._sides, len(sides), Side), sides, strict=True
        ):
            side_of.put(side, words)
        texts = (
            [say(f"conflict.reason.{reason}") for reason in REASONS]
            if is_deciding
            else [each.text for each in conflict.decisions[:_MOST_DECISIONS]]
        )
        options = tuple(Option(str(key), text) for key, text in enumerate(texts, start=1))
        self._options.put(options, words, _MOST_DECISIONS if is_deciding else _ROOMY)
        self._options.setVisible(bool(options))

    def _make_line(self) -> ConflictLine:
        made, place = ConflictLine(), len(self._lines)
        made.clicked.connect(lambda: self._choose(place))
        return made
