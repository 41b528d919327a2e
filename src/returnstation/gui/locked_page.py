"""Signing in: a badge by the scanner, then a PIN by key or touch."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from returnstation.application.view import Step, View
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.pin_pad import ENTER, ERASE, PinPad
from returnstation.gui.widgets.texts import WrappingText
from returnstation.gui.words import Words


class LockedPage(Page):
    """Waits for a badge, then for its PIN."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("locked_page", self, Icon, PinPad, WrappingText)
        self._badge = [child(form, Icon, "sign_in_icon"), child(form, QLabel, "badge_label")]
        self._edit = child(form, QLineEdit, "pin_edit")
        self._pad = child(form, PinPad, "pin_pad")
        self._pin = [self._edit, self._pad]
        self._edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._pad.pressed.connect(self._touch)

    def put(self, view: View, words: Words) -> None:
        asks_pin = view.step is Step.PIN
        for widget in self._badge:
            widget.setVisible(not asks_pin)
        for widget in self._pin:
            widget.setVisible(asks_pin)
        self._edit.clear()
        self._edit.setAccessibleName(words.text("pin.name"))
        self.start()

    def start(self) -> None:
        target = self if self._edit.isHidden() else self._edit
        target.setFocus()

    def submit(self) -> bool:
        text = self._edit.text()
        self._edit.clear()
        if text:
            self.typed.emit(text)
        return bool(text)

    @Slot(str)
    def _touch(self, key: str) -> None:
        if key == ENTER:
            self.submit()
        elif key == ERASE:
            self._edit.backspace()
        else:
            self._edit.insert(key)
