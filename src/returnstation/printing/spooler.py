"""Printing through a queue of Windows, as bytes that its driver must not touch.

The spooler tells of its queue, not of paper: a label that left the queue was sent, and nothing
more is known.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from returnstation.domain.papers import JobState, Trouble
from returnstation.printing.transports import Interrupted, NotReached


class SpoolerFailed(Exception):
    """The spooler refused; the message is its error number."""


class SpoolerMissing(Exception):
    """This computer has no spooler of Windows."""


class Spool(Protocol):
    """The spooler, as far as we need it. Everything raises ``SpoolerFailed``."""

    def queues(self) -> Sequence[str]:
        """Return the names of the queues."""

    def queue_status(self, queue: str) -> int:
        """Return ``PRINTER_STATUS`` bits."""

    def print_raw(self, queue: str, name: str, payload: bytes) -> int:
        """Put a whole job in a queue, or nothing of it; return its number."""

    def job_status(self, queue: str, job_id: int) -> int | None:
        """Return ``JOB_STATUS`` bits; None when the job is no longer there."""


# PRINTER_STATUS_* and JOB_STATUS_* of winspool.h, the ones to be told first in front.
_QUEUE_TROUBLES = (
    (0x0000_0008, Trouble.JAMMED),
    (0x0000_0010, Trouble.OUT_OF_MEDIA),
    (0x0000_0040, Trouble.WRONG_MEDIA),
    (0x0040_0000, Trouble.COVER_OPEN),
    (0x0000_0800, Trouble.OUTPUT_FULL),
    (0x0004_0000, Trouble.OUT_OF_INK),
    (0x0000_0080, Trouble.OFFLINE),
    (0x0000_1000, Trouble.OFFLINE),
    (0x0000_0001, Trouble.PAUSED),
    (0x0010_0002, Trouble.FAULT),
)
_JOB_TROUBLES = (
    (0x0040, Trouble.OUT_OF_MEDIA),
    (0x0020, Trouble.OFFLINE),
    (0x0001, Trouble.PAUSED),
    (0x0602, Trouble.FAULT),
)
_PRINTED, _DELETED = 0x1080, 0x0104


@dataclass(frozen=True, slots=True)
class SpoolerTransport:
    """Puts each job in a queue and follows it until it has left.

    Attributes:
        patience: Seconds after which a job that is still there is left to a person.
        between: Seconds between two looks.
    """

    spool: Spool
    queue: str
    patience: float = 30.0
    between: float = 0.25
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def connect(self) -> Iterator["SpoolerLink"]:
        """See that the queue is there and not stopped."""
        try:
            status = self.spool.queue_status(self.queue)
        except SpoolerFailed as odd:
            raise NotReached(Trouble.UNREACHABLE) from odd
        trouble = _told(status, _QUEUE_TROUBLES)
        if trouble is not None:
            raise NotReached(trouble)
        yield SpoolerLink(self)


class SpoolerLink:
    """One job on its way."""

    def __init__(self, way: SpoolerTransport) -> None:
        self._way = way
        self._job_id = 0

    def send(self, payload: bytes, name: str) -> None:
        """Put one job in the queue."""
        try:
            self._job_id = self._way.spool.print_raw(self._way.queue, name, payload)
        except SpoolerFailed as odd:
            raise NotReached(Trouble.REFUSED) from odd

    def outcome(self) -> tuple[JobState, Trouble | None]:
        """Follow the job until it has left the queue, or cannot."""
        waited = 0.0
        while True:
            ended = self._ended()
            if ended is not None:
                return ended
            if waited >= self._way.patience:
                return JobState.UNKNOWN, Trouble.SILENT
            self._way.sleep(self._way.between)
            waited += self._way.between

    def _ended(self) -> tuple[JobState, Trouble | None] | None:
        try:
            job = self._way.spool.job_status(self._way.queue, self._job_id)
            if job is None or job & _PRINTED:
                return JobState.SENT, None
            if job & _DELETED:
                return JobState.UNKNOWN, Trouble.UNEXPECTED
            queue = self._way.spool.queue_status(self._way.queue)
        except SpoolerFailed as odd:
            raise Interrupted(str(odd)) from odd
        trouble = _told(queue, _QUEUE_TROUBLES) or _told(job, _JOB_TROUBLES)
        return None if trouble is None else (JobState.NEEDS_ATTENTION, trouble)


def system_spool() -> Spool:
    """Return the spooler of this computer.

    Raises:
        SpoolerMissing: It does not run Windows.
    """
    if sys.platform == "win32":
        from returnstation.printing.spooler_windows import WindowsSpool

        return WindowsSpool()
    raise SpoolerMissing(sys.platform)


def _told(status: int, troubles: Sequence[tuple[int, Trouble]]) -> Trouble | None:
    return next((trouble for bits, trouble in troubles if status & bits), None)
