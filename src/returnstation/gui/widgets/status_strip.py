"""The quiet strip at the top: where, who, printer, hub, unsent, clock. Filled when hands are needed."""

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from returnstation.application.view import HubView, View
from returnstation.domain.papers import Trouble as PrinterTrouble
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import Text
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words

_DOWN = frozenset(
    f"printer-{code}"
    for code in (
        PrinterTrouble.SILENT,
        PrinterTrouble.UNREACHABLE,
        PrinterTrouble.REFUSED,
        PrinterTrouble.TIMED_OUT,
        PrinterTrouble.CONNECTION_LOST,
    )
)

_MARGIN = 8
_OFFLINE_LONG = timedelta(hours=1)
"""After which being offline is more than the strip's quiet word."""


class StatusItem(Touchable):
    """One thing that is well, needs hands (``hands``) or is down (``down``)."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(name=icon)
        self._strong = Text(role="strong")
        self._text = Text(role="quiet")
        self.hold(line(self._icon, self._strong, self._text, spacing=8, margins=(12, 0, 12, 0)))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._strong.hide()
        self._is_wanted = False
        self._state = ""

    @property
    def is_wanted(self) -> bool:
        """Whether there is anything to show."""
        return self._is_wanted

    @property
    def is_well(self) -> bool:
        """Whether nobody need do anything about it."""
        return not self._state

    def put(self, text: str, state: str = "", strong: str = "", icon: str = "") -> None:
        """Show a text, after a strong one if there is one, and another icon."""
        if icon:
            self._icon.put(icon)
        self._strong.put_or_hide(strong)
        self._text.put_or_hide(text)
        self._is_wanted, self._state = bool(text or strong), state
        self.setVisible(self._is_wanted)
        self.setAccessibleName(f"{strong} {text}".strip())
        mark_tree(self, state=state)


class StatusStrip(QFrame):
    """Site, desk and operator; printer, hub, unsent facts, conflicts and the clock.

    Signals:
        touched: An item was touched; its name is ``printers``, ``sources``, ``hub``,
            ``conflicts`` or ``unsent``.
    """

    touched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = StatusItem("home")
        self._person = StatusItem("person")
        self._printer = StatusItem("printer")
        self._sources = StatusItem("camera")
        self._hub = StatusItem("net")
        self._unsent = StatusItem("unsent")
        self._conflicts = StatusItem("super")
        self._now: datetime | None = None
        self._view: View | None = None
        self._clock = Text(role="clock")
        items = (
            self._place,
            self._person,
            1,
            self._sources,
            self._printer,
            self._hub,
            self._unsent,
            self._conflicts,
            self._clock,
        )
        self.setLayout(line(*items, spacing=0, margins=(_MARGIN, 0, _MARGIN, 0)))
        self._printer.clicked.connect(lambda: self.touched.emit("printers"))
        self._sources.clicked.connect(lambda: self.touched.emit("sources"))
        self._sources.put("")
        self._hub.put("")
        self._conflicts.put("")
        self._hub.clicked.connect(lambda: self.touched.emit("hub"))
        self._conflicts.clicked.connect(lambda: self.touched.emit("conflicts"))
        self._unsent.clicked.connect(self._touch_unsent)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def put(self, view: View, words: Words) -> None:
        """Show the state of the desk."""
        self._place.put(view.desk, strong=view.site)
        person = view.person
        name = "" if person is None else person.name
        if person is not None and person.role != "operator":
            name = words.text("strip.person", name=name, role=words.text(f"role.{person.role}"))
        self._person.put(name)
        self._put_printer(view, words)
        self._view = view
        self._put_hub(view, words)
        self._make_room()

    def put_sources(self, text: str, state: str) -> None:
        """Show how the camera and the scanners at ports are; nothing where there are none."""
        self._sources.put(text, state)
        self._make_room()

    def tell_time(self, now: datetime, words: Words) -> None:
        """Show the clock."""
        shapes = words.catalog.shapes
        self._clock.put(f"{shapes.day(now.date())} {shapes.time(now)}")
        before, self._now = self._now, now
        if self._view is None or (before is not None and before.minute == now.minute):
            return
        self._put_hub(self._view, words)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Leave out what is well where there is no room for all."""
        wanted = [item for item in self.findChildren(StatusItem) if item.is_wanted]
        needed = sum(each.sizeHint().width() for each in (*wanted, self._clock)) + 2 * _MARGIN
        for item in (self._printer, self._sources, self._hub):
            if item.is_wanted:
                is_left_out = item.is_well and needed > self.width()
                needed -= item.sizeHint().width() if is_left_out else 0
                item.setVisible(not is_left_out)

    def _touch_unsent(self) -> None:
        has_hub = self._view is not None and self._view.hub is not None
        self.touched.emit("hub" if has_hub else "unsent")

    def _put_hub(self, view: View, words: Words) -> None:
        hub, now = view.hub, self._now
        oldest = view.oldest_unsent_at
        is_old = now is not None and oldest is not None and now - oldest > _OFFLINE_LONG
        unsent = words.text("strip.unsent", n=view.unsent) if view.unsent else ""
        if is_old and oldest is not None and now is not None:
            told = words.ago(oldest, now)
            self._unsent.put(told, "hands", strong=unsent)
        else:
            self._unsent.put(unsent)
        count = 0 if hub is None else hub.conflicts
        self._conflicts.put(words.text("strip.conflicts", n=count) if count else "")
        if hub is None:
            self._hub.put("")
        else:
            self._tell_hub(hub, words)

    def _tell_hub(self, hub: HubView, words: Words) -> None:
        now, since = self._now, ""
        if hub.since is not None and now is not None:
            since = words.text("strip.since", at=_short(hub.since, now, words))
        if hub.state == "stuck":
            self._hub.put("", "down", strong=words.text("strip.stuck"), icon="warn")
        elif hub.state == "offline":
            is_long = hub.since is None or now is None or now - hub.since > _OFFLINE_LONG
            state = "hands" if is_long else ""
            self._hub.put(since, state, strong=words.text("strip.offline"), icon="netoff")
        elif hub.synced_at is None:
            self._hub.put(words.text("strip.connecting"), icon="net")
        else:
            at = words.catalog.shapes.time(hub.synced_at)
            self._hub.put(words.text("strip.synced", at=at), icon="net")

    def _put_printer(self, view: View, words: Words) -> None:
        trouble = next((t for t in view.troubles if t.code.startswith("printer")), None)
        if trouble is not None:
            text, _ = words.trouble(trouble)
            self._printer.put(text, "down" if trouble.code in _DOWN else "hands")
        elif view.waiting:
            self._printer.put(words.text("strip.printing", n=len(view.waiting)))
        else:
            self._printer.put(words.text("strip.printer_well"))


def detail_of(item: str, view: View, words: Words) -> str:
    """Return what an item of the strip stands for, in a sentence."""
    return words.text(f"detail.{item}", n=view.unsent, since=view.oldest_unsent_at)


def is_of_strip(view: View, before: View | None) -> bool:
    """Tell whether only the strip has something new to say: facts were sent, the hub was met."""
    if before is None:
        return False
    same = replace(
        view,
        hub=before.hub,
        unsent=before.unsent,
        oldest_unsent_at=before.oldest_unsent_at,
        sound=before.sound,
    )
    return same == before


def _short(at: datetime, now: datetime, words: Words) -> str:
    """Return the time of a moment of today, the day of any other."""
    shapes = words.catalog.shapes
    return shapes.time(at) if at.date() == now.date() else shapes.day(at.date())
