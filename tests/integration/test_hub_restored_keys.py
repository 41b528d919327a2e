"""Keys after something was put back: those that lack are told, those that are back go again."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from forgetting_stand import (
    JPEG,
    NUMBER,
    ORDER,
    SHARD,
    SUBJECT,
    a_new_stand,
    case_of,
    photo,
    put,
    sold,
    told,
)
from merchant_stand import STATIONS, Stand, a_finished_case
from returnstation.application.troubles import Trouble
from returnstation.cli.main import main
from returnstation.domain.facts import PhotoTaken
from returnstation.hub.checking import check
from returnstation.hub.database import HubDatabase
from returnstation.hub.erased import forget_photos
from returnstation.hub.erasing import Erasing
from returnstation.hub.lost_keys import forget_again, give_up
from returnstation.hub.photos_proving import PhotoProving
from returnstation.hub.records import page
from returnstation.hub.refusing import NotDone
from returnstation.hub.restoring import back_up
from returnstation.hub.sealing_old import PHOTOS, OldSealing
from returnstation.hub.tables_erasing import PHOTO_ERASED
from returnstation.wire.batches import SentFact
from returnstation.wire.feeds import START, Row


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[SentFact]:
    return a_finished_case(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_new_stand(database, tmp_path) as made:
        yield made


def row_of(stand: Stand) -> Row:
    with stand.hub.database.look() as connection:
        return {row.key: row for row in page(connection, SHARD, START, 100, "g").rows}[ORDER]


def about_keys(stand: Stand) -> list[str]:
    return [found.what for found in check(stand.hub) if found.about == "keys" and found.is_broken]


def lose_keys(stand: Stand) -> None:
    with stand.hub.subject_keys.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM subject_key")


def test_a_check_tells_of_keys_that_are_not_there(stand: Stand) -> None:
    photo(stand)
    while stand.hub.database.about(PHOTOS) != "done":
        OldSealing(stand.hub).photos()
    assert about_keys(stand) == []
    where = [
        found.what for found in check(stand.hub) if "in the database of the records" in found.what
    ]
    assert bool(where) is stand.hub.database.shares_keys

    lose_keys(stand)

    assert about_keys(stand) == [
        # the order and its return have one key
        "hub-keys-missing: 2 orders, returns or photos cannot be opened"
    ]


def test_what_nobody_can_open_is_given_up_and_may_come_again(stand: Stand) -> None:
    digest = photo(stand)
    while stand.hub.database.about(PHOTOS) != "done":
        OldSealing(stand.hub).photos()
    lose_keys(stand)
    with pytest.raises(Trouble, match="hub-keys-missing"):
        row_of(stand)
    with pytest.raises(Trouble, match="hub-keys-missing"):
        stand.hub.photos.read(digest)

    assert give_up(stand.hub.database, 9) == 2

    assert row_of(stand).is_deleted
    assert about_keys(stand) == []
    assert stand.hub.photos.read(digest) is None
    assert put(stand, "orders", sold()) == 1
    assert not row_of(stand).is_deleted
    assert give_up(stand.hub.database, 9) == 0


def test_photos_without_their_keys_are_asked_for_again_but_for_those_that_were_erased(
    stand: Stand,
) -> None:
    kept, erased = photo(stand), photo(stand, b"another one")
    while stand.hub.database.about(PHOTOS) != "done":
        OldSealing(stand.hub).photos()
    with stand.hub.database.work() as connection:
        forget_photos(connection, [erased], 5)
    lose_keys(stand)

    give_up(stand.hub.database, 9)

    PhotoProving(stand.hub).step()
    assert stand.hub.photos.wanted(STATIONS[0]) == 1
    with pytest.raises(NotDone, match="photo-erased"):
        stand.hub.photos.read(erased)
    lacking = stand.hub.photos.missing(STATIONS[0], [kept, erased], 9).photos
    assert [each.digest for each in lacking] == [kept]
    assert photo(stand) == kept  # it comes again
    assert stand.hub.photos.read(kept) == JPEG + b"a photo"
    assert stand.hub.photos.thumbnail(kept) == JPEG + b"small"
    assert stand.hub.photos.wanted(STATIONS[0]) == 0
    assert about_keys(stand) == []


@pytest.mark.parametrize(("later_ms", "is_back"), [(0, True), (1, False)])
def test_keys_that_an_older_copy_brought_back_are_forgotten_again(
    stand: Stand, later_ms: int, *, is_back: bool
) -> None:
    keys, at = stand.hub.subject_keys, stand.hub.now_ms()
    before = keys.keys_of([SUBJECT])
    Erasing(stand.hub).erase("ds", NUMBER)
    lose_keys(stand)
    keys.put(before, at + later_ms)

    assert [what.partition(":")[0] for what in about_keys(stand)] == ["hub-keys-back"] * is_back
    assert forget_again(stand.hub.database, at + 5) == is_back

    assert keys.is_forgotten(SUBJECT) is is_back
    assert about_keys(stand) == []


def test_words_and_photos_that_an_older_copy_brought_back_are_forgotten_again(
    stand: Stand, log: Sequence[SentFact]
) -> None:
    keys, digest = stand.hub.subject_keys, photo(stand)
    stand.take(told(log, PhotoTaken(digest=digest)))
    subjects = [f"case:{case_of(log)}", f"photo:{digest}"]
    before = keys.made(subjects, 1)
    blob = stand.hub.home / "photos" / "blobs" / digest[:2] / f"{digest}.jpg"
    sealed = blob.read_bytes()
    Erasing(stand.hub).erase("ds", NUMBER)
    lose_keys(stand)
    keys.put(before, 1)
    blob.write_bytes(sealed)
    assert stand.hub.photos.read(digest) == JPEG + b"a photo"

    forget_again(stand.hub.database, 9)
    stand.hub.photos.remove_erased(9)

    assert keys.forgotten(subjects) == frozenset(subjects)
    assert not blob.exists()
    with stand.hub.database.look() as connection:
        assert list(connection.scalars(select(PHOTO_ERASED.c.removed_ms))) == [9]


def test_keys_are_copied_into_a_file_of_their_own(tmp_path: Path) -> None:
    home, target = tmp_path / "home", tmp_path / "copy.db"
    with (
        closing(HubDatabase(f"sqlite:///{home}/hub.db", "hub-a")) as database,
        a_new_stand(database, home) as stand,
    ):
        keys = database.subject_keys.keys_of([SUBJECT])
        assert back_up(database, target) == tmp_path / "copy-keys.db"
        assert put(stand, "orders", sold("LATER")) == 1

    assert (tmp_path / "copy-keys.db").stat().st_mode & 0o077 == 0
    assert keys[SUBJECT] not in target.read_bytes()
    with closing(HubDatabase(f"sqlite:///{target}", "never")) as copy:
        assert copy.subject_keys.keys_of([SUBJECT, "order:ds/LATER"]) == keys


def test_keys_elsewhere_are_not_copied_with_the_records(
    tmp_path: Path, database: HubDatabase
) -> None:
    if database.is_sqlite:
        return
    address = database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    with closing(HubDatabase(f"sqlite:///{tmp_path}/hub.db", "hub-a", address)) as mixed:
        assert back_up(mixed, tmp_path / "copy.db") is None
        assert not (tmp_path / "copy-keys.db").exists()


def test_a_hub_is_put_back_by_commands_without_and_with_its_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy.db"

    def run(*words: str) -> tuple[int, str]:
        code = main(["--home", str(home), "--json", "hub", *words])
        return code, capsys.readouterr().out

    with (
        closing(HubDatabase(f"sqlite:///{home}/hub.db", "hub-a")) as database,
        a_new_stand(database, home),
    ):
        pass
    told = msgspec.json.decode(run("backup", str(copy))[1])
    assert told == {"file": str(copy), "keys": str(tmp_path / "copy-keys.db")}
    assert run("erase", "--merchant", "ds", "--order", NUMBER)[0] == 0

    for file in home.glob("hub*"):
        file.unlink()
    shutil.copyfile(copy, home / "hub.db")
    code, said = run("check")
    assert (code, "hub-keys-missing" in said) == (1, True)
    shutil.copyfile(tmp_path / "copy-keys.db", home / "hub-keys.db")
    assert run("check")[0] == 0
    assert msgspec.json.decode(run("restored")[1])["given_up"] == 0

    (home / "hub-keys.db").unlink()
    assert msgspec.json.decode(run("restored", "--without-keys")[1])["given_up"] == 1
    assert run("check")[0] == 0
