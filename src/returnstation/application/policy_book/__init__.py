"""The rule book of a supervisor: what applies in a country on a day, and where that stands."""

from returnstation.application.policy_book.book import PolicyBook, UnknownLand
from returnstation.application.policy_book.sheet import (
    Asked,
    Book,
    Cell,
    Due,
    Home,
    Land,
    RightView,
    Sheet,
    Shop,
    Site,
    Stance,
    Topic,
    VersionState,
    VersionView,
)

__all__ = [
    "Asked",
    "Book",
    "Cell",
    "Due",
    "Home",
    "Land",
    "PolicyBook",
    "RightView",
    "Sheet",
    "Shop",
    "Site",
    "Stance",
    "Topic",
    "UnknownLand",
    "VersionState",
    "VersionView",
]
