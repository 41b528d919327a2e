"""``station.db``: facts and state together or not at all, whatever happens to disk and file."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import event, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from builders import AT, opened, told
from processes import lines_until_killed
from returnstation.app import Station
from returnstation.application.troubles import Trouble
from returnstation.application.view import Step
from returnstation.domain.facts import CaseHeld, SignedIn
from returnstation.domain.folding import NoSuchCase, fold
from returnstation.storage.audit import verify
from returnstation.storage.engine import open_engine
from returnstation.storage.station import StationDatabase
from returnstation.storage.tables import CASE, FACT, SETTING
from stations import Worker, a_station, code, counted_id

KILLS = 4


@contextmanager
def a_database(folder: Path) -> Iterator[StationDatabase]:
    with closing(StationDatabase(folder / "station.db", "ICN3", counted_id, 7)) as database:
        yield database


def sign_in(database: StationDatabase, count: int = 1) -> None:
    with database.work() as work:
        for _ in range(count):
            work.facts.append("u1", "u1", [SignedIn(user_id="u1")], AT)
        work.commit()


def head(database: StationDatabase) -> int:
    with database.look() as work:
        return work.facts.head()


@contextmanager
def pragma_on_every_connection(station: Station, pragma: str) -> Iterator[None]:
    """Set a pragma whenever the station begins to use a connection."""

    def set_it(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(station.database.engine, "checkout", set_it)
    try:
        yield
    finally:
        event.remove(station.database.engine, "checkout", set_it)


@pytest.mark.parametrize("change", ["UPDATE fact SET user = 'x'", "DELETE FROM fact"])
def test_facts_can_be_neither_changed_nor_deleted(change: str, tmp_path: Path) -> None:
    with a_database(tmp_path) as database:
        sign_in(database)

        with (
            database.engine.connect() as connection,
            pytest.raises(DBAPIError, match="facts are never changed"),
        ):
            connection.execute(text(change))

        assert head(database) == 1


def test_facts_and_state_are_kept_together(tmp_path: Path) -> None:
    with a_database(tmp_path) as database:
        with database.work() as work:
            facts = work.facts.append("case-1", "u1", [opened()], AT)
            work.cases.save(fold(facts))
            work.commit()

        with database.reading() as connection:
            assert connection.execute(select(FACT.c.subject)).scalars().all() == ["case-1"]
            assert connection.execute(select(CASE.c.case_id)).scalars().all() == ["case-1"]


def test_a_crash_between_fact_and_state_keeps_neither(tmp_path: Path) -> None:
    with a_database(tmp_path) as database:
        with pytest.raises(NoSuchCase):
            _crash_between(database)

        with database.reading() as connection:
            assert connection.execute(select(FACT)).all() == []
            assert connection.execute(select(CASE)).all() == []


def _crash_between(database: StationDatabase) -> None:
    with database.work() as work:
        work.facts.append("case-1", "u1", [opened()], AT)
        work.cases.save(fold(()))
        work.commit()


def test_what_is_not_committed_is_dropped(tmp_path: Path) -> None:
    with a_database(tmp_path) as database:
        with database.work() as work:
            work.facts.append("u1", "u1", [SignedIn(user_id="u1")], AT)

        assert head(database) == 0


def test_facts_are_told_in_order_with_moment_user_and_subject(tmp_path: Path) -> None:
    facts = [recorded.fact for recorded in told(opened(), CaseHeld(why="later"))]
    with a_database(tmp_path) as database:
        with database.work() as work:
            written = work.facts.append("case-1", "u1", facts, AT)
            work.facts.append("case-2", None, [SignedIn(user_id="u1")], AT)
            work.commit()

        with database.look() as work:
            assert work.facts.of("case-1") == written
            assert [recorded.seq for recorded in written] == [1, 2]
            assert work.facts.of("nobody") == ()


def test_a_clock_set_back_does_not_disorder_the_log(tmp_path: Path) -> None:
    with a_database(tmp_path) as database:
        sign_in(database)
        with database.work() as work:
            work.facts.append("u1", "u1", [SignedIn(user_id="u1")], AT.replace(year=2020))
            work.commit()

    assert verify(tmp_path / "station.db").bad is None


def test_a_number_is_never_given_twice(tmp_path: Path) -> None:
    with a_database(tmp_path) as database:
        with database.work() as work:
            first = [work.next_number("lpn"), work.next_number("lpn"), work.next_number("case")]
            work.commit()
        with database.work() as work:
            second = work.next_number("lpn")

    assert first == [1, 2, 1]
    assert second == 3


def test_the_epoch_is_drawn_once_for_the_life_of_a_file(tmp_path: Path) -> None:
    for epoch in (7, 8):
        with closing(
            StationDatabase(tmp_path / "station.db", "ICN3", counted_id, epoch)
        ) as database:
            kept = database.setting("epoch")

    assert kept == "7"


def test_facts_are_on_the_disk_before_an_act_answers(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        modes = []
        for engine in (station.database.engine, station.cache._engine):
            with engine.connect() as connection:
                modes.append(
                    tuple(
                        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                        for name in ("journal_mode", "synchronous", "foreign_keys")
                    )
                )

    assert modes == [("wal", 2, 1), ("wal", 1, 1)]  # 2 is FULL, 1 is NORMAL


def test_facts_and_orders_lie_in_files_of_their_own(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        Worker(station).desk.scan("R-77421")

    tables = {}
    for name in ("station.db", "cache-1.db"):
        with closing(dbapi2.connect(str(tmp_path / name))) as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables[name] = {row[0] for row in rows}

    assert "fact" in tables["station.db"]
    assert "sale_order" in tables["cache-1.db"]
    assert tables["station.db"].isdisjoint(tables["cache-1.db"])


def test_a_locked_file_is_named_and_the_next_act_works(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        before = worker.desk.state()

        with (
            pragma_on_every_connection(station, "busy_timeout = 20"),
            closing(dbapi2.connect(str(tmp_path / "station.db"), isolation_level=None)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            locked = worker.desk.scan("R-77421")
        again = worker.desk.scan("R-77421")

    assert code(locked) == "database-locked"
    assert locked.seq == before.seq
    assert locked.case is None
    assert again.step is Step.MATCHED


def test_a_full_disk_is_named_and_the_next_act_works(tmp_path: Path) -> None:
    note = "긁힘 " * 400
    with a_station(tmp_path) as station:
        worker = Worker(station)
        before = worker.desk.scan("R-77421")

        # SQLite never goes below the present size, so the first page more is refused.
        with pragma_on_every_connection(station, "max_page_count = 1"):
            views = [worker.desk.note(note) for _ in range(40)]
        full = views[-1]
        with pragma_on_every_connection(station, "max_page_count = 1000000"):
            again = worker.desk.note(note)

    assert code(full) == "disk-full"
    assert full.seq < before.seq + 40
    assert again.problem is None
    assert again.seq == full.seq + 1
    assert verify(tmp_path / "station.db").bad is None


@pytest.mark.parametrize("size", [100, 4096, 20_000])
def test_a_file_that_is_no_database_is_named(size: int, tmp_path: Path) -> None:
    (tmp_path / "station.db").write_bytes(b"garbage!" * (size // 8))

    with pytest.raises(Trouble, match="database-damaged"), a_database(tmp_path):
        pass


def test_a_damaged_page_is_named(tmp_path: Path) -> None:
    with a_database(tmp_path) as database:
        sign_in(database, 200)
    file = tmp_path / "station.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))

    with pytest.raises(Trouble, match="database-damaged"), a_database(tmp_path) as database:
        sign_in(database)


def test_a_folder_that_cannot_be_reached_is_named(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="database-unreachable"), a_database(tmp_path / "nowhere"):
        pass


WRITER = """
import sys
from contextlib import closing
from pathlib import Path
from returnstation.app import Station

