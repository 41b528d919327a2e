"""The idle page: how far the day is, which legal days press, what can go on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from returnstation.application.view import IdleView, View
from returnstation.domain.messages import say
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Page
from returnstation.gui.widgets.act_bar import ActButton
from returnstation.gui.widgets.bars import Bar
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.idle_rows import DueLine, HeldLine
from returnstation.gui.widgets.layouts import fit_rows
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words

_MOST_ROWS = 5


class ReadyPage(Page):
    """Waits for a parcel; ``now`` tells how long parcels have been on hold."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("ready_page", self, Icon, Text, WrappingText, Bar)
        self._now = now
        self._bar = child(form, Bar, "goal_bar")
        self._due_layout = child(form, QVBoxLayout, "due_layout")
        self._held_layout = child(form, QVBoxLayout, "held_layout")
        for rows in (self._due_layout, self._held_layout):
            rows.addStretch()
        self._all_due = self._head_act(child(form, QHBoxLayout, "due_head_layout"), "show-due")
        self._blind = self._head_act(child(form, QHBoxLayout, "held_head_layout"), "show-blind")
        self._due: list[DueLine] = []
        self._held: list[HeldLine] = []

    def put(self, view: View, words: Words) -> None:
        idle = view.idle
        if idle is None:
            return
        in_heads = {act.do: act for act in view.acts if act.slot == 0}
        show_all, show_blind = in_heads.get("show-due"), in_heads.get("show-blind")
        if show_all is not None:
            show_all = replace(show_all, name=say("window.due.all", n=idle.deadlines_total))
        if show_blind is not None:
            show_blind = replace(show_blind, name=say("window.blind.all", n=idle.blind_total))
        self._all_due.put(show_all, words)
        self._blind.put(show_blind if idle.blind_total else None, words)
        self._put_today(idle, words)
        self._put_due(idle, words)
        self._put_held(idle, words)

    def _head_act(self, head: QHBoxLayout, name: str) -> ActButton:
        button = ActButton()
        button.setProperty("slot", "head")
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head.addWidget(button)
        button.clicked.connect(lambda: self.act_wanted.emit(name))
        return button

    def _put_today(self, idle: IdleView, words: Words) -> None:
        numbers = words.catalog.shapes
        self._text("count_label").put(numbers.show(idle.items_today))
        has_goal = idle.goal is not None
        goal = words.text("idle.goal", n=idle.goal) if has_goal else words.text("idle.items")
        self._text("goal_label").put(goal)
        self._bar.setVisible(has_goal)
        self._bar.put(idle.items_today, idle.goal or 0)
        left = max((idle.goal or 0) - idle.items_today, 0)
        self._text("goal_text_label").put_or_hide(
            words.text("idle.left", n=left) if has_goal else ""
        )
        seconds = idle.median_seconds
        self._text("median_label").put(
            "–" if seconds is None else words.text("idle.seconds", n=seconds)
        )
        self._text("accept_label").put(numbers.show(idle.accepted))
        self._text("supervisor_label").put(numbers.show(idle.supervisor))
        self._text("refuse_label").put(numbers.show(idle.refused))

    def _put_due(self, idle: IdleView, words: Words) -> None:
        shown = idle.deadlines[:_MOST_ROWS]
        self._empty("due").setVisible(not shown)
        rows = fit_rows(self._due_layout, self._due, len(shown), DueLine)
        for place, (row, due) in enumerate(zip(rows, shown, strict=True)):
            row.put(due, words)
            self._due_layout.setStretch(place, 1)

    def _put_held(self, idle: IdleView, words: Words) -> None:
        shown = idle.held[:_MOST_ROWS]
        self._text("held_note_label").put(words.text("idle.held_note", n=idle.held_total))
        self._empty("held").setVisible(not shown)
        rows = fit_rows(self._held_layout, self._held, len(shown), HeldLine)
        for place, (row, held) in enumerate(zip(rows, shown, strict=True)):
            row.put(held, self._now(), words)
            self._held_layout.setStretch(place, 1)

    def _empty(self, what: str) -> Text:
        return self._text(f"{what}_empty_label")
