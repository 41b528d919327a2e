"""Bring scans and acts to the desk in order, one at a time, and its answers back."""

from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal

from returnstation.application.desk.commands import PAGES, PREFIX
from returnstation.application.view import View
from returnstation.gui.desk_port import DeskPort
from returnstation.gui.tasks import Tasks

MOST_SCANS = 3  # one is worked on, two are kept in order
_LOOKING_AFTER_MS = 300
_WAITING_AFTER_MS = 2000


class Waiting(Enum):
    """How long the desk has been working on a scan."""

    LOOKING = auto()  # longer than a person notices
    LONG = auto()  # long enough to say what it waits for


class DeskCalls(QObject):
    """Calls the desk on the worker thread.

    Signals:
        answered: A new View after a scan or an act.
        polled: The View of a desk that nobody asked.
        too_fast: A scan was refused because two are waiting already; carries its text.
        waiting: The desk is slow; carries a Waiting and the text it works on.
        crashed: The desk raised; carries the exception.
        page_wanted: A scanned command opens a page of the window; carries its name.
    """

    answered = Signal(object)
    polled = Signal(object)
    too_fast = Signal(str)
    waiting = Signal(object, str)
    crashed = Signal(object)
    page_wanted = Signal(str)

    def __init__(self, desk: DeskPort, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._texts: list[str] = []
        self._polling = False
        self._looking = self._timer(_LOOKING_AFTER_MS, Waiting.LOOKING)
        self._long = self._timer(_WAITING_AFTER_MS, Waiting.LONG)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being worked on."""
        return not self._texts

    def scan(self, text: str) -> None:
        """Bring a scan; the next two wait in order, a third is refused."""
        page = PAGES.get(text.strip().upper().removeprefix(PREFIX))
        if page is not None and text.strip().upper().startswith(PREFIX):
            self.page_wanted.emit(page)
            return
        if len(self._texts) >= MOST_SCANS:
            self.too_fast.emit(text)
            return
        self._call(text, lambda: self._desk.scan(text))

    def typed(self, text: str) -> None:
        """Bring what a person typed."""
        self._call("", lambda: self._desk.typed(text))

    def picture(self, content: bytes) -> None:
        """Bring the picture of a parcel label."""
        self._call("", lambda: self._desk.picture(content))

    def photo(self, content: bytes) -> None:
        """Bring a photo of the item in hand."""
        self._call("", lambda: self._desk.photo(content))

    def note(self, text: str) -> None:
        """Bring a remark."""
        self._call("", lambda: self._desk.note(text))

    def choose(self, key: str) -> None:
        """Choose an option, unless the desk is still busy with what came before."""
        if self.is_idle:
            self._call("", lambda: self._desk.choose(key))

    def do(self, name: str) -> None:
        """Do an act, unless the desk is still busy: a second press must not act twice."""
        if self.is_idle:
            self._call("", lambda: self._desk.do(name))

    def poll(self) -> None:
        """Ask for the state when nothing else is going on."""
        if self.is_idle and not self._polling:
            self._polling = True
            self._tasks.run(self._desk.state, self._poll_came, self._poll_failed)

    def _call(self, text: str, work: Callable[[], View]) -> None:
        if not self._texts:
            self._looking.start()
            self._long.start()
        self._texts.append(text)
        self._tasks.run(work, self._answer, self._fail)

    def _answer(self, view: View) -> None:
        self._finish_one()
        self.answered.emit(view)

    def _fail(self, error: Exception) -> None:
        self._finish_one()
        self.crashed.emit(error)

    def _finish_one(self) -> None:
        self._texts.pop(0)
        for timer in (self._looking, self._long):
            timer.stop()
            if self._texts:
                timer.start()

    def _poll_failed(self, error: Exception) -> None:
        self._polling = False
        self.crashed.emit(error)

    def _poll_came(self, view: View) -> None:
        self._polling = False
        # An answer that is on its way is newer than this one.
        if self.is_idle:
            self.polled.emit(view)

    def _timer(self, after_ms: int, state: Waiting) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=after_ms)
        timer.timeout.connect(lambda: self.waiting.emit(state, self._texts[0]))
        return timer
