"""The totes as they stand behind the desk."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from returnstation.application.view import ContainerView
from returnstation.gui.widgets.layouts import column, fit_rows, line
from returnstation.gui.widgets.marks import mark_tree
from returnstation.gui.widgets.texts import Text, WrappingText
from returnstation.gui.words import Words


class TotePlace(QFrame):
    """One place; ``state`` is ``target``, ``full`` or ``other``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = Text(role="tote-number")
        self._name = WrappingText(role="tote")
        self._filled = Text(role="tote")
        for text in (self._number, self._name, self._filled):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(column(1, self._number, self._name, self._filled, 1, margins=(2, 4, 2, 4)))

    def put(self, container: ContainerView, words: Words) -> None:
        """Show a container."""
        name = words.disposition(container.disposition)
        self._number.put(str(container.place))
        self._name.put(name)
        self._filled.put(f"{container.filled} / {container.capacity}")
        self.setAccessibleName(f"{container.place}: {name}, {container.code}")
        is_full = container.filled >= container.capacity
        mark_tree(self, state="target" if container.is_target else "full" if is_full else "other")


_AT_ONCE = 6  # what can be read from 60 cm; places further along are another stretch of wall


class ToteMap(QWidget):
    """The six places around the target in a row, and the desk in front of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places: list[TotePlace] = []
        self._row = line(spacing=8)
        self._desk = Text(role="desk")
        self._desk.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setLayout(column(self._row, self._desk, spacing=8))

    def put(self, containers: tuple[ContainerView, ...], words: Words) -> None:
        """Show the containers in the order they stand."""
        self._desk.put(words.text("tote.desk"))
        ordered = _around_target(containers)
        places = fit_rows(self._row, self._places, len(ordered), TotePlace)
        for index, (place, container) in enumerate(zip(places, ordered, strict=True)):
            place.put(container, words)
            self._row.setStretch(index, 1)


def _around_target(containers: tuple[ContainerView, ...]) -> list[ContainerView]:
    ordered = sorted(containers, key=lambda container: container.place)
    target = next((n for n, container in enumerate(ordered) if container.is_target), 0)
    first = target // _AT_ONCE * _AT_ONCE
    return ordered[first : first + _AT_ONCE]
