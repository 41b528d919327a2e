"""How the hub and this station get on, as the threads say that send facts and photos."""

from dataclasses import replace
from typing import Protocol

from returnstation.application.hub_state import HubState


class Facts(Protocol):
    """What sends facts."""

    @property
    def state(self) -> HubState:
        """What it knows of the hub."""


class Photos(Protocol):
    """What sends photos."""

    trouble: str | None

    @property
    def stuck(self) -> int:
        """How many photos could not be sent."""


def hub_state(facts: Facts | None, photos: Photos | None) -> HubState | None:
    """Return what is known of the hub; None for a station without one."""
    if facts is None:
        return None
    if photos is None:
        return facts.state
    return replace(facts.state, photos_stuck=photos.stuck, photos_code=photos.trouble)
