"""Which parts of a kit are shown at once: eight, or seven and a key that turns the page."""

from dataclasses import dataclass

ALL_HERE = "9"
"""Key that says of a kit: what was not marked is there."""

TURN = "8"
"""Key that shows the next parts of a kit that has more than there are keys for."""

_KEYS = 8
_KEYS_BESIDE_TURN = 7


@dataclass(frozen=True, slots=True)
class KitPage:
    """A page of a kit.

    Attributes:
        parts: How many parts the kit has.
        page: From 0; one behind the last is the first again.
    """

    parts: int
    page: int = 0

    @property
    def turns(self) -> bool:
        """Whether there are more parts than keys."""
        return self.parts > _KEYS

    @property
    def numbers(self) -> range:
        """The numbers of the parts shown, from 1."""
        if not self.turns:
            return range(1, self.parts + 1)
        pages = -(-self.parts // _KEYS_BESIDE_TURN)
        first = self.page % pages * _KEYS_BESIDE_TURN + 1
        return range(first, min(first + _KEYS_BESIDE_TURN, self.parts + 1))

    @property
    def turned(self) -> "KitPage":
        """The page behind it."""
        return KitPage(self.parts, self.page + 1)

    def number(self, key: str) -> int | None:
        """Return the number of the part a key stands for; None for none.

        >>> KitPage(10, page=1).number("1")
        8
        """
        place = int(key) - 1 if key.isascii() and key.isdigit() else -1
        return self.numbers[place] if 0 <= place < len(self.numbers) else None
