"""A field for a measure, a count, a text or a scan that answers a question."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QWidget

from returnstation.application.view import ValueView
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words


class ValueEntry(QFrame):
    """Says what is wanted, and takes it.

    Signals:
        given: A value was typed to the end.
    """

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = WrappingText(role="strong")
        self._edit = QLineEdit()
        self._edit.setObjectName("value_edit")
        self._edit.setProperty("role", "value")
        # Numbers and codes are Latin: a Korean input method would swallow the keys.
        self._edit.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self._unit = Text(role="title")
        self._button = QPushButton()
        self._button.setObjectName("value_button")
        self._button.setProperty("role", "inline")
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self.submit)
        row = line(self._edit, self._unit, self._button, spacing=12)
        row.setStretch(0, 1)
        self.setLayout(column(self._hint, row, spacing=6, margins=(16, 12, 16, 12)))
        self.setProperty("role", "pane")
        self._wanted: ValueView | None = None

    def put(self, wanted: ValueView | None, words: Words) -> None:
        """Show what is wanted; nothing hides the field."""
        if wanted != self._wanted:
            self._edit.setText("" if wanted is None else wanted.start)
            self._edit.selectAll()
            self._wanted = wanted
        self.setVisible(wanted is not None)
        if wanted is None:
            return
        self._hint.put(words.say(wanted.hint))
        self._edit.setAccessibleName(words.say(wanted.hint))
        self._unit.put_or_hide(wanted.unit or "")
        self._button.setText(words.text("value.take"))

    @property
    def is_typed(self) -> bool:
        """Whether digits typed now are meant for this field: it wants a number."""
        return self._wanted is not None and self._wanted.is_number

    def take_focus(self) -> None:
        """Let the next key be written here."""
        self._edit.setFocus()

    def press(self, key: str) -> None:
        """Take a touched key as if it were typed; any but a sign takes the last one back."""
        if len(key) == 1:
            self._edit.insert(key)
        else:
            self._edit.backspace()

    def submit(self) -> bool:
        """Hand on what was typed; tell whether there was anything."""
        text = self._edit.text().strip()
        if text:
            self._edit.clear()
            self.given.emit(text)
        return bool(text)
