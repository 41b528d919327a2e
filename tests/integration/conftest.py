"""What tests of the hub share: a PostgreSQL server, databases, a hub in a process, a station."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from hubs import HubProcess, a_hub
from merchant_stand import a_finished_case
from postgres import PostgresServer, a_server, new_database
from returnstation.app import Station
from returnstation.hub.database import HubDatabase
from returnstation.hub.hub import Hub
from returnstation.hub.serving import open_hub
from returnstation.wire.batches import SentFact
from stations import a_station, settings


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with a_server() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HubDatabase]:
    """A hub's database on either engine; the server is started for the first that wants it."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path_factory.mktemp('hub')}/hub.db"
    else:
        address = new_database(request.getfixturevalue("postgres_server"))
    with closing(HubDatabase(address, "hub-a")) as made:
        yield made


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Sequence[SentFact]]:
    """Two desks' logs, which took the same unit in without knowing of each other."""
    return [a_finished_case(tmp_path_factory.mktemp(f"desk{n}"), n) for n in range(2)]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with a_hub(tmp_path_factory.mktemp("hub")) as started:
        yield started


@pytest.fixture
def hub(process: HubProcess) -> Iterator[Hub]:
    """The hub, looked into from beside its process."""
    opened = open_hub(process.home)
    with closing(opened.database):
        yield opened


@pytest.fixture
def station(process: HubProcess, tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path / "station") as opened:
        opened.hub.enrol(process.url, process.code_for(settings().prefix))
        yield opened
