"""What printing through Windows needs of a spooler, on a stand-in and on the real one."""

import sys
from collections.abc import Callable, Sequence

import pytest

from returnstation.domain.papers import JobState, Trouble
from returnstation.printing import BadProfile, open_printer
from returnstation.printing.spooler import (
    Spool,
    SpoolerFailed,
    SpoolerMissing,
    SpoolerTransport,
    system_spool,
)
from returnstation.printing.transports import NotReached


class MemorySpool:
    """A spooler with one queue, ``labels``; jobs go as their script says."""

    def __init__(self, *jobs: int | None) -> None:
        self._jobs = list(jobs)
        self.status = 0
        self.is_full = False
        self.printed: list[tuple[str, bytes]] = []

    def queues(self) -> Sequence[str]:
        return ["labels"]

    def queue_status(self, queue: str) -> int:
        self._check(queue)
        return self.status

    def print_raw(self, queue: str, name: str, payload: bytes) -> int:
        self._check(queue)
        if self.is_full:
            raise SpoolerFailed("112")
        self.printed.append((name, payload))
        return len(self.printed)

    def job_status(self, queue: str, job_id: int) -> int | None:
        self._check(queue)
        if not self._jobs:
            return None
        return self._jobs.pop(0) if len(self._jobs) > 1 else self._jobs[0]

    def _check(self, queue: str) -> None:
        if queue != "labels":
            raise SpoolerFailed("1801")


@pytest.fixture(params=["memory", "windows"])
def spool(request: pytest.FixtureRequest) -> Spool:
    if request.param == "windows" and sys.platform != "win32":
        pytest.skip("no spooler of Windows here")
    return MemorySpool() if request.param == "memory" else system_spool()


def test_its_queues_are_named(spool: Spool) -> None:
    assert all(spool.queues())


def test_a_queue_that_is_not_there_is_refused(spool: Spool) -> None:
    asked: list[Callable[[], object]] = [
        lambda: spool.queue_status("no such queue"),
        lambda: spool.print_raw("no such queue", "1.zpl", b"^XA^XZ"),
        lambda: spool.job_status("no such queue", 1),
    ]
    for each in asked:
        with pytest.raises(SpoolerFailed):
            each()


def way(spool: Spool, queue: str = "labels") -> SpoolerTransport:
    return SpoolerTransport(spool, queue, patience=1, sleep=lambda _: None)


def printed(spool: Spool) -> tuple[JobState, Trouble | None]:
    with way(spool).connect() as link:
        link.send(b"^XA\x00^XZ", "1.zpl")
        return link.outcome()


@pytest.mark.parametrize("last", [None, 0x80, 0x1000, 0x90])
def test_what_left_the_queue_was_sent_and_never_counts_as_printed(last: int | None) -> None:
    spool = MemorySpool(0x8, 0x10, last)

    outcome = printed(spool)

    assert outcome == (JobState.SENT, None)
    assert spool.printed == [("1.zpl", b"^XA\x00^XZ")]


@pytest.mark.parametrize(
    ("job", "outcome"),
    [
        (0x10, (JobState.UNKNOWN, Trouble.SILENT)),
        (0x100, (JobState.UNKNOWN, Trouble.UNEXPECTED)),
        (0x50, (JobState.NEEDS_ATTENTION, Trouble.OUT_OF_MEDIA)),
        (0x20, (JobState.NEEDS_ATTENTION, Trouble.OFFLINE)),
        (0x402, (JobState.NEEDS_ATTENTION, Trouble.FAULT)),
    ],
    ids=["stays", "deleted", "paper", "offline", "error"],
)
def test_what_is_wrong_with_a_job_is_told(job: int, outcome: tuple[JobState, Trouble]) -> None:
    assert printed(MemorySpool(job)) == outcome


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (0x10, Trouble.OUT_OF_MEDIA),
        (0x400002, Trouble.COVER_OPEN),
        (0x80, Trouble.OFFLINE),
        (0x1, Trouble.PAUSED),
        (0x2, Trouble.FAULT),
    ],
)
def test_nothing_is_put_in_a_queue_that_is_stopped(status: int, trouble: Trouble) -> None:
    spool = MemorySpool()
    spool.status = status

    with pytest.raises(NotReached) as caught:
        printed(spool)

    assert caught.value.trouble is trouble
    assert spool.printed == []


def test_a_busy_queue_takes_more() -> None:
    spool = MemorySpool()
    spool.status = 0x400 | 0x200 | 0x20000

    assert printed(spool) == (JobState.SENT, None)


def test_a_queue_that_is_gone_or_full_was_not_reached() -> None:
    spool = MemorySpool()
    spool.is_full = True

    with pytest.raises(NotReached) as gone, way(spool, "other").connect():
        pass
    with pytest.raises(NotReached) as full:
        printed(spool)

    assert (gone.value.trouble, full.value.trouble) == (Trouble.UNREACHABLE, Trouble.REFUSED)


@pytest.mark.skipif(sys.platform == "win32", reason="it is there")
def test_without_windows_it_is_not_available_and_says_so() -> None:
    with pytest.raises(SpoolerMissing):
        system_spool()
    with pytest.raises(BadProfile, match="Windows"):
        open_printer("labels", "zebra-zd421-203", "label-50x30", "spooler:Zebra")
