"""A site without a network: real stations and a real hub, and a folder that stands for a stick."""

import os
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from pyrage import x25519

from builders import AT, a_merchant, an_order
from hubs import HubProcess
from processes import run_program
from returnstation.app import Station
from returnstation.app.bundling import Read, keep_escrow, read_answer, write_bundle
from returnstation.app.erasing import Forgetting
from returnstation.app.stick_folder import stick_folder
from returnstation.app.sticks import FOLDER, StationSticks, mounted
from returnstation.app.syncing import meet_once
from returnstation.application.sticks import StickPlace
from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.facts import PhotoTaken
from returnstation.hub.bundle_answers import Answering
from returnstation.hub.bundles import Brought, Sticks
from returnstation.hub.hub import Hub
from returnstation.hub.log import SqlStationLog
from returnstation.hub.records import Change, Records
from returnstation.storage.outbox import Outbox
from returnstation.storage.photos import PhotoFolder
from returnstation.storage.snapshots import build_snapshot
from returnstation.wire.batches import Gap
from returnstation.wire.feeds import key_of
from stations import Worker, a_station

SITE = "ICN3"
SHARD = "merchant:ds"


def acked(station: Station) -> int:
    return Outbox(station.database).progress()[1]


def head(station: Station) -> int:
    with station.database.look() as work:
        return work.facts.head()


def carried(hub: Hub, files: Sequence[Path]) -> Sequence[Brought]:
    return [Sticks(hub).take(file) for file in files]


def answered(station: Station, hub: Hub, stick: Path, most: int = 100_000) -> Read:
    """Carry a stick to the hub and its answer back."""
    brought = carried(hub, write_bundle(station, stick / "up", with_photos=True).files)
    return read_answer(station, Answering(hub, build_snapshot, most).write(brought, stick / "down"))


def a_picture(size: int = 60) -> bytes:
    out = BytesIO()
    Image.effect_noise((size, size), 90).save(out, "PNG")
    return out.getvalue()


def sales(hub: Hub, *numbers: str) -> None:
    hub.feeds.subscribe(SITE, SHARD)
    orders = [an_order(number=number) for number in numbers]
    changes = [
        Change("order", key_of("ds", order.number), msgspec.json.encode(order)) for order in orders
    ]
    with hub.database.work() as connection:
        merchant = Change("merchant", "ds", msgspec.json.encode(a_merchant()))
        Records(connection, SHARD, 1, 7).put([merchant, *changes])


