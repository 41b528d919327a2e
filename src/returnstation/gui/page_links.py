"""Connect the pages with the desk, the stored photos and the labels they show."""

from PySide6.QtCore import QObject, Signal

from returnstation.domain.papers import ItemLabel
from returnstation.gui.desk_calls import DeskCalls
from returnstation.gui.page import Overlay, Page
from returnstation.gui.window_parts import WindowParts


class PageLinks(QObject):
    """Brings what pages ask for; hands on what only the window can do.

    Signals:
        chosen: An option was touched; carries its key.
        act_wanted: An act was touched inside a page; carries its name.
        closed: A page of the window is done.
        changed: Instruction or acts of a page of the window are to be shown anew.
        failed: A label could not be drawn; carries the exception.
    """

    chosen = Signal(str)
    act_wanted = Signal(str)
    closed = Signal()
    changed = Signal()
    failed = Signal(object)

    def __init__(self, parts: WindowParts, calls: DeskCalls, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._calls = calls
        calls.page_wanted.connect(self.act_wanted)

    def connect_page(self, page: Page) -> None:
        """Connect a page that was just made."""
        page.chosen.connect(self.chosen)
        page.typed.connect(self._calls.typed)
        page.noted.connect(self._calls.note)
        page.act_wanted.connect(self.act_wanted)
        page.photographed.connect(self._calls.photo)
        page.photo_wanted.connect(lambda digest: self._fetch_photo(page, digest))
        page.sold_wanted.connect(lambda name: self._fetch_sold(page, name))
        page.label_wanted.connect(lambda label: self._draw_label(page, label))
        if isinstance(page, Overlay):
            page.closed.connect(self.closed)
            page.changed.connect(self.changed)

    def _fetch_photo(self, page: Page, digest: str) -> None:
        reviews = self._parts.reviews
        self._parts.tasks.run(
            lambda: reviews.photo(digest),
            lambda found: page.put_photo(digest, found),
            lambda _: None,  # it is not shown, and the log says why
        )

    def _fetch_sold(self, page: Page, name: str) -> None:
        def show(content: bytes | None) -> None:
            if content is not None:
                page.put_sold(name, content)

        read = self._parts.product_picture
        self._parts.tasks.run(lambda: read(name), show, self.failed.emit)

    def _draw_label(self, page: Page, label: ItemLabel) -> None:
        draw = self._parts.render_label
        self._parts.tasks.run(
            lambda: draw(label), lambda png: page.put_label(label, png), self.failed.emit
        )
