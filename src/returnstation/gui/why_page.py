"""All reasons of every verdict, with rule and source; terms the law beats are struck through."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from returnstation.application.view import Act, Instruction, LineView, ReasonView, Tone, View
from returnstation.domain.messages import Say, say
from returnstation.gui.forms import child, load_form
from returnstation.gui.page import Overlay
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fill_area, fit_rows, frame, line
from returnstation.gui.widgets.marks import mark
from returnstation.gui.widgets.signs import Badge
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words

_SIGNS = {
    "grants": ("check", "accept"),
    "denies": ("cross", "refuse"),
    "limits": ("warn", "warn"),
    "informs": ("law", "ink2"),
    "figure": ("money", "ink2"),
}


class ReasonRow(QWidget):
    """One reason; ``state`` of its text is ``struck`` for a term the law beats."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon()
        self._text = WrappingText()
        self._source = WrappingText(role="quiet")
        icon = column(self._icon, 1, margins=(0, 3, 0, 0))
        row = line(icon, column(self._text, 1), column(self._source, 1), spacing=10)
        row.setStretch(1, 3)
        row.setStretch(2, 2)
        self.setLayout(row)

    def put(self, reason: ReasonView, words: Words) -> None:
        """Show a reason."""
        self._icon.put(*_SIGNS.get(reason.outcome, ("dash", "ink2")))
        self._text.put(words.say(reason.text))
        mark(self._text, state="struck" if reason.is_struck else "")
        beaten = words.text("why.struck") if reason.is_struck else ""
        self._source.put(" · ".join(filter(None, (reason.source, reason.rule, beaten))))


class VerdictReasons(QFrame):
    """A line's verdict and all its reasons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = Badge(icon=32, role="badge-small")
        self._product = ShortenedText(role="title")
        self._needs = WrappingText(role="strong", tone="ink2")
        self._rows: list[ReasonRow] = []
        self._column: QVBoxLayout = column(spacing=6)
        head = line(self._badge, self._product, spacing=16)
        head.setStretch(1, 1)
        inside = column(head, self._needs, self._column, spacing=8, margins=(16, 12, 16, 12))
        self._bar = frame("bar")
        row = line(self._bar, inside, spacing=0)
        row.setStretch(1, 1)
        self.setLayout(row)
        self.setProperty("role", "pane")

    def put(self, view: LineView, words: Words) -> None:
        """Show why this line was judged as it was."""
        self._badge.put(view.outcome, words)
        self._product.put(view.product)
        needs = ", ".join(words.say(need) for need in view.needs)
        self._needs.put_or_hide(words.text("why.needs", facts=needs) if needs else "")
        rows = fit_rows(self._column, self._rows, len(view.reasons), ReasonRow)
        for row, reason in zip(rows, view.reasons, strict=True):
            row.put(reason, words)
        mark(self._bar, outcome=str(view.outcome))


class Figures(QFrame):
    """What the sum of the proposal was counted with, and from where each figure is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Text(role="title")
        self._rows: list[ReasonRow] = []
        self._column: QVBoxLayout = column(spacing=6)
        self.setLayout(column(self._title, self._column, spacing=8, margins=(16, 12, 16, 12)))
        self.setProperty("role", "pane")

    def put(self, figures: tuple[tuple[Say, Say | None], ...], words: Words) -> None:
        """Show the figures; nothing where no sum decided."""
        self.setVisible(bool(figures))
        self._title.put(words.say(say("figures.title")))
        rows = fit_rows(self._column, self._rows, len(figures), ReasonRow)
        for row, (text, source) in zip(rows, figures, strict=True):
            row.put(ReasonView("figure", text, words.say(source), ""), words)


class WhyPage(Overlay):
    """Answers "why?" for every line of the open case."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        form = load_form("why_page", self, Text)
        self._empty = child(form, Text, "empty_label")
        self._area = child(form, QScrollArea, "reason_area")
        self._figures = Figures()
        self._column = column(spacing=12)
        fill_area(self._area, column(self._figures, self._column, 1, spacing=12))
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._panes: list[VerdictReasons] = []
        self._can_tell = False

    def put(self, view: View, words: Words) -> None:
        lines = () if view.case is None else view.case.lines
        self._can_tell = view.case is not None and view.case.can_tell
        figures = () if view.proposal is None else view.proposal.figures
        self._figures.put(figures, words)
        self._empty.setVisible(not lines and not figures)
        self._area.setVisible(bool(lines or figures))
        panes = fit_rows(self._column, self._panes, len(lines), VerdictReasons)
        for pane, shown in zip(panes, lines, strict=True):
            pane.put(shown, words)

    def start(self) -> None:
        self._area.setFocus()

    def instruction(self) -> Instruction:
        return Instruction(Tone.QUESTION, "law", say("window.why.title"), say("window.why.help"))

    def acts(self) -> tuple[Act, ...]:
        back = Act(1, "Esc", say("window.back"), "close")
        return (back, Act(5, "F4", say("act.tell"), "tell")) if self._can_tell else (back,)

    def act(self, name: str) -> None:
        if name == "close":
            self.closed.emit()
        else:
            self.act_wanted.emit(name)
