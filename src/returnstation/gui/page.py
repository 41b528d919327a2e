"""What every page of the window is."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from returnstation.application.view import Act, Instruction, View
from returnstation.domain.papers import ItemLabel
from returnstation.gui.forms import child
from returnstation.gui.theme import Theme
from returnstation.gui.widgets.texts import Text
from returnstation.gui.words import Words
from returnstation.scanning.sources import Scan


class Page(QWidget):
    """Fills the work area for a step of the desk; holds no state of its own.

    Signals:
        chosen: An option was touched; carries its key.
        typed: A code or PIN was typed to the end.
        photo_wanted: A stored photo is to be shown; carries its digest.
        sold_wanted: The product's picture is to be shown; carries its name.
        label_wanted: This label is to be drawn; answer with ``put_label``.
        noted: A remark was typed to the end.
        act_wanted: An act was touched inside the page; carries its name.
        photographed: A photo is to be kept; carries its bytes.
    """

    chosen = Signal(str)
    typed = Signal(str)
    photo_wanted = Signal(str)
    sold_wanted = Signal(str)
    label_wanted = Signal(object)
    noted = Signal(str)
    act_wanted = Signal(str)
    photographed = Signal(bytes)

    def put(self, view: View, words: Words) -> None:
        """Show a view in these words."""
        raise NotImplementedError

    def rehearse(self, view: View, words: Words) -> None:
        """Take a made-up view while nobody looks, and ask for nothing it names."""
        with QSignalBlocker(self):
            self.put(view, words)

    def put_sold(self, name: str, content: bytes) -> None:
        """Show a product's picture that was asked for."""

    def put_photo(self, digest: str, content: bytes) -> None:
        """Show a stored photo that was asked for."""

    def put_label(self, label: ItemLabel, content: bytes) -> None:
        """Show a drawn label that was asked for."""

    def show_chosen(self, key: str) -> None:
        """Show that an option is being taken."""

    def submit(self) -> bool:
        """Take what is being typed, on ``Enter``; tell whether there was anything."""
        return False

    def use_theme(self, chosen: Theme) -> None:
        """Paint by hand in this theme; most pages leave it to the style sheet."""

    def use_scale(self, scale: float) -> None:
        """Set lengths the style sheet cannot set; most pages have none."""

    def _text(self, name: str) -> Text:
        """Return a text of the page's form."""
        return child(self, Text, name)

    def start(self) -> None:
        """Get ready when the page comes to the front: put the focus where it belongs."""
        self.setFocus()


class Overlay(Page):
    """A page of the window itself, in front of the desk's page until a scan or ``Esc``.

    Signals:
        closed: The page is done.
        changed: Its instruction or acts are to be shown anew.
    """

    closed = Signal()
    changed = Signal()
    band = "normal"

    def instruction(self) -> Instruction:
        """Return what the instruction bar says."""
        raise NotImplementedError

    def acts(self) -> tuple[Act, ...]:
        """Return the acts of this page."""
        raise NotImplementedError

    def act(self, name: str) -> None:
        """Do one of the page's own acts."""
        raise NotImplementedError

    def press(self, key: str) -> None:
        """Take a lone printable key; most pages have no use for it."""

    def take_scan(self, scan: Scan) -> bool:
        """Take a scan that is not to reach the desk; most pages leave it to the desk."""
        return False

    def take_picture(self, content: bytes) -> bool:
        """Take a picture that was given; most pages leave it to the desk."""
        return False

    def leave(self) -> None:
        """Give back what the page holds while it lies in front; most pages hold nothing."""
