"""Photos that a disk forgot are found once a week, told, and asked for again."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from returnstation.hub.checking import check
from returnstation.hub.database import HubDatabase
from returnstation.hub.hub import Hub
from returnstation.hub.photos_proving import PhotoProving

PHOTOS = {
    hashlib.sha256(each).hexdigest(): each for each in (b"\xff\xd8\xff%d" % n for n in range(5))
}
FIRST, *OTHERS = sorted(PHOTOS)


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 26, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(tmp_path: Path, clock: Clock) -> Iterator[Hub]:
    with closing(HubDatabase(f"sqlite:///{tmp_path / 'hub.db'}", "hub-a")) as database:
        made = Hub(database, tmp_path, clock, bytes)
        for digest, content in PHOTOS.items():
            made.photos.put("one", digest, content, made.now_ms())
        made.photos.index.name("two", {FIRST})
        yield made


def file_of(hub: Hub, digest: str) -> Path:
    return hub.home / "photos" / "blobs" / digest[:2] / f"{digest}.jpg"


def prove(hub: Hub) -> int:
    """Go through a week's pass, and return how many were damaged."""
    proving = PhotoProving(hub, at_once=2)
    return sum(proving.step() for _ in range(4))


def said(hub: Hub) -> tuple[bool, str]:
    return next((each.is_good, each.what) for each in check(hub) if each.about == "photos")


def bent(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:9])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def another(file: Path) -> None:
    file.write_bytes(b"\xff\xd8\xff as it was sent, but another")


@pytest.mark.parametrize("harm", [bent, cut_short, emptied, another, Path.unlink])
def test_a_damaged_photo_is_told_and_wanted_until_a_station_sent_it_again(
    hub: Hub, harm: Callable[[Path], None]
) -> None:
    harm(file_of(hub, FIRST))

    assert prove(hub) == 1

    assert said(hub) == (False, "1 photos are damaged or gone, and asked for again")
    assert (hub.photos.wanted("one"), hub.photos.wanted("two")) == (1, 1)
    assert [each.digest for each in hub.photos.missing("two", list(PHOTOS), 5).photos] == [FIRST]
    hub.photos.put("two", FIRST, PHOTOS[FIRST], 7)
    assert hub.photos.read(FIRST) == PHOTOS[FIRST]
    assert hub.photos.missing("one", list(PHOTOS), 8).photos == ()
    assert hub.photos.wanted("one") == 0
    assert said(hub)[0]


def test_whole_photos_are_looked_at_once_a_week(hub: Hub, clock: Clock) -> None:
    assert prove(hub) == 0
    bent(file_of(hub, OTHERS[-1]))

    assert prove(hub) == 0
    clock.at += timedelta(days=7)
    assert prove(hub) == 1


def test_photos_that_are_found_after_all_are_wanted_no_longer(hub: Hub, clock: Clock) -> None:
    (hub.home / "photos").rename(hub.home / "away")
    assert prove(hub) == len(PHOTOS)
    (hub.home / "away").rename(hub.home / "photos")
    clock.at += timedelta(days=7)

    assert prove(hub) == 0

    assert said(hub)[0]
    assert (hub.photos.wanted("one"), hub.photos.wanted("two")) == (0, 0)


def test_an_erased_photo_is_not_missed(hub: Hub) -> None:
    hub.subject_keys.forget([f"photo:{FIRST}"], hub.now_ms())
    file_of(hub, FIRST).unlink()

    assert prove(hub) == 0
    assert said(hub)[0]


def test_a_small_picture_that_the_store_lost_comes_again(hub: Hub) -> None:
    small = b"\xff\xd8\xff small"
    hub.photos.put_thumbnail("one", FIRST, small, hub.now_ms())
    shutil.rmtree(hub.home / "photos")  # as a store that was put back to yesterday

    hub.photos.put_thumbnail("one", FIRST, small, hub.now_ms())

    assert hub.photos.thumbnail(FIRST) == small
