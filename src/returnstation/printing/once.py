"""Print one paper now, in the way all papers are printed, and say what became of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from returnstation.domain.papers import JobState, PrintJob
from returnstation.printing.printers import Printer
from returnstation.printing.queue import PrintWorker

_WAITING = {JobState.QUEUED, JobState.RENDERED}


def print_once(printer: Printer, job: PrintJob, clock: Callable[[], datetime]) -> PrintJob:
    """Return a job as it ended; it is in no queue, and tried once only."""
    jobs = _OneJob(job)
    PrintWorker(printer, jobs, clock).run_pending()
    return jobs.job


class _OneJob:
    def __init__(self, job: PrintJob) -> None:
        self.job = job

    def next_for(self, _printer: str) -> PrintJob | None:
        return self.job if self.job.state in _WAITING else None

    def mark(self, _job_id: str, state: JobState, trouble: str | None, _at: datetime) -> None:
        self.job = replace(self.job, state=state, trouble=trouble)

    def claim(self, _job: PrintJob, _at: datetime) -> bool:
        self.job = replace(self.job, state=JobState.SENT)
        return True

    def recover(self, _printer: str, _at: datetime) -> None:
        """There is nothing of an earlier run."""
