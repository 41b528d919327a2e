"""The quiet strip at the top: where, who, printer, unsent, clock. Filled only when hands are needed."""

from datetime import datetime

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from returnstation.application.view import View
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

    def put(self, text: str, state: str = "", strong: str = "") -> None:
        """Show a text, after a strong one if there is one."""
        self._strong.put_or_hide(strong)
        self._text.put_or_hide(text)
        self.setVisible(bool(text or strong))
        self.setAccessibleName(f"{strong} {text}".strip())
        mark_tree(self, state=state)


class StatusStrip(QFrame):
    """Site, desk and operator; printer, unsent facts and the clock.

    Signals:
        touched: An item was touched; its name is ``printers``, ``sources`` or ``unsent``.
    """

    touched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = StatusItem("home")
        self._person = StatusItem("person")
        self._printer = StatusItem("printer")
        self._sources = StatusItem("camera")
        self._unsent = StatusItem("unsent")
        self._clock = Text(role="clock")
        items = (
            self._place,
            self._person,
            1,
            self._sources,
            self._printer,
            self._unsent,
            self._clock,
        )
        self.setLayout(line(*items, spacing=0, margins=(8, 0, 8, 0)))
        self._printer.clicked.connect(lambda: self.touched.emit("printers"))
        self._sources.clicked.connect(lambda: self.touched.emit("sources"))
        self._sources.hide()
        self._unsent.clicked.connect(lambda: self.touched.emit("unsent"))

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
        self._unsent.put(words.text("strip.unsent", n=view.unsent) if view.unsent else "")

    def put_sources(self, text: str, state: str) -> None:
        """Show how the camera and the scanners at ports are; nothing where there are none."""
        self._sources.put(text, state)

    def tell_time(self, now: datetime, words: Words) -> None:
        """Show the clock."""
        shapes = words.catalog.shapes
        self._clock.put(f"{shapes.day(now.date())} {shapes.time(now)}")

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
