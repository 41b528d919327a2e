"""What was scanned beside what the order has, the differing words marked."""

from collections.abc import Iterable
from difflib import SequenceMatcher
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from returnstation.application.view import LineView
from returnstation.gui.widgets.icon import Icon
from returnstation.gui.widgets.layouts import column, fill_area, fit_rows, frame, line
from returnstation.gui.widgets.texts import ShortenedText, Text, WrappingText
from returnstation.gui.words import Words

_ICONS = {"done": "check", "missing": "dash"}


class ExpectedLine(QFrame):
    """A product of the order, and whether it came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(tone="ink2")
        self._product = WrappingText(role="title")
        self._detail = ShortenedText(role="quiet")
        said = column(self._product, self._detail)
        row = line(self._icon, said, spacing=12, margins=(16, 8, 16, 8))
        row.setStretch(1, 1)
        self.setLayout(row)

    def put(self, view: LineView, words: Words) -> None:
        """Show a line."""
        self._icon.put(_ICONS.get(view.state, "product"))
        self._product.put(view.product)
        self._detail.put(f"{view.sku} · {words.text(f'line.{view.state}')}")


class Comparison(QFrame):
    """The scanned product above those of the order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads = {name: Text(role="head") for name in ("scanned", "expected")}
        self._scanned = WrappingText(role="answer")
        self._scanned.setTextFormat(Qt.TextFormat.RichText)
        self._rows: list[ExpectedLine] = []
        area = QScrollArea()
        self._column = fill_area(area, column(1), "inside-pane")
        parts = (
            self._head("scanned"),
            column(self._scanned, margins=(16, 12, 16, 16)),
            self._head("expected"),
            area,
        )
        layout = column(*parts)
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self.setProperty("role", "pane")

    def put(self, scanned: str, lines: tuple[LineView, ...], words: Words) -> None:
        """Show a product that was scanned, and the lines of the order."""
        for name, head in self._heads.items():
            head.put(words.text(f"compare.{name}"))
        self._scanned.put(_marked(scanned, [line.product for line in lines]))
        self._scanned.setAccessibleName(scanned)
        rows = fit_rows(self._column, self._rows, len(lines), ExpectedLine)
        for row, view in zip(rows, lines, strict=True):
            row.put(view, words)

    def _head(self, name: str) -> QFrame:
        return frame("pane-head", line(self._heads[name], 1, margins=(16, 0, 16, 0)))


def differing(scanned: str, expected: str) -> list[tuple[str, bool]]:
    """Return the words of what was scanned, and whether each differs from what was expected.

    >>> differing("Runner 2, white", "Runner 3, navy")
    [('Runner', False), ('2,', True), ('white', True)]
    """
    words, others = scanned.split(), expected.split()
    differs = [True] * len(words)
    for same in _matcher(words, others).get_matching_blocks():
        differs[same.a : same.a + same.size] = [False] * same.size
    return list(zip(words, differs, strict=True))


def _marked(scanned: str, expected: Iterable[str]) -> str:
    """Return the scanned name as rich text, marked against the product most like it."""
    nearest = max(expected, key=lambda name: _likeness(scanned, name), default="")
    if not _likeness(scanned, nearest):
        return escape(scanned)
    return " ".join(
        f"<u>{escape(word)}</u>"
        if differs
        else f'<span style="font-weight: 400">{escape(word)}</span>'
        for word, differs in differing(scanned, nearest)
    )


def _likeness(one: str, other: str) -> float:
    return _matcher(one.split(), other.split()).ratio()


def _matcher(words: list[str], others: list[str]) -> "SequenceMatcher[str]":
    return SequenceMatcher(None, _plain(words), _plain(others))


def _plain(words: list[str]) -> list[str]:
    return [word.strip(",.·") for word in words]
