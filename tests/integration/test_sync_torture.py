"""Bad lines, killed hubs and killed stations: everything confirmed arrives, once, in order.

``make torture`` does for hours what ``make test`` does for seconds.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from numpy.random import Generator, default_rng
from sqlalchemy import Row, select

from chaos import Chaos, Line, a_bad_line
from hubs import HubProcess, a_hub
from postgres import new_database
from processes import lines_until_killed
from returnstation.app import Station
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Trouble
from returnstation.domain.facts import NoteAdded
from returnstation.hub.serving import open_hub
from returnstation.hub.tables import BRANCH, FACT
from returnstation.settings import Settings, write_settings
from returnstation.storage.outbox import Outbox
from returnstation.sync.client import HubRefused
from returnstation.wire.batches import SentFact
from returnstation.wire.facts import FIRST, chain_hash

ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "8"))
STATIONS = int(os.environ.get("TORTURE_STATIONS", "3"))
SITE = "ICN3"
PROCESS = Path(__file__).parents[1] / "station_process.py"


@dataclass
class World:
    hub: HubProcess
    line: Chaos
    stations: Sequence[Station]
    random: Generator

    def work(self, station: Station) -> None:
        for _ in range(int(self.random.integers(1, 30))):
            with station.database.work() as work:
                work.facts.append("case-1", None, [NoteAdded(text="x" * 200)], station.clock())
                work.commit()

    def meet(self, station: Station) -> None:
        with suppress(Trouble, HubRefused):
            meet_once(station)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if request.param == "sqlite":
        with a_hub(tmp_path / "hub") as hub:
            yield from _world(hub, tmp_path)
        return
    address = new_database(request.getfixturevalue("postgres_server"))
    with a_hub(tmp_path / "hub", address) as hub:
        yield from _world(hub, tmp_path)


def _world(hub: HubProcess, folder: Path) -> Iterator[World]:
    random = default_rng(int(os.environ.get("TORTURE_SEED", "7")))
    with a_bad_line(hub.port, random) as line:
        stations = [_station(folder / f"st{n}", hub, line) for n in range(STATIONS)]
        try:
            yield World(hub, line, stations, random)
        finally:
            for station in stations:
                station.close()


def _station(home: Path, hub: HubProcess, line: Chaos) -> Station:
    write_settings(home, Settings(prefix=SITE))
    station = Station(home)
    station.hub.patience_s = 20.0
    station.hub.enrol(f"http://127.0.0.1:{line.port}", hub.code_for(SITE))
    station.hub.patience_s = 0.4
    return station


def test_what_is_confirmed_arrives_over_the_worst_lines_and_through_killed_hubs(
    world: World,
) -> None:
    world.line.line = None
    for round_ in range(ROUNDS):
        for station in world.stations:
            world.work(station)
            world.meet(station)
        if round_ % 4 == 3:
            world.hub.kill()
            world.meet(world.stations[0])
            world.hub.start()

    world.line.line = Line.GOOD
    for station in world.stations:
        station.hub.patience_s = 20.0
        meet_once(station)

    hub = open_hub(world.hub.home, world.hub.database)
    with closing(hub.database), hub.database.look() as connection:
        for station in world.stations:
            address = station.hub.address
            assert address is not None
            rows = connection.execute(
                select(FACT).where(FACT.c.station == address.station).order_by(FACT.c.seq)
            ).all()
            own = Outbox(station.database).after(0, 1_000_000)
            assert [row.seq for row in rows] == [fact.seq for fact in own]
            assert _chain(rows) == bytes(
                connection.scalar(select(BRANCH.c.hash).where(BRANCH.c.station == address.station))
                or b""
            )


def _chain(rows: Sequence[Row[Any]]) -> bytes:
    before = FIRST
    for row in rows:
        values = row._mapping
        fact = SentFact(
            values["seq"],
            values["label"],
            values["epoch"],
            bytes(values["fact_id"]),
            values["hlc"],
            values["type"],
            values["version"],
            values["subject"],
            values["by_user"],
            bytes(values["body"]),
        )
        before = chain_hash(fact.entry(), before)
        assert before == bytes(values["hash"])
    return before


def test_a_station_that_is_killed_again_and_again_sends_all_it_said_was_done(
    tmp_path: Path,
) -> None:
    home = tmp_path / "station"
    with a_hub(tmp_path / "hub") as hub:
        write_settings(home, Settings(prefix=SITE))
        with closing(Station(home)) as station:
            station.hub.enrol(hub.url, hub.code_for(SITE))
        told = 0
        for lines in (1, 4, 2, 6)[: max(2, ROUNDS // 3)]:
            said = lines_until_killed(lines, str(PROCESS), str(home))
            told = max(told, *(int(line) for line in said if line))

        with closing(Station(home)) as station:
            meet_once(station)
            with station.database.look() as work:
                assert work.facts.head() >= told
                assert Outbox(station.database).progress()[1] == work.facts.head()
