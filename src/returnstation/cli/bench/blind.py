"""One blind return on the desk, in machine time: what the worker waits for in all."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pysqlite3 import dbapi2

from returnstation.app import Station
from returnstation.application.desk.desk import Desk
from returnstation.application.view import Step
from returnstation.cli.bench.figures import Figure, figure, timed
from returnstation.cli.bench.homes import BADGE, PIN
from returnstation.cli.bench.sales import PRODUCTS_EACH, gtin
from returnstation.domain.papers import JobState
from returnstation.storage.station import PrinterQueue

TARGET_MS = 30

_RUNS = 200
_WARM_UP = 10
_ACTS = 4
_FACT_BYTES = 600


class NotDone(Exception):
    """The desk did not queue a label; the message is the step it stands at."""


def measure_blind(home: Path) -> Figure:
    """Open, take one item in hand, grade it, take the proposal: the label is queued."""
    with closing(Station(home)) as station:
        desk = station.desk
        desk.sign_in(BADGE, PIN)
        run = os.urandom(4).hex().upper()

        def blind_return(number: int) -> None:
            desk.scan(f"{run}-{number:06d}")
            desk.scan(gtin(0, number % PRODUCTS_EACH)[1:])
            desk.grade(6, 9)
            view = desk.do("accept")
            if view.step is not Step.LABEL:
                raise NotDone(view.step)

        times = []
        for number in range(_RUNS + _WARM_UP):
            times += timed(blind_return, [number])
            _print(station)
            _put_away(desk)
    with _bare_log(home) as commits:
        bare = timed(lambda _: commits.several(_ACTS), range(_RUNS))
    return figure(
        "blind",
        times[_WARM_UP:],
        target_ms=TARGET_MS,
        against=(f"{_ACTS} bare SQLite commits (WAL, synchronous=FULL) on the same disk", bare),
        note=f"{_ACTS} acts, each durable before it answers",
    )


def _print(station: Station) -> None:
    """Let the label come out at once: what waits in a printer is not measured here."""
    queue = PrinterQueue(station.database)
    job = queue.next_for(station.settings.label_printer)
    if job is not None:
        queue.mark(job.job_id, JobState.SENT, None, station.clock())


def _put_away(desk: Desk) -> None:
    label = desk.state().label
    if label is not None:
        desk.scan_back(label.lpn)
        desk.put(next(tote.code for tote in label.containers if tote.is_target))
        desk.do("finish")


@contextmanager
def _bare_log(home: Path) -> Iterator["_Commits"]:
    file = home / "bare.db"
    with closing(dbapi2.connect(str(file), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE IF NOT EXISTS log (body BLOB)")
        yield _Commits(connection)
    for left in home.glob("bare.db*"):
        left.unlink()


class _Commits:
    """Commits rows the size of a fact."""

    def __init__(self, connection: dbapi2.Connection) -> None:
        self._connection = connection
        self._body = os.urandom(_FACT_BYTES)

    def several(self, count: int) -> None:
        for _ in range(count):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("INSERT INTO log VALUES (?)", (self._body,))
            self._connection.execute("COMMIT")
