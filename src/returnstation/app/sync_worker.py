"""The threads by which a station meets its hub: when there are facts or news, and now and then."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING

from returnstation.app.clocks import ClockWatch, seconds_since_boot, this_machine
from returnstation.app.syncing import meet_once
from returnstation.application.hub_state import HubState
from returnstation.application.showing.hub import STUCK_AFTER
from returnstation.application.troubles import Trouble
from returnstation.sync.client import HubClient, HubRefused
from returnstation.threads import LastingThread

if TYPE_CHECKING:
    from returnstation.app.station import Station

_logger = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
"""Between two meetings when all goes well and nothing happens."""

LONGEST_PAUSE = 300.0
"""Between two tries when the hub cannot be reached; nothing is ever given up."""

GATHER_SECONDS = 1.5
"""How long facts wait for others of the same act before they are sent together."""

_LISTEN_AGAIN = 15
"""Seconds, and up to twice as many more, after which a hub that was away is listened to again."""


class SyncWorker:
    """Meets the hub in a thread until it is told to stop.

    Args:
        station: Whose facts go up.
        running: Seconds that nobody can set.
    """

    def __init__(
        self, station: "Station", running: Callable[[], float] = seconds_since_boot
    ) -> None:
        self._station = station
        self._woken, self._hurried, self._is_over = Event(), Event(), Event()
        self._watch = ClockWatch(station.database, station.clock, this_machine(running))
        self._thread = LastingThread("sync", self._run)
        self._listener = NewsListener(station.hub.client, self.wake)
        self._state = HubState()
        self._began: datetime | None = None

    @property
    def state(self) -> HubState:
        """How the station and its hub get on; a meeting that goes on and on may be in the way."""
        seq, since = self._left_behind()
        return self._state if since is None else self._in(Trouble("sync-stuck", seq=seq), since)

    def start(self) -> None:
        """Begin; once only."""
        self._look_at_clock()  # before anything is done here, for that is dated by it
        self._thread.start()
        self._listener.start()

    def wake(self) -> None:
        """Meet the hub now."""
        self._hurried.set()
        self._woken.set()

    def meet_now(self, timeout: float = 30.0) -> None:
        """Meet the hub, and wait until that is over."""
        self._is_over.clear()
        self.wake()
        self._is_over.wait(timeout)

    def note(self) -> None:
        """Meet the hub soon: there is something to send.

        While the hub cannot be met it is tried again in its own time, however much is done.
        """
        if self._state.code is None:
            self._woken.set()

    def stop(self, timeout: float = 10.0) -> bool:
        """End the threads; tell whether the one that meets the hub ended in time."""
        self._thread.stopping.set()
        self._is_over.set()
        self._listener.stop()
        self.wake()
        return self._thread.stop(timeout)

    def _run(self) -> None:
        pause = EVERY_SECONDS
        while not self._thread.stopping.is_set():
            self._woken.clear()
            self._hurried.clear()
            is_met = self._meet()
            self._is_over.set()
            # Half of the pause is luck, so that a hub that comes back is not met by all at once.
            grown = min(LONGEST_PAUSE, pause * 2)
            pause = EVERY_SECONDS if is_met else grown
            if not self._thread.stopping.is_set():
                self._woken.wait(pause if is_met else pause * (0.5 + secrets.randbelow(512) / 1024))
                self._hurried.wait(GATHER_SECONDS)

    def _meet(self) -> bool:
        self._began = self._station.clock()
        try:
            met = meet_once(self._station, self._thread.stopping.is_set, self._watch)
        except Trouble as trouble:
            self._fail(trouble)
            return False
        except HubRefused as refused:
            self._fail(Trouble("hub-refused", code=refused.code))
            return False
        except Exception:
            # The edge of the thread: whatever goes wrong here, tomorrow's facts must go up.
            _logger.exception("sync was interrupted")
            self._fail(Trouble("sync-interrupted"))
            return False
        finally:
            self._began = None
        if self._state.code is not None:
            self._listener.listen_again()
        self._state = HubState(
            met_at=self._station.clock(), offset=met.offset, key=met.key, key_at=met.key_at
        )
        return True

    def _left_behind(self) -> tuple[int, datetime | None]:
        """Return the oldest fact that waits for the end of a long meeting, and since when."""
        began = self._began
        if began is None:
            return 0, None
        now = self._station.clock()
        if now - began <= STUCK_AFTER:
            return 0, None
        with self._station.database.look() as work:
            unsent, oldest = work.facts.unsent()
            seq = work.facts.head() - unsent + 1
        is_old = oldest is not None and now - oldest > STUCK_AFTER
        return seq, oldest if is_old else None

    def _look_at_clock(self) -> None:
        address = self._station.hub.address
        if address is None:
            return
        try:
            self._watch.look(address.station)
        except Trouble as trouble:
            _logger.warning("the clock was not looked at: %s", trouble)

    def _fail(self, trouble: Trouble) -> None:
        _logger.warning("sync: %s", trouble)
        since = self._state.since if self._state.code == trouble.code else None
        self._state = self._in(trouble, since or self._station.clock())

    def _in(self, trouble: Trouble, since: datetime) -> HubState:
        return replace(
            self._state,
            code=trouble.code,
            text=trouble.say(),
            help=trouble.help(),
            since=since,
        )


class NewsListener:
    """Asks the hub for news on a line of its own: a dead line never delays facts.

    Args:
        connect: Opens a way to the hub.
        wake: Told when there is something new, and when a hub that was away is there again.
    """

    def __init__(self, connect: Callable[[], HubClient], wake: Callable[[], None]) -> None:
        self._connect = connect
        self._wake = wake
        self._again = Event()
        self._thread = LastingThread("news", self._run)

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    def stop(self) -> None:
        """Listen no more.

        The thread is not waited for: it may hang in a question the hub answers late, and it
        touches nothing of the station.
        """
        self._thread.stopping.set()
        self._again.set()

    def listen_again(self) -> None:
        """Wait no longer for a hub that was away: it is there."""
        self._again.set()

    def _run(self) -> None:
        known, client = _NOTHING, None
        while not self._thread.stopping.is_set():
            try:
                client = client or self._connect()
                told = client.wait(known)
            except (Trouble, HubRefused) as trouble:
                _logger.info("no news: %s", trouble)
                if client is not None:
                    client.close()
                known, client = _NOTHING, None  # the key may have changed meanwhile
                self._again.wait(_LISTEN_AGAIN + secrets.randbelow(2 * _LISTEN_AGAIN))
                self._again.clear()
                continue
            if told != known and not self._thread.stopping.is_set():
                known = told
                self._wake()
            self._thread.stopping.wait(1.0)
        if client is not None:
            client.close()


_NOTHING = -1
"""No number of changes: whatever the hub answers is news."""
