"""Several meanings, orders or reasons: a person picks one by key, touch or command scan."""

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from returnstation.application.view import Step, View
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.comparison import Comparison
from returnstation.gui.widgets.entries import Entries
from returnstation.gui.widgets.option_list import OptionList
from returnstation.gui.widgets.pin_pad import AmountPad
from returnstation.gui.widgets.texts import Text
from returnstation.gui.widgets.value_entry import ValueEntry
from returnstation.gui.words import Words

# Options alone fill the page; below a field they are as high as they need.
_STRETCH = {True: {2: 1, 3: 0}, False: {2: 0, 3: 1}}


class ChoosePage(Page):
    """Shows the options; beside them what is known of the parcel, or what does not fit it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form(
            "choose_page", self, AmountPad, Comparison, Entries, OptionList, Text, ValueEntry
        )
        self._known = child(form, QFrame, "known_pane")
        self._entries = child(form, Entries, "known_entries")
        self._comparison = child(form, Comparison, "comparison")
        self._options = child(form, OptionList, "option_list")
        self._options.chosen.connect(self.chosen)
        self._answers = child(form, QVBoxLayout, "answer_layout")
        self._entry = child(form, ValueEntry, "value_entry")
        self._entry.given.connect(self.typed)
        self._pad = child(form, AmountPad, "amount_pad")
        self._pad.pressed.connect(self._entry.press)

    def put(self, view: View, words: Words) -> None:
        facts = () if view.case is None else view.case.facts
        compares = self._compare(view, words)
        self._comparison.setVisible(compares)
        self._known.setVisible(bool(facts) and not compares)
        self._entries.put(facts, words)
        self._options.put(view.options, words)
        self._options.setVisible(bool(view.options))
        entry = view.entry
        self._entry.put(entry, words)
        for place, stretch in _STRETCH[entry is None].items():
            self._answers.setStretch(place, stretch)
        self._pad.setVisible(entry is not None and entry.is_number)
        if entry is not None:
            self._pad.put(entry.signs)
        if self.isVisible():
            self.start()

    def submit(self) -> bool:
        return self._entry.submit()

    def start(self) -> None:
        if self._entry.is_typed:
            self._entry.take_focus()
        else:
            self.setFocus()

    def show_chosen(self, key: str) -> None:
        self._options.show_chosen(key)

    def _compare(self, view: View, words: Words) -> bool:
        """Compare what was scanned with the open case; tell whether there is anything to.

        A desk that asks what something is, with a case open, was given a product the case lacks.
        """
        if view.step is not Step.CHOOSE or view.echo is None:
            return False
        # What lies in a blind parcel is not what was expected: it is what orders are compared by.
        if view.case is None or not view.case.lines or view.case.is_blind:
            return False
        self._comparison.put(view.echo.code, view.case.lines, words)
        return True
