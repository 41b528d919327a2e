"""See whether a window shows all its texts."""

from itertools import pairwise

from PySide6.QtCore import Qt, QTextBoundaryFinder
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QWidget

from returnstation.gui.widgets.texts import ShortenedText
from returnstation.gui.words import without_joiners


def cut_off(screen: QWidget) -> list[str]:
    """Return the texts that are larger than what shows them."""
    for _ in range(3):  # texts that wrap settle their heights in rounds
        QApplication.processEvents()
    labels, buttons = screen.findChildren(QLabel), screen.findChildren(QAbstractButton)
    widgets: list[QLabel | QAbstractButton] = [*labels, *buttons]
    return [
        f"{without_joiners(widget.text())} ({type(widget).__name__})"
        for widget in widgets
        if widget.isVisible() and widget.text() and not _fits(widget)
    ]


def _fits(widget: QLabel | QAbstractButton) -> bool:
    room = widget.contentsRect()
    text = widget.text()
    if isinstance(widget, QLabel) and widget.textFormat() is Qt.TextFormat.RichText:
        text = QTextDocumentFragment.fromHtml(text).toPlainText()
    if isinstance(widget, ShortenedText):
        return True  # a name may be shortened
    if isinstance(widget, QLabel) and widget.wordWrap():
        pieces = unbreakable(text)
        longest = max(widget.fontMetrics().horizontalAdvance(piece) for piece in pieces)
        tall = widget.heightForWidth(widget.width()) > widget.height() + 2
        return longest <= room.width() + 1 and not tall
    return widget.fontMetrics().horizontalAdvance(text) <= room.width() + 1


def unbreakable(text: str) -> list[str]:
    """Return the pieces between which a line may break: words, or Japanese characters."""
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Line, text)
    ends = [0]
    while (end := finder.toNextBoundary()) != -1:
        ends.append(end)
    return [text[start:end].strip() for start, end in pairwise(ends)]


def shortened(screen: QWidget) -> list[str]:
    """Return the names that are shortened at the end."""
    return [
        text.text()
        for text in screen.findChildren(ShortenedText)
        if text.isVisible() and text.fontMetrics().horizontalAdvance(text.text()) > text.width()
    ]


def outside(screen: QWidget) -> list[str]:
    """Return the visible widgets that lie partly outside of what holds them."""
    return [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in screen.findChildren(QWidget)
        if widget.isVisible() and not _inside(widget)
    ]


def _inside(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    if parent is None or widget.isWindow() or isinstance(parent, QComboBox):
        return True
    name = parent.objectName()
    if name.startswith("qt_") or "ScrollArea" in type(parent).__name__:
        return True  # what scrolls may be larger than its window
    return parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry())
