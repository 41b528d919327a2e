"""The power is cut at each moment of a job: a process of our own is killed, and begins again."""

import sys
from pathlib import Path

import pytest

from fault_printer import FaultPrinter
from paper_samples import NOON, a_job, a_label
from processes import run_python
from returnstation.domain.papers import JobState, Trouble
from returnstation.printing import Printer, PrintWorker, load_medium, load_model
from returnstation.printing.profiles import StatusDialect
from returnstation.printing.raw import Manners, Patience
from returnstation.printing.tcp import TcpTransport
from returnstation.storage.station import PrinterQueue, StationDatabase
from stations import counted_id
from waiting import PATIENCE

KILLED = -9
NEVER_SILENT = Patience(answer=PATIENCE, sending=PATIENCE, printing=0.5, between=0.005)

PROGRAM = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from integration import test_printing_killed as rig

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

moment = sys.argv[3]
queue = rig.queue(Path(sys.argv[1]))
worker = rig.worker(queue, int(sys.argv[2]))
if moment == "drawn":
    queue.mark = die
elif moment == "before the claim":
    queue.claim = die
elif moment == "after the claim":
    from returnstation.printing.raw import RawLink
    RawLink.send = die
elif moment == "sent":
    from returnstation.printing.raw import RawLink
    RawLink.outcome = die
elif moment == "seen printed":
    mark = queue.mark
    queue.mark = lambda job, state, *rest: die() if state == "confirmed" else mark(job, state, *rest)
worker.run_pending()
die()
"""


def database(home: Path) -> StationDatabase:
    return StationDatabase(home / "station.db", "ICN3", counted_id, 1)


def queue(home: Path) -> PrinterQueue:
    return PrinterQueue(database(home))


def worker(jobs: PrinterQueue, port: int) -> PrintWorker:
    transport = TcpTransport("127.0.0.1", port, Manners(StatusDialect.HS, patience=NEVER_SILENT))
    model, medium = load_model("zebra-zd421-203"), load_medium("label-50x30")
    return PrintWorker(Printer("desk", model, medium, transport), jobs, lambda: NOON)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize(
    ("moment", "first", "times"),
    [
        ("drawn", JobState.CONFIRMED, 1),
        ("before the claim", JobState.CONFIRMED, 1),
        ("after the claim", JobState.UNKNOWN, 0),
        ("sent", JobState.UNKNOWN, 1),
        ("seen printed", JobState.UNKNOWN, 1),
        ("done", JobState.CONFIRMED, 1),
    ],
)
def test_a_power_cut_at_any_moment_loses_no_label_and_prints_none_twice(
    tmp_path: Path, moment: str, first: JobState, times: int
) -> None:
    made = database(tmp_path)
    with made.work() as work:
        work.jobs.add(a_job("1", a_label(lpn="ICN3-0000001")))
        work.jobs.add(a_job("2", a_label(lpn="ICN3-0000002")))
        work.commit()
    with FaultPrinter().running() as printer:
        here = str(Path(__file__).parents[1])
        ended = run_python("-c", PROGRAM, str(tmp_path), str(printer.port), moment, here)
        assert ended.code == KILLED, ended.err

        assert worker(PrinterQueue(made), printer.port).run_pending()

    with made.look() as work:
        jobs = {job.lpn: job for job in work.jobs.waiting()}
        found = [work.jobs.next_for("desk")]
    assert found == [None]
    assert sum(printer.printed.values()) == times + 1
    assert max(printer.printed.values()) == 1
    if first is JobState.UNKNOWN:
        assert [(job.state, job.trouble) for job in jobs.values()] == [
            (JobState.UNKNOWN, Trouble.INTERRUPTED)
        ]
    else:
        assert jobs == {}
    made.close()
