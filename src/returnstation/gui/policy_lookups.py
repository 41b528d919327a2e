"""What the page of rules knows, and how it asks the book off the GUI thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QObject, Signal

from returnstation.application.policy_book import Asked, Book, Due, Home, Land, RightView, Sheet
from returnstation.gui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page knows; it is only ever replaced whole.

    Attributes:
        side: Which of the two countries is the one in hand.
    """

    home: Home
    lands: Sequence[Land]
    asked: Asked
    sheets: tuple[Sheet, Sheet]
    side: int = 0
    rights: Sequence[RightView] = ()
    due: Sequence[Due] = ()

    @property
    def codes(self) -> tuple[str, str]:
        """The countries, left and right."""
        left, right = self.sheets
        return left.land.code, right.land.code

    @property
    def land(self) -> Land:
        """The country in hand."""
        return self.sheets[self.side].land


class Lookups(QObject):
    """Asks the book, one question at a time.

    Args:
        open_book: Returns the book; called off the GUI thread.

    Signals:
        opened: The book was opened; carries what is ``Shown`` first.
        found_sheets: Two sheets were asked for; carries them.
        found_rights: The rights of a country were asked for; carries them.
        found_due: What to look at again was asked for; carries it.
        failed: There is no answer; carries the exception.
    """

    opened = Signal(object)
    found_sheets = Signal(object)
    found_rights = Signal(object)
    found_due = Signal(object)
    failed = Signal(object)

    def __init__(
        self, open_book: Callable[[], Book], tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._book = open_book
        self._tasks = tasks

    def open(self, today: date) -> None:
        """Begin with the countries and the merchant that matter here and now."""

        def work() -> Shown:
            book = self._book()
            home = book.home()
            shop = home.shops[0].merchant_id if home.shops else None
            asked = Asked(today, merchant_id=shop)
            sheets = (book.sheet(home.left, asked), book.sheet(home.right, asked))
            return Shown(home, book.lands(), asked, sheets)

        self._tasks.run(work, self.opened.emit, self.failed.emit)

    def find_sheets(self, codes: tuple[str, str], asked: Asked) -> None:
        """Ask what applies in two countries."""

        def work() -> tuple[Sheet, Sheet]:
            book, (left, right) = self._book(), codes
            return book.sheet(left, asked), book.sheet(right, asked)

        self._tasks.run(work, self.found_sheets.emit, self.failed.emit)

    def find_rights(self, code: str, day: date) -> None:
        """Ask for the rights of a country."""
        self._tasks.run(
            lambda: self._book().rights(code, day), self.found_rights.emit, self.failed.emit
        )

    def find_due(self, day: date) -> None:
        """Ask what to look at again."""
        self._tasks.run(lambda: self._book().to_check(day), self.found_due.emit, self.failed.emit)
