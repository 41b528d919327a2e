"""Nothing of a photo that was erased stays at the hub, however it comes in."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from returnstation.hub.database import HubDatabase
from returnstation.hub.erased import forget_photos
from returnstation.hub.hub import Hub
from returnstation.hub.photos import Piece

STATION = "one"
CONTENT = b"\xff\xd8\xff in two pieces"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
FIRST, SECOND = Piece(0, len(CONTENT), CONTENT[:9]), Piece(9, len(CONTENT), CONTENT[9:])


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    def clock() -> datetime:
        return datetime(2026, 11, 26, tzinfo=UTC)

    with closing(HubDatabase(f"sqlite:///{tmp_path / 'hub.db'}", "hub-a")) as database:
        yield Hub(database, tmp_path, clock, bytes)


def erase(hub: Hub) -> None:
    with hub.database.work() as connection:
        forget_photos(connection, [DIGEST], 1)
    hub.photos.remove_erased(1)


def files_with(hub: Hub, some: bytes) -> list[Path]:
    found = (file for file in hub.home.rglob("*") if file.is_file())
    return [file for file in found if some in file.read_bytes()]


@pytest.mark.parametrize("before", [(), (FIRST,)])
def test_no_piece_that_comes_after_an_erasure_is_kept(hub: Hub, before: tuple[Piece, ...]) -> None:
    for piece in before:
        hub.photos.append(STATION, DIGEST, piece, 1)
    erase(hub)

    assert hub.photos.append(STATION, DIGEST, FIRST, 2).is_stored

    assert not files_with(hub, CONTENT[:9])
    assert not files_with(hub, CONTENT[9:])


def test_what_a_killed_hub_left_of_a_stick_is_removed_with_its_photo(hub: Hub) -> None:
    left = hub.photos.parts / STATION / f"{DIGEST}.stick"
    left.parent.mkdir(parents=True)
    left.write_bytes(CONTENT)

    erase(hub)

    assert not left.exists()
