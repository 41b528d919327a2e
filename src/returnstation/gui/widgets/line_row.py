"""One announced line with its verdict: readable from two metres."""

from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from returnstation.application.view import Entry, LineView
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, frame, line
from returnstation.gui.widgets.marks import mark
from returnstation.gui.widgets.signs import TONES, Badge, Chip
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words, with_clause

_STATE_ICONS = {"done": "check", "missing": "dash", "unexpected": "warn", "in_hand": "next"}
_STATE_TONES = {"done": "accept", "missing": "ink2", "unexpected": "warn", "in_hand": "main"}
_MOST_FACTS = 3


class Fact(QWidget):
    """A label with its value below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = Text(role="quiet")
        self._value = WrappingText(role="strong")
        self.setLayout(column(self._label, self._value, 1))

    def put(self, entry: Entry | None, words: Words) -> None:
        """Show an entry, or nothing."""
        self._label.put("" if entry is None else words.say(entry.label))
        self._value.put("" if entry is None else words.say(entry.value))


class LineRow(QFrame):
    """A bar and a tinted block with the verdict; the product, three facts and why beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = Badge()
        self._ground = WrappingText(role="basis")
        self._chip = Chip()
        self._state_icon = Icon(name="scan")
        self._state = ShortenedText(role="quiet")
        self._product = ShortenedText(role="title")
        self._count = Text(role="quiet")
        self._facts = [Fact() for _ in range(_MOST_FACTS)]
        self._law = Icon(name="law")
        self._why = WrappingText(role="why")
        self._bar = frame("bar")
        self._verdict, self._line = self._verdict_block(), self._line_block()
        row = line(self._bar, self._verdict, self._line, spacing=0)
        row.setStretch(2, 1)
        self.setLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def put(self, view: LineView, words: Words) -> None:
        """Show a line."""
        self.setProperty("state", view.state)
        mark(self._bar, outcome=str(view.outcome))
        mark(self._verdict, outcome=str(view.outcome))
        mark(self._line, state=view.state)
        tone = TONES[view.outcome]
        self._badge.put(view.outcome, words)
        self._ground.put(self._below_badge(view, words), tone)
        chip = "" if view.deadline is None else words.due(view.deadline)
        self._chip.put(view.deadline, chip)
        self._put_state(view, words)
        self._product.put(view.product)
        self._count.put(f"{view.sku} · {words.text('line.pieces', n=view.quantity)}")
        entries = [*view.facts[:_MOST_FACTS], *[None] * (_MOST_FACTS - len(view.facts))]
        for place, entry in zip(self._facts, entries, strict=True):
            place.put(entry, words)
        self._why.put(with_clause(words.say(view.because), view.clause))
        self.setAccessibleName(
            f"{words.text(f'outcome.{view.outcome}')}: {view.product}. {words.say(view.because)}"
        )

    def _verdict_block(self) -> QFrame:
        state = line(self._state_icon, self._state, spacing=8)
        state.setStretch(1, 1)
        inside = column(self._badge, self._ground, spacing=2, margins=(14, 8, 8, 10))
        inside.addSpacing(4)
        inside.addWidget(self._chip)
        inside.addStretch(1)
        inside.addLayout(state)
        return frame("verdict-block", inside)

    def _line_block(self) -> QFrame:
        head = line(self._product, self._count, spacing=16)
        head.setStretch(0, 1)
        facts = line(*self._facts, spacing=14)
        for place, stretch in enumerate((10, 13, 9)):
            facts.setStretch(place, stretch)
        sentence = line(column(self._law, 1), self._why, spacing=8, margins=(0, 6, 0, 0))
        sentence.setStretch(1, 1)
        why = frame("why-row", sentence)
        return frame("line-block", column(head, facts, 1, why, spacing=4, margins=(16, 10, 16, 8)))

    def _put_state(self, view: LineView, words: Words) -> None:
        text = words.text(f"line.{view.state}")
        if view.state == "done" and view.where:
            text = view.where
        elif view.quantity > 1:
            text = words.text("line.counted", done=view.scanned, of=view.quantity)
        self._state.put(text)
        tone = _STATE_TONES.get(view.state, "ink2")
        self._state_icon.put(_STATE_ICONS.get(view.state, "scan"), tone)
        mark(self._state, tone=tone)

    def _below_badge(self, view: LineView, words: Words) -> str:
        if view.needs:
            return ", ".join(words.say(need) for need in view.needs)
        return words.say(view.ground)
