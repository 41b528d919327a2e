"""One past return under both sets of rules: answers, reasons with their clauses, consequences."""

from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from returnstation.domain.replays import Answer, Aspect, Change
from returnstation.domain.verdicts import VerdictReason
from returnstation.gui.draft_words import OUTCOMES
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.signs import Badge
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words

_FACTS = (Aspect.MONEY, Aspect.REFUND_DAY, Aspect.LAST_DAY, Aspect.PAYER)


class AnswerPane(QFrame):
    """One side."""

    def __init__(self, when: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._when_key = when
        self._when, self._badge = Text(role="quiet"), Badge(icon=24, role="title")
        self._because = WrappingText()
        self._source = ShortenedText(role="quiet")
        self._facts = {aspect: (Text(role="quiet"), Text()) for aspect in _FACTS}
        facts = QGridLayout()
        facts.setSpacing(0)
        facts.setColumnStretch(1, 1)
        for place, (name, value) in enumerate(self._facts.values()):
            facts.addWidget(name, place, 0)
            facts.addWidget(value, place, 1)
            value.setContentsMargins(12, 0, 0, 0)
        head = line(self._badge, 1, self._when, spacing=12)
        said = column(self._because, self._source)
        self.setLayout(column(head, said, 1, facts, spacing=4, margins=(16, 8, 16, 8)))
        self.setProperty("role", "draft-answer")

    def put(self, answer: Answer, change: Change, words: Words) -> None:
        """Show what a set of rules says; what differs from the other side is strong."""
        decision, because = answer.decision, answer.because
        self._when.put(words.catalog.text(self._when_key))
        self._badge.put(OUTCOMES[decision.eligible], words)
        self._because.put("" if because is None else words.say(because.say()))
        self._source.put("" if because is None else _clause(because))
        for aspect, text in _facts(answer, words).items():
            name, value = self._facts[aspect]
            name.put(words.catalog.text(f"draft.aspect.{aspect}"))
            value.put(text)
            value.setProperty("role", "strong" if aspect in change.aspects else "body")
            value.style().polish(value)


class AnswersPane(QFrame):
    """Both sides of one return."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sides = AnswerPane("draft.before"), AnswerPane("draft.after")
        row = line(*self._sides, spacing=0)
        for place, side in enumerate(self._sides):
            row.setStretch(place, 1)
            side.setProperty("side", "right" if place else "left")
        self.setLayout(row)
        self.setProperty("role", "pane")

    def put(self, change: Change, words: Words) -> None:
        """Show a return."""
        for side, answer in zip(self._sides, (change.before, change.after), strict=True):
            side.put(answer, change, words)


def _clause(because: VerdictReason) -> str:
    """Return where a reason stands and its rule; a merchant's policy is both."""
    is_both = because.rule.endswith(f":{because.source}")
    return because.source if is_both else f"{because.source} · {because.rule}"


def _facts(answer: Answer, words: Words) -> dict[Aspect, str]:
    decision, shapes = answer.decision, words.catalog.shapes
    payer = decision.return_shipping_payer
    days = {Aspect.REFUND_DAY: decision.refund_due_on, Aspect.LAST_DAY: decision.last_day}
    waits = words.catalog.text("draft.waits")
    return {
        Aspect.MONEY: waits if answer.refund is None else words.money(answer.refund),
        **{aspect: "–" if day is None else shapes.day(day) for aspect, day in days.items()},
        Aspect.PAYER: "–" if payer is None else words.catalog.text(f"payer.{payer}"),
    }
