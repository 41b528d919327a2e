"""Long lists of rules: every article of a country with its history, and what to look at again."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from returnstation.application.policy_book import Due, RightView, VersionState, VersionView
from returnstation.domain.policy import Confidence
from returnstation.gui.policy_text import MarkedText
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fill_area, fit_rows, line
from returnstation.gui.widgets.marks import mark
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words

_TONES = {Confidence.HIGH: "ink2", Confidence.MEDIUM: "ink2", Confidence.LOW: "warn"}
_ICONS = {
    VersionState.NOW: ("check", "accept"),
    VersionState.COMING: ("date", "main"),
    VersionState.PAST: ("clock", "ink2"),
}


class VersionBlock(QWidget):
    """One dated version: from when, what it says, where that stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon()
        self._when, self._sure = Text(role="strong"), Text()
        self._gist = MarkedText()
        self._source = WrappingText()
        self._url = ShortenedText(role="quiet")
        self._note = WrappingText(role="quiet")
        head = line(self._when, self._sure, 1, spacing=12)
        said = column(head, self._gist, self._source, self._note, self._url, spacing=2)
        row = line(column(self._icon, 1, margins=(0, 3, 0, 0)), said, spacing=10)
        row.setStretch(1, 1)
        self.setLayout(row)

    def put(self, version: VersionView, words: Words) -> None:
        """Show a version."""
        self._icon.put(*_ICONS[version.state])
        self._when.put(_when(version, words))
        confidence = words.catalog.text(f"policy.confidence.{version.confidence}")
        self._sure.put(confidence, _TONES[version.confidence])
        self._gist.put_or_hide(words.say(version.gist))
        self._source.put(version.source)
        self._note.put_or_hide(version.notes.get(words.catalog.language, version.note))
        self._url.put_or_hide(version.url)


class RightPane(QFrame):
    """A right with all its versions; ``rule`` is the one shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ShortenedText(role="title")
        self._rule = Text(role="quiet")
        self._checked = Text()
        self.rule = ""
        self._blocks: list[VersionBlock] = []
        self._column: QVBoxLayout = column(spacing=10)
        head = line(self._title, self._rule, self._checked, spacing=16)
        head.setStretch(0, 1)
        self.setLayout(column(head, self._column, spacing=8, margins=(16, 10, 16, 12)))
        self.setProperty("role", "pane")

    def put(self, right: RightView, words: Words) -> None:
        """Show a right."""
        self.rule = right.rule
        kind = words.say(right.kind)
        self._title.put(words.catalog.text("policy.articles.head", kind=kind, title=right.title))
        self._rule.put(right.rule)
        put_checked(self._checked, right.checked_on, right, words)
        blocks = fit_rows(self._column, self._blocks, len(right.versions), VersionBlock)
        for block, version in zip(blocks, right.versions, strict=True):
            block.put(version, words)


class DueRow(QFrame):
    """A rule somebody should compare with its source."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._region = Text(role="policy-code")
        self._title, self._source = ShortenedText(role="strong"), ShortenedText(role="quiet")
        self._why, self._checked = Text(role="strong"), Text()
        self._why.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._checked.setAlignment(Qt.AlignmentFlag.AlignRight)
        region = column(self._region)
        self._region.setProperty("span", "policy-region")
        row = line(
            region,
            column(self._title, self._source),
            column(self._why, self._checked),
            spacing=16,
            margins=(16, 8, 16, 8),
        )
        row.setStretch(1, 1)
        self.setLayout(row)
        self.setProperty("role", "pane")

    def put(self, due: Due, words: Words) -> None:
        """Show a rule."""
        self._region.put(due.region)
        self._title.put(f"{due.title} · {due.rule}")
        self._source.put(due.source)
        unsure = words.catalog.text("policy.confidence.low") if due.is_unsure else ""
        self._why.put_or_hide(unsure)
        mark(self._why, tone="warn")
        put_checked(self._checked, due.checked_on, due, words)


class PolicyList(QScrollArea):
    """Panes of one kind below one another; arrows and page keys scroll."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rights: list[RightPane] = []
        self._dues: list[DueRow] = []
        self._right_column: QVBoxLayout = column(spacing=12)
        self._due_column: QVBoxLayout = column(spacing=8)
        self._empty = Text(role="empty")
        inside = column(self._empty, self._right_column, self._due_column, 1)
        self._inside: QVBoxLayout = fill_area(self, inside)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def put_rights(self, rights: Sequence[RightView], words: Words) -> None:
        """Show the rights of a country."""
        self.put_due((), words)
        self._empty.hide()
        panes = fit_rows(self._right_column, self._rights, len(rights), RightPane)
        for pane, right in zip(panes, rights, strict=True):
            pane.put(right, words)

    def put_due(self, due: Sequence[Due], words: Words) -> None:
        """Show what to look at again."""
        fit_rows(self._right_column, self._rights, 0, RightPane)
        self._empty.put_or_hide("" if due else words.catalog.text("policy.check.none"))
        rows = fit_rows(self._due_column, self._dues, len(due), DueRow)
        for row, one in zip(rows, due, strict=True):
            row.put(one, words)

    def start(self) -> None:
        """Get ready for keys, at the top."""
        self.verticalScrollBar().setValue(0)
        self.setFocus()

    def go_to(self, rule: str) -> None:
        """Scroll to a right, once the list has its heights."""
        pane = next((pane for pane in self._rights if pane.rule == rule), None)
        if pane is not None:
            self._inside.activate()
            self.verticalScrollBar().setValue(pane.y())


def put_checked(label: Text, day: date, checked: RightView | Due, words: Words) -> None:
    """Show when a rule was compared with its source; too long ago is a warning."""
    on = words.catalog.shapes.long_day(day)
    text = words.catalog.text("policy.checked", day=on)
    if checked.is_stale:
        text = f"{words.catalog.text('policy.stale')} · {on}"
    label.put(text, "warn" if checked.is_stale else "ink2")


def _when(version: VersionView, words: Words) -> str:
    shapes = words.catalog.shapes
    since = shapes.long_day(version.since)
    if version.until is None or version.state is VersionState.COMING:
        return words.catalog.text(f"policy.version.{version.state}", since=since)
    until = shapes.long_day(version.until)
    name = "now_until" if version.state is VersionState.NOW else "past"
    return words.catalog.text(f"policy.version.{name}", since=since, until=until)
