"""Something to choose by key, touch or command scan: an answer, a candidate, a reason."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from returnstation.application.view import Evidence, Option
from returnstation.gui.widgets.bars import Pips
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fit_cells, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.pictures import Picture
from returnstation.gui.widgets.signs import KeyCap
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.widgets.touch import Touchable
from returnstation.gui.words import Words

_EVIDENCE_TONES = {"check": "accept", "cross": "refuse", "dash": "ink2"}
_EVIDENCE_COLUMNS = 2


class EvidenceGrid(QFrame):
    """Signs for, against and unknown, in two columns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signs: list[tuple[Icon, ShortenedText]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 8, 16, 8)
        self._grid.setVerticalSpacing(2)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        for place in range(_EVIDENCE_COLUMNS):
            self._grid.setColumnStretch(2 * place + 1, 1)

    def put(self, evidence: tuple[Evidence, ...], words: Words) -> None:
        """Show the signs."""
        self.setVisible(bool(evidence))
        signs = fit_cells(self._grid, self._signs, len(evidence), _sign, _EVIDENCE_COLUMNS)
        for (icon, text), sign in zip(signs, evidence, strict=True):
            tone = _EVIDENCE_TONES[sign.kind]
            icon.put(sign.kind, tone)
            text.put(words.say(sign.text), tone)


class OptionRow(Touchable):
    """One option; ``state`` is ``normal``, ``chosen`` or ``locked``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap = KeyCap(size="big")
        self._lock = Icon(name="lock", size=32)
        self._picture = Picture(role="reference")
        self._title = WrappingText(role="answer")
        self._detail = WrappingText(role="quiet")
        self._pips = Pips()
        self._agree = Text(role="strong")
        self._evidence = EvidenceGrid()
        pips = line(self._pips, self._agree, 1, spacing=12, margins=(0, 4, 0, 0))
        said = column(1, self._title, self._detail, pips, 1, spacing=2, margins=(0, 8, 0, 8))
        self._row = line(self._cap, self._lock, self._picture, said, self._evidence, spacing=16)
        self._row.setContentsMargins(16, 0, 16, 0)
        self._row.setStretch(3, 5)
        self._row.setStretch(4, 6)
        self.hold(self._row)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def put(self, option: Option, words: Words) -> None:
        """Show an option."""
        locked = words.say(option.locked)
        title = words.say(option.title)
        self._cap.setText(option.key)
        self._cap.setVisible(not locked)
        self._lock.setVisible(bool(locked))
        self._picture.put_drawing(option.picture)
        self._picture.setVisible(not self._picture.is_empty)
        self._title.put(title)
        self._detail.put_or_hide(locked or words.say(option.detail))
        self._pips.put(option.score, option.of)
        agree = words.text("option.agree", score=option.score, of=option.of)
        self._agree.put_or_hide(agree if option.of else "")
        self._evidence.put(option.evidence, words)
        self.setEnabled(not locked)
        self.setAccessibleName(f"{option.key}: {title}")
        mark_tree(self, state="locked" if locked else "normal")

    def show_chosen(self) -> None:
        """Stay filled until the next view comes."""
        mark_tree(self, state="chosen")


def _sign() -> tuple[Icon, ShortenedText]:
    widgets = (Icon(), ShortenedText())
    for widget in widgets:
        widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return widgets
