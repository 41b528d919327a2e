"""How a station and its hub get on, as the thread that meets the hub knows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from returnstation.domain.messages import Say

UNREACHABLE = frozenset({"hub-unreachable", "hub-busy"})
"""Codes of troubles that pass by themselves: nobody at the desk need do anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubState:
    """What is known since the program began.

    Attributes:
        met_at: When all went well last; None for not yet.
        code: Of what stands in the way; None when nothing does.
        text: What that is.
        help: What to do about it.
        since: When it first stood in the way.
        offset: What is to be added to this clock to have the hub's.
        key: Fingerprint of the key the hub knows the station by; ``key_at``: since when.
        photos_stuck: How many photos could not be sent; ``photos_code``: what stands in the way
            of all of them.
    """

    met_at: datetime | None = None
    code: str | None = None
    text: Say | None = None
    help: Say | None = None
    since: datetime | None = None
    offset: timedelta = timedelta(0)
    key: str = ""
    key_at: datetime | None = None
    photos_stuck: int = 0
    photos_code: str | None = None
