"""Tell a keyboard-wedge scan from a person typing, by the speed of the keys."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TERMINATORS = frozenset("\r\n\t")
ENDS: Mapping[str, frozenset[str]] = {
    "any": TERMINATORS,
    "enter": frozenset("\r\n"),
    "tab": frozenset("\t"),
    "none": frozenset(),
}
"""Keys that end a scan, by the words of the settings."""


@dataclass(slots=True)
class KeystrokeBurst:
    r"""Collects keystrokes and gives back a whole scan.

    A scanner sends its characters a few milliseconds apart and ends with Enter or
    Tab. A pause longer than ``max_gap`` seconds means a person: what was collected
    is dropped. A scanner that ends with nothing is heard by asking ``expire`` after the pause.

    >>> burst = KeystrokeBurst()
    >>> [burst.feed(key, place * 0.005) for place, key in enumerate("R-77\r")][-1]
    'R-77'
    """

    max_gap: float = 0.05
    min_length: int = 3
    ends: frozenset[str] = TERMINATORS
    _text: str = field(default="", init=False)
    _last_at: float = field(default=float("-inf"), init=False)
    _ended_at: float = field(default=float("-inf"), init=False)

    def feed(self, key: str, at: float) -> str | None:
        """Take one key pressed at ``at`` seconds; return the scan it completes, if any."""
        if not self.pending(at):
            self._text = ""
        self._last_at = at
        if key not in self.ends:
            self._text += key
            return None
        scan = self._whole()
        if scan is not None:
            self._ended_at = at
        return scan

    def trails(self, key: str, at: float) -> bool:
        """Tell whether a key only follows the one that ended a scan: the LF of CR and LF."""
        return key == "\n" and 0 <= at - self._ended_at <= self.max_gap

    def expire(self, at: float) -> str | None:
        """Return the scan that a pause until ``at`` has completed, if scans end with nothing."""
        if self.ends or self.pending(at):
            return None
        return self._whole()

    def _whole(self) -> str | None:
        text, self._text = self._text, ""
        return text if len(text) >= self.min_length else None

    def pending(self, at: float) -> int:
        """Return how many keys a key pressed at ``at`` would follow without a pause."""
        return len(self._text) if 0 <= at - self._last_at <= self.max_gap else 0

    @property
    def length(self) -> int:
        """How many keys the burst holds so far; 1 after a key that stands alone."""
        return len(self._text)
