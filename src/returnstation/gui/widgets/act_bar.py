"""The seven fixed slots at the foot: the same act in the same place on every screen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from returnstation.application.view import Act
from returnstation.gui.widgets.layouts import line, settled_once
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.signs import KeyCap
from returnstation.gui.widgets.texts import WrappingText
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words

SLOTS = 7


class ActButton(Touchable):
    """One act: its key and one to three words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap = KeyCap()
        self._name = WrappingText(role="act")
        row = line(self._cap, self._name, spacing=8, margins=(10, 0, 2, 0))
        row.setStretch(1, 1)
        self.hold(row)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        kept = self.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.setSizePolicy(kept)

    def put(self, act: Act | None, words: Words) -> None:
        """Show an act; without one the slot stays empty."""
        self.setVisible(act is not None)
        if act is None:
            return
        self._cap.setText(act.key)
        self._name.put(words.say(act.name))
        self.setAccessibleName(f"{words.say(act.name)} ({act.key})")
        is_main = act.slot == SLOTS and act.key == "Enter"
        mark_tree(self, state="off" if act.why else "main" if is_main else "normal")


class ActBar(QFrame):
    """Seven slots; a slot whose act does not apply stays empty.

    Signals:
        acted: An act was touched; carries the Act.
    """

    acted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acts: dict[int, Act] = {}
        self._all: tuple[Act, ...] = ()
        self._buttons = {slot: ActButton() for slot in range(1, SLOTS + 1)}
        self._row = line(*self._buttons.values(), spacing=8, margins=(16, 0, 16, 0))
        self._row.setStretch(SLOTS - 1, 1)
        self.setLayout(self._row)
        for slot, button in self._buttons.items():
            button.setProperty("slot", "last" if slot == SLOTS else "fixed")
            button.clicked.connect(lambda _=False, slot=slot: self.acted.emit(self._acts[slot]))
        last = self._buttons[SLOTS].sizePolicy()
        last.setHorizontalPolicy(QSizePolicy.Policy.Expanding)
        self._buttons[SLOTS].setSizePolicy(last)

    def put(self, acts: tuple[Act, ...], words: Words) -> None:
        """Show the acts that apply now."""
        self._acts, self._all = {act.slot: act for act in acts}, acts
        with settled_once(self._row):
            for slot, button in self._buttons.items():
                button.put(self._acts.get(slot), words)

    def act_of(self, key: str) -> Act | None:
        """Return the act this key does."""
        return next((act for act in self._all if act.key == key), None)
