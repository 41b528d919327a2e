"""Several meanings, orders or reasons: a person picks one by key, touch or command scan."""

from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import View
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.entries import Entries
from returnstation.gui.widgets.option_list import OptionList
from returnstation.gui.widgets.texts import Text
from returnstation.gui.words import Words


class ChoosePage(Page):
    """Shows the options, and what is known of the parcel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("choose_page", self, Entries, OptionList, Text)
        self._known = child(form, QFrame, "known_pane")
        self._entries = child(form, Entries, "known_entries")
        self._options = child(form, OptionList, "option_list")
        self._options.chosen.connect(self.chosen)

    def put(self, view: View, words: Words) -> None:
        facts = () if view.case is None else view.case.facts
        self._known.setVisible(bool(facts))
        self._entries.put(facts, words)
        self._options.put(view.options, words)

    def warm(self) -> None:
        self._options.warm(4)
        super().warm()

    def show_chosen(self, key: str) -> None:
        self._options.show_chosen(key)
