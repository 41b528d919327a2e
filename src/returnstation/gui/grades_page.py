"""What the grades mean, with a drawing each; those still possible stand out."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from returnstation.application.view import Act, Instruction, Tone, View
from returnstation.domain.checklists import COSMETIC, FUNCTIONAL
from returnstation.domain.messages import say
from returnstation.gui.page import Overlay
from returnstation.gui.widgets.layouts import column, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.pictures import Picture
from returnstation.gui.widgets.texts import ShortenedText, Text
from returnstation.gui.words import Words


class GradeRow(QFrame):
    """One grade: drawing, code, name and definition."""

    def __init__(self, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = code
        self._picture = Picture(role="grade")
        self._picture.put_drawing(f"grade-{code.lower()}")
        self._sign = Text(role="title")
        self._name = ShortenedText(role="strong")
        self._help = ShortenedText(role="quiet")
        row = line(
            self._picture, self._sign, column(1, self._name, self._help, 1, spacing=0), spacing=12
        )
        row.setContentsMargins(8, 0, 8, 0)
        row.setStretch(2, 1)
        self.setLayout(row)
        self.setProperty("role", "grade-row")

    def put(self, words: Words, possible: tuple[str, ...]) -> None:
        """Show the grade, and whether it is still possible."""
        key = f"grade.{self._code.lower()}"
        self._sign.put(self._code)
        self._name.put(words.say(say(key)))
        self._help.put(words.say(say(f"{key}.help")))
        mark_tree(self, state="possible" if self._code in possible else "normal")


class GradesPage(Overlay):
    """Both scales side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads = (Text(role="head"), Text(role="head"))
        self._merchant = Text(role="strong")
        self._rows = {code: GradeRow(code) for code in (*FUNCTIONAL, *COSMETIC)}
        functional = (self._rows[code] for code in FUNCTIONAL)
        cosmetic = (self._rows[code] for code in COSMETIC)
        self._lay_out(
            self._pane(self._heads[0], *functional, self._merchant),
            self._pane(self._heads[1], *cosmetic),
        )

    def put(self, view: View, words: Words) -> None:
        question = view.question
        possible = () if question is None else (*question.functional, *question.cosmetic)
        for row in self._rows.values():
            row.put(words, possible)
        self._heads[0].put(words.say(say("grade.functional")))
        self._heads[1].put(words.say(say("grade.cosmetic")))
        name = None if question is None else question.merchant_grade
        self._merchant.put_or_hide(
            "" if name is None else words.say(say("grade.merchant", grade=name))
        )

    def instruction(self) -> Instruction:
        return Instruction(Tone.QUESTION, "ask", say("grade.title"), say("grade.title.help"))

    def acts(self) -> tuple[Act, ...]:
        return (Act(1, "Esc", say("window.back"), "close"),)

    def act(self, name: str) -> None:
        self.closed.emit()

    def _pane(self, *parts: QWidget) -> QFrame:
        pane = QFrame()
        pane.setProperty("role", "pane")
        pane.setLayout(column(*parts, 1, spacing=2, margins=(12, 8, 12, 8)))
        return pane

    def _lay_out(self, *panes: QFrame) -> None:
        row: QHBoxLayout = line(*panes, spacing=16, margins=(16, 16, 16, 16))
        row.setStretch(0, 1)
        row.setStretch(1, 1)
        self.setLayout(row)
