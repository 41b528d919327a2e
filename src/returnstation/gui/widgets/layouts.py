"""Layouts in one line each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

Part: TypeAlias = QWidget | QLayout | int
"""A widget, a layout, or a stretch of that weight."""

_L = TypeVar("_L", bound=QBoxLayout)
_W = TypeVar("_W", bound=QWidget)
_R = TypeVar("_R", bound=tuple[QWidget, ...])
Margins: TypeAlias = tuple[int, int, int, int]
NO_MARGINS: Margins = (0, 0, 0, 0)


def column(*parts: Part, spacing: int = 0, margins: Margins = NO_MARGINS) -> QVBoxLayout:
    """Return a layout of parts below one another."""
    return _filled(QVBoxLayout(), parts, spacing, margins)


def line(*parts: Part, spacing: int = 8, margins: Margins = NO_MARGINS) -> QHBoxLayout:
    """Return a layout of parts side by side."""
    return _filled(QHBoxLayout(), parts, spacing, margins)


def frame(role: str, layout: QLayout | None = None) -> QFrame:
    """Return a frame of this role round a layout."""
    made = QFrame()
    made.setProperty("role", role)
    if layout is not None:
        made.setLayout(layout)
    return made


def fit_rows(layout: QBoxLayout, rows: list[_W], count: int, make: Callable[[], _W]) -> list[_W]:
    """Show the first ``count`` rows, making what is missing and hiding the rest."""
    while len(rows) < count:
        rows.append(make())
        layout.insertWidget(len(rows) - 1, rows[-1])
    for place, row in enumerate(rows):
        row.setVisible(place < count)
    return rows[:count]


def fit_cells(
    grid: QGridLayout, rows: list[_R], count: int, make: Callable[[], _R], across: int = 1
) -> list[_R]:
    """Do the same with widgets in the columns of a grid, ``across`` of them side by side."""
    while len(rows) < count:
        row, place = divmod(len(rows), across)
        rows.append(make())
        for column_of, widget in enumerate(rows[-1], place * len(rows[-1])):
            grid.addWidget(widget, row, column_of)
    for place, widgets in enumerate(rows):
        for widget in widgets:
            widget.setVisible(place < count)
    return rows[:count]


@contextmanager
def settled_once(layout: QLayout) -> Iterator[None]:
    """Let a layout settle once when everything is shown, not at each widget that comes or goes."""
    layout.setEnabled(False)
    try:
        yield
    finally:
        layout.setEnabled(True)
        layout.activate()


def fill_area(area: QScrollArea, layout: _L, role: str = "inside") -> _L:
    """Make a layout the content of a scroll area that touch moves and keys do not."""
    inside = QWidget()
    inside.setProperty("role", role)
    inside.setLayout(layout)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return layout


def _filled(layout: _L, parts: tuple[Part, ...], spacing: int, margins: Margins) -> _L:
    layout.setSpacing(spacing)
    layout.setContentsMargins(*margins)
    for part in parts:
        if isinstance(part, int):
            layout.addStretch(part)
        elif isinstance(part, QLayout):
            layout.addLayout(part)
        else:
            layout.addWidget(part)
    return layout
