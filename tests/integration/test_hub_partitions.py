"""Facts and photos on two PostgreSQL servers, two hub processes, and one server killed."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
import urllib3
from PIL import Image
from psycopg import sql
from sqlalchemy.exc import OperationalError

from hubs import HubProcess, a_hub
from returnstation.app import Station
from returnstation.app.photo_lane import PhotoLane
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Trouble
from returnstation.domain.facts import Fact, NoteAdded, PhotoTaken
from returnstation.hub.partitions import Node, on_first, on_node
from returnstation.hub.photos_index import PhotoIndex, is_node_away
from returnstation.hub.serving import open_hub
from returnstation.settings import Settings, write_settings
from returnstation.storage.outbox import Outbox
from returnstation.storage.photos import PhotoFolder
from system_postgres import Cluster, clusters
from waiting import until

STATIONS = 6
FACTS = 40
PLANNED_ONCE = 12
A_DIGEST = "a" * 64


@dataclass
class Spread:
    first: Cluster
    second: Cluster
    hubs: tuple[HubProcess, HubProcess]
    stations: list[Station]


@pytest.fixture
def spread(tmp_path: Path) -> Iterator[Spread]:
    with clusters(2) as (first, second):
        _execute(second, *on_node())
        port = str(second.port)
        node = Node({"host": "127.0.0.1", "port": port, "dbname": "postgres"}, {"user": "hub"})
        _execute(first, *on_first([node]))
        with a_hub(tmp_path / "a", first.url) as one, a_hub(tmp_path / "b", first.url) as other:
            stations = []
            for place in range(STATIONS):
                home = tmp_path / f"st{place}"
                write_settings(home, Settings(prefix="ICN3"))
                station = Station(home)
                hub = (one, other)[place % 2]
                station.hub.enrol(hub.url, hub.code_for("ICN3"))
                stations.append(station)
            try:
                yield Spread(first, second, (one, other), stations)
            finally:
                for station in stations:
                    station.close()


def _execute(cluster: Cluster, *statements: str) -> None:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _count(cluster: Cluster, table: str) -> int:
    with closing(psycopg.connect(cluster.url)) as connection:
        wanted = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        row = connection.execute(wanted).fetchone()
        return int(row[0]) if row else 0


def _work(station: Station, picture: bytes) -> str:
    digest = PhotoFolder(station.home / "photos").keep(picture)
    facts: list[Fact] = [NoteAdded(text="x")] * (FACTS - 1)
    for fact in (*facts, PhotoTaken(digest=digest)):
        with station.database.work() as work:
            work.facts.append("case-1", None, [fact], station.clock())
            work.commit()
    return digest


def _picture(shade: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 40), (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


def _sent(station: Station) -> bool:
    with suppress(Trouble):
        meet_once(station)
    with station.database.look() as work:
        return Outbox(station.database).progress()[1] == work.facts.head()


def _photos_sent(station: Station) -> str:
    """Send photos; return the code of what stands in the way."""
    try:
        PhotoLane(station).round()
    except Trouble as trouble:
        return trouble.code
    return ""


def _are_photos_sent(station: Station) -> bool:
    return not _photos_sent(station)


def _written(station: Station) -> int:
    with station.database.look() as work:
        return work.facts.head()


def test_a_server_that_is_killed_stops_only_its_stations_and_loses_nothing(
    spread: Spread, tmp_path: Path
) -> None:
    shared = _picture(0)  # everybody has it, and the hub once
    for station in spread.stations:
        _work(station, shared)
        until(partial(_sent, station))
        until(partial(_are_photos_sent, station))
    there = _count(spread.second, "fact")
    assert 0 < there < STATIONS * FACTS
    assert 0 < _count(spread.second, "station_photo") < STATIONS
    assert _count(spread.first, "station_photo") == STATIONS

    spread.second.kill()
    own = [_work(station, _picture(n)) for n, station in enumerate(spread.stations, start=1)]
    gone_on = [_sent(station) for station in spread.stations]
    assert any(gone_on)
    assert not all(gone_on)
    codes = ["" if is_on else "hub-busy" for is_on in gone_on]
    assert [_photos_sent(station) for station in spread.stations] == codes
    figures = urllib3.request("GET", f"{spread.hubs[0].url}/metrics").data.decode()
    assert "returnstation_hub_facts" in figures
    assert "returnstation_hub_photos" not in figures
    logs = [(each.home / "hub.log").read_text() for each in spread.hubs]
    assert any("hub-database-unreachable" in log for log in logs)

    spread.second.start()
    for station in spread.stations:
        until(partial(_sent, station))
        until(partial(_are_photos_sent, station))
    written = sum(map(_written, spread.stations))
    assert written >= STATIONS * FACTS * 2
    assert _count(spread.first, "fact") == written
    assert _count(spread.first, "fact_0") == written - _count(spread.second, "fact")
    assert _count(spread.first, "station_photo") == STATIONS * 2
    hub = open_hub(tmp_path / "a", spread.first.url)
    with closing(hub.database):
        assert hub.photos.stored(own) == set(own)
        kept = [path.stem for each in spread.hubs for path in each.home.rglob("blobs/*/*.jpg")]
        assert set(own) <= set(kept)
        assert not any(hub.photos.wanted(each.station) for each in hub.stations.all())
        spread.second.kill()
        _check_that_writing_asks_no_other_server(hub.photos.index)


def _check_that_writing_asks_no_other_server(index: PhotoIndex) -> None:
    names = {name: _is_reached(index, name) for name in map(str, range(20))}
    living, away = (next(n for n in names if names[n] is is_on) for is_on in (True, False))
    for moment in range(PLANNED_ONCE):  # PostgreSQL may plan once for any station after some
        index.note(living, A_DIGEST, {"stored_ms": moment})
        index.name(living, {f"{moment:064x}"})

    assert index.stored([A_DIGEST, f"{0:064x}"], living) == {A_DIGEST}
    assert index.wanted(living) == PLANNED_ONCE
    assert index.wanted(away) == 0


def _is_reached(index: PhotoIndex, station: str) -> bool:
    try:
        index.note(station, A_DIGEST, {"stored_ms": 1})
    except OperationalError as odd:
        if not is_node_away(odd):
            raise
        return False
    return True
