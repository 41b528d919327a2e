"""How long papers stay readable at the station after their case has ended."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from returnstation.storage.erasing import blank_old_papers

if TYPE_CHECKING:
    from returnstation.app.station import Station

_DONE = "papers_blanked"
_EVERY = timedelta(days=1)  # every job of the queue is looked at
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def blank_papers_in_time(station: "Station") -> bool:
    """Blank the papers of cases that ended ``keep_papers_days`` ago; at most once a day.

    Returns:
        Whether it was done now.
    """
    until = station.clock() - timedelta(days=station.settings.keep_papers_days)
    kept = station.database.setting(_DONE)
    since = _NEVER if kept is None else datetime.fromisoformat(kept)
    # A clock set forward and back again must not leave papers out.
    if timedelta(0) <= until - since < _EVERY:
        return False
    with station.database.work() as work:
        blank_old_papers(work.connection, until, since if since < until else _NEVER)
        work.keep_setting(_DONE, until.isoformat())
        work.commit()
    return True
