"""What became of a station's clock, so that its facts can be dated by the hub's.

The subject of each is the station. ``wall_ms`` is what the clock itself said, in milliseconds
since 1970: the log's own clock may be ahead of it, for that is never set back.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStepped:
    """Somebody, or the network, set the station's clock.

    Attributes:
        seconds: By how much it jumped: forward, or back below zero.
        seen_ms: What the clock had said when it was looked at last, before it was set.
    """

    seconds: int
    wall_ms: int = 0
    seen_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Booted:
    """The machine was started, or its clock is watched from here on.

    What the clock said before tells nothing about what it says now.
    """

    wall_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRead:
    """What the clock said.

    Attributes:
        offset_ms: What was to be added to it to have the hub's time; None without the hub.
    """

    wall_ms: int
    offset_ms: int | None = None
