"""Take print jobs one after another, print them, and record what became of each.

A job goes queued → rendered → sent → confirmed. It is marked sent before its first byte goes
out, so that a crash at the worst moment leaves a job that asks a person, never one that prints
twice. What surely did not go out is tried again by itself, after longer and longer pauses; a
paper that cannot be drawn waits for a person at once and does not hold up those behind it. A
printer that runs out of paper with a job in it keeps the job, so it is asked until it is mended.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, current_thread
from typing import Protocol

from returnstation.domain.papers import JobState, PrintJob, Trouble, kind_of
from returnstation.domain.papers.jobs import MENDABLE
from returnstation.printing.drawing import DoesNotFit, Pictures, no_pictures
from returnstation.printing.fonts import MissingGlyph
from returnstation.printing.printers import Printer
from returnstation.printing.rendering import NotSetUp, Rendered, render
from returnstation.printing.transports import Interrupted, Link, NotReached
from returnstation.printing.verify import NotReadable
from returnstation.threads import LastingThread

_logger = logging.getLogger(__name__)

_Mark = tuple[str, JobState, str | None]

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds to wait before the next try; the last one holds from then on."""


class Jobs(Protocol):
    """The print jobs of a station; called from the printers' threads."""

    def next_for(self, printer: str) -> PrintJob | None:
        """Return the oldest job of a printer that is queued or rendered."""

    def mark(self, job_id: str, state: JobState, trouble: str | None, at: datetime) -> None:
        """Record how far a job has come, durably, before returning.

        A job that is marked rendered with a trouble was tried in vain once more.
        """

    def claim(self, job: PrintJob, at: datetime) -> bool:
        """Mark a job as being sent, durably; tell whether it was still to be printed here.

        Somebody may have cancelled it or moved it to another printer.
        """

    def recover(self, printer: str, at: datetime) -> None:
        """Mark jobs unknown whose sending was cut off when the program ended."""


