"""The last scans: stick the label, scan it back, put the item into its tote."""

from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import View
from returnstation.domain.papers import ItemLabel
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.label_steps import LabelSteps
from returnstation.gui.widgets.load_steps import LoadSteps
from returnstation.gui.widgets.pictures import Picture
from returnstation.gui.widgets.texts import Text
from returnstation.gui.widgets.tote_map import ToteMap
from returnstation.gui.words import Words


class LabelPage(Page):
    """Waits for the label, then for the tote."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        widgets = (LabelSteps, LoadSteps, Picture, Text, ToteMap)
        form = load_form("label_page", self, *widgets)
        self._steps = child(form, LabelSteps, "label_steps")
        self._picture = child(form, Picture, "label_picture")
        self._load = child(form, LoadSteps, "load_steps")
        self._preview = child(form, QFrame, "preview_pane")
        self._lpn = child(form, Text, "preview_note_label")
        self._totes = child(form, ToteMap, "tote_map")
        self._totes_pane = child(form, QWidget, "totes_pane")
        self._label: ItemLabel | None = None

    def put(self, view: View, words: Words) -> None:
        if view.label is None:
            return
        self._steps.put(view.label.steps, words)
        is_stuck = any(step.state == "failed" for step in view.label.steps)
        loads = self._load.put(view.troubles if is_stuck else (), words)
        self._load.setVisible(loads)
        self._preview.setVisible(not loads)
        self._totes_pane.setVisible(bool(view.label.containers) and not loads)
        self._totes.put(view.label.containers, words)
        self._lpn.put(view.label.lpn)
        self._picture.setAccessibleName(view.label.lpn)
        if view.label.label != self._label:
            self._label = view.label.label
            self._picture.put(None)
            self.label_wanted.emit(self._label)

    def put_label(self, label: ItemLabel, content: bytes) -> None:
        if label == self._label:
            self._picture.put(content)
