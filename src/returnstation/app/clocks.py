"""Notice when somebody sets the clock of this machine, while the program runs or between."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import msgspec

from returnstation.domain.facts import Booted, ClockRead, ClockStepped
from returnstation.storage.station import SqlWork, StationDatabase

STEP = timedelta(minutes=2)
"""A clock that is corrected by less is only kept right."""

DRIFT = timedelta(seconds=20)
"""By how much it may go off the hub's before that is written down anew."""

SETTING = "clock_seen"

ClockNoted: TypeAlias = Booted | ClockStepped | ClockRead

_STEP_MS, _DRIFT_MS = STEP // timedelta(milliseconds=1), DRIFT // timedelta(milliseconds=1)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_RECKONED = "~"


def seconds_since_boot() -> float:
    """Return a number of seconds that nobody can set, and that runs while the machine sleeps."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)


@dataclass(frozen=True, slots=True)
class Machine:
    """What nobody can set.

    Attributes:
        boot: Another word after each start. Where the system has none, the second of the start
            by its own clock, after ``~``: a clock that was set looks like a start then.
        running: Seconds that pass evenly.
    """

    boot: str
    running: Callable[[], float] = seconds_since_boot


def this_machine(running: Callable[[], float] = seconds_since_boot) -> Machine:
    """Return the machine the program runs on."""
    try:
        return Machine(_BOOT_ID.read_text(encoding="ascii").strip(), running)
    except OSError:
        return Machine(f"{_RECKONED}{round(time.time() - running())}", running)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The clock when something about it was written down last.

    Attributes:
        seq: Number of that fact.
        log_ms: The log's own clock then; later facts do not say the time while it is ahead.
        offset_ms: What was to be added to have the hub's time; None when it was not met since.
    """

    boot: str
    running: float
    wall_ms: int
    seq: int = 0
    log_ms: int = 0
    offset_ms: int | None = None


@dataclass(slots=True)
class ClockWatch:
    """Writes into the log of a station what becomes of its clock.

    Attributes:
        database: The station's.
        clock: Says what time it is.
    """

    database: StationDatabase
    clock: Callable[[], datetime]
    machine: Machine = field(default_factory=this_machine)
    _looked: Seen | None = None

    def look(self, station: str) -> ClockNoted | None:
        """Write down what the clock did since the last look, and return it.

        Args:
            station: What the hub calls it.
        """
        return self._look(station, self._now())

    def compare(self, station: str, offset: timedelta) -> None:
        """Write down how far this clock is off the hub's, unless that is known.

        Args:
            station: What the hub calls it.
            offset: What is to be added to this clock to have the hub's time.
        """
        offset_ms, now = round(offset / timedelta(milliseconds=1)), self._now()
        self._look(station, now)  # it may have been set while the hub was asked
        if is_news(self._before(), offset_ms):
            read = ClockRead(wall_ms=now.wall_ms, offset_ms=offset_ms)
            self._write(station, read, msgspec.structs.replace(now, offset_ms=offset_ms))

    def _look(self, station: str, now: Seen) -> ClockNoted | None:
        before = self._before()
        with self.database.look() as work:
            found = found_by_look(before, now, self._looked, work.facts.head())
        self._looked = now
        if found is not None:
            is_same = before is not None and isinstance(found, ClockRead)
            offset = before.offset_ms if before is not None and is_same else None
            self._write(station, found, msgspec.structs.replace(now, offset_ms=offset))
        return found

    def _write(self, station: str, fact: ClockNoted, now: Seen) -> None:
        with self.database.work() as work:
            (recorded,) = work.facts.append(station, None, [fact], _moment(now.wall_ms))
            log_ms = round(recorded.at.timestamp() * 1000)
            self._keep(work, msgspec.structs.replace(now, seq=recorded.seq, log_ms=log_ms))
            work.commit()

    def _keep(self, work: SqlWork, seen: Seen) -> None:
        # With the fact or not at all: a step that is written twice would count twice.
        work.keep_setting(SETTING, msgspec.json.encode(seen).decode())

    def _before(self) -> Seen | None:
        kept = self.database.setting(SETTING)
        return None if kept is None else msgspec.json.decode(kept, type=Seen)

    def _now(self) -> Seen:
        wall_ms = round(self.clock().timestamp() * 1000)
        return Seen(boot=self.machine.boot, running=self.machine.running(), wall_ms=wall_ms)


def found_by_look(
    before: Seen | None, now: Seen, looked: Seen | None, head: int
) -> ClockNoted | None:
    """Return what a look at a clock is to write down; None for nothing.

    Args:
        before: The clock when something was written down last.
        now: The clock now.
        looked: The clock at the look before, in this run of the program.
        head: Number of the last fact of the log.
    """
    found = seen_between(before, now)
    if isinstance(found, ClockStepped) and looked is not None:
        return replace(found, seen_ms=looked.wall_ms)
    if found is not None or before is None:
        return found
    # While the log's clock waits for this one, what is done is dated by reading it.
    is_waiting = before.log_ms > now.wall_ms + _STEP_MS
    return ClockRead(wall_ms=now.wall_ms) if is_waiting and head > before.seq else None


def is_news(before: Seen | None, offset_ms: int) -> bool:
    """Return whether it is to be written down how far a clock is off the hub's."""
    known = None if before is None else before.offset_ms
    return known is None or abs(known - offset_ms) > _DRIFT_MS


def seen_between(before: Seen | None, now: Seen) -> Booted | ClockStepped | None:
    """Return what happened to a clock between two looks; None when it only ran."""
    if before is None or not _is_same_boot(before, now):
        return Booted(wall_ms=now.wall_ms)
    jumped = now.wall_ms - before.wall_ms - round((now.running - before.running) * 1000)
    if abs(jumped) <= _STEP_MS:
        return None
    seconds = round(jumped / 1000)
    return ClockStepped(seconds=seconds, wall_ms=now.wall_ms, seen_ms=before.wall_ms)


def _is_same_boot(before: Seen, now: Seen) -> bool:
    if now.running < before.running:
        return False
    if before.boot.startswith(_RECKONED) and now.boot.startswith(_RECKONED):
        apart = int(now.boot.removeprefix(_RECKONED)) - int(before.boot.removeprefix(_RECKONED))
        return abs(apart) <= STEP.total_seconds()
    return before.boot == now.boot


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000).astimezone()
