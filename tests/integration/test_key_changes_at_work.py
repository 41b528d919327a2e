"""A real station and a real hub: the key changes while facts and sticks are on their way."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hubs import HubProcess
from processes import run_program
from returnstation.app import Station
from returnstation.app.bundling import write_bundle
from returnstation.app.key_changes import keep_every, rotate_once
from returnstation.app.sync_worker import SyncWorker
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.facts import KeyChanged
from returnstation.hub.bundles import Sticks
from returnstation.hub.hub import Hub
from returnstation.hub.stations import CODE_BYTES
from returnstation.sync.keys import FILE, load_key
from returnstation.wire.keys import fingerprint
from stations import Worker, a_station
from waiting import until

SITE = "ICN3"


@pytest.fixture
def station(process: HubProcess, hub: Hub, tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path / "station") as opened:
        opened.hub.enrol(process.url, code_of(hub))
        yield opened


def code_of(hub: Hub) -> str:
    return hub.stations.offer(SITE, "Desk", secrets.token_bytes(CODE_BYTES), hub.now_ms())


def name_of(station: Station) -> str:
    assert station.hub.address is not None
    return station.hub.address.station


def changes(station: Station) -> list[KeyChanged]:
    with station.database.look() as work:
        told = work.facts.of(name_of(station))
    return [each.fact for each in told if isinstance(each.fact, KeyChanged)]


def key_at(hub: Hub, station: Station) -> str:
    known = hub.stations.known(name_of(station))
    assert known is not None
    return fingerprint(known.key)


def test_a_change_by_command_is_in_the_log_and_at_the_hub(station: Station, hub: Hub) -> None:
    meet_once(station)
    before = key_at(hub, station)

    told = rotate_once(station)

    assert told == key_at(hub, station) != before
    assert changes(station) == [KeyChanged(fingerprint=told, before=before)]
    met = meet_once(station)
    assert (met.sent > 0, met.key) == (True, told)
    assert changes(station) == [KeyChanged(fingerprint=told, before=before)]


def test_a_station_changes_its_key_when_the_hub_wishes_so(station: Station, hub: Hub) -> None:
    meet_once(station)
    before = key_at(hub, station)

    told = run_program("--home", str(hub.home), "hub", "rotate", "--all")
    assert (told.code, name_of(station) in told.out) == (0, True), told.err
    met = meet_once(station)

    assert met.key == key_at(hub, station) != before
    assert meet_once(station).key == met.key
    listed = run_program("--home", str(hub.home), "hub", "stations")
    assert met.key in listed.out


def test_a_key_is_changed_when_it_is_old_by_the_hubs_clock(station: Station, hub: Hub) -> None:
    key = load_key(station.home)
    assert key is not None
    keep_every(station, 30)
    assert meet_once(station).key == key.fingerprint

    month = timedelta(days=31) // timedelta(milliseconds=1)
    aged = (station.home / FILE).read_bytes()
    aged = aged.replace(str(key.made_ms).encode(), str(key.made_ms - month).encode())
    (station.home / FILE).write_bytes(aged)

    assert meet_once(station).key == key_at(hub, station) != key.fingerprint


@pytest.mark.parametrize("days", [29, 731])
def test_a_key_is_not_changed_at_every_hour_nor_never(station: Station, days: int) -> None:
    with pytest.raises(Refused, match="key-days-wrong"):
        keep_every(station, days)


def test_a_stick_from_before_the_change_is_taken_and_one_forged_with_the_old_key_is_not(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    meet_once(station)
    Worker(station)
    early = write_bundle(station, tmp_path / "early").files
    old = (station.home / FILE).read_bytes()
    rotate_once(station)
    Worker(station, "SUPERVISOR")
    new = (station.home / FILE).read_bytes()
    (station.home / FILE).write_bytes(old)
    forged = write_bundle(station, tmp_path / "forged").files
    (station.home / FILE).write_bytes(new)

    with pytest.raises(Refused, match="bundle-forged"):
        Sticks(hub).take(forged[0])
    assert Sticks(hub).take(early[0]).facts > 0
    late = write_bundle(station, tmp_path / "late").files
    assert Sticks(hub).take(late[0]).facts > 0


def test_a_copy_of_the_key_that_comes_too_late_says_loudly_what_to_do(
    station: Station, tmp_path: Path
) -> None:
    meet_once(station)
    old = (station.home / FILE).read_bytes()
    rotate_once(station)
    (station.home / FILE).write_bytes(old)

    with pytest.raises(Trouble, match="enrol-again"):
        meet_once(station)
    worker = SyncWorker(station)
    worker.start()
    until(lambda: worker.state.code)
    worker.stop()
    assert worker.state.code == "enrol-again"


def test_a_station_that_enrols_anew_has_a_new_key(
    station: Station, hub: Hub, process: HubProcess
) -> None:
    before = load_key(station.home)
    station.hub.enrol(process.url, code_of(hub))

    after = load_key(station.home)
    assert before is not None
    assert after is not None
    assert (after.public != before.public, after.bundle) == (True, before.bundle)
    key_at_ms = datetime.fromtimestamp(after.made_ms / 1000, UTC)
    assert abs(datetime.now(UTC) - key_at_ms) < timedelta(minutes=1)
    assert meet_once(station).sent > 0
