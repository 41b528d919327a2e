"""Photos on the way to a real hub: resumed, proved, and never in the way of facts."""

import hashlib
import os
import time
from collections import namedtuple
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from io import BytesIO

import msgspec
import pytest
from PIL import Image
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from hubs import HubProcess
from returnstation.app import Station
from returnstation.app.photo_lane import KEPT_DAYS, LOW_DISK, PhotoLane
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Trouble
from returnstation.domain.facts import PhotoTaken
from returnstation.hub.hub import Hub
from returnstation.storage.photos import PhotoFolder
from returnstation.sync.client import HubClient, HubRefused
from returnstation.sync.photos import PhotoClient, PhotoUpload
from returnstation.wire.messages import PATHS
from waiting import until

SITE = "ICN3"
MEGABYTE = 1 << 20
JPEG = b"\xff\xd8\xff\xe0"
Usage = namedtuple("Usage", "free")
X, Y = (hashlib.sha256(content).hexdigest() for content in (b"x", b"y"))


@pytest.fixture
def client(station: Station) -> Iterator[HubClient]:
    with closing(station.hub.client()) as opened:
        yield opened


@pytest.fixture
def photos(station: Station) -> PhotoFolder:
    return PhotoFolder(station.home / "photos")


def name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def a_photo(photos: PhotoFolder, size: int = 200) -> str:
    out = BytesIO()
    Image.effect_noise((size, size), 200).convert("RGB").save(out, "PNG")
    return photos.keep(out.getvalue())


def told(station: Station, digest: str) -> None:
    """Tell the hub of a photo."""
    with station.database.work() as work:
        work.facts.append("case-1", "operator", [PhotoTaken(digest=digest)], station.clock())
        work.commit()
    meet_once(station)


def test_photos_and_their_small_pictures_reach_the_hub(
    station: Station, hub: Hub, photos: PhotoFolder
) -> None:
    digest = a_photo(photos)

    assert PhotoLane(station).round() == 1

    assert hub.photos.read(digest) == photos.read(digest)
    assert hub.photos.thumbnail(digest) == photos.thumbnail(digest)
    assert PhotoLane(station).round() == 0


def test_a_photo_of_three_megabytes_is_resumed_after_the_hub_was_killed(
    station: Station, process: HubProcess, hub: Hub, photos: PhotoFolder, client: HubClient
) -> None:
    digest = a_photo(photos, 2390)
    size = len(photos.read(digest))
    assert size > 3 * MEGABYTE
    pieces: list[int] = []

    def kill_in_the_middle() -> None:
        pieces.append(1)
        if len(pieces) == 4:
            process.kill()

    upload = PhotoUpload(photos, PhotoClient(client), time.monotonic, kill_in_the_middle)
    with pytest.raises(Trouble, match="hub-unreachable"):
        upload.send_all()
    process.start()
    there = upload.hub.lacking([digest]).photos[0].offset

    assert 0 < there < size
    assert upload.send_all() == 1
    assert hub.photos.read(digest) == photos.read(digest)


def test_a_photo_that_is_not_what_its_name_says_is_refused(hub: Hub, client: HubClient) -> None:
    sender = PhotoClient(client)
    wrong = name(b"something else")

    with pytest.raises(HubRefused, match="photo-wrong"):
        sender.put(wrong, b"a photo")
    sender.append(wrong, 0, 20, b"0123456789")
    with pytest.raises(HubRefused, match="photo-wrong"):
        sender.append(wrong, 10, 20, b"0123456789")

    assert hub.photos.read(wrong) is None
    assert sender.lacking([wrong]).photos[0].offset == 0


def test_a_piece_for_another_place_is_told_where_to_go_on(client: HubClient) -> None:
    content = os.urandom(300)
    sender = PhotoClient(client)

    assert sender.append(name(content), 0, 300, content[:100]).offset == 100
    assert sender.append(name(content), 50, 300, content[50:100]).offset == 100
    path = f"{PATHS['photo']}{name(content)}?offset=50&size=300"
    assert client.raw("PATCH", path, content[50:100]).status == 409
    head = client.raw("HEAD", PATHS["photo"] + name(content))
    assert (head.headers["upload-offset"], head.headers["x-stored"]) == ("100", "0")

    assert sender.append(name(content), 100, 300, content[100:]).is_stored
    assert sender.append(name(content), 0, 300, content).is_stored
    head = client.raw("HEAD", PATHS["photo"] + name(content))
    assert head.headers["x-stored"] == "1"


def test_a_hub_killed_before_it_looked_at_the_last_piece_looks_when_asked(
    station: Station, hub: Hub, client: HubClient
) -> None:
    content = os.urandom(300)
    address = station.hub.address
    assert address is not None
    part = hub.photos.parts / address.station / f"{name(content)}.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(content)

    assert PhotoClient(client).append(name(content), 300, 300, b"").is_stored


