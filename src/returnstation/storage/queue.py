"""The print queue in the table ``print_job``."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, func, select, text, update

from returnstation.application.view import JobView
from returnstation.domain.papers import (
    JobState,
    PaperKind,
    PrintJob,
    Trouble,
    kind_of,
    paper_from_json,
    paper_to_json,
)
from returnstation.domain.papers.jobs import MENDABLE, UNTOLD
from returnstation.storage.moments import from_ms, to_ms
from returnstation.storage.tables import OPEN_JOB, PRINT_JOB

_TO_PRINT = (JobState.QUEUED, JobState.RENDERED)
# What a person or the printer has settled stays as it is.
_SETTLED = (JobState.CONFIRMED, JobState.CANCELLED)
# A person decides what becomes of these.
_ASKED = (JobState.UNKNOWN, JobState.NEEDS_ATTENTION)
_WAITING = (
    select(
        PRINT_JOB.c.job_id,
        PRINT_JOB.c.kind,
        PRINT_JOB.c.state,
        PRINT_JOB.c.printer,
        PRINT_JOB.c.lpn,
        func.nullif(PRINT_JOB.c.trouble, UNTOLD),
    )
    .where(text(OPEN_JOB))
    .order_by(PRINT_JOB.c.created_at, PRINT_JOB.c.job_id)
)


_CUT_OFF = ((PRINT_JOB.c.state == JobState.SENT) & (PRINT_JOB.c.trouble == UNTOLD)) | (
    # Nobody looks any more whether the printer has been mended.
    (PRINT_JOB.c.state == JobState.NEEDS_ATTENTION)
    & PRINT_JOB.c.trouble.in_([trouble.value for trouble in MENDABLE])
)


class SqlJobs:
    """The print queue as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.added = 0

    def add(self, job: PrintJob) -> None:
        """Queue a paper."""
        self.added += 1
        self._connection.execute(
            PRINT_JOB.insert(),
            {
                "job_id": job.job_id,
                "kind": kind_of(job.paper).value,
                "paper": msgspec.json.encode(paper_to_json(job.paper)).decode(),
                "language": job.language,
                "printer": job.printer,
                "state": job.state.value,
                "trouble": job.trouble,
                "attempts": job.attempts,
                "created_at": to_ms(job.created_at),
                "changed_at": to_ms(job.created_at),
                "case_id": job.case_id,
                "lpn": job.lpn,
            },
        )

    def waiting(self) -> Sequence[JobView]:
        """Return what has not come out, oldest first, without the papers themselves."""
        return [JobView(*row) for row in self._connection.execute(_WAITING)]

    def find(self, job_id: str) -> PrintJob | None:
        """Return a job."""
        wanted = select(PRINT_JOB).where(PRINT_JOB.c.job_id == job_id)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else job_from(row)

    def of_item(self, lpn: str) -> Sequence[PrintJob]:
        """Return the jobs of a label, oldest first."""
        rows = self._connection.execute(
            select(PRINT_JOB).where(PRINT_JOB.c.lpn == lpn).order_by(PRINT_JOB.c.created_at)
        )
        return [job_from(row) for row in rows]

    def next_for(self, printer: str) -> PrintJob | None:
        """Return the oldest job of a printer that is queued or rendered."""
        row = self._connection.execute(
            select(PRINT_JOB)
            .where(PRINT_JOB.c.printer == printer, PRINT_JOB.c.state.in_(_TO_PRINT))
            .order_by(PRINT_JOB.c.created_at, PRINT_JOB.c.job_id)
            .limit(1)
        ).one_or_none()
        return None if row is None else job_from(row)

    def mark(self, job_id: str, state: JobState, trouble: str | None, at: datetime) -> None:
        """Record how far a job has come; a confirmed or cancelled one stays as it is."""
        self._connection.execute(
            update(PRINT_JOB)
            .where(PRINT_JOB.c.job_id == job_id, PRINT_JOB.c.state.not_in(_SETTLED))
            .values(
                state=state.value,
                trouble=trouble,
                changed_at=to_ms(at),
                attempts=PRINT_JOB.c.attempts + (state is JobState.RENDERED),
            )
        )

    def claim(self, job: PrintJob, at: datetime) -> bool:
        """Mark a job as being sent; tell whether it was still to be printed there."""
        claimed = self._connection.execute(
            update(PRINT_JOB)
            .where(
                PRINT_JOB.c.job_id == job.job_id,
                PRINT_JOB.c.printer == job.printer,
                PRINT_JOB.c.state.in_(_TO_PRINT),
            )
            .values(state=JobState.SENT.value, trouble=UNTOLD, changed_at=to_ms(at))
        )
        return claimed.rowcount == 1

    def recover(self, printer: str, at: datetime) -> None:
        """Mark the jobs of a printer unknown that were being sent when the program ended."""
        self._connection.execute(
            update(PRINT_JOB)
            .where(
                PRINT_JOB.c.printer == printer,
                _CUT_OFF,
            )
            .values(
                state=JobState.UNKNOWN.value,
                trouble=Trouble.INTERRUPTED.value,
                changed_at=to_ms(at),
            )
        )

    def move(self, printer: str, other: str, kinds: Collection[PaperKind]) -> int:
        """Let another printer print what has not been sent; return how many papers moved."""
        moved = self._connection.execute(
            update(PRINT_JOB)
            .where(
                PRINT_JOB.c.printer == printer,
                PRINT_JOB.c.state.in_(_TO_PRINT),
                PRINT_JOB.c.kind.in_([kind.value for kind in kinds]),
            )
            .values(printer=other, state=JobState.QUEUED.value, trouble=None)
        )
        self.added += moved.rowcount
        return moved.rowcount

    def give_up(self, job_id: str) -> None:
        """End a job that did not come out: somebody looked."""
        self._end(job_id, JobState.CANCELLED)

    def confirm(self, job_id: str) -> None:
        """End a job that came out: somebody looked."""
        self._end(job_id, JobState.CONFIRMED)

    def _end(self, job_id: str, state: JobState) -> None:
        self._connection.execute(
            update(PRINT_JOB)
            .where(PRINT_JOB.c.job_id == job_id, PRINT_JOB.c.state.in_(_ASKED))
            .values(state=state.value, trouble=None)
        )

    def cancel(self, job_id: str) -> None:
        """Take back a job that has not been sent."""
        self._connection.execute(
            update(PRINT_JOB)
            .where(
                PRINT_JOB.c.job_id == job_id,
                PRINT_JOB.c.state.in_(_TO_PRINT),
            )
            .values(state=JobState.CANCELLED.value)
        )

    def replace(self, lpn: str) -> None:
        """Take back a label's jobs that have not come out: another one is queued instead."""
        self._connection.execute(
            update(PRINT_JOB)
            .where(PRINT_JOB.c.lpn == lpn, PRINT_JOB.c.state.in_((*_TO_PRINT, *_ASKED)))
            .values(state=JobState.CANCELLED.value, trouble=None)
        )

    def settle(self, lpn: str) -> None:
        """Mark the label's jobs that went out confirmed: somebody read it."""
        self._connection.execute(
            update(PRINT_JOB)
            .where(
                PRINT_JOB.c.lpn == lpn,
                PRINT_JOB.c.state.in_((JobState.SENT, *_ASKED)),
            )
            .values(state=JobState.CONFIRMED.value, trouble=None)
        )


def job_from(row: Row[tuple[object, ...]]) -> PrintJob:
    """Return a row of ``print_job`` as a job."""
    return PrintJob(
        job_id=row.job_id,
        paper=paper_from_json(PaperKind(row.kind), msgspec.json.decode(row.paper)),
        language=row.language,
        printer=row.printer,
        state=JobState(row.state),
        created_at=from_ms(row.created_at),
        attempts=row.attempts,
        trouble=row.trouble,
        case_id=row.case_id,
        lpn=row.lpn,
    )
