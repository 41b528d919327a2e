"""The fact log on two PostgreSQL servers, two hub processes, and one server killed."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from hubs import HubProcess, a_hub
from returnstation.app import Station
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Trouble
from returnstation.domain.facts import NoteAdded
from returnstation.hub.partitions import Node, on_first, on_node
from returnstation.settings import Settings, write_settings
from returnstation.storage.outbox import Outbox
from system_postgres import Cluster, clusters

STATIONS = 6
FACTS = 40


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


def _work(station: Station) -> None:
    for _ in range(FACTS):
        with station.database.work() as work:
            work.facts.append("case-1", None, [NoteAdded(text="x")], station.clock())
            work.commit()


def _sent(station: Station) -> bool:
    with suppress(Trouble):
        meet_once(station)
    with station.database.look() as work:
        return Outbox(station.database).progress()[1] == work.facts.head()


def _written(station: Station) -> int:
    with station.database.look() as work:
        return work.facts.head()


def test_a_server_that_is_killed_stops_only_its_stations_and_loses_nothing(
    spread: Spread,
) -> None:
    for station in spread.stations:
        _work(station)
        assert _sent(station)
    there = _count(spread.second, "fact")
    assert 0 < there < STATIONS * FACTS

    spread.second.kill()
    for station in spread.stations:
        _work(station)
    gone_on = [_sent(station) for station in spread.stations]
    assert any(gone_on)
    assert not all(gone_on)

    spread.second.start()
    assert all(_sent(station) or _sent(station) for station in spread.stations)
    written = sum(map(_written, spread.stations))
    assert written >= STATIONS * FACTS * 2
    assert _count(spread.first, "fact") == written
    assert _count(spread.first, "fact_0") == written - _count(spread.second, "fact")
