from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Condition

import pytest

from paper_samples import NOON, a_job, a_label, a_receipt
from returnstation.domain.papers import JobState, PrintJob, Trouble
from returnstation.printing import Printer, PrintWorker, load_medium, load_model, open_printer
from returnstation.printing.transports import Interrupted, NotReached
from waiting import PATIENCE

WAITING = {JobState.QUEUED, JobState.RENDERED}


class MemoryJobs:
    """Print jobs in memory, with all that happened to them."""

    def __init__(self, *jobs: PrintJob) -> None:
        self._jobs = {job.job_id: job for job in jobs}
        self._changed = Condition()
        self.marks: list[tuple[str, JobState, str | None]] = []
        self.refusals = 0

    def add(self, job: PrintJob) -> None:
        self._jobs[job.job_id] = job

    def next_for(self, printer: str) -> PrintJob | None:
        if self.refusals:
            self.refusals -= 1
            raise OSError("database is locked")
        waiting = (job for job in self._jobs.values() if job.state in WAITING)
        return next((job for job in waiting if job.printer == printer), None)

    def mark(self, job_id: str, state: JobState, trouble: str | None, at: datetime) -> None:
        assert at == NOON
        with self._changed:
            self._jobs[job_id] = replace(self._jobs[job_id], state=state, trouble=trouble)
            self.marks.append((job_id, state, trouble))
            self._changed.notify_all()

    def claim(self, job: PrintJob, at: datetime) -> bool:
        self.mark(job.job_id, JobState.SENT, None, at)
        return True

    def recover(self, printer: str, at: datetime) -> None:
        assert printer == "desk"

    def state(self, job_id: str) -> tuple[JobState, str | None]:
        job = self._jobs[job_id]
        return job.state, job.trouble

    def wait_for(self, job_id: str, state: JobState) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._jobs[job_id].state is state, PATIENCE)


class ScriptedPrinter:
    """Does with each job what its script says, and keeps what it was sent."""

    def __init__(self, *script: Exception | tuple[JobState, Trouble | None] | None) -> None:
        self._script = list(script)
        self._now: Exception | tuple[JobState, Trouble | None] | None = None
        self.sent: list[str] = []

    @contextmanager
    def connect(self) -> "Iterator[ScriptedPrinter]":
        self._now = self._script.pop(0) if self._script else None
        if isinstance(self._now, NotReached):
            raise self._now
        yield self

    def send(self, payload: bytes, name: str) -> None:
        self.sent.append(name)
        if isinstance(self._now, Exception):
            raise self._now

    def outcome(self) -> tuple[JobState, Trouble | None]:
        return self._now if isinstance(self._now, tuple) else (JobState.CONFIRMED, None)


def worker(
    jobs: MemoryJobs, transport: ScriptedPrinter, pauses: Sequence[float] = (0.01,)
) -> PrintWorker:
    model, medium = load_model("zebra-zd421-203"), load_medium("label-50x30")
    return PrintWorker(Printer("desk", model, medium, transport), jobs, lambda: NOON, pauses)


def test_a_job_passes_through_all_states() -> None:
    jobs, printer = MemoryJobs(a_job("1")), ScriptedPrinter()

    assert worker(jobs, printer).run_pending()

    assert [state for _, state, _ in jobs.marks] == [
        JobState.RENDERED, JobState.SENT, JobState.CONFIRMED,
    ]  # fmt: skip
    assert printer.sent == ["1-item_label.zpl"]


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        ((JobState.SENT, None), (JobState.SENT, None)),
        (
            (JobState.NEEDS_ATTENTION, Trouble.OUT_OF_MEDIA),
            (JobState.NEEDS_ATTENTION, "out_of_media"),
        ),
        (Interrupted("reset"), (JobState.UNKNOWN, "connection_lost")),
    ],
)
def test_a_job_that_went_out_is_never_printed_again_by_itself(
    happens: Exception | tuple[JobState, Trouble | None], state: tuple[JobState, str | None]
) -> None:
    jobs, printer = MemoryJobs(a_job("1")), ScriptedPrinter(happens)
    desk = worker(jobs, printer)

    assert desk.run_pending()
    assert desk.run_pending()

    assert jobs.state("1") == state
    assert len(printer.sent) == 1