class PrintWorker:
    """Prints the jobs of one printer, in a thread of its own or on demand.

    Args:
        printer: Where to print.
        jobs: What to print.
        clock: Says what time it is.
        pauses: Seconds between tries.
        pictures: Where the photos on papers come from.
    """

    def __init__(
        self,
        printer: Printer,
        jobs: Jobs,
        clock: Callable[[], datetime],
        pauses: Sequence[float] = PAUSES,
        pictures: Pictures = no_pictures,
    ) -> None:
        self._printer = printer
        self._pictures = pictures
        self._jobs = jobs
        self._clock = clock
        self._pauses = pauses
        self._drawn: tuple[str, Rendered] | None = None
        self._owed: _Mark | None = None
        self._is_recovered = self._waits_for_hands = False
        self._woken = Event()
        self._thread = LastingThread(f"printer {printer.name}", self._run)

    def start(self) -> None:
        """Begin to print in a thread; once only."""
        self._thread.start()

    def wake(self) -> None:
        """Look for jobs now: one was queued, or somebody put paper in."""
        self._woken.set()

    def stop(self, timeout: float = 10.0) -> bool:
        """Finish the job in hand and end the thread; tell whether it ended in time."""
        self._thread.stopping.set()
        self._woken.set()
        return self._thread.stop(timeout)

    def run_pending(self) -> bool:
        """Print all waiting jobs here and now; tell whether none is left waiting."""
        self._catch_up()
        while not self._thread.stopping.is_set():
            job = self._jobs.next_for(self._printer.name)
            if job is None:
                return True
            if not self._print(job):
                return False
        return False

    def _run(self) -> None:
        tries = 0
        while not self._thread.stopping.is_set():
            self._woken.clear()
            self._waits_for_hands = False
            try:
                is_done = self.run_pending()
            except Exception:
                # The edge of the thread: whatever storage or a printer throws, tomorrow's
                # labels must still come out.
                _logger.exception("printing on %s was interrupted", self._printer.name)
                is_done = False
            # Somebody stands at a printer that is open, and wants to see the label soon.
            tries = 0 if is_done else 1 if self._waits_for_hands else tries + 1
            pause = None if is_done else self._pauses[min(tries, len(self._pauses)) - 1]
            if not self._thread.stopping.is_set():
                self._woken.wait(pause)

    def _catch_up(self) -> None:
        """Record what an earlier run, or a full disk, left unrecorded."""
        if not self._is_recovered:
            self._jobs.recover(self._printer.name, self._clock())
            self._is_recovered = True
        if self._owed is not None:
            self._jobs.mark(*self._owed, self._clock())
            self._owed = None

    def _print(self, job: PrintJob) -> bool:
        """Print one job; tell whether the next one may follow."""
        rendered = self._rendered(job)
        if rendered is None:
            return True
        if job.state is JobState.QUEUED:
            self._mark(job, JobState.RENDERED)
        try:
            with self._printer.transport.connect() as link:
                self._send(link, job, rendered)
        except NotReached as odd:
            self._owed = None
            self._waits_for_hands = odd.trouble in MENDABLE
            self._mark(job, JobState.RENDERED, odd.trouble)
            return False
        return True

    def _rendered(self, job: PrintJob) -> Rendered | None:
        if self._drawn is None or self._drawn[0] != job.job_id:
            rendered = self._draw(job)
            self._drawn = None if rendered is None else (job.job_id, rendered)
        return None if self._drawn is None else self._drawn[1]

    def _draw(self, job: PrintJob) -> Rendered | None:
        try:
            printer = self._printer
            return render(job.paper, job.language, printer.model, printer.medium, self._pictures)
        except MissingGlyph as odd:
            trouble = f"{Trouble.MISSING_GLYPH}:{odd.code_point}"
        except DoesNotFit as odd:
            trouble = f"{Trouble.DOES_NOT_FIT}:{odd}"
        except NotReadable as odd:
            trouble = f"{Trouble.UNREADABLE}:{odd}"
        except NotSetUp as odd:
            trouble = f"{Trouble.NOT_SET_UP}:{odd}"
        except Exception:
            _logger.exception("job %s cannot be drawn", job.job_id)
            trouble = Trouble.UNEXPECTED.value
        self._mark(job, JobState.NEEDS_ATTENTION, trouble)
        return None

    def _send(self, link: Link, job: PrintJob, rendered: Rendered) -> None:
        if not self._jobs.claim(job, self._clock()):
            return
        # Whatever happens from here on must be told, be it a bug.
        self._owed = (job.job_id, JobState.UNKNOWN, Trouble.UNEXPECTED)
        try:
            link.send(rendered.payload, f"{job.job_id}-{kind_of(job.paper)}.{rendered.extension}")
            state, trouble = link.outcome()
            while self._is_to_be_watched(state, trouble):
                self._conclude(job, state, trouble)
                self._woken.clear()
                self._woken.wait(self._pauses[0])
                if self._thread.stopping.is_set():
                    return
                state, trouble = link.outcome()
        except Interrupted:
            state, trouble = JobState.UNKNOWN, Trouble.CONNECTION_LOST
        self._conclude(job, state, trouble)

    def _is_to_be_watched(self, state: JobState, trouble: Trouble | None) -> bool:
        """Tell whether the printer keeps the job until somebody has mended it.

        Who prints on demand waits for nobody.
        """
        is_kept = state is JobState.NEEDS_ATTENTION and trouble in MENDABLE
        return is_kept and current_thread() is self._thread

    def _conclude(self, job: PrintJob, state: JobState, trouble: Trouble | None) -> None:
        """Record what became of a job that went out; a full disk must not make it forgotten."""
        self._owed = (job.job_id, state, trouble)
        self._jobs.mark(*self._owed, self._clock())
        self._owed = None

    def _mark(self, job: PrintJob, state: JobState, trouble: str | None = None) -> None:
        self._jobs.mark(job.job_id, state, trouble, self._clock())
