"""An open case: who and when on the left, every announced line with its verdict."""

from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from returnstation.application.view import CaseView, Deadline, LineView, View
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.bars import Bar
from returnstation.gui.widgets.entries import Entries
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fill_area, fit_rows
from returnstation.gui.widgets.line_row import LineRow
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words


class MatchedPage(Page):
    """Waits for a product; rows keep their place while goods are in hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("matched_page", self, Icon, Text, WrappingText, Entries, Bar)
        self._due = child(form, QFrame, "due_frame")
        self._facts = child(form, Entries, "fact_entries")
        self._bar = child(form, Bar, "done_bar")
        self._area = child(form, QScrollArea, "line_area")
        self._column = fill_area(self._area, column(spacing=12))
        self._rows: list[LineRow] = []

    def put(self, view: View, words: Words) -> None:
        if view.case is not None:
            self._put_case(view.case, words)
            self._put_lines(view.case.lines, words)

    def _put_case(self, case: CaseView, words: Words) -> None:
        self._text("iso_label").put(case.country)
        self._text("country_label").put(words.country(case.country))
        paper = words.text("case.papers", language=words.language(case.language))
        buyer = words.say(case.buyer)
        self._text("buyer_label").put(f"{buyer} · {paper}" if buyer else paper)
        self._put_due(case.refund_due, words)
        self._facts.put(case.facts, words)
        warnings = "\n".join(words.say(warning) for warning in case.warnings)
        self._text("warnings_label").put_or_hide(warnings)
        self._text("done_label").put(f"{case.done} / {case.total}")
        self._bar.put(case.done, case.total)

    def _put_due(self, due: Deadline | None, words: Words) -> None:
        self._due.setVisible(due is not None)
        if due is None:
            return
        mark_tree(self._due, state=due.state)
        left = words.days_left(due)
        self._text("due_what_label").put(words.say(due.what))
        day = "" if due.on is None else words.catalog.shapes.day(due.on)
        self._text("due_day_label").put(day or left)
        self._text("due_left_label").put_or_hide(left if day else "")

    def _put_lines(self, lines: tuple[LineView, ...], words: Words) -> None:
        rows = fit_rows(self._column, self._rows, len(lines), LineRow)
        for row, line in zip(rows, lines, strict=True):
            row.put(line, words)
        in_hand = next((place for place, line in enumerate(lines) if line.state == "in_hand"), 0)
        if rows:
            self._area.ensureWidgetVisible(rows[in_hand], 0, 0)
