"""What tests of the hub share: one PostgreSQL server, and a new database for each module."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from postgres import PostgresServer, a_server, new_database
from returnstation.hub.database import HubDatabase


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
