"""The last scans: stick the label, scan it back, put the item into its tote."""

from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import JobView, View
from returnstation.domain.papers import ItemLabel
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.label_steps import LabelSteps
from returnstation.gui.widgets.load_steps import LoadSteps
from returnstation.gui.widgets.option_list import OptionList
from returnstation.gui.widgets.pictures import Picture
from returnstation.gui.widgets.texts import Text
from returnstation.gui.widgets.tote_map import ToteMap
from returnstation.gui.words import Words


class LabelPage(Page):
    """Waits for the label, then for the tote; shows how a printer is mended that has none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        widgets = (LabelSteps, LoadSteps, OptionList, Picture, Text, ToteMap)
        form = load_form("label_page", self, *widgets)
        self._steps = child(form, LabelSteps, "label_steps")
        self._picture = child(form, Picture, "label_picture")
        self._load = child(form, LoadSteps, "load_steps")
        self._stuck = child(form, QWidget, "stuck_box")
        self._others_pane = child(form, QFrame, "others_pane")
        self._others = child(form, OptionList, "others_list")
        self._others.chosen.connect(self.chosen)
        self._box = child(form, QWidget, "label_box")
        self._lpn = child(form, Text, "preview_note_label")
        self._totes = child(form, ToteMap, "tote_map")
        self._totes_pane = child(form, QWidget, "totes_pane")
        self._label: ItemLabel | None = None

    def put(self, view: View, words: Words) -> None:
        if view.label is None:
            return
        self._steps.put(view.label.steps, words)
        job = _stuck(view)
        is_shown = self._load.put(None if job is None else job.trouble, words)
        for widget, is_visible in (
            (self._stuck, is_shown),
            (self._steps, not is_shown),
            (self._box, not is_shown),
            (self._others_pane, bool(view.options)),
            (self._totes_pane, bool(view.label.containers)),
        ):
            widget.setVisible(is_visible)
        if job is not None:
            self._text("stuck_head_label").put(words.text("stuck.printer", printer=job.printer))
            waiting = words.text("printer.waiting", n=len(view.waiting))
            self._text("stuck_note_label").put(waiting)
        self._others.put(view.options, words)
        self._totes.put(view.label.containers, words)
        self._lpn.put(view.label.lpn)
        self._picture.setAccessibleName(view.label.lpn)
        if view.label.label != self._label:
            self._label = view.label.label
            self._picture.put(None)
            self.label_wanted.emit(self._label)

    def show_chosen(self, key: str) -> None:
        self._others.show_chosen(key)

    def put_label(self, label: ItemLabel, content: bytes) -> None:
        if label == self._label:
            self._picture.put(content)


def _stuck(view: View) -> JobView | None:
    """Return the job of the label in hand, if a trouble holds it up."""
    if view.label is None or all(step.state != "failed" for step in view.label.steps):
        return None
    own = [job for job in view.waiting if job.lpn == view.label.lpn and job.trouble]
    return own[-1] if own else None
