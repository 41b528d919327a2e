"""Each station has rows of its own for photos; SQLite and PostgreSQL keep them alike."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, select, text

from postgres import new_database
from returnstation.hub.database import HubDatabase
from returnstation.hub.erased import forget_photos
from returnstation.hub.photos import HubPhotos
from returnstation.hub.photos_index import PhotoIndex
from returnstation.hub.photos_sealed import SealedBlobs
from returnstation.hub.photos_stores import DirectoryStore
from returnstation.hub.tables_erasing import PHOTO_ERASED
from returnstation.hub.tables_photos import PHOTO

A, B, C = (letter * 64 for letter in "abc")
NOW = 1_760_000_000_000
_BEFORE = (
    "CREATE TABLE photo (digest VARCHAR(64) PRIMARY KEY, station VARCHAR NOT NULL,"
    " size BIGINT, stored_ms BIGINT, thumbnail_ms BIGINT)"
)
_INSERT = text("INSERT INTO photo VALUES (:digest, :station, 9, 5, 6)")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('hub') / 'hub.db'}"
    return new_database(request.getfixturevalue("postgres_server"))


@pytest.fixture
def database(address: str) -> Iterator[HubDatabase]:
    with closing(HubDatabase(address, "hub-a")) as made:
        yield made
        with made.work() as connection:
            for table in (PHOTO, PHOTO_ERASED):
                connection.execute(delete(table))


@pytest.fixture
def index(database: HubDatabase) -> PhotoIndex:
    return PhotoIndex(database)


def rows(database: HubDatabase) -> set[tuple[str, str, int | None, int | None]]:
    wanted = select(PHOTO.c.station, PHOTO.c.digest, PHOTO.c.size, PHOTO.c.stored_ms)
    with database.look() as connection:
        return {tuple(row) for row in connection.execute(wanted)}


def test_a_photo_that_another_station_sent_is_no_longer_wanted_once_that_is_asked(
    index: PhotoIndex,
) -> None:
    index.name("one", {A})
    index.name("two", {A, B})
    index.note("two", A, {"size": 9, "stored_ms": 5})

    assert (index.wanted("one"), index.wanted("two")) == (1, 1)
    assert index.stored({A, B}, "one") == {A}
    assert (index.wanted("one"), index.wanted("two")) == (0, 1)


def test_a_photo_that_is_here_already_is_not_wanted_of_whoever_names_it_later(
    database: HubDatabase, index: PhotoIndex
) -> None:
    index.note("two", A, {"size": 9, "stored_ms": 5})

    index.name("one", {A})

    assert index.wanted("one") == 0
    assert rows(database) == {("one", A, None, 5), ("two", A, 9, 5)}


def test_what_is_awaited_of_a_station_is_told_from_any_place_on(
    database: HubDatabase, index: PhotoIndex
) -> None:
    here, erased = "d" * 64, "e" * 64
    index.name("one", {A, B, C, erased})
    index.name("two", {A})
    index.note("one", here, {"size": 9, "stored_ms": 5})
    with database.work() as connection:
        forget_photos(connection, [erased], NOW)

    assert index.awaited("one", "", 9) == [A, B, C]
    assert index.awaited("one", A, 2) == [B, C]
    assert index.awaited("one", B, 2) == [C, A]
    assert index.awaited("three", "", 9) == []


def test_an_erased_photo_is_wanted_of_nobody_whenever_it_was_named(
    database: HubDatabase, index: PhotoIndex
) -> None:
    index.name("one", {A, B})
    with database.work() as connection:
        forget_photos(connection, {A}, NOW)
    index.name("two", {A})

    assert index.wanted("one") == 1
    assert index.wanted("two") == 0
    assert index.stored({A, B}) == {A}


def test_photos_are_gone_through_once_however_many_stations_have_them(index: PhotoIndex) -> None:
    for station in ("one", "two"):
        index.name(station, {A, B})

    assert list(index.after("", 1)) == [A]
    assert list(index.after(A, 5)) == [B]
    assert list(index.after(B, 5)) == []


def test_two_that_note_a_photo_at_once_leave_one_row(
    database: HubDatabase, index: PhotoIndex
) -> None:
    start = Barrier(4)
    ended: list[int] = []

    def note(moment: int) -> None:
        start.wait()
        for digest in (f"{n:064x}" for n in range(20)):
            index.note("one", digest, {"stored_ms": moment})
            index.name("one", {digest, A})
        ended.append(moment)

    threads = [Thread(target=note, args=(moment,)) for moment in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == [0, 1, 2, 3]
    assert len(rows(database)) == 21
    assert index.wanted("one") == 1


def test_a_small_picture_stays_the_first_that_came_whoever_sent_it(
    database: HubDatabase, tmp_path: Path
) -> None:
    store = SealedBlobs(DirectoryStore(tmp_path), database.subject_keys)
    photos = HubPhotos(database, store, tmp_path / "parts")
    first, second = (b"\xff\xd8\xff" + word for word in (b"first", b"second"))

    photos.put_thumbnail("one", B, first, NOW)
    photos.put_thumbnail("two", B, second, NOW)

    assert photos.thumbnail(B) == first
    noted = select(PHOTO.c.station).where(PHOTO.c.digest == B, PHOTO.c.thumbnail_ms == NOW)
    with database.look() as connection:
        assert set(connection.scalars(noted)) == {"one", "two"}


def test_a_small_picture_nobody_can_open_any_more_is_replaced(
    database: HubDatabase, tmp_path: Path
) -> None:
    folder = DirectoryStore(tmp_path)
    store = SealedBlobs(folder, database.subject_keys)
    photos = HubPhotos(database, store, tmp_path / "parts")
    small = b"\xff\xd8\xff small"
    photos.put_thumbnail("one", C, small, NOW)
    name = f"thumbnails/{C[:2]}/{C}.jpg"
    folder.put(name, (folder.get(name) or b"")[:-1])

    photos.put_thumbnail("two", C, small, NOW)

    assert photos.thumbnail(C) == small


def test_rows_of_a_hub_from_before_are_carried_over(database: HubDatabase, address: str) -> None:
    with database.work() as connection:
        PHOTO.drop(connection)
        connection.exec_driver_sql(_BEFORE)
        connection.execute(_INSERT, {"digest": A, "station": "one"})
        connection.execute(_INSERT, {"digest": B, "station": ""})

    with closing(HubDatabase(address, "hub-a")) as opened:
        assert rows(opened) == {("one", A, 9, 5)}
        with closing(HubDatabase(address, "hub-a")) as again:
            assert rows(again) == {("one", A, 9, 5)}
