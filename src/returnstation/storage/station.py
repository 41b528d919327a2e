"""``station.db``: facts and the state that follows from them, in one transaction."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from returnstation.application.ports import NewId
from returnstation.domain.papers import JobState, PrintJob
from returnstation.storage.cases import SqlCases
from returnstation.storage.containers import SqlContainers
from returnstation.storage.engine import open_engine, troubles_named
from returnstation.storage.erasures import SqlErasures
from returnstation.storage.log import SqlFacts
from returnstation.storage.people import SqlPeople
from returnstation.storage.queue import SqlJobs
from returnstation.storage.schema import bring_up_to_date
from returnstation.storage.subject_keys import NewKey
from returnstation.storage.tables import COUNTER, SETTING
from returnstation.storage.versions import SqlVersions
from returnstation.wire.sealing import new_key

_TAKE = (
    insert(COUNTER)
    .values(last=1)
    .on_conflict_do_update(index_elements=[COUNTER.c.name], set_={"last": COUNTER.c.last + 1})
    .returning(COUNTER.c.last)
)
PASSED_OVER = 20_000
"""Numbers of each series between two lives of a file: two months of licence plates, 300 a day."""

_PASS_OVER = COUNTER.update().values(last=COUNTER.c.last + PASSED_OVER)
_SETTING = select(SETTING.c.value).where(SETTING.c.name == bindparam("name"))
_SET = insert(SETTING)
_SET = _SET.on_conflict_do_update(
    index_elements=[SETTING.c.name], set_={"value": _SET.excluded.value}
)


class StationDatabase:
    """The station's own file; close it before the program ends.

    Attributes:
        jobs_added: Called after papers were queued for good.
        facts_added: Called after facts were written for good.

    Args:
        path: ``station.db``; made when it is not there.
        station: Name of this station, written into every fact.
        new_id: Gives UUIDv7.
        new_epoch: A random 63-bit number, used when the file is new.
        new_key: Gives the keys that words in facts are sealed with.

    Raises:
        Trouble: The file is locked, damaged, newer than the program, or the disk is full.
    """

    def __init__(
        self,
        path: Path,
        station: str,
        new_id: NewId,
        new_epoch: int,
        new_key: NewKey = new_key,
    ) -> None:
        self.path = path
        self.jobs_added: Callable[[], None] = lambda: None
        self.facts_added: Callable[[], None] = lambda: None
        self._station = station
        self._new_id = new_id
        self._new_key = new_key
        with troubles_named(path):
            self._engine = open_engine(path, synchronous="FULL")
            bring_up_to_date(self._engine, path)
            self._epoch = int(self.setting("epoch") or 0)
            if not self._epoch:
                self.begin_epoch(new_epoch)

    @property
    def epoch(self) -> int:
        """Random number of this installation's life."""
        return self._epoch

    def begin_epoch(self, epoch: int) -> None:
        """Write under another number from now on: somebody else may hold the old one.

        Who held it may have given numbers that this file knows nothing of: they are passed over.
        """
        with self.work() as work:
            work.keep_setting("epoch", str(epoch))
            work.connection.execute(_PASS_OVER)
            work.commit()
        self._epoch = epoch

    @property
    def engine(self) -> Engine:
        """For readers in this package that need no unit of work."""
        return self._engine

    @contextmanager
    def work(self) -> Generator["SqlWork"]:
        """Begin a unit of work; what it does not commit is dropped."""
        with troubles_named(self.path), self._engine.connect() as connection:
            work = SqlWork(connection.execution_options(writes=True), self._facts)
            yield work
        if work.committed_jobs:
            self.jobs_added()
        if work.committed_facts:
            self.facts_added()

    @contextmanager
    def look(self) -> Generator["SqlWork"]:
        """Read through a unit of work that takes no lock; what it writes is dropped."""
        with troubles_named(self.path), self._engine.connect() as connection:
            yield SqlWork(connection, self._facts)

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """Read a consistent state without keeping writers waiting."""
        with troubles_named(self.path), self._engine.connect() as connection:
            yield connection

    def setting(self, name: str) -> str | None:
        """Return a value the file keeps about itself."""
        with self.reading() as connection:
            return connection.scalar(_SETTING, {"name": name})

    def keep_setting(self, name: str, value: str) -> None:
        """Keep a value about the file itself."""
        with self.work() as work:
            work.keep_setting(name, value)
            work.commit()

    def close(self) -> None:
        """Close every connection to the file."""
        self._engine.dispose()

    def _facts(self, connection: Connection) -> SqlFacts:
        return SqlFacts(connection, self._station, self._epoch, self._new_id, self._new_key)


class SqlWork:
    """One transaction on the station's file."""

    def __init__(self, connection: Connection, facts: Callable[[Connection], SqlFacts]) -> None:
        self.connection = connection
        self.facts = facts(connection)
        self.keys = self.facts.keys
        self.cases = SqlCases(connection)
        self.jobs = SqlJobs(connection)
        self.people = SqlPeople(connection)
        self.containers = SqlContainers(connection)
        self.versions = SqlVersions(connection)
        self.erasures = SqlErasures(connection)
        self.committed_jobs = self.committed_facts = 0

    def next_number(self, name: str) -> int:
        """Return the next number of a series; a number is never given twice."""
        return int(self.connection.execute(_TAKE, {"name": name}).scalar_one())

    def setting(self, name: str) -> str | None:
        """Return a value the file keeps about itself."""
        return self.connection.scalar(_SETTING, {"name": name})

    def keep_setting(self, name: str, value: str) -> None:
        """Keep a value about the file itself, together with all else."""
        self.connection.execute(_SET, {"name": name, "value": value})

    def commit(self) -> None:
        """Keep every change, on the disk."""
        self.connection.commit()
        self.committed_jobs += self.jobs.added
        self.committed_facts += self.facts.added
        self.jobs.added = self.facts.added = 0


class PrinterQueue:
    """The print queue as the printers' threads see it."""

    def __init__(self, database: StationDatabase) -> None:
        self._database = database

    def next_for(self, printer: str) -> PrintJob | None:
        """Return the oldest job of a printer that is queued or rendered."""
        with self._database.look() as work:
            return work.jobs.next_for(printer)

    def mark(self, job_id: str, state: JobState, trouble: str | None, at: datetime) -> None:
        """Record how far a job has come, durably, before returning."""
        with self._database.work() as work:
            work.jobs.mark(job_id, state, trouble, at)
            work.commit()

    def claim(self, job: PrintJob, at: datetime) -> bool:
        """Mark a job as being sent, durably; tell whether it was still to be printed there."""
        with self._database.work() as work:
            is_claimed = work.jobs.claim(job, at)
            work.commit()
        return is_claimed

    def recover(self, printer: str, at: datetime) -> None:
        """Mark jobs unknown whose sending was cut off when the program ended."""
        with self._database.work() as work:
            work.jobs.recover(printer, at)
            work.commit()
