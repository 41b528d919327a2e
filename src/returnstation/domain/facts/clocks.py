"""What happened to a station's clock."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStepped:
    """Somebody, or the network, set the station's clock; the subject is the station.

    Attributes:
        seconds: By how much it jumped: forward, or back below zero.
    """

    seconds: int
