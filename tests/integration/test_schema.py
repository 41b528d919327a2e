"""A file is brought up to date once, never without a backup, and never when it is newer."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pysqlite3 import dbapi2
from sqlalchemy import Engine

from builders import AT
from returnstation.application.troubles import Trouble
from returnstation.cli import main
from returnstation.domain.facts import OrderForgotten, SignedIn
from returnstation.storage.audit import verify
from returnstation.storage.engine import open_engine
from returnstation.storage.schema import SCHEMA, back_up, bring_up_to_date, version_of
from returnstation.storage.station import StationDatabase
from returnstation.storage.tables import METADATA
from returnstation.wire.feeds import key_of
from stations import counted_id


@pytest.fixture
def station_file(tmp_path: Path) -> Path:
    path = tmp_path / "station.db"
    with closing(StationDatabase(path, "ICN3", counted_id, 7)) as database, database.work() as work:
        work.facts.append("u1", "u1", [SignedIn(user_id="u1")], AT)
        work.commit()
    return path


@pytest.fixture
def engine(station_file: Path) -> Iterator[Engine]:
    engine = open_engine(station_file, synchronous="FULL")
    yield engine
    engine.dispose()


def set_version(path: Path, version: int) -> None:
    with closing(dbapi2.connect(str(path), isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = " + str(version))


def test_a_new_file_gets_the_newest_schema_and_no_backup(station_file: Path) -> None:
    engine = open_engine(station_file, synchronous="FULL")
    try:
        assert version_of(engine) == SCHEMA
    finally:
        engine.dispose()
    assert list(station_file.parent.glob("*before*")) == []


def test_the_migrations_make_the_tables_the_program_uses(engine: Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)

    assert differences == []


def test_a_file_that_is_up_to_date_is_left_alone(engine: Engine, station_file: Path) -> None:
    bring_up_to_date(engine, station_file)

    assert list(station_file.parent.glob("*before*")) == []


def test_a_newer_file_is_refused_and_not_touched(station_file: Path) -> None:
    set_version(station_file, SCHEMA + 1)
    before = station_file.read_bytes()

    with pytest.raises(Trouble, match="database-newer") as newer:
        StationDatabase(station_file, "ICN3", counted_id, 7)

    assert station_file.read_bytes() == before
    assert newer.value.values == {"file": "station.db", "found": SCHEMA + 1, "known": SCHEMA}
    assert list(station_file.parent.glob("*before*")) == []


def test_the_program_says_that_a_file_is_newer(
    station_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_version(station_file, SCHEMA + 1)

    exit_code = main(["--home", str(station_file.parent), "backup", "x.db"])

    assert exit_code == 3
    assert "database-newer" in capsys.readouterr().err


def test_a_file_is_backed_up_before_it_is_migrated(station_file: Path) -> None:
    # A version below zero stands for an older file: it takes the same way, and Alembic finds
    # nothing left to do.
    set_version(station_file, -1)

    StationDatabase(station_file, "ICN3", counted_id, 7).close()

    (backup,) = station_file.parent.glob("*before*")
    assert backup.name == f"station-before-{SCHEMA}.db"
    assert verify(backup) == verify(station_file)
    engine = open_engine(station_file, synchronous="FULL")
    assert version_of(engine) == SCHEMA
    engine.dispose()


@pytest.mark.parametrize(
    ("schema", "tables", "indexes"),
    [
        (
            1,
            ("erasure", "subject_key", "clue", "refund", "settlement"),
            ("case_merchant", "job_open"),
        ),
        (2, ("erasure", "subject_key"), ()),
        (3, ("erasure",), ()),
    ],
)
def test_a_file_of_an_older_schema_gets_what_later_ones_brought(
    engine: Engine, station_file: Path, schema: int, tables: list[str], indexes: list[str]
) -> None:
    with engine.connect() as connection:
        for table in tables:
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for index in indexes:
            connection.exec_driver_sql(f"DROP INDEX {index}")
        revision = (f"{schema:04}",)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", revision)
        connection.commit()
    set_version(station_file, schema)

    StationDatabase(station_file, "ICN3", counted_id, 7).close()

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    assert len(list(station_file.parent.glob("*before*"))) == 1


def test_without_room_for_the_backup_nothing_is_migrated(station_file: Path) -> None:
    set_version(station_file, -1)
    (station_file.parent / f"station-before-{SCHEMA}.db.part").mkdir()

    with pytest.raises(Trouble, match="backup-failed"):
        StationDatabase(station_file, "ICN3", counted_id, 7)

    engine = open_engine(station_file, synchronous="FULL")
    assert version_of(engine) == -1
    engine.dispose()


def test_a_backup_has_every_fact(engine: Engine, station_file: Path) -> None:
    target = station_file.with_name("copy.db")

    back_up(engine, target)

    assert verify(target) == verify(station_file)


def test_a_backup_replaces_the_one_before(engine: Engine, station_file: Path) -> None:
    target = station_file.with_name("copy.db")
    back_up(engine, target)

    back_up(engine, target)

    assert verify(target).facts == 1
    assert {file.name for file in target.parent.glob("copy*")} == {"copy.db"}


def test_a_backup_that_fails_leaves_the_one_before(engine: Engine, station_file: Path) -> None:
    target = station_file.with_name("copy.db")
    back_up(engine, target)
    before = target.read_bytes()
    target.with_name("copy.db.part").mkdir()  # where the new copy would be written

    with pytest.raises(Trouble, match="backup-failed"):
        back_up(engine, target)

    assert target.read_bytes() == before


def test_a_backup_onto_the_stations_own_file_is_refused(engine: Engine, station_file: Path) -> None:
    before = shutil.copy(station_file, station_file.with_name("before.db"))

    with pytest.raises(Trouble, match="backup-failed"):
        back_up(engine, station_file)

    assert verify(station_file) == verify(Path(before))


def test_a_backup_into_a_folder_that_is_not_there_is_trouble(
    engine: Engine, station_file: Path
) -> None:
    with pytest.raises(Trouble, match="backup-failed"):
        back_up(engine, station_file.parent / "nowhere" / "copy.db")


def test_what_an_older_program_noted_of_erasures_is_known(
    engine: Engine, station_file: Path
) -> None:
    old = OrderForgotten(merchant_id="ds", order_number="DONE", erased_ms=7)
    again = OrderForgotten(merchant_id="ds", order_number="AGAIN", erased_ms=7)
    by_name_before = OrderForgotten(merchant_id="ds", order_number="OTHER", erased_ms=7)
    pending = {key_of("ds", "AGAIN"): 8, key_of("ds", "NEW"): 9}
    with (
        closing(StationDatabase(station_file, "ICN3", counted_id, 7)) as database,
        database.work() as work,
    ):
        work.keep_setting("station_id", "ICN3-2")
        work.facts.append("ICN3-1", None, [by_name_before], AT)
        work.facts.append("ICN3-2", None, [old, again], AT)
        work.keep_setting("erasures", msgspec.json.encode(pending).decode())
        work.connection.exec_driver_sql("DROP TABLE erasure")
        work.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")
        work.commit()
    set_version(station_file, 3)

    bring_up_to_date(engine, station_file)

    told = {key_of("ds", "DONE"): 7, key_of("ds", "OTHER"): 7}
    with (
        closing(StationDatabase(station_file, "ICN3", counted_id, 7)) as database,
        database.look() as work,
    ):
        assert work.erasures.pending() == pending
        assert work.erasures.news(told) == {key_of("ds", "OTHER"): 7}
        assert work.setting("erasures") is None


def test_erasures_of_programs_that_kept_no_moments_are_known(
    engine: Engine, station_file: Path
) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE erasure")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")
        connection.exec_driver_sql("INSERT INTO setting VALUES ('erasures', '[\"OLD\"]')")
        connection.commit()
    set_version(station_file, 3)

    bring_up_to_date(engine, station_file)

    with (
        closing(StationDatabase(station_file, "ICN3", counted_id, 7)) as database,
        database.look() as work,
    ):
        assert work.erasures.pending() == {"OLD": 0}
