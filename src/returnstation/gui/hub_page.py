"""How the station and its hub get on, what to do about it, and a way to try at once."""

from collections.abc import Iterator
from datetime import datetime

from PySide6.QtWidgets import QVBoxLayout, QWidget

from returnstation.application.view import Act, Entry, HubView, Instruction, Tone, View
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

_ICONS = {"well": "check", "offline": "netoff", "stuck": "warn"}


class HubPage(Overlay):
    """One page, read in one glance."""

    band = "slim"

    def __init__(self, parts: WindowParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("hub_page", self, Entries, Icon, WrappingText)
        self._meet, self._tasks = parts.meet_hub, parts.long_tasks
        self._icon = child(form, Icon, "state_icon")
        mark(self._icon, extent="56")
        self._entries = child(form, Entries, "hub_entries")
        self._notice = NoticeRow()
        self._notice.hide()
        child(form, QVBoxLayout, "page_layout").insertWidget(0, self._notice)
        self._hub: HubView | None = None
        self._is_supervisor = False
        self._words: Words | None = None

    def put(self, view: View, words: Words) -> None:
        self._words = words
        if view.hub != self._hub:
            self._notice.hide()
        self._hub = view.hub
        self._is_supervisor = view.person is not None and view.person.role != "operator"
        if view.hub is not None:
            self._icon.put(_ICONS[view.hub.state])
            self._text("state_label").put(words.say(view.hub.text))
            self._text("help_label").put_or_hide(words.say(view.hub.help))
            self._entries.put(tuple(_entries(view.hub, view)), words)

    def start(self) -> None:
        self._notice.hide()
        self.setFocus()

    def instruction(self) -> Instruction:
        return Instruction(Tone.NEXT, "net", say("window.hub.title"))

    def acts(self) -> tuple[Act, ...]:
        back = Act(1, "Esc", say("window.back"), "close")
        conflicts = Act(3, "F2", say("window.hub.conflicts"), "conflicts")
        stick = Act(5, "F4", say("window.hub.stick"), "stick")
        acts = (back, conflicts, stick) if self._is_supervisor else (back, conflicts)
        return (*acts, Act(7, "Enter", say("window.hub.try"), "try"))

    def act(self, name: str) -> None:
        if name == "close":
            self.closed.emit()
        elif name == "conflicts":
            self.act_wanted.emit("show-conflicts")
        elif name == "stick":
            self.act_wanted.emit("show-stick")
        elif self._words is not None:
            self._notice.put("empty", self._words.text("hub.trying"))
            self._notice.show()
            self._tasks.run(self._meet, lambda _: self._notice.hide(), self._fail)

    def _fail(self, _error: Exception) -> None:
        self._notice.hide()


def _entries(hub: HubView, view: View) -> Iterator[Entry]:
    synced = say("window.hub.never") if hub.synced_at is None else _moment(hub.synced_at)
    yield Entry(say("window.hub.synced"), synced)
    if hub.since is not None:
        yield Entry(say("window.hub.since"), _moment(hub.since))
    unsent = say("find.plain", text=str(view.unsent)) if view.unsent else say("window.hub.none")
    yield Entry(say("window.hub.unsent"), unsent)
    if view.oldest_unsent_at is not None:
        zone = None if hub.synced_at is None else hub.synced_at.tzinfo
        yield Entry(say("window.hub.oldest"), _moment(view.oldest_unsent_at.astimezone(zone)))
    if hub.photos is not None:
        yield Entry(say("window.hub.photos"), hub.photos)
    yield Entry(say("window.hub.clock"), _clock(hub))
    if hub.key_at is not None:
        key = say("window.hub.key.since", mark=hub.key, at=hub.key_at)
        yield Entry(say("window.hub.key"), key)


def _clock(hub: HubView) -> Say:
    if not hub.clock_off:
        return say("window.hub.clock.well")
    n = abs(hub.clock_off)
    if hub.clock_off > 0:
        return say("window.hub.clock.behind", n=n)
    return say("window.hub.clock.ahead", n=n)


def _moment(at: datetime) -> Say:
    return say("window.hub.at", at=at)
