"""Photos that are wanted though the store has them whole are wanted no longer after a while."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from returnstation.hub.database import HubDatabase
from returnstation.hub.hub import Hub
from returnstation.hub.photos_finding import PhotoFinding
from returnstation.hub.photos_proving import PhotoProving
from returnstation.hub.tables import STATION
from returnstation.hub.tables_photos import PHOTO

_NUMBERS = count(1)
_HOUR = timedelta(hours=1)


@dataclass
class Clock:
    at: datetime = datetime(2026, 11, 26, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hub(database: HubDatabase, tmp_path: Path, clock: Clock) -> Iterator[Hub]:
    made = Hub(database, tmp_path, clock, bytes)
    about: dict[str, object] = {"site": "ICN3", "key": b"", "enrolled_ms": 1}
    about |= {"first_number": 1, "last_number": 9}
    rows = [{**about, "station": name, "name": name} for name in ("one", "two")]
    with database.work() as connection:
        connection.execute(insert(STATION), rows)
    yield made
    with database.work() as connection:
        for table in (PHOTO, STATION):
            connection.execute(delete(table))


def named_again(hub: Hub) -> str:
    """Have a hub that was put back hear of a photo that came before, and return its digest."""
    content = b"\xff\xd8\xff%d" % next(_NUMBERS)
    digest = hashlib.sha256(content).hexdigest()
    hub.photos.put("one", digest, content, hub.now_ms())
    with hub.database.work() as connection:
        connection.execute(delete(PHOTO).where(PHOTO.c.digest == digest))
    hub.photos.index.name("one", {digest})
    return digest


def file_of(hub: Hub, digest: str) -> Path:
    return hub.home / "photos" / "blobs" / digest[:2] / f"{digest}.jpg"


def found_in_an_hour(hub: Hub, clock: Clock, finding: PhotoFinding | None = None) -> int:
    finding = finding or PhotoFinding(hub)
    finding.step()
    clock.at += _HOUR
    return sum(finding.step() for _ in range(3))


def test_a_photo_the_store_has_is_wanted_no_longer_and_is_looked_after_from_then_on(
    hub: Hub, clock: Clock
) -> None:
    digest = named_again(hub)
    hub.photos.index.name("two", {digest})

    assert found_in_an_hour(hub, clock) == 1

    assert (hub.photos.wanted("one"), hub.photos.wanted("two")) == (0, 0)
    file_of(hub, digest).unlink()
    hub.database.keep_about("proved_photos", "")
    assert PhotoProving(hub).step() == 1
    assert hub.photos.wanted("one") == 1


def test_the_store_is_not_asked_for_what_may_be_on_its_way(hub: Hub, clock: Clock) -> None:
    named_again(hub)
    finding = PhotoFinding(hub)
    finding.step()
    clock.at += _HOUR - timedelta(milliseconds=1)

    assert finding.step() == 0
    assert hub.photos.wanted("one") == 1
    clock.at += timedelta(milliseconds=1)
    assert finding.step() == 1


def bent(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def not_sealed(file: Path) -> None:
    file.write_bytes(b"\xff\xd8\xff as it was sent")


@pytest.mark.parametrize("harm", [Path.unlink, bent, not_sealed])
def test_what_is_not_there_or_does_not_open_stays_wanted(
    hub: Hub, clock: Clock, harm: Callable[[Path], None]
) -> None:
    digest = named_again(hub)
    harm(file_of(hub, digest))

    assert found_in_an_hour(hub, clock) == 0
    assert hub.photos.wanted("one") == 1


def test_what_is_sealed_under_another_photos_name_stays_wanted(hub: Hub, clock: Clock) -> None:
    digest = named_again(hub)
    hub.photos.store.put("blobs", digest, b"\xff\xd8\xff another", 1)

    assert found_in_an_hour(hub, clock) == 0


def test_a_photo_nobody_may_open_again_is_wanted_of_nobody(hub: Hub, clock: Clock) -> None:
    digest = named_again(hub)
    hub.subject_keys.forget([f"photo:{digest}"], 5)

    assert found_in_an_hour(hub, clock) == 1
    assert hub.photos.wanted("one") == 0


def test_those_that_never_come_do_not_stand_before_the_others(hub: Hub, clock: Clock) -> None:
    lost = {str(number) * 64 for number in range(5)}
    hub.photos.index.name("one", lost)
    named_again(hub)
    finding = PhotoFinding(hub, of_each=2)

    assert sum(found_in_an_hour(hub, clock, finding) for _ in range(6)) == 1
    assert hub.photos.wanted("one") == len(lost)
