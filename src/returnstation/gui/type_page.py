"""Typing a code, or giving a picture of a parcel label, when there is nothing to scan."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from returnstation.application.view import Act, Instruction, Tone, View
from returnstation.domain.messages import say
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words


class TypePage(Overlay):
    """A large field for a code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("type_page", self, Icon, Text, WrappingText)
        self._edit = child(form, QLineEdit, "code_edit")
        # Codes are Latin: a Korean input method would swallow the keys.
        self._edit.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        button = child(form, QPushButton, "picture_button")
        button.clicked.connect(lambda: self.act_wanted.emit("show-picture"))

    def put(self, view: View, words: Words) -> None:
        self._edit.setAccessibleName(words.text("type.title"))

    def start(self) -> None:
        self._edit.clear()
        self._edit.setFocus()

    def insert(self, text: str) -> None:
        """Put pasted text into the field."""
        self._edit.insert(text.strip())

    def instruction(self) -> Instruction:
        return Instruction(Tone.NEXT, "keys", say("window.type.title"), say("window.type.help"))

    def acts(self) -> tuple[Act, ...]:
        return (
            Act(1, "Esc", say("window.back"), "close"),
            Act(5, "F7", say("window.type.picture"), "picture"),
            Act(7, "Enter", say("window.type.take"), "take"),
        )

    def act(self, name: str) -> None:
        if name == "picture":
            self.act_wanted.emit("show-picture")
        elif name == "close":
            self.closed.emit()
        elif self._edit.text().strip():
            self.typed.emit(self._edit.text().strip())
