"""The desk, as the window needs it."""

from typing import Protocol

from returnstation.application.view import View


class DeskPort(Protocol):
    """One working place: takes scans and acts, and answers with what to show.

    The window calls it on one worker thread only, one call after the other.
    """

    def state(self) -> View:
        """Return what to show now, without doing anything."""

    def scan(self, text: str) -> View:
        """Take one scan."""

    def typed(self, text: str) -> View:
        """Take a code, or a PIN, that a person typed."""

    def picture(self, content: bytes) -> View:
        """Take a picture of a parcel label and read its barcodes."""

    def photo(self, content: bytes) -> View:
        """Keep a photo of the item in hand."""

    def choose(self, key: str) -> View:
        """Take the option with this key."""

    def do(self, name: str) -> View:
        """Do an act of the act bar."""

    def note(self, text: str) -> View:
        """Keep a remark about the item in hand."""