def test_a_job_that_did_not_go_out_is_tried_again_in_its_turn() -> None:
    jobs = MemoryJobs(a_job("1"), a_job("2"))
    printer = ScriptedPrinter(NotReached(Trouble.OUT_OF_MEDIA))
    desk = worker(jobs, printer)

    assert not desk.run_pending()
    assert jobs.state("1") == (JobState.RENDERED, "out_of_media")
    assert desk.run_pending()

    assert printer.sent == ["1-item_label.zpl", "2-item_label.zpl"]


@pytest.mark.parametrize(
    ("job", "trouble"),
    [
        (a_job("1", a_label(title="😀")), "missing_glyph:U+1F600"),
        (a_job("1", a_label(lpn="X" * 40)), f"does_not_fit:{'X' * 40}"),
        (a_job("1", a_label(lpn="반품-1")), "does_not_fit:반품-1"),
        pytest.param(
            a_job("1", a_label(printed_at="yesterday")), "unexpected", marks=pytest.mark.bugs
        ),
        (a_job("1", a_receipt()), "not_set_up:receipt, zebra-zd421-203, label-50x30"),
    ],
)
def test_a_paper_that_cannot_be_drawn_waits_for_a_person_and_holds_up_nobody(
    job: PrintJob, trouble: str
) -> None:
    jobs, printer = MemoryJobs(job, a_job("2")), ScriptedPrinter()

    assert worker(jobs, printer).run_pending()

    assert jobs.state("1") == (JobState.NEEDS_ATTENTION, trouble)
    assert printer.sent == ["2-item_label.zpl"]


def test_a_worker_in_its_thread_goes_on_until_the_printer_is_back() -> None:
    jobs = MemoryJobs(a_job("1"))
    desk = worker(jobs, ScriptedPrinter(*[NotReached(Trouble.UNREACHABLE)] * 3))

    desk.start()

    assert jobs.wait_for("1", JobState.CONFIRMED)
    assert desk.stop(PATIENCE)
    assert jobs.marks.count(("1", JobState.RENDERED, "unreachable")) == 3


def test_a_sleeping_worker_wakes_for_a_new_job() -> None:
    jobs = MemoryJobs(a_job("1"))
    desk = worker(jobs, ScriptedPrinter(), pauses=(60,))
    desk.start()
    assert jobs.wait_for("1", JobState.CONFIRMED)

    jobs.add(a_job("2"))
    desk.wake()

    assert jobs.wait_for("2", JobState.CONFIRMED)
    assert desk.stop(PATIENCE)


@pytest.mark.bugs
def test_a_worker_survives_a_storage_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    jobs = MemoryJobs(a_job("1"))
    jobs.refusals = 2
    desk = worker(jobs, ScriptedPrinter())

    desk.start()

    assert jobs.wait_for("1", JobState.CONFIRMED)
    assert desk.stop(PATIENCE)
    assert caplog.text.count("was interrupted") == 2


def test_a_worker_that_never_started_can_be_stopped() -> None:
    assert worker(MemoryJobs(), ScriptedPrinter()).stop()


def test_a_stopped_worker_takes_no_more_jobs() -> None:
    jobs = MemoryJobs(a_job("1"))
    desk = worker(jobs, ScriptedPrinter())
    desk.stop()

    assert not desk.run_pending()

    assert jobs.state("1") == (JobState.QUEUED, None)


@pytest.mark.parametrize(
    ("model", "medium", "job", "name"),
    [
        ("zebra-zd421-203", "label-50x30", a_job("1"), "1-item_label.zpl"),
        ("office-pdf", "label-50x30", a_job("1"), "1-item_label.pdf"),
        ("office-pdf", "a4", a_job("1", a_receipt(), "ja"), "1-receipt.pdf"),
    ],
)
def test_papers_land_in_a_folder(
    tmp_path: Path, model: str, medium: str, job: PrintJob, name: str
) -> None:
    printer = open_printer("desk", model, medium, f"folder:{tmp_path}")
    jobs = MemoryJobs(job)

    assert PrintWorker(printer, jobs, lambda: NOON).run_pending()

    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert jobs.state("1") == (JobState.CONFIRMED, None)
