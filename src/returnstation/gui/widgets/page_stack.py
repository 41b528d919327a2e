"""Pages in one place, one of them in front."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class PageStack(QWidget):
    """Shows one page and lets the others rest.

    A ``QStackedWidget`` measures all its pages whenever anything round it changes: it must be as
    large as the largest. This one takes the room it is given.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._front: QWidget | None = None

    @property
    def front(self) -> QWidget | None:
        """The page that is shown."""
        return self._front

    def add(self, page: QWidget) -> None:
        """Take a page in; it is not shown yet."""
        page.setParent(self)
        page.hide()

    def show_page(self, page: QWidget) -> None:
        """Show a page in place of the one before."""
        before, self._front = self._front, page
        page.setGeometry(self.rect())
        page.show()
        # Hiding what has the focus would hand it to whatever stands next.
        page.setFocus()
        if before is not None and before is not page:
            before.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._front is not None:
            self._front.setGeometry(self.rect())