def test_facts_are_at_the_hub_and_count_as_sent_once_the_answer_is_read(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    Worker(station)

    written = write_bundle(station, tmp_path)
    assert written.facts == head(station) > 0 == acked(station)
    brought = carried(hub, written.files)
    assert brought[0].facts == written.facts
    assert acked(station) == 0

    files = Answering(hub, build_snapshot).write(brought, tmp_path)
    read = read_answer(station, files)

    assert read.acked == acked(station) == head(station)
    assert Outbox(station.database).progress()[2] != b""
    assert write_bundle(station, tmp_path).facts == 0


def test_a_stick_read_twice_brings_nothing_new(station: Station, hub: Hub, tmp_path: Path) -> None:
    Worker(station)
    files = write_bundle(station, tmp_path).files

    assert [each.facts > 0 for each in carried(hub, [*files, *files])] == [True, False]


def test_a_stick_and_the_network_may_bring_the_same(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    Worker(station)
    files = write_bundle(station, tmp_path / "up").files
    meet_once(station)
    Worker(station, "SUPERVISOR")

    brought = carried(hub, files)
    read_answer(station, Answering(hub, build_snapshot).write(brought, tmp_path / "down"))

    assert sum(each.facts for each in brought) == 0
    assert meet_once(station).sent > 0
    assert acked(station) == head(station)


def test_an_answer_older_than_the_last_word_takes_nothing_back(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    Worker(station)
    brought = carried(hub, write_bundle(station, tmp_path / "up").files)
    old = Answering(hub, build_snapshot).write(brought, tmp_path / "down")
    Worker(station, "SUPERVISOR")
    meet_once(station)

    read_answer(station, old)

    assert acked(station) == head(station)


def test_facts_that_come_before_what_they_continue_wait(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    Worker(station)
    first = write_bundle(station, tmp_path / "1").files
    progress = Outbox(station.database).progress()
    Outbox(station.database).keep_progress(progress[0], head(station), b"")
    Worker(station, "SUPERVISOR")
    second = write_bundle(station, tmp_path / "2").files

    early, *rest = carried(hub, [*second, *first, *second])

    assert early.is_early
    assert isinstance(early.replies[0], Gap)
    assert [each.facts > 0 for each in rest] == [True, True]


def test_orders_come_down_on_the_stick(station: Station, hub: Hub, tmp_path: Path) -> None:
    sales(hub, "STICK-1")

    assert answered(station, hub, tmp_path / "a").taken >= 2
    assert station.cache.order("ds", "STICK-1") is not None

    sales(hub, "STICK-2")
    assert answered(station, hub, tmp_path / "b").taken == 1
    assert station.cache.order("ds", "STICK-2") is not None


def test_a_whole_cache_comes_on_the_stick_where_much_is_new(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    sales(hub, "WHOLE-1")
    before = station.cache.path

    answered(station, hub, tmp_path, most=0)

    assert station.cache.path != before
    assert station.cache.order("ds", "WHOLE-1") is not None


def test_news_that_do_not_follow_what_the_station_has_are_refused(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    sales(hub, "GAP-1")
    answered(station, hub, tmp_path / "a")
    sales(hub, "GAP-2")
    brought = carried(hub, write_bundle(station, tmp_path / "up").files)
    late = Answering(hub, build_snapshot).write(brought, tmp_path / "down")
    with station.cache.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE feed_cursor SET n = 1, mark = 1 WHERE shard = ?", (SHARD,)
        )

    with pytest.raises(Refused, match="bundle-behind"):
        read_answer(station, late)


def test_photos_travel_in_small_files_and_are_said_to_be_there(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    folder = PhotoFolder(station.home / "photos")
    digests = [folder.keep(a_picture(size)) for size in (300, 301, 302)]

    written = write_bundle(station, tmp_path / "up", 120_000, with_photos=True)
    assert written.photos == 3
    assert len(written.files) > 1
    brought = carried(hub, list(reversed(written.files)))
    read = read_answer(station, Answering(hub, build_snapshot).write(brought, tmp_path / "down"))

    assert read.photos == 3
    assert folder.waiting() == []
    for digest in digests:
        assert hub.photos.read(digest) == folder.read(digest)
        assert hub.photos.thumbnail(digest) == folder.thumbnail(digest)
    assert write_bundle(station, tmp_path / "again", with_photos=True).photos == 0


def test_photos_a_hub_lost_come_again_on_the_next_stick(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    folder = PhotoFolder(station.home / "photos")
    digest = folder.keep(a_picture())
    with station.database.work() as work:
        work.facts.append("c", None, [PhotoTaken(digest=digest)], AT)
        work.commit()
    answered(station, hub, tmp_path / "a")
    assert folder.waiting() == []
    hub.photos.index.lose([digest])  # as one that was put back to before it came
    hub.photos.store.remove(digest)

    brought = carried(hub, write_bundle(station, tmp_path / "b").files)
    late = Answering(hub, build_snapshot).write(brought, tmp_path / "b")
    read_answer(station, late)
    assert folder.waiting() == [digest]
    assert answered(station, hub, tmp_path / "c").photos == 1
    assert hub.photos.read(digest) == folder.read(digest)

    read_answer(station, late)  # what it asks for is there by now
    assert [
        each.photos
        for each in carried(hub, write_bundle(station, tmp_path / "d", with_photos=True).files)
    ] == [0]
    answered(station, hub, tmp_path / "e")
    assert folder.waiting() == []


def test_a_photo_the_disk_spoilt_keeps_no_other_here(station: Station, tmp_path: Path) -> None:
    folder = PhotoFolder(station.home / "photos")
    spoilt, _ = folder.keep(a_picture(50)), folder.keep(a_picture(51))
    file = station.home / "photos" / spoilt[:2] / f"{spoilt}.jpg"
    file.write_bytes(b"spoilt")

    assert write_bundle(station, tmp_path, with_photos=True).photos == 1

    file.with_suffix(".small.jpg").unlink()
    assert write_bundle(station, tmp_path, with_photos=True).photos == 1


def test_what_a_program_that_was_killed_had_read_of_a_stick_does_not_stay(
    station: Station, tmp_path: Path
) -> None:
    for _ in range(2):
        _killed_while_it_read(station.home)
        assert Forgetting(station).scrub()
        assert list(station.home.glob("answer-*")) == []

    _killed_while_it_read(station.home)
    with stick_folder(station.home) as folder:
        assert Forgetting(station).scrub()
        assert [str(each) for each in station.home.glob("answer-*")] == [folder]


def _killed_while_it_read(home: Path) -> None:
    left = home / f"answer-{os.getpid()}-x"  # in a container each program has the same number
    left.mkdir()
    (left / "cache-0").write_bytes(b"Seoyeon Kim")


def test_a_disk_without_room_for_an_answer_is_not_said_to_be_the_stick(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    brought = carried(hub, write_bundle(station, tmp_path / "up").files)
    reply = Answering(hub, build_snapshot, 100_000).write(brought, tmp_path / "down")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, before[1]))
    try:
        with pytest.raises(Trouble, match="orders-no-room"):
            read_answer(station, reply)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(station.home.glob("answer-*")) == []


def test_an_answer_with_a_volume_missing_changes_nothing(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    Worker(station)
    sales(hub, *(f"VOL-{number}" for number in range(900)))
    brought = carried(hub, write_bundle(station, tmp_path / "up").files)
    files = Answering(hub, build_snapshot, 0).write(brought, tmp_path / "down", 30_000)
    assert len(files) > 1

    with pytest.raises(Refused, match="bundle-volume-missing"):
        read_answer(station, files[1:])
    assert acked(station) == 0
    read_answer(station, list(reversed(files)))
    assert acked(station) > 0
    assert station.cache.order("ds", "VOL-899") is not None


def test_the_answer_for_another_station_is_refused(
    station: Station, process: HubProcess, hub: Hub, tmp_path: Path
) -> None:
    with a_station(tmp_path / "other") as other:
        other.hub.enrol(process.url, process.code_for(SITE))
        brought = carried(hub, write_bundle(other, tmp_path / "up").files)
    files = Answering(hub, build_snapshot).write(brought, tmp_path / "down")

    with pytest.raises(Refused, match="bundle-foreign"):
        read_answer(station, files)


def test_a_stick_of_a_station_that_was_locked_out_is_refused(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    Worker(station)
    files = write_bundle(station, tmp_path).files
    address = station.hub.address
    assert address is not None
    hub.stations.revoke(address.station, 5)

    with pytest.raises(Refused, match="station-revoked"):
        carried(hub, files)
    assert hub.stations.known(address.station) is not None
    with hub.database.look() as connection:
        assert SqlStationLog(connection, address.station, 5).heads() == []


def test_a_stick_goes_to_the_hub_and_not_back_to_a_station(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    files = write_bundle(station, tmp_path).files

    with pytest.raises(Refused, match="bundle-foreign"):
        read_answer(station, files)


def test_the_key_of_the_site_opens_its_sticks(station: Station, tmp_path: Path) -> None:
    from pyrage import decrypt

    escrow = x25519.Identity.generate()
    keep_escrow(station, str(escrow.to_public()))

    (file,) = write_bundle(station, tmp_path).files

    assert decrypt(file.read_bytes(), [escrow])
    with pytest.raises(Refused, match="recipient-wrong"):
        keep_escrow(station, "age1nobody")


def test_a_station_without_a_hub_writes_no_stick(tmp_path: Path) -> None:
    with a_station(tmp_path / "station") as alone, pytest.raises(Trouble, match="hub-none"):
        write_bundle(alone, tmp_path / "stick")


def test_a_stick_that_cannot_be_written_is_trouble(station: Station, tmp_path: Path) -> None:
    (tmp_path / "stick").write_text("not a folder")

    with pytest.raises(Trouble, match="stick-trouble"):
        write_bundle(station, tmp_path / "stick")


def test_the_window_writes_and_reads_the_newest_answer(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    place = StickPlace(str(tmp_path), "STICK")
    sticks = StationSticks(station, lambda: [place])
    Worker(station)

    assert sticks.places() == [place]
    with pytest.raises(Refused, match="bundle-no-answer"):
        sticks.read(place)
    told = sticks.write(place)
    assert told.values["facts"] == head(station)
    brought = carried(hub, sorted((tmp_path / FOLDER).glob("*.rsb")))
    old = Answering(hub, build_snapshot).write(brought, tmp_path / FOLDER)
    old[0].rename(old[0].with_name(old[0].name.replace("-20", "-19")))
    Answering(hub, build_snapshot).write(brought, tmp_path / FOLDER)
    sticks.read(place)

    assert acked(station) == head(station)


def test_what_is_mounted_is_looked_at_without_trouble() -> None:
    assert all(place.path for place in mounted())


def test_the_commands_carry_a_stick_there_and_back(process: HubProcess, tmp_path: Path) -> None:
    with a_station(tmp_path / "station") as station:
        station.hub.enrol(process.url, process.code_for(SITE))
        Worker(station)
    home, stick = str(tmp_path / "station"), tmp_path / "stick"

    out = run_program("--home", home, "--json", "bundle", "export", str(stick), "--photos")
    assert (out.code, out.err) == (0, "")
    files = msgspec.json.decode(out.out)["files"]
    bad = tmp_path / "bad.rsb"
    bad.write_bytes(b"junk")
    there = ["hub", "bundle", "import", *files, str(bad), "--reply", str(stick / "reply")]
    taken = run_program("--home", str(process.home), "--json", *there)
    assert taken.code == 1
    assert "bundle-damaged" in taken.err
    *_, last = taken.out.splitlines()
    back = run_program(
        "--home", home, "--json", "bundle", "import", *msgspec.json.decode(last)["reply"]
    )

    assert (back.code, back.err) == (0, "")
    assert msgspec.json.decode(back.out)["acked"] > 0
