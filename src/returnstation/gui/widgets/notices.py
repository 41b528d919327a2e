"""What went wrong outside, shown in place: what happened, what to do."""

from collections.abc import Iterator

from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from returnstation.application.view import Tone, Trouble, View
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fit_rows, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import WrappingText
from returnstation.gui.words import Words

_ICONS = {"done": "check", "warning": "warn", "empty": "dash"}
_MOST = 2
_ASKS_ABOUT_PAPER = "ask.printed"


class NoticeRow(QFrame):
    """A confirmation in place; ``state`` is ``done``, ``warning`` or ``empty``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(size=32)
        self._text = WrappingText(role="head")
        self._help = WrappingText()
        said = column(self._text, self._help)
        row = line(self._icon, said, spacing=12, margins=(12, 6, 12, 6))
        row.setStretch(1, 1)
        self.setLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def put(self, state: str, text: str, help_line: str = "") -> None:
        """Show what happened and what to do."""
        self._icon.put(_ICONS[state])
        self._text.put(text)
        self._help.put_or_hide(help_line)
        self.setAccessibleName(f"{text} {help_line}".strip())
        mark_tree(self, state=state)


class Notices(QWidget):
    """The troubles of a view, and at most one word from the window itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[NoticeRow] = []
        self._column: QVBoxLayout = column(spacing=8, margins=(16, 12, 16, 0))
        self.setLayout(self._column)
        self.hide()

    def put(self, view: View | None, own: str, words: Words) -> None:
        """Show the gravest troubles and the window's own notice."""
        troubles = () if view is None else tuple(_not_shown_else(view))
        waiting = 0 if view is None else len(view.waiting)
        shown = [_said(trouble, waiting, words) for trouble in troubles[:_MOST]]
        if len(troubles) > _MOST:
            shown[-1] = (shown[-1][0], words.text("notice.more", n=len(troubles) - _MOST))
        if own:
            shown.insert(0, (own, ""))
        rows = fit_rows(self._column, self._rows, len(shown), NoticeRow)
        for row, (text, help_line) in zip(rows, shown, strict=True):
            row.put("warning", text, help_line)
        self.setVisible(bool(shown))


def _not_shown_else(view: View) -> Iterator[Trouble]:
    """Yield the troubles that are not what the whole screen is about."""
    told = view.instruction
    is_about_printer = told.tone is Tone.DEVICE or told.text.key == _ASKS_ABOUT_PAPER
    for trouble in view.troubles:
        if not (is_about_printer and trouble.code.startswith("printer-")):
            yield trouble


def _said(trouble: Trouble, waiting: int, words: Words) -> tuple[str, str]:
    """Say what happened, what to do, and that what waits for a printer is safe."""
    text, help_line = words.trouble(trouble)
    if trouble.code.startswith("printer-") and waiting:
        help_line = f"{help_line} {words.text('printer.waiting', n=waiting)}".strip()
    return text, help_line
