"""The supervisors' test bench: try a draft on past returns and see what would change, and why."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from returnstation.application.trials import Bench, Trials
from returnstation.application.view import Act, Instruction, Tone, View
from returnstation.domain.messages import Say, say
from returnstation.gui.draft_choice import DraftChoice
from returnstation.gui.draft_progress import DraftProgress
from returnstation.gui.draft_result import DraftResult
from returnstation.gui.draft_run import DraftRun, Found
from returnstation.gui.draft_words import asked_of, trial_name, trouble
from returnstation.gui.page import Overlay
from returnstation.gui.tasks import Tasks
from returnstation.gui.theme import Theme
from returnstation.gui.widgets.layouts import column
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.page_stack import PageStack
from returnstation.gui.words import Words


class _Front(StrEnum):
    """What is in front."""

    CHOOSE = "choose"
    RUN = "run"
    RESULT = "result"


class DraftPage(Overlay):
    """Choosing, running, and what was found.

    Args:
        open_trials: Returns the test bench; called off the GUI thread.
        tasks: Runs a trial without keeping the desk waiting.
    """

    band = "slim"

    def __init__(
        self,
        open_trials: Callable[[], Trials],
        tasks: Tasks,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._trials, self._tasks, self._now = open_trials, tasks, now
        self._words: Words | None = None
        self._bench: Bench | None = None
        self._size: int | None = None
        self._found: Found | None = None
        self._front = _Front.CHOOSE
        self._choice, self._progress, self._result = DraftChoice(), DraftProgress(), DraftResult()
        self._run = DraftRun(open_trials, tasks, self)
        self._notice = NoticeRow()
        self._stack = PageStack()
        self._panes: dict[_Front, QWidget] = {
            _Front.CHOOSE: self._choice,
            _Front.RUN: self._progress,
            _Front.RESULT: self._result,
        }
        for pane in self._panes.values():
            self._stack.add(pane)
        layout = column(self._notice, self._stack, spacing=8, margins=(16, 12, 16, 12))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._connect()

    def put(self, view: View, words: Words) -> None:
        if words != self._words:
            self._words = words
            self._put_shown()

    def use_theme(self, chosen: Theme) -> None:
        self._result.use_theme(chosen)

    def use_scale(self, scale: float) -> None:
        self._result.use_scale(scale)

    def start(self) -> None:
        self._notice.hide()
        self._bench = self._size = None
        self._choice.periods.start(self._now().date())
        self._show(_Front.CHOOSE)
        self._tasks.run(lambda: self._trials().bench(), self._open, self._fail)

    def press(self, key: str) -> None:
        if self._front is _Front.CHOOSE and key.isascii() and key.isdigit():
            self._choice.offers.choose(int(key) - 1)

    def instruction(self) -> Instruction:
        text, help_line = self._said()
        icons = {_Front.CHOOSE: "law", _Front.RUN: "clock", _Front.RESULT: "chart"}
        return Instruction(Tone.NEXT, icons[self._front], text, help_line)

    def acts(self) -> tuple[Act, ...]:
        if self._front is _Front.RUN:
            return (Act(1, "Esc", say("draft.act.stop"), "stop"),)
        if self._front is _Front.RESULT:
            return self._result_acts()
        return (
            Act(1, "Esc", say("window.back"), "close"),
            Act(3, "F4", say("draft.act.period"), "period"),
            Act(7, "Enter", say("draft.act.run"), "run", self._why_not()),
        )

    def act(self, name: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "close": lambda: self.act_wanted.emit("show-policy"),
            "period": self._choice.periods.cycle,
            "run": self._begin,
            "stop": self._run.stop,
            "again": self._choose_again,
            "kind": self._result.next_kind,
            "export": self._export,
        }
        acts[name]()

    def hideEvent(self, event: QHideEvent) -> None:
        """A scan came in front: what runs ends, what was found is forgotten."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._run.forget()
            self._found = None

    def _result_acts(self) -> tuple[Act, ...]:
        back = Act(1, "Esc", say("draft.act.again"), "again")
        if self._found is None or not self._found.report.replay.changed:
            return (back,)
        return (
            back,
            Act(3, "F4", say("draft.act.kind"), "kind"),
            Act(6, "F9", say("draft.act.export"), "export"),
        )

    def _said(self) -> tuple[Say, Say | None]:
        if self._front is _Front.RUN:
            return say("draft.running"), say("draft.running.help")
        if self._front is _Front.RESULT and self._found is not None:
            return self._said_of(self._found)
        return say("draft.title"), say("draft.title.help")

    def _said_of(self, found: Found) -> tuple[Say, Say | None]:
        replay = found.report.replay
        told = None if self._words is None else asked_of(found, self._words)
        if not replay.returns:
            return say("draft.result.none"), told
        if not replay.changed:
            return say("draft.result.same", of=replay.returns), told
        return say("draft.result", n=replay.changed, of=replay.returns), told

    def _why_not(self) -> Say | None:
        """Return why nothing can be tried now."""
        if self._bench is not None and self._choice.offers.offer is None:
            return say("draft.nothing")
        if self._choice.periods.period() is None:
            return say("draft.bad_day")
        return say("draft.no_cases") if self._size == 0 else None

    def _open(self, bench: Bench) -> None:
        self._bench = bench
        self._put_shown()
        self._choice.offers.setFocus()
        self._chosen()

    def _chosen(self) -> None:
        """Ask how many cases the period has, and show what can be done."""
        period = self._choice.periods.period()
        self._put_size(None)
        if period is None or self._bench is None:
            return

        def found(size: int) -> None:
            if period == self._choice.periods.period():
                self._put_size(size)

        self._tasks.run(lambda: self._trials().size(period), found, self._fail)

    def _put_size(self, size: int | None) -> None:
        self._size = size
        if self._words is not None:
            self._choice.periods.put_size(size, self._words)
        self.changed.emit()

    def _begin(self) -> None:
        offer, period = self._choice.offers.offer, self._choice.periods.period()
        if offer is None or period is None or self._words is None:
            return
        self._notice.hide()
        self._progress.put(trial_name(offer.trial, self._words), self._words)
        self._progress.put_progress(0, self._size or 0, 0)
        self._show(_Front.RUN)
        self._run.start(offer.trial, period, self._size or 0)

    def _choose_again(self) -> None:
        self._run.forget()
        self._found = None
        self._notice.hide()
        self._show(_Front.CHOOSE)

    def _ended(self, found: Found) -> None:
        self._found = found
        if self._words is not None:
            self._result.put(found, self._words)
        self._show(_Front.RESULT)
        report = found.report
        if report.unreadable:
            self._say("warning", say("draft.unreadable", n=report.unreadable, why=report.why))

    def _stopped(self, cases: int) -> None:
        self._show(_Front.CHOOSE)
        self._say("empty", say("draft.stopped", n=cases))

    def _export(self) -> None:
        found = self._found
        if found is None or self._words is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        trial = found.trial
        parts = ("trial", trial.draft, trial.law_on, self._now().date())
        self._run.export(Path(folder), "-".join(str(part) for part in parts if part is not None))

    def _fail(self, error: Exception) -> None:
        """Say what is wrong, in place; what is in front stays, unless it waits for the trial."""
        if self._front is _Front.RUN:
            self._show(_Front.CHOOSE)
        self._say("warning", trouble(error))

    def _say(self, state: str, text: Say) -> None:
        if self._words is not None:
            self._notice.put(state, self._words.say(text))
            self._notice.show()
        self.changed.emit()

    def _show(self, front: _Front) -> None:
        self._front = front
        self._stack.show_page(self._panes[front])
        if front is _Front.CHOOSE:
            self._choice.offers.setFocus()
        elif front is _Front.RESULT:
            self._result.start()
        self.changed.emit()

    def _put_shown(self) -> None:
        """Write everything that is known in the words of now."""
        words = self._words
        if words is None:
            return
        self._choice.put(self._bench or Bench((), ""), words)
        self._choice.periods.put_size(self._size, words)
        if self._found is not None:
            self._result.put(self._found, words)

    def _connect(self) -> None:
        self._choice.changed.connect(self._chosen)
        self._run.progressed.connect(self._progress.put_progress)
        self._run.done.connect(self._ended)
        self._run.stopped.connect(self._stopped)
        self._run.failed.connect(self._fail)
        self._run.written.connect(
            lambda path, rows: self._say("done", say("draft.written", n=rows, path=path))
        )
