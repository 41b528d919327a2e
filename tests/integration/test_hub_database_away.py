"""A database that goes away for an hour: trouble and no bug, and everything goes on afterwards."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import update

from merchant_stand import LOOPBACK, Stand, a_stand, column
from postgres import PostgresServer, new_database
from returnstation.crashes import BugReports
from returnstation.hub.database import HubDatabase, mark_dirty
from returnstation.hub.housekeeping import Chore, Housekeeping
from returnstation.hub.serving import chores_of, webhook_chores
from returnstation.hub.tables import DIRTY, LEASE
from returnstation.hub.tables_merchants import ENDPOINT
from returnstation.hub.webhook_delivery import Courier
from returnstation.hub.webhook_sending import Guard
from returnstation.wire.batches import SentFact
from waiting import until
from webhook_receiver import Came, a_receiver


@pytest.fixture(scope="module")
def database(postgres_server: PostgresServer) -> Iterator[HubDatabase]:
    with closing(HubDatabase(new_database(postgres_server), "hub-a")) as made:
        yield made


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_stand(database, tmp_path) as made:
        yield made


@contextmanager
def away(server: PostgresServer, database: HubDatabase) -> Iterator[None]:
    """Have a server hang up on everybody who asks a database, and take nobody."""
    name = str(database.engine.url.database)
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        connection.execute(ending, [name])
        try:
            yield
        finally:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


def crashes(home: Path) -> list[Path]:
    return list((home / "crashes").glob("*"))


def test_chores_wait_for_the_database_say_so_once_and_go_on(
    stand: Stand,
    postgres_server: PostgresServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hub = stand.hub
    chores = [*chores_of(hub, None), *webhook_chores(hub, Guard(LOOPBACK))]
    housekeeping = Housekeeping(hub.database, chores, hub.now_ms)
    with BugReports(tmp_path):
        housekeeping.tick()
        with away(postgres_server, hub.database):
            for _ in range(5):
                stand.clock.forward(minutes=12)
                housekeeping.tick()
            said = [each for each in caplog.records if each.levelno >= logging.WARNING]
            caplog.clear()
        with hub.database.work() as connection:
            mark_dirty(connection, ["somebody"])
        stand.clock.forward(days=1)
        housekeeping.tick()

    assert len(said) == len(chores)
    assert all("hub-database-unreachable" in each.getMessage() for each in said)
    assert crashes(tmp_path) == []
    assert column(stand, DIRTY.c.subject) == []
    fresh = column(stand, LEASE.c.name, LEASE.c.until_ms > hub.now_ms())
    assert sorted(fresh) == sorted(chore.name for chore in chores if chore.every_ms)


def test_a_webhook_under_way_when_the_database_goes_is_no_bug_and_comes_again(
    stand: Stand,
    postgres_server: PostgresServer,
    logs: Sequence[Sequence[SentFact]],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    runner = Courier(stand.hub.database, stand.desk.guard, stand.hub.now_ms, lambda: 1.0)
    with a_receiver() as receiver, ExitStack() as outage, BugReports(tmp_path):

        def answer(_: Came) -> int:
            outage.enter_context(away(postgres_server, stand.hub.database))
            return 204

        receiver.answer = answer
        wish = {"url": receiver.url, "types": ["case.finished"]}
        assert stand.ask("POST", stand.of("webhooks"), wish).status == 200
        stand.take(logs[0])
        runner.start_round()
        until(lambda: not runner._at_work)
        (said,) = (each for each in caplog.records if each.levelno >= logging.WARNING)
        caplog.clear()
        outage.close()
        receiver.answer = lambda _: 204
        stand.clock.forward(hours=1)
        until(lambda: len(receiver.came) > 1, runner.start_round)
        until(lambda: not runner._at_work)

    assert "hub-database-unreachable" in said.getMessage()
    assert crashes(tmp_path) == []
    assert len(receiver.once) == 1
    assert column(stand, ENDPOINT.c.busy_ms) == [0]


def test_a_server_whose_machine_is_gone_is_waited_for_a_minute_unless_the_address_says_so(
    postgres_server: PostgresServer,
) -> None:
    address = new_database(postgres_server)
    more = "&" if "?" in address else "?"

    def asked(address: str) -> list[dict[str, str]]:
        with closing(HubDatabase(address, "hub-a")) as database, ExitStack() as open_:
            ways = (database.work(), database.glance(), database.subject_keys.engine.connect())
            lines = [open_.enter_context(way).connection.driver_connection for way in ways]
            return [line.info.get_parameters() for line in lines if line is not None]

    assert len(asked(address)) == 3
    for told in asked(address):
        assert told["connect_timeout"] == "10"
        assert int(told["tcp_user_timeout"]) <= 60_000
        count, pause = int(told["keepalives_count"]), int(told["keepalives_interval"])
        assert int(told["keepalives_idle"]) + count * pause <= 60
    for told in asked(f"{address}{more}keepalives_idle=77"):
        assert (told["keepalives_idle"], told["connect_timeout"]) == ("77", "10")


def test_a_database_whose_connections_are_all_in_use_is_no_bug_of_a_chore(
    stand: Stand, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    pool = stand.hub.database.engine.pool
    before, chore = vars(pool)["_timeout"], Chore("some", stand.project)
    housekeeping = Housekeeping(stand.hub.database, [chore], stand.hub.now_ms)
    with stand.hub.database.work() as connection:
        mark_dirty(connection, ["somebody"])
    with BugReports(tmp_path), ExitStack() as held:
        vars(pool)["_timeout"] = 0.05
        for _ in range(32):
            held.enter_context(stand.hub.database.engine.connect())
        housekeeping.tick()
    vars(pool)["_timeout"] = before
    assert "some waits: hub-database-unreachable" in caplog.text

    housekeeping.tick()

    assert crashes(tmp_path) == []
    assert column(stand, DIRTY.c.subject) == []


@pytest.mark.bugs
def test_a_statement_the_database_does_not_take_is_a_bug_of_a_chore(
    stand: Stand, tmp_path: Path
) -> None:
    def wrong() -> None:
        with stand.hub.database.work() as connection:
            connection.execute(update(DIRTY).values(times="many"))

    with BugReports(tmp_path):
        Housekeeping(stand.hub.database, [Chore("some", wrong)], stand.hub.now_ms).tick()

    assert len(crashes(tmp_path)) == 1
