"""Every fault of a printer at every moment of a job: nothing is lost, nothing comes out twice."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count

import pytest
from sqlalchemy import select

from fault_printer import HELD_UP, FairLine, Fault, FaultPrinter, Moment
from paper_samples import NOON, a_job, a_label
from returnstation.domain.papers import JobState, PaperKind, PrintJob, Trouble
from returnstation.printing import Printer, PrintWorker, load_medium, load_model
from returnstation.printing.profiles import StatusDialect
from returnstation.printing.raw import Manners, Patience
from returnstation.printing.rendering import render
from returnstation.printing.tcp import TcpTransport
from returnstation.storage.queue import job_from
from returnstation.storage.station import PrinterQueue, StationDatabase
from returnstation.storage.tables import PRINT_JOB
from stations import counted_id
from waiting import PATIENCE, comes

SHORT = Patience(answer=0.2, sending=0.5, printing=0.9, between=0.005)
MODEL, MEDIUM = load_model("zebra-zd421-203"), load_medium("label-50x30")
CONFIRMED, UNKNOWN = (JobState.CONFIRMED, None), (JobState.UNKNOWN, Trouble.CONNECTION_LOST)
SILENT = (JobState.NEEDS_ATTENTION, Trouble.SILENT)

BEFORE = (Moment.ASKED,)
WITHIN = (Moment.FIRST, Moment.MIDDLE)
AFTER = (Moment.LAST, Moment.AWAITED)
Ends = tuple[tuple[JobState, str | None], int]
"""What becomes of the job that met the fault, and how often it was printed."""


def matrix() -> dict[tuple[Fault, Moment], Ends]:
    """Return how a job ends, by fault and moment."""
    ends: dict[tuple[Fault, Moment], Ends] = {
        (Fault.REFUSES, Moment.CONNECT): (CONFIRMED, 1),
        (Fault.NO_ANSWER_TO_CONNECT, Moment.CONNECT): (CONFIRMED, 1),
    }
    for fault in sorted(set(Fault) - {Fault.REFUSES, Fault.NO_ANSWER_TO_CONNECT}):
        # Nothing went out: it is tried again.
        ends |= {(fault, moment): (CONFIRMED, 1) for moment in BEFORE}
    for fault in sorted(HELD_UP):
        ends |= {(fault, moment): (CONFIRMED, 1) for moment in (*WITHIN, *AFTER)}
    for moment in (*WITHIN, *AFTER):
        is_whole = moment in AFTER
        ends[Fault.STALLS, moment] = (SILENT, int(is_whole))
        ends[Fault.RESETS, moment] = (UNKNOWN, int(is_whole))
        ends[Fault.HALF_CLOSES, moment] = (UNKNOWN, 1)
        ends[Fault.SILENCE, moment] = (SILENT, 1)
        ends[Fault.GARBAGE, moment] = (CONFIRMED, 1)
    ends[Fault.GARBAGE, Moment.AWAITED] = (SILENT, 1)
    return ends


MATRIX = matrix()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StationDatabase]:
    file = tmp_path_factory.mktemp("faults") / "station.db"
    made = StationDatabase(file, "ICN3", counted_id, 1)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def fair_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines on which no printer counts as silent because the machine is busy."""
    monkeypatch.setattr("returnstation.printing.tcp._SocketLine", FairLine)


_NUMBERS = count(1)


class Queue(PrinterQueue):
    """The station's print queue, with the jobs of one test."""

    def __init__(self, database: StationDatabase) -> None:
        super().__init__(database)
        self.database = database
        self.number = next(_NUMBERS)

    def add(self, name: str, printer: str = "desk") -> bytes:
        """Queue a label; return the bytes a printer gets for it."""
        job = self._job(name, printer)
        with self.database.work() as work:
            work.jobs.add(job)
            work.commit()
        return render(job.paper, job.language, MODEL, MEDIUM).payload.rstrip(b"\n")

    def job(self, name: str) -> PrintJob:
        with self.database.reading() as connection:
            wanted = select(PRINT_JOB).where(PRINT_JOB.c.job_id == self._id(name))
            return job_from(connection.execute(wanted).one())

    def end(self, name: str) -> tuple[JobState, str | None]:
        job = self.job(name)
        return job.state, job.trouble

    def is_told(self, *names: str) -> bool:
        """Tell whether nothing is left to be done by itself for these jobs."""
        undone = {JobState.QUEUED, JobState.RENDERED, JobState.SENT}
        return not any(self.end(name)[0] in undone for name in names)

    def worker(self, port: int, name: str = "desk", jobs: "Queue | None" = None) -> PrintWorker:
        transport = TcpTransport("127.0.0.1", port, Manners(StatusDialect.HS, patience=SHORT))
        printer = Printer(self._id(name), MODEL, MEDIUM, transport)
        return PrintWorker(printer, jobs or self, lambda: NOON, pauses=(0.01,))

    def _job(self, name: str, printer: str) -> PrintJob:
        made = a_job(self._id(name), a_label(lpn=f"ICN3-{self.number:05}{ord(name)}"))
        return PrintJob(
            job_id=made.job_id,
            paper=made.paper,
            language="ko",
            printer=self._id(printer),
            state=JobState.QUEUED,
            created_at=NOON,
        )

    def _id(self, name: str) -> str:
        return f"{self.number:05}-{name}"


@contextmanager
def at_work(*workers: PrintWorker) -> Iterator[None]:
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        stopped = [worker.stop(PATIENCE) for worker in workers]
    assert all(stopped)


