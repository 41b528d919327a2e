"""How the station and its hub get on, and whether that needs anybody's hands."""

from datetime import datetime, timedelta

from returnstation.application.conflicts import count_open
from returnstation.application.equipment import Equipment
from returnstation.application.hub_state import UNREACHABLE, HubState
from returnstation.application.ports import Work
from returnstation.application.view import HubView, Trouble
from returnstation.domain.messages import Say, say

STUCK_AFTER = timedelta(minutes=15)
"""Facts that wait longer although the hub answers do not get there by themselves."""

CLOCK_OFF = timedelta(minutes=5)
"""By how much the clocks of station and hub may differ before somebody should look."""

_CLOCK = "clock-off"
WELL, OFFLINE, STUCK = "well", "offline", "stuck"


def shown_hub(equipment: Equipment, work: Work, oldest: datetime | None) -> HubView | None:
    """Return how the hub is; None for a station without one.

    Args:
        equipment: Of the station.
        work: To look into the log.
        oldest: When the oldest fact was written that the hub does not have.
    """
    state = equipment.hub()
    if state is None:
        return None
    zone = equipment.settings.zone
    now = equipment.now()
    met = None if state.met_at is None else state.met_at.astimezone(zone)
    since = None if state.since is None else state.since.astimezone(zone)
    kind = _kind(state, oldest, now)
    text, help_, code = say(f"hub.{kind}"), say(f"hub.{kind}.help"), state.code
    if kind == STUCK and state.text is not None:
        text, help_ = state.text, state.help or help_
    elif kind == STUCK:
        code, since = "sync-stuck", None if oldest is None else oldest.astimezone(zone)
    elif met is None and kind == WELL:
        text = say("hub.first")
    photos = _photos(state)
    return HubView(
        state=kind,
        text=text,
        help=None if kind == WELL and photos is not None else help_,
        code=code,
        synced_at=None if met is None else met.replace(second=0, microsecond=0),
        since=since,
        conflicts=count_open(work, equipment.conflicts),
        clock_off=_minutes_off(state),
        key=state.key,
        key_at=None if state.key_at is None else state.key_at.astimezone(zone),
        photos=photos,
    )


def clock_trouble(hub: HubView | None) -> tuple[Trouble, ...]:
    """Return that this clock and the hub's differ by more than a person would leave them."""
    if hub is None or not hub.clock_off:
        return ()
    which = "behind" if hub.clock_off > 0 else "ahead"
    text = say(f"trouble.clock-{which}", n=abs(hub.clock_off))
    return (Trouble(_CLOCK, text, say("trouble.clock-off.help")),)


def _kind(state: HubState, oldest: datetime | None, now: datetime) -> str:
    if state.code in UNREACHABLE:
        return OFFLINE
    if state.code is not None:
        return STUCK
    if state.met_at is None or oldest is None or oldest > state.met_at:
        return WELL
    return STUCK if now - oldest > STUCK_AFTER else WELL


def _photos(state: HubState) -> Say | None:
    if state.photos_stuck:
        return say("hub.photos.stuck", n=state.photos_stuck)
    if state.photos_code is None or state.photos_code in UNREACHABLE:
        return None  # what stands in the way of everything is told once
    return say("hub.photos.held", code=state.photos_code)


def _minutes_off(state: HubState) -> int:
    if abs(state.offset) <= CLOCK_OFF:
        return 0
    return round(state.offset / timedelta(minutes=1))
