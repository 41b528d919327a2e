"""The station's printers: how they are, which paper each prints, and how it is set."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from returnstation.application.printers import (
    MOST_OFFSET_MM,
    OFFSET_STEP_MM,
    FoundRow,
    PrinterRow,
)
from returnstation.application.view import Act, Instruction, Option, Tone, View
from returnstation.domain.messages import Say, Value, say
from returnstation.domain.papers import PaperKind
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.printer_rows import (
    CANCEL,
    JobLine,
    PrinterLine,
    PrinterState,
    StepsOf,
    inline_button,
)
from returnstation.gui.widgets.layouts import fit_cells, fit_rows
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.option_list import OptionList
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.window_parts import WindowParts
from returnstation.gui.words import Words

_SUPERVISORS = frozenset({"supervisor", "admin"})
_MOST_JOBS = 2
_MOST_FOUND = 6
_ACROSS = 3
_NOT_ASSIGNED = frozenset({PaperKind.CALIBRATION_PAGE})
_DARKEST = 30


class PrintersPage(Overlay):
    """Lists the printers; one of them in full beside them, or what was found."""

    band = "slim"

    def __init__(self, parts: WindowParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("printers_page", self, OptionList, ShortenedText, Text, WrappingText)
        self._printers = parts.printers
        self._tasks, self._long_tasks = parts.tasks, parts.long_tasks
        self._notice = NoticeRow()
        self._notice.hide()
        child(form, QVBoxLayout, "detail_pane_layout").insertWidget(1, self._notice)
        self._list = child(form, QVBoxLayout, "list_layout")
        self._list.addStretch()
        self._lines: list[PrinterLine] = []
        self._detail = child(form, QWidget, "detail_box")
        self._found_box = child(form, QWidget, "found_box")
        self._found_list = child(form, OptionList, "found_list")
        self._papers_box = child(form, QWidget, "papers_box")
        self._said_papers = child(form, WrappingText, "papers_note_label")
        self._found_list.chosen.connect(self.press)
        self._state = PrinterState()
        child(form, QVBoxLayout, "state_layout").addWidget(self._state)
        self._jobs_layout = child(form, QVBoxLayout, "jobs_layout")
        self._jobs: list[JobLine] = []
        self._grid = child(form, QGridLayout, "papers_layout")
        self._papers: list[tuple[QPushButton]] = []
        self._across, self._along, self._dark = (
            StepsOf("←", "→"),
            StepsOf("↑", "↓"),
            StepsOf("−", "+"),
        )
        self._lay_out_steps(child(form, QVBoxLayout, "set_layout"))
        self._rows: Sequence[PrinterRow] = ()
        self._found: Sequence[FoundRow] | None = None
        self._chosen = ""
        self._is_looking = self._may_change = self._shows_papers = False
        self._words: Words | None = None

    def put(self, view: View, words: Words) -> None:
        self._words = words
        role = "" if view.person is None else view.person.role
        self._may_change = role in _SUPERVISORS or (bool(role) and view.case is None)
        self._fetch()
        self._show()

    def start(self) -> None:
        self._notice.hide()
        self._found, self._shows_papers = None, False
        self.setFocus()

    def instruction(self) -> Instruction:
        if self._found is not None or self._is_looking:
            told = say("window.printers.looking" if self._is_looking else "window.printers.choose")
            return Instruction(Tone.NEXT, "search", say("window.printers.find"), told)
        if self._shows_papers:
            title = say("window.printers.papers-of", printer=self._chosen)
            return Instruction(Tone.NEXT, "paper", title, say("window.printers.papers.help"))
        help_line = say("window.printers.help" if self._may_change else "window.printers.read-only")
        return Instruction(Tone.NEXT, "printer", say("window.printers.title"), help_line)

    def acts(self) -> tuple[Act, ...]:
        back = Act(1, "Esc", say("window.back"), "close")
        printer = self._printer()
        if self._found is not None or self._shows_papers or printer is None:
            return (back,)
        acts = [back, Act(5, "F4", say("window.printers.test"), "test")]
        if self._may_change:
            acts.append(Act(3, "F2", say("window.printers.find"), "find"))
            acts.append(Act(4, "F3", say("window.printers.papers"), "papers"))
        if printer.others and self._may_change:
            name = say("window.printers.change", printer=printer.others[0])
            acts.append(Act(7, "F9", name, "change"))
        return tuple(acts)

    def act(self, name: str) -> None:
        printer = self._printer()
        if name == "close":
            self._go_back()
        elif name == "find":
            self._find()
        elif name == "papers":
            self._show_papers()
        elif printer is not None and self._words is not None:
            if name == "test":
                language = self._words.catalog.language
                self._soon(lambda: self._printers.print_test_page(printer.name, language), "tested")
            else:
                self._change(printer, printer.others[0])

    def press(self, key: str) -> None:
        """Add a printer that was found."""
        if self._found is None or not key.isdecimal() or not 0 < int(key) <= len(self._found):
            return
        found = self._found[int(key) - 1]
        if found.model is None or found.is_known:
            return

        def added(name: str) -> None:
            self._chosen, self._found = name, None
            self._tell("done", "added", printer=name)
            self._fetch()
            self.changed.emit()

        self._long_tasks.run(lambda: self._printers.add(found), added, self._failed)

    def _go_back(self) -> None:
        if self._found is None and not self._shows_papers:
            self.closed.emit()
            return
        self._found, self._shows_papers = None, False
        self._show()
        self.changed.emit()

    def _show_papers(self) -> None:
        self._shows_papers = True
        self._notice.hide()
        self._show()
        self.changed.emit()

    def _find(self) -> None:
        def found(rows: Sequence[FoundRow]) -> None:
            self._is_looking, self._found = False, rows[:_MOST_FOUND]
            self._notice.hide()
            if not rows:
                self._tell("empty", "none-found")
            self._show()
            self.changed.emit()

        def failed(error: Exception) -> None:
            self._is_looking = False
            self._failed(error)
            self.changed.emit()

        if not self._is_looking:
            self._is_looking = True
            self._long_tasks.run(self._printers.find, found, failed)
            self.changed.emit()

    def _change(self, printer: PrinterRow, other: str) -> None:
        def changed(moved: int) -> None:
            self._chosen = other
            self._tell("done", "changed", printer=other, n=moved)
            self._fetch()

        name = printer.name
        self._long_tasks.run(lambda: self._printers.change(name, other), changed, self._failed)

    def _answer(self, job_id: str, key: str) -> None:
        if key == CANCEL:
            self._soon(lambda: self._printers.cancel(job_id), "cancelled")
        else:
            self._soon(lambda: self._printers.settle(job_id, key), "noted")

    def _assign(self, place: int) -> None:
        printer = self._printer()
        if printer is not None:
            kind = _assignable(printer)[place]
            self._later(lambda: self._printers.assign(kind, printer.name), "kept")

    def _calibrate(self, across: int = 0, along: int = 0, darker: int = 0) -> None:
        printer = self._printer()
        if printer is None:
            return
        right, down = printer.offset_mm
        offset = (_moved(right, across), _moved(down, along))
        darkness = printer.darkness
        if darker:
            darkness = min(max((darkness or 0) + darker, 0), _DARKEST)
        # The next touch goes on from here, before the settings are on the disk.
        set_now = replace(printer, offset_mm=offset, darkness=darkness)
        self._rows = [set_now if each is printer else each for each in self._rows]
        self._show()
        self._later(lambda: self._printers.calibrate(printer.name, offset, darkness), "kept")

    def _later(self, work: Callable[[], object], key: str) -> None:
        """Change the settings, which waits for the labels in the printers."""
        self._long_tasks.run(work, lambda _: self._done(key), self._failed)

    def _soon(self, work: Callable[[], object], key: str) -> None:
        self._tasks.run(work, lambda _: self._done(key), self._failed)

    def _done(self, key: str) -> None:
        self._tell("done", key)
        self._fetch()

    def _failed(self, _error: Exception) -> None:
        self._tell("warning", "failed")
        self._fetch()

    def _tell(self, state: str, key: str, **values: Value) -> None:
        if self._words is not None:
            self._notice.put(state, self._words.text(f"printers.{key}", **values))
            self._notice.show()

    def _fetch(self) -> None:
        self._tasks.run(self._printers.rows, self._take, self._failed_to_read)

    def _failed_to_read(self, _error: Exception) -> None:
        self._tell("warning", "failed")

    def _take(self, rows: Sequence[PrinterRow]) -> None:
        if list(rows) == list(self._rows):
            return
        self._rows = rows
        if self._printer() is None and rows:
            troubled = [row for row in rows if row.trouble]
            self._chosen = (troubled or list(rows))[0].name
        self._show()
        self.changed.emit()

    def _printer(self) -> PrinterRow | None:
        return next((row for row in self._rows if row.name == self._chosen), None)

    def _choose(self, place: int) -> None:
        self._chosen, self._found = self._rows[place].name, None
        self._shows_papers = False
        self._notice.hide()
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        words = self._words
        if words is None:
            return
        lines = fit_rows(self._list, self._lines, len(self._rows), self._make_line)
        for line_of, row in zip(lines, self._rows, strict=True):
            line_of.put(row, words, is_chosen=row.name == self._chosen)
        printer = self._printer()
        is_one = self._found is None and printer is not None
        self._detail.setVisible(is_one and not self._shows_papers)
        self._papers_box.setVisible(is_one and self._shows_papers)
        self._found_box.setVisible(self._found is not None)
        if self._found is not None:
            self._found_list.put(_options(self._found), words)
            self._text("detail_head_label").put(words.text("printers.found"))
            self._text("detail_note_label").put("")
        elif printer is not None:
            self._show_printer(printer, words)

    def _show_printer(self, printer: PrinterRow, words: Words) -> None:
        self._text("detail_head_label").put(printer.name)
        self._text("detail_note_label").put(printer.address)
        self._state.put(printer.trouble, words)
        jobs = printer.jobs[:_MOST_JOBS]
        lines = fit_rows(self._jobs_layout, self._jobs, len(jobs), self._make_job)
        for line_of, job in zip(lines, jobs, strict=True):
            line_of.put(job, words)
        used = (words.catalog.text(f"paper.{kind}") for kind in sorted(printer.papers))
        self._said_papers.put(", ".join(used) or words.text("printers.no-papers"))
        kinds = _assignable(printer)
        cells = fit_cells(self._grid, self._papers, len(kinds), self._make_paper, _ACROSS)
        for (button,), kind in zip(cells, kinds, strict=True):
            button.setText(words.catalog.text(f"paper.{kind}"))
            button.setChecked(kind in printer.papers)
            button.setEnabled(self._may_change)
        right, down = printer.offset_mm
        self._across.put(words.text("printers.across"), f"{right:+.1f} mm")
        self._along.put(words.text("printers.along"), f"{down:+.1f} mm")
        darkness = "–" if printer.darkness is None else str(printer.darkness)
        self._dark.put(words.text("printers.darkness"), darkness)
        for steps in (self._across, self._along, self._dark):
            steps.setEnabled(self._may_change)
        self._dark.setVisible(printer.can_be_darker)

    def _lay_out_steps(self, layout: QVBoxLayout) -> None:
        for steps in (self._across, self._along, self._dark):
            layout.addWidget(steps)
        self._across.moved.connect(lambda step: self._calibrate(across=step))
        self._along.moved.connect(lambda step: self._calibrate(along=step))
        self._dark.moved.connect(lambda step: self._calibrate(darker=step))

    def _make_line(self) -> PrinterLine:
        made, place = PrinterLine(), len(self._lines)
        made.clicked.connect(lambda: self._choose(place))
        return made

    def _make_job(self) -> JobLine:
        made = JobLine()
        made.answered.connect(self._answer)
        return made

    def _make_paper(self) -> tuple[QPushButton]:
        made, place = inline_button(), len(self._papers)
        made.setCheckable(True)
        made.clicked.connect(lambda: self._assign(place))
        return (made,)


def _assignable(printer: PrinterRow) -> list[PaperKind]:
    return [kind for kind in printer.possible if kind not in _NOT_ASSIGNED]


def _moved(length: float, steps: int) -> float:
    return max(min(length + steps * OFFSET_STEP_MM, MOST_OFFSET_MM), -MOST_OFFSET_MM)


def _options(found: Sequence[FoundRow]) -> tuple[Option, ...]:
    return tuple(
        Option(
            str(number),
            each.name,
            say("window.printers.at", address=each.address, model=each.model or "–"),
            locked=_locked(each),
        )
        for number, each in enumerate(found, start=1)
    )


def _locked(found: FoundRow) -> Say | None:
    if found.is_known:
        return say("window.printers.known", address=found.address)
    if found.model is None:
        return say("window.printers.unknown", address=found.address)
    return None