@pytest.mark.parametrize(
    ("fault", "moment"), list(MATRIX), ids=[f"{fault}-{moment}" for fault, moment in MATRIX]
)
def test_no_fault_loses_a_job_prints_it_twice_or_holds_up_the_others(
    database: StationDatabase, fault: Fault, moment: Moment
) -> None:
    jobs = Queue(database)
    met, behind, beside = jobs.add("A"), jobs.add("B"), jobs.add("C", "other")
    with (
        FaultPrinter(fault, moment).running() as printer,
        FaultPrinter().running() as other,
    ):
        with at_work(jobs.worker(printer.port), jobs.worker(other.port, "other")):
            assert comes(lambda: jobs.is_told("C"))
            if moment is Moment.CONNECT or fault in HELD_UP:
                # On a busy machine other trouble may come first; mended is only what happened.
                own = {Trouble.HEAD_OPEN, Trouble.OUT_OF_MEDIA}
                wanted = own if fault in HELD_UP else set(Trouble) - own - {Trouble.SILENT}
                assert comes(lambda: jobs.job("A").trouble in wanted)
                printer.mend()
            assert comes(
                lambda: jobs.is_told("B", "C") and jobs.end("A") == MATRIX[fault, moment][0]
            ), (jobs.end("A"), jobs.end("B"))

        ended, times = MATRIX[fault, moment]
        assert jobs.end("A") == ended
        assert printer.printed == ({met: times} if times else {}) | {behind: 1}
        assert jobs.end("B") == jobs.end("C") == CONFIRMED
        assert other.printed == {beside: 1}


class Killed(BaseException):
    """The process ended here."""


MARKS = ("rendered", "claimed", "concluded")


class BrokenQueue(Queue):
    """Fails, or ends the process, before or after it has recorded a mark."""

    def __init__(self, inner: Queue, mark: str, odd: BaseException, *, is_after: bool) -> None:
        super().__init__(inner.database)
        self.number = inner.number
        self._mark, self._odd, self._is_after = mark, odd, is_after
        self._times = 1

    def mark(self, job_id: str, state: JobState, trouble: str | None, at: datetime) -> None:
        name = "rendered" if state is JobState.RENDERED else "concluded"
        self._break(name, before=True)
        super().mark(job_id, state, trouble, at)
        self._break(name, before=False)

    def claim(self, job: PrintJob, at: datetime) -> bool:
        self._break("claimed", before=True)
        is_claimed = super().claim(job, at)
        self._break("claimed", before=False)
        return is_claimed

    def _break(self, name: str, *, before: bool) -> None:
        if self._times and name == self._mark and before is not self._is_after:
            self._times -= 1
            raise self._odd


INTERRUPTED = (JobState.UNKNOWN, Trouble.INTERRUPTED)


@pytest.mark.parametrize(
    ("mark", "is_after", "ended", "times"),
    [
        ("rendered", False, CONFIRMED, 1),
        ("rendered", True, CONFIRMED, 1),
        ("claimed", False, CONFIRMED, 1),
        ("claimed", True, INTERRUPTED, 0),
        ("concluded", False, INTERRUPTED, 1),
        ("concluded", True, CONFIRMED, 1),
    ],
)
def test_a_crash_at_any_mark_asks_a_person_rather_than_print_twice(
    database: StationDatabase,
    mark: str,
    *,
    is_after: bool,
    ended: tuple[JobState, str | None],
    times: int,
) -> None:
    jobs = Queue(database)
    met, behind = jobs.add("A"), jobs.add("B")
    broken = BrokenQueue(jobs, mark, Killed(), is_after=is_after)
    with FaultPrinter().running() as printer:
        with pytest.raises(Killed):
            jobs.worker(printer.port, jobs=broken).run_pending()

        assert jobs.worker(printer.port).run_pending()

        assert jobs.end("A") == ended
        assert jobs.end("B") == CONFIRMED
        assert printer.printed == ({met: times} if times else {}) | {behind: 1}


@pytest.mark.bugs
@pytest.mark.parametrize("mark", MARKS)
def test_a_disk_that_is_full_for_a_while_loses_and_doubles_nothing(
    database: StationDatabase, mark: str
) -> None:
    jobs = Queue(database)
    met, behind = jobs.add("A"), jobs.add("B")
    full = OSError(errno.ENOSPC, "No space left on device")
    broken = BrokenQueue(jobs, mark, full, is_after=False)
    with FaultPrinter().running() as printer:
        with at_work(jobs.worker(printer.port, jobs=broken)):
            assert comes(lambda: jobs.is_told("A", "B"))

        assert jobs.end("A") == jobs.end("B") == CONFIRMED
        assert printer.printed == {met: 1, behind: 1}


def test_a_job_that_is_cancelled_or_moved_while_it_is_drawn_does_not_go_out(
    database: StationDatabase,
) -> None:
    jobs = Queue(database)
    jobs.add("A")
    jobs.add("B")

    class Changing(Queue):
        def mark(self, job_id: str, state: JobState, trouble: str | None, at: datetime) -> None:
            super().mark(job_id, state, trouble, at)
            with database.work() as work:
                if job_id.endswith("A"):
                    work.jobs.cancel(job_id)
                else:
                    work.jobs.move(jobs._id("desk"), jobs._id("other"), [PaperKind.ITEM_LABEL])
                work.commit()

    changing = Changing(database)
    changing.number = jobs.number
    with FaultPrinter().running() as printer:
        assert jobs.worker(printer.port, jobs=changing).run_pending()

        assert printer.printed == {}
    assert jobs.end("A") == (JobState.CANCELLED, None)
    assert jobs.job("B").printer == jobs._id("other")
