"""One key for each order, case and photo: kept once, agreed on, and really forgotten."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from postgres import PostgresServer, new_database
from returnstation.hub.database import HubDatabase
from returnstation.hub.subject_keys import SubjectKeys, keys_at
from returnstation.wire.sealing import KEY_BYTES, new_key
from waiting import until

ORDER, RMA, CASE, PHOTO = "order:ds/KR-1", "rma:ds/R-1", "case:c-1", "photo:" + "ab" * 32


@pytest.fixture(scope="module")
def server(postgres_server: PostgresServer) -> str:
    return new_database(postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/hub.db"
    return str(request.getfixturevalue("server"))


@pytest.fixture
def database(address: str) -> Iterator[HubDatabase]:
    with closing(HubDatabase(address, "hub-a")) as made:
        yield made
        with made.subject_keys.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM subject_key")


@pytest.fixture
def keys(database: HubDatabase) -> SubjectKeys:
    return database.subject_keys


def test_a_subject_gets_one_key_and_keeps_it(keys: SubjectKeys) -> None:
    made = keys.made([ORDER, CASE], 1)

    assert {len(key) for key in made.values()} == {KEY_BYTES}
    assert keys.made([CASE, ORDER], 2) == made == keys.keys_of([ORDER, CASE, PHOTO])
    assert keys.count() == 2


def test_more_subjects_than_one_question_takes_are_found(keys: SubjectKeys) -> None:
    subjects = [f"case:{number}" for number in range(1201)]

    assert keys.keys_of(keys.made(subjects, 1)) == keys.made(subjects, 2)


def test_two_processes_agree_on_the_keys_of_subjects(address: str, keys: SubjectKeys) -> None:
    subjects = [f"order:ds/{number}" for number in range(40)]
    with closing(HubDatabase(address, "hub-a")) as other, ThreadPoolExecutor(4) as pool:
        both = [keys, other.subject_keys] * 4
        made = list(pool.map(lambda each: each.made(subjects, 1), both))

    assert all(each == made[0] for each in made)


def test_a_key_that_is_there_is_never_replaced(keys: SubjectKeys) -> None:
    first, second = new_key(), new_key()
    keys.put({CASE: first}, 1)
    keys.put({CASE: second, PHOTO: second}, 2)
    keys.put({}, 3)

    assert keys.keys_of([CASE, PHOTO]) == {CASE: first, PHOTO: second}


@pytest.mark.parametrize("subject", [CASE, PHOTO])
def test_a_case_or_photo_that_was_forgotten_never_has_a_key_again(
    keys: SubjectKeys, subject: str
) -> None:
    keys.made([subject], 1)
    keys.forget([subject], 2)
    keys.put({subject: new_key()}, 3)

    assert keys.made([subject], 4) == {} == keys.keys_of([subject])
    assert keys.is_forgotten(subject)


def test_a_subject_is_forgotten_before_it_ever_had_a_key(keys: SubjectKeys) -> None:
    keys.forget([CASE], 1)
    keys.put({CASE: new_key()}, 2)

    assert keys.keys_of([CASE]) == {}
    assert not keys.is_forgotten(PHOTO)


@pytest.mark.parametrize("subject", [ORDER, RMA])
def test_an_order_that_is_sent_again_gets_another_key(keys: SubjectKeys, subject: str) -> None:
    before = keys.made([subject], 1)
    keys.forget([subject], 2)
    keys.put({subject: new_key()}, 3)
    assert keys.keys_of([subject]) == {}

    again = keys.made([subject], 4)

    assert again.keys() == before.keys()
    assert again != before
    assert not keys.is_forgotten(subject)


def test_it_is_known_when_a_key_was_made_as_long_as_it_is_there(keys: SubjectKeys) -> None:
    keys.made([ORDER], 10)
    keys.made([CASE], 11)
    keys.forget([CASE], 12)

    assert keys.made_ms([ORDER, CASE, PHOTO]) == {ORDER: 10}


def test_nothing_of_a_forgotten_key_is_left_in_any_file(tmp_path: Path) -> None:
    with closing(HubDatabase(f"sqlite:///{tmp_path}/hub.db", "hub-a")) as database:
        keys = database.subject_keys
        made = keys.made([f"case:{number}" for number in range(50)], 1)
        assert made["case:7"] in _all_bytes(tmp_path)

        keys.forget(["case:7"], 2)

        assert made["case:7"] not in _all_bytes(tmp_path)
        assert made["case:8"] in _all_bytes(tmp_path)


def test_keys_lie_beside_the_file_of_records_for_nobody_else_to_read(tmp_path: Path) -> None:
    with closing(HubDatabase(f"sqlite:///{tmp_path}/hub.db", "hub-a")) as database:
        database.subject_keys.made([ORDER], 1)

        assert (tmp_path / "hub-keys.db").stat().st_mode & 0o077 == 0
        assert not database.shares_keys
    with closing(sqlite3.connect(tmp_path / "hub.db")) as records:
        found = records.execute("SELECT name FROM sqlite_master WHERE name = 'subject_key'")
        assert found.fetchall() == []


def test_keys_lie_where_they_were_said_to_be(tmp_path: Path) -> None:
    elsewhere = f"sqlite:///{tmp_path}/elsewhere/keys.db"
    with closing(HubDatabase(f"sqlite:///{tmp_path}/hub.db", "hub-a", elsewhere)) as database:
        database.subject_keys.made([ORDER], 1)
        with database.look() as connection:
            assert keys_at(connection) is database.subject_keys

    assert (tmp_path / "elsewhere" / "keys.db").exists()
    assert not (tmp_path / "hub-keys.db").exists()


def test_the_dead_row_of_a_forgotten_key_is_cleared_away(postgres_server: PostgresServer) -> None:
    with closing(HubDatabase(new_database(postgres_server), "hub-a")) as database:
        keys = database.subject_keys
        key = keys.made([CASE], 1)[CASE]
        assert key in _pages_of_keys(keys)

        keys.forget([CASE], 2)

        assert key in _pages_of_keys(keys)
        # Whoever reads just then, as the server's own workers do, keeps the row for this time.
        until(lambda: key not in _pages_of_keys(keys), keys.settle)


def test_on_postgresql_keys_share_the_database_unless_it_is_said(server: str) -> None:
    with closing(HubDatabase(server, "hub-a")) as database:
        assert database.shares_keys


def _all_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def _pages_of_keys(keys: SubjectKeys) -> bytes:
    with keys.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        wanted = "SELECT pg_read_binary_file(pg_relation_filepath('subject_key'))"
        return bytes(connection.exec_driver_sql(wanted).scalar_one())
