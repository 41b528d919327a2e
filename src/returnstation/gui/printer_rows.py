"""The parts of the printers' page: a printer in the list, a paper that waits, steps of a value."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from returnstation.application.desk.printouts import AGAIN, YES
from returnstation.application.printers import PrinterRow
from returnstation.application.showing.instructions import AT_THE_PRINTER
from returnstation.application.view import JobView
from returnstation.domain.papers import trouble_message
from returnstation.domain.papers.jobs import is_doubtful
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words

CANCEL = "cancel"


def icon_of(trouble: str | None) -> str:
    """Return the picture of what to do at a printer; a check where nothing is."""
    return "check" if trouble is None else AT_THE_PRINTER.get(trouble.partition(":")[0], "warn")


def said_of(trouble: str | None, words: Words) -> tuple[str, str]:
    """Return how a printer is, in few words, and what to do."""
    if trouble is None:
        return words.text("strip.printer_well"), ""
    code, _, detail = trouble.partition(":")
    key = f"printer.{code}"
    if words.catalog.find((None, f"window.{key}")) is None:
        return words.say(trouble_message(trouble)), ""
    return words.text(key, detail=detail), words.text(f"{key}.do", detail=detail)


class PrinterLine(Touchable):
    """One printer in the list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setProperty("role", "line")
        self._icon = Icon(size=32)
        self._name = ShortenedText(role="title")
        self._about = ShortenedText(role="quiet")
        self._state = ShortenedText(role="strong")
        said = column(self._name, self._about, self._state, spacing=2)
        row = line(self._icon, said, spacing=12, margins=(12, 8, 12, 8))
        row.setStretch(1, 1)
        self.hold(row)

    def put(self, printer: PrinterRow, words: Words, *, is_chosen: bool) -> None:
        """Show a printer."""
        said, _ = said_of(printer.trouble, words)
        waiting = words.text("strip.printing", n=len(printer.jobs)) if printer.jobs else ""
        self._icon.put(icon_of(printer.trouble))
        self._name.put(printer.name)
        self._about.put(f"{printer.model}, {printer.medium}")
        self._state.put(" · ".join(filter(None, (said, waiting))))
        self.setChecked(is_chosen)
        self.setAccessibleName(f"{printer.name}: {said} {waiting}".strip())
        mark_tree(self, state="hands" if printer.trouble else "well")


class JobLine(QWidget):
    """A paper that has not come out, with what can be said of it.

    Signals:
        answered: Carries the job and ``YES``, ``AGAIN`` or ``CANCEL``.
    """

    answered = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job_id = ""
        self._text = ShortenedText(role="strong")
        self._buttons = {key: inline_button() for key in (YES, AGAIN, CANCEL)}
        for key, button in self._buttons.items():
            button.clicked.connect(lambda _=False, key=key: self.answered.emit(self._job_id, key))
        row = line(self._text, *self._buttons.values(), spacing=8)
        row.setStretch(0, 1)
        self.setLayout(row)

    def put(self, job: JobView, words: Words) -> None:
        """Show a job."""
        self._job_id = job.job_id
        doubtful = is_doubtful(job.state, job.trouble)
        what = job.lpn or words.catalog.text(f"paper.{job.kind}")
        key = "ask" if doubtful else "waits"
        self._text.put(words.text(f"printers.{key}", paper=what))
        self._buttons[YES].setText(words.catalog.text("printed.yes"))
        self._buttons[AGAIN].setText(words.catalog.text("printed.again"))
        self._buttons[CANCEL].setText(words.text("printers.cancel"))
        for answer in (YES, AGAIN):
            self._buttons[answer].setVisible(doubtful)
        self._buttons[CANCEL].setVisible(job.state in {"queued", "rendered"})


class StepsOf(QWidget):
    """A value that is moved by touch.

    Signals:
        moved: Carries how far, in steps.
    """

    moved = Signal(int)

    def __init__(self, less: str, more: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._value = Text(role="set-name"), Text(role="set-value")
        buttons = [inline_button(less), inline_button(more)]
        for button, step in zip(buttons, (-1, 1), strict=True):
            button.clicked.connect(lambda _=False, step=step: self.moved.emit(step))
            button.setAutoRepeat(True)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._less, self._more = buttons
        self.setLayout(line(self._name, self._less, self._value, self._more, 1, spacing=12))

    def put(self, name: str, value: str) -> None:
        """Show a value."""
        self._name.put(name)
        self._value.put(value)
        self._less.setAccessibleName(f"{name} {self._less.text()}")
        self._more.setAccessibleName(f"{name} {self._more.text()}")


class PrinterState(QWidget):
    """How a printer is, and what to do: a picture, a word, a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(size=56)
        self._said, self._do = WrappingText(role="answer"), WrappingText()
        said = column(1, self._said, self._do, 1, spacing=2)
        row = line(self._icon, said, spacing=16)
        row.setStretch(1, 1)
        self.setLayout(row)

    def put(self, trouble: str | None, words: Words) -> None:
        """Show a state."""
        said, to_do = said_of(trouble, words)
        self._icon.put(icon_of(trouble))
        self._said.put(said)
        self._do.put_or_hide(to_do)


def inline_button(text: str = "") -> QPushButton:
    """Return a button between other things."""
    button = QPushButton(text)
    button.setProperty("role", "inline")
    return button
