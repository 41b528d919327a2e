"""How many of how many: pips, cells, a bar, and the grades still possible."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from returnstation.gui.widgets.layouts import fit_rows, line
from returnstation.gui.widgets.marks import mark


class Pips(QWidget):
    """How many signs agree, of how many."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pips: list[QFrame] = []
        self._row = line(1, spacing=3)
        self.setLayout(self._row)

    def put(self, score: int, of: int) -> None:
        """Fill ``score`` of ``of`` pips; none at all hides them."""
        self.setVisible(of > 0)
        for place, pip in enumerate(fit_rows(self._row, self._pips, of, lambda: _piece("pip"))):
            mark(pip, state="on" if place < score else "off")


class Cells(QWidget):
    """Progress through the questions: done, now, to come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: list[QFrame] = []
        self._row = line(1, spacing=4)
        self.setLayout(self._row)

    def put(self, number: int, of: int) -> None:
        """Show question ``number``, from 1, of ``of``."""
        for place, cell in enumerate(
            fit_rows(self._row, self._cells, of, lambda: _piece("cell")), 1
        ):
            mark(cell, state="done" if place < number else "now" if place == number else "next")


class Bar(QWidget):
    """A part of a whole as a bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part, self._whole = 0, 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def put(self, part: int, whole: int) -> None:
        """Fill the bar to ``part`` of ``whole``."""
        self._part, self._whole = part, whole
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Window))
        filled = self.width() * min(self._part, self._whole) // (self._whole or 1)
        ink = self.palette().color(QPalette.ColorRole.WindowText)
        painter.fillRect(QRect(0, 0, filled, self.height()), ink)


class GradeScale(QWidget):
    """One of the two grades: cells still possible are tinted, a fixed one is filled."""

    def __init__(self, grades: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = {grade: QLabel(grade) for grade in grades}
        for cell in self._cells.values():
            cell.setProperty("role", "grade")
            cell.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(line(*self._cells.values(), spacing=2))

    def put(self, possible: tuple[str, ...]) -> None:
        """Show which grades are still possible."""
        fixed = len(possible) == 1
        for grade, cell in self._cells.items():
            state = "" if grade not in possible else "set" if fixed else "can"
            mark(cell, state=state)


def _piece(role: str) -> QFrame:
    piece = QFrame()
    piece.setProperty("role", role)
    return piece