@pytest.mark.parametrize(
    ("asked", "body", "code"),
    [
        ("PUT ../../etc/passwd", b"x", ""),
        ("PUT ab", b"x", "photo-name-wrong"),
        (f"PUT {X.upper()}", b"x", "photo-name-wrong"),
        (f"PUT {Y}", b"x" * (MEGABYTE + 1), "photo-too-large"),
        (f"PATCH {Y}", b"x", "photo-offset-wrong"),
        (f"PATCH {Y}?offset=-1&size=9", b"x", "photo-offset-wrong"),
        (f"PATCH {Y}?offset=0&size=9", b"", "photo-offset-wrong"),
        (f"PATCH {Y}?offset=0&size={33 << 20}", b"x", "photo-too-large"),
        (f"PATCH {Y}?offset=0&size=1", b"xx", "photo-too-large"),
        (f"PATCH {Y}?offset=0&size={9 << 20}", b"x" * (MEGABYTE + 1), "photo-offset-wrong"),
        (f"PUT {Y}/thumbnail", b"no jpeg", "photo-wrong"),
        (f"PUT {Y}/thumbnail", JPEG * 70_000, "photo-too-large"),
        ("POST missing", b"junk", "message-malformed"),
        ("POST missing", b'{"digests":["../x"]}', "photo-name-wrong"),
        ("POST missing", msgspec.json.encode({"digests": [X] * 1001}), "photos-too-many"),
    ],
)
def test_what_is_no_photo_is_refused(
    client: HubClient, hub: Hub, asked: str, body: bytes, code: str
) -> None:
    method, _, path = asked.partition(" ")
    answer = client.raw(method, PATHS["photo"] + path, body)

    assert 400 <= answer.status < 500
    assert code in answer.data.decode()
    assert hub.photos.read(Y) is None


def test_a_station_that_was_locked_out_sends_no_photo(
    station: Station, hub: Hub, photos: PhotoFolder
) -> None:
    a_photo(photos)
    address = station.hub.address
    assert address is not None
    hub.stations.revoke(address.station, 5)

    with pytest.raises(HubRefused, match="station-revoked"):
        PhotoLane(station).round()


def test_the_hub_says_how_many_photos_it_waits_for(
    station: Station, client: HubClient, photos: PhotoFolder
) -> None:
    digest = a_photo(photos)
    told(station, digest)

    assert client.hello().photos_wanted == 1
    PhotoLane(station).round()
    assert client.hello().photos_wanted == 0


def test_a_hub_restored_to_yesterday_gets_its_photos_again(
    station: Station, hub: Hub, photos: PhotoFolder
) -> None:
    digest = a_photo(photos)
    told(station, digest)
    lane = PhotoLane(station)
    lane.round()
    with hub.database.work() as connection:
        connection.exec_driver_sql("UPDATE station_photo SET stored_ms = NULL")

    lane.round()

    assert photos.waiting() == [digest]
    assert lane.round() == 1


def test_photos_the_hub_has_had_for_a_week_are_dropped_and_stay_small(
    station: Station, photos: PhotoFolder
) -> None:
    old, new, unsent = (a_photo(photos, size) for size in (80, 81, 82))
    for digest, days in ((old, KEPT_DAYS + 1), (new, KEPT_DAYS - 1)):
        photos.mark_sent(digest)
        at = (station.clock() - timedelta(days=days)).timestamp()
        os.utime(station.home / "photos" / digest[:2] / f"{digest}.sent", (at, at))

    assert PhotoLane(station, lambda _: Usage(LOW_DISK)).tidy() == 1

    assert photos.sent() == [new]
    assert photos.waiting() == [unsent]
    assert photos.thumbnail(old)


def test_a_disk_that_is_nearly_full_keeps_what_is_nowhere_else(
    station: Station, photos: PhotoFolder
) -> None:
    first, second, unsent = (a_photo(photos, size) for size in (80, 81, 82))
    for digest in (first, second):
        photos.mark_sent(digest)

    assert PhotoLane(station, lambda _: Usage(LOW_DISK - 1)).tidy() == 2

    assert photos.sent() == []
    assert photos.waiting() == [unsent]


def test_photos_make_room_and_go_up_though_nothing_can_be_written_down(
    station: Station, hub: Hub, photos: PhotoFolder
) -> None:
    sent, waits = a_photo(photos), a_photo(photos)
    photos.mark_sent(sent)
    engine = station.database.engine
    engine.dispose()
    event.listen(engine, "connect", _write_nothing)

    assert PhotoLane(station, lambda _: Usage(0)).round() == 1

    assert photos.waiting() == []
    assert photos.sent() == [waits]


def _write_nothing(connection: DBAPIConnection, _: object) -> None:
    connection.cursor().execute("PRAGMA query_only = ON")


def test_the_lane_sends_by_itself_and_stops_when_told(
    station: Station, hub: Hub, photos: PhotoFolder
) -> None:
    digest = a_photo(photos)
    lane = PhotoLane(station)
    lane.start()

    until(lambda: not photos.waiting())
    assert hub.photos.stored([digest]) == {digest}
    assert lane.stop()
