"""The one thing to do next, and what became of the last scan."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from returnstation.application.view import Echo, Instruction
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.marks import mark, mark_tree
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words

_FITS = ("whole", "tight", "small")


class InstructionText(Text):
    """One sentence in one line; one that is too long is written smaller, never cut."""

    def sizeHint(self) -> QSize:
        return QSize(0, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def put(self, text: str, tone: str | None = None) -> None:
        super().put(text, tone)
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Choose the largest size that shows the whole sentence."""
        for fit in _FITS:
            mark(self, fit=fit)
            self.ensurePolished()
            if self.fontMetrics().horizontalAdvance(self.text()) <= self.width():
                return


class ScanEcho(QFrame):
    """The last scan: result and time, code, what it was taken for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon()
        self._label = ShortenedText(role="echo")
        self._code = ShortenedText(role="code")
        self._detail = ShortenedText(role="echo")
        head = line(self._icon, self._label, spacing=8)
        head.setStretch(1, 1)
        self.setLayout(column(1, head, self._code, self._detail, 1, margins=(24, 0, 16, 0)))

    def put(self, echo: Echo | None, words: Words) -> None:
        """Show what became of a scan; before the first one, nothing."""
        if echo is None:
            self.put_texts("", ("", "", ""))
            return
        label = f"{words.say(echo.label)} {words.catalog.shapes.time(echo.at)}"
        self.put_texts(echo.kind, (label, echo.code, words.say(echo.detail)))

    def put_refused(self, code: str, why: str, remedy: str, words: Words) -> None:
        """Show a scan that was not taken, with the keys of why and of what to do."""
        self.put_texts("cross", (words.text(why), code, words.text(remedy)))

    def put_texts(self, icon: str, texts: tuple[str, str, str]) -> None:
        """Show an icon with label, code and detail."""
        self._icon.put(icon)
        for place, text in zip((self._label, self._code, self._detail), texts, strict=True):
            place.put(text)
        self.setAccessibleName(", ".join(filter(None, texts)))


class InstructionBar(QFrame):
    """Icon, instruction, one line of help, scan echo; ``state`` is its tone.

    Its ``extent`` is ``idle``, ``normal`` or ``slim``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(size=56)
        self._text = InstructionText(role="instruction")
        self._help = WrappingText(role="help")
        self.echo = ScanEcho()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        words = column(1, self._text, self._help, 1)
        row = line(self._icon, words, self.echo, spacing=20, margins=(24, 0, 0, 0))
        row.setStretch(1, 1)
        self.setLayout(row)
        self._said = ""

    def put(self, instruction: Instruction, extent: str, words: Words) -> None:
        """Show what to do."""
        mark_tree(self, state=str(instruction.tone), extent=extent)
        self._icon.put(instruction.icon)
        self._help.put_or_hide(words.say(instruction.help))
        self._text.put(words.say(instruction.text))
        self.echo.setVisible(extent != "slim")
        self._announce(f"{words.say(instruction.text)}. {words.say(instruction.help)}")

    def _announce(self, said: str) -> None:
        """Have a screen reader say a new instruction."""
        if said == self._said:
            return
        self._said = said
        self.setAccessibleName(said)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
