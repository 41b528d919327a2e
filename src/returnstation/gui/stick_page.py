"""To the hub and back with a stick, one step after the other."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from returnstation.application.sticks import StickPlace
from returnstation.application.troubles import Refused, Trouble
from returnstation.application.view import Act, Entry, Instruction, Tone, View
from returnstation.domain.messages import Say, say
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.widgets.entries import Entries
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.marks import mark
from returnstation.gui.widgets.notices import NoticeRow
from returnstation.gui.widgets.texts import WrappingText
from returnstation.gui.window_parts import WindowParts
from returnstation.gui.words import Words

_STEPS = (
    say("window.stick.insert"),
    say("window.stick.do-write"),
    say("window.stick.carry"),
    say("window.stick.bring"),
    say("window.stick.do-read"),
)


_INSERT, _WRITE, _CARRY = range(3)


class StickPage(Overlay):
    """Says the five steps, and does the two that are done here."""

    band = "slim"

    def __init__(self, parts: WindowParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("stick_page", self, Entries, Icon, WrappingText)
        self._sticks, self._tasks = parts.sticks, parts.long_tasks
        self._icon = child(form, Icon, "state_icon")
        mark(self._icon, extent="56")
        self._entries = child(form, Entries, "step_entries")
        self._notice = NoticeRow()
        self._notice.hide()
        child(form, QVBoxLayout, "page_layout").insertWidget(0, self._notice)
        self._words: Words | None = None
        self._places: Sequence[StickPlace] = ()
        self._chosen = 0
        self._step = _INSERT
        self._is_busy = False

    def put(self, view: View, words: Words) -> None:
        self._words = words
        self._show()

    def start(self) -> None:
        self._notice.hide()
        self._look()
        self.setFocus()

    def instruction(self) -> Instruction:
        return Instruction(Tone.NEXT, "usb", say("window.stick.title"), _STEPS[self._next_step()])

    def acts(self) -> tuple[Act, ...]:
        acts = [Act(1, "Esc", say("window.back"), "close")]
        if self._is_busy:
            return tuple(acts)
        acts.append(Act(3, "F2", say("window.stick.look"), "look"))
        if len(self._places) > 1:
            acts.append(Act(4, "F3", say("window.stick.other"), "other"))
        if self._places:
            acts.append(Act(6, "F5", say("window.stick.read"), "read"))
            acts.append(Act(7, "Enter", say("window.stick.write"), "write"))
        return tuple(acts)

    def act(self, name: str) -> None:
        if name == "close":
            self.closed.emit()
        elif self._is_busy:
            return
        elif name == "look":
            self._look()
        elif name == "other" and self._places:
            self._chosen = (self._chosen + 1) % len(self._places)
            self._show()
        elif name == "write":
            self._do(self._sticks.write, "window.stick.writing", _CARRY)
        elif name == "read":
            self._do(self._sticks.read, "window.stick.reading", _INSERT)

    def _look(self) -> None:
        self._places, self._chosen = tuple(self._sticks.places()), 0
        self._show()
        self.changed.emit()

    def _do(self, act: Callable[[StickPlace], Say], meanwhile: str, then: int) -> None:
        if not self._places:
            return
        place = self._places[self._chosen]
        self._set_busy()
        self._tell("empty", say(meanwhile))

        def done(told: Say) -> None:
            self._step = then
            self._show()
            self._set_idle()
            self._tell("done", told)

        self._tasks.run(lambda: act(place), done, self._failed)

    def _failed(self, error: Exception) -> None:
        self._set_idle()
        if not isinstance(error, Refused | Trouble):
            raise error
        self._tell("warning", error.say(), error.help())

    def _set_busy(self) -> None:
        self._is_busy = True
        self.changed.emit()

    def _set_idle(self) -> None:
        self._is_busy = False
        self.changed.emit()

    def _tell(self, state: str, told: Say, help_line: Say | None = None) -> None:
        if self._words is not None:
            more = "" if help_line is None else self._words.say(help_line)
            self._notice.put(state, self._words.say(told), more)
            self._notice.show()

    def _next_step(self) -> int:
        return _WRITE if self._places and self._step == _INSERT else self._step

    def _show(self) -> None:
        if self._words is None:
            return
        place = self._places[self._chosen] if self._places else None
        self._icon.put("usb" if place is not None else "plug")
        found = say("window.stick.none") if place is None else _found(place)
        self._text("place_label").put(self._words.say(found))
        self._text("help_label").put(self._words.text("stick.help"))
        numbered = enumerate(_STEPS, start=1)
        entries = tuple(Entry(say("find.plain", text=f"{n}"), step) for n, step in numbered)
        self._entries.put(entries, self._words, strong=self._next_step())


def _found(place: StickPlace) -> Say:
    return say("window.stick.found", name=place.name)
