"""What every source of scans has in common: the scan, its state, and who is told."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from returnstation.scanning.hints import Hint

if TYPE_CHECKING:
    # NumPy takes 60 ms to import, and most desks have no camera.
    from returnstation.scanning.pictures_frames import Pixels, Point


class Light(StrEnum):
    """A camera's own lamp."""

    ON = "on"
    OFF = "off"


class SourceState(StrEnum):
    """How a source is: the words of the status strip."""

    OK = "ok"
    NOT_AVAILABLE = "not-available"
    UNPLUGGED = "unplugged"


@dataclass(frozen=True, slots=True)
class Scan:
    """The text of one scan and where it came from.

    Attributes:
        source: Name of the source, e.g. ``camera`` or the name of a serial port.
        text: As ``parse_barcode`` takes it, with its AIM identifier where it is known.
        format: As a person calls the symbology, where the source tells it.
        box: Corners of the code in the picture; none where there is no picture.
    """

    source: str
    text: str
    format: str = ""
    box: "tuple[Point, ...]" = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """A frame for a person to look at.

    Attributes:
        outlines: Corners of the codes that were found in it.
        cut: Left, top, right and bottom of what a photo would keep of it, if not all.
    """

    pixels: "Pixels"
    outlines: "tuple[tuple[Point, ...], ...]" = ()
    hint: Hint | None = None
    cut: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told; called in the source's own thread, so nothing here may wait.

    Attributes:
        scanned: Takes a scan.
        changed: Takes the name of a source and its new state.
        previewed: Takes a frame; called only while somebody looks.
    """

    scanned: Callable[[Scan], None]
    changed: Callable[[str, SourceState], None] = lambda _name, _state: None
    previewed: Callable[[Preview], None] = lambda _preview: None


class Source(Protocol):
    """Sends scans from a thread of its own between ``start`` and ``stop``."""

    @property
    def name(self) -> str:
        """What the source is called."""

    @property
    def state(self) -> SourceState:
        """How it is now."""

    def start(self) -> None:
        """Begin; return at once, whether the device is there or not."""

    def stop(self) -> None:
        """End the thread and give the device back."""

    def watch(self) -> None:
        """Send previews from now on, where there is something to see."""

    def unwatch(self) -> None:
        """Send no previews any more."""


@runtime_checkable
class PhotoSource(Protocol):
    """A source that can take photos, from any thread."""

    def still(self) -> bytes | None:
        """Return what it sees as a picture file; None when it is gone."""

    def shine(self, light: Light) -> bool:
        """Switch its lamp; tell whether it has one that can be."""


@dataclass(slots=True)
class BackOff:
    """Waits ever longer between two tries.

    >>> waits = BackOff(1.0, 4.0)
    >>> [waits.next_seconds() for _ in range(4)]
    [1.0, 2.0, 4.0, 4.0]
    """

    first: float = 0.5
    longest: float = 8.0
    _next: float = 0.0

    def next_seconds(self) -> float:
        """Return how long to wait before the next try."""
        self._next = min(self._next * 2 or self.first, self.longest)
        return self._next

    def reset(self) -> None:
        """Begin with the shortest wait again."""
        self._next = 0.0