with closing(Station(Path(sys.argv[1]))) as station:
    desk = station.desk
    if desk.sign_in("OPERATOR", "1234").case is not None:
        desk.hold("later")
    for number in range(10_000):
        view = desk.scan(f"KILLED-{sys.argv[2]}-{number}")
        print(view.case.number, flush=True)
        desk.hold("later")
"""


def test_a_killed_process_loses_nothing_it_confirmed(tmp_path: Path) -> None:
    with a_station(tmp_path):
        confirmed: list[str] = []
    for run in range(KILLS):
        confirmed += lines_until_killed(5 + 7 * run, "-c", WRITER, str(tmp_path), str(run))

    proof = verify(tmp_path / "station.db")
    with closing(dbapi2.connect(str(tmp_path / "station.db"))) as connection:
        numbers = {row[0] for row in connection.execute("SELECT number FROM return_case")}
        opened_facts = connection.execute(
            "SELECT count(*) FROM fact WHERE type = 'case_opened'"
        ).fetchone()[0]

    assert proof.bad is None
    assert len(confirmed) >= KILLS * 5
    assert set(confirmed) <= numbers
    assert opened_facts == len(numbers)


def test_a_parcel_scan_runs_few_statements_and_one_commit_that_writes(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        # The first verdict keeps the text of its pack as well, once for all others.
        worker.desk.scan("R-77421")
        worker.desk.cancel("opened_by_mistake")

        with counted(station) as first:
            view = worker.desk.scan("R-77421")

    assert view.step is Step.MATCHED
    assert first.writes == 1
    assert first.statements <= 30, first.statements


@pytest.mark.parametrize("acts", [1, 4])
def test_every_act_on_an_item_commits_once(acts: int, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        worker = Worker(station)
        worker.desk.scan("R-77421")

        with counted(station) as count:
            worker.desk.scan("HR3-NV-270")
            for key in "322"[: acts - 1]:
                worker.desk.choose(key)

    assert count.writes == acts
    assert count.statements <= acts * 24, count.statements


class Count:
    """How many statements ran, and how many transactions changed something."""

    def __init__(self) -> None:
        self.statements = 0
        self.writes = 0


@contextmanager
def counted(station: Station) -> Iterator[Count]:
    count = Count()
    dirty = {"changed": False}

    def ran(_c: object, _cursor: object, statement: str, *_: object) -> None:
        count.statements += 1
        dirty["changed"] |= statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))

    def committed(_connection: object) -> None:
        count.writes += dirty["changed"]
        dirty["changed"] = False

    engines = (station.database.engine, station.cache._engine)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", ran)
        event.listen(engine, "commit", committed)
    try:
        yield count
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", ran)
            event.remove(engine, "commit", committed)


def test_a_sqlite_too_old_would_be_refused() -> None:
    assert dbapi2.sqlite_version_info >= (3, 51, 3)


def test_an_engine_waits_five_seconds_for_a_lock(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "x.db", synchronous="FULL")
    try:
        with engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 5000
    finally:
        engine.dispose()


def test_an_error_of_the_file_names_nobody(tmp_path: Path) -> None:
    twice = {"name": "seq", "value": "Seoyeon Kim"}
    with a_database(tmp_path) as database, database.work() as work:
        work.connection.execute(SETTING.insert(), twice)
        with pytest.raises(DBAPIError) as told:
            work.connection.execute(SETTING.insert(), twice)

    assert "Seoyeon" not in str(told.value)
