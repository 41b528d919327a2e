"""What a hub does by itself, in the process that minds those that answer.

Every hub behind a database runs it; work that only one may do at a time is behind a lock or a
lease in the database, so that another takes over within minutes when a machine dies.
"""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import get_native_id

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from returnstation.application.troubles import Trouble
from returnstation.hub.database import HubDatabase, locked, named_troubles
from returnstation.hub.tables import LEASE
from returnstation.threads import LastingThread

_logger = logging.getLogger(__name__)

_NICE = 10
_APART_MS = 3_600_000
"""By how much clocks of the hub's machines may differ."""

TICK_SECONDS = 0.5
"""How long new facts wait at most before they are projected."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Something that is done again and again.

    Attributes:
        run: Does it; what it raises is logged, and it is tried again next time.
        every_ms: Pause between two runs, over all processes; 0 for at every tick.
    """

    name: str
    run: Callable[[], object]
    every_ms: int = 0


class Housekeeping:
    """Does the chores of a hub in a thread.

    Args:
        database: The hub's.
        chores: What is to be done.
        now_ms: The hub's clock.
    """

    def __init__(
        self, database: HubDatabase, chores: Sequence[Chore], now_ms: Callable[[], int]
    ) -> None:
        self._database = database
        self._chores = chores
        self._now_ms = now_ms
        self._said: dict[str, str] = {}
        self._thread = LastingThread("housekeeping", self._run)

    def start(self) -> None:
        """Begin; once only."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> bool:
        """Finish the chore in hand and end; tell whether it ended in time."""
        return self._thread.stop(timeout)

    def tick(self) -> None:
        """Do every chore that is due."""
        for chore in self._chores:
            if self._thread.stopping.is_set():
                return
            try:
                with named_troubles():
                    self._do(chore)
            except Trouble as trouble:
                self._say(chore, trouble)
            except Exception:
                # The edge of the thread: a chore that fails must not stop the others.
                _logger.exception("%s failed", chore.name)

    def _run(self) -> None:
        _let_others_first()
        while not self._thread.stopping.wait(TICK_SECONDS):
            self.tick()

    def _do(self, chore: Chore) -> None:
        if chore.every_ms == 0 or self._is_ours(chore):
            chore.run()
            if self._said.pop(chore.name, None):
                _logger.info("%s goes on", chore.name)

    def _say(self, chore: Chore, trouble: Trouble) -> None:
        """Say once what a chore waits for: it is tried many times until that is over."""
        if self._said.get(chore.name) != trouble.code:
            self._said[chore.name] = trouble.code
            _logger.warning("%s waits: %s", chore.name, trouble)

    def _is_ours(self, chore: Chore) -> bool:
        with self._database.work() as connection:
            return take_lease(connection, chore.name, self._now_ms(), chore.every_ms)


def _let_others_first() -> None:
    """Answering goes before tidying up, where the system lets a thread say so."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICE)


def take_lease(connection: Connection, name: str, now_ms: int, lasts_ms: int) -> bool:
    """Take something on that nobody else may for a while; tell whether it was free."""
    wanted = select(LEASE.c.until_ms).where(LEASE.c.name == name)
    until = connection.execute(locked(connection, wanted)).scalar_one_or_none()
    if until is None:
        row = {"name": name, "until_ms": now_ms + lasts_ms}
        try:
            with connection.begin_nested():
                connection.execute(insert(LEASE), row)
        except IntegrityError:
            return False  # somebody was faster
        return True
    # Nobody takes anything for longer than it lasts: what ends later was taken by a wrong clock.
    if now_ms < until <= now_ms + lasts_ms + _APART_MS:
        return False
    connection.execute(update(LEASE).where(LEASE.c.name == name).values(until_ms=now_ms + lasts_ms))
    return True


def bring_forward(connection: Connection, name: str, until_ms: int) -> None:
    """Have a chore done at a moment that would be done later."""
    later = (LEASE.c.name == name) & (LEASE.c.until_ms > until_ms)
    connection.execute(update(LEASE).where(later).values(until_ms=until_ms))
