"""A database that cannot be asked, and bugs: answered by a code, and counted."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event
from starlette.routing import Route

from merchant_stand import Stand, a_sqlite, a_stand, asked
from postgres import PostgresServer, new_database
from returnstation.application.troubles import Trouble
from returnstation.hub.database import HubDatabase
from returnstation.hub.followers import Followers, followed
from returnstation.hub.metrics import Meters, metered, metrics_route
from returnstation.hub.readiness import Readiness
from returnstation.hub.server import make_app


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with a_sqlite(tmp_path) as database, a_stand(database, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def on_postgresql(
    postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stand]:
    address, home = new_database(postgres_server), tmp_path_factory.mktemp("home")
    with closing(HubDatabase(address, "hub-a")) as database, a_stand(database, home) as made:
        yield made


def test_when_no_connection_is_free_any_more_the_database_cannot_be_reached(stand: Stand) -> None:
    pool = stand.hub.database.engine.pool
    vars(pool)["_timeout"] = 0.05
    with ExitStack() as held:
        for _ in range(15):
            held.enter_context(stand.hub.database.engine.connect())

        answers = [stand.ask("GET", path) for path in (stand.of("cases"), "/readyz", "/healthz")]

    assert [(each.status, each.code) for each in answers] == [(503, "hub-database-unreachable")] * 3


def test_a_database_that_may_only_be_read_is_not_ready(
    on_postgresql: Stand, postgres_server: PostgresServer
) -> None:
    database = on_postgresql.hub.database
    name = str(database.engine.url.database)
    with psycopg.connect(postgres_server.get_uri(), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    database.engine.dispose()

    answer = on_postgresql.ask("GET", "/readyz")

    assert (answer.status, answer.code) == (503, "hub-database-unreachable")


def test_whether_it_is_ready_is_tried_once_a_second_however_often_somebody_asks(
    stand: Stand,
) -> None:
    now = [100.0]
    app = make_app(stand.hub, monotonic=lambda: now[0])
    written: list[int] = []
    event.listen(stand.hub.database.engine, "commit", lambda _: written.append(1))

    def asked_at(moment: float) -> int:
        now[0] = moment
        return asked(app, "GET", "/readyz", b"", {}).status

    assert [asked_at(100.0), asked_at(100.9)] == [200, 200]
    assert len(written) == 1
    vars(stand.hub.database.engine.pool)["_timeout"] = 0.05
    with ExitStack() as held:
        for _ in range(15):
            held.enter_context(stand.hub.database.engine.connect())
        assert [asked_at(100.9), asked_at(101.0)] == [200, 503]
    assert [asked_at(101.9), asked_at(102.0)] == [503, 200]
    assert len(written) == 2


def test_many_who_ask_at_once_whether_it_is_ready_hear_one_answer() -> None:
    written: list[int] = []

    def write() -> None:
        written.append(1)

    async def all_ask() -> list[Trouble | None]:
        readiness = Readiness(write)
        return list(await asyncio.gather(*(readiness.trouble() for _ in range(50))))

    assert asyncio.run(all_ask()) == [None] * 50
    assert len(written) == 1


def test_figures_are_refused_by_a_code_while_the_database_cannot_be_asked(stand: Stand) -> None:
    vars(stand.hub.database.engine.pool)["_timeout"] = 0.05
    with ExitStack() as held:
        for _ in range(15):
            held.enter_context(stand.hub.database.engine.connect())

        answer = stand.ask("GET", "/metrics")

    assert answer.status == 503
    assert answer.headers["x-refused"] == "hub-database-unreachable"


@pytest.mark.bugs
def test_an_answer_that_is_a_bug_is_counted(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    async def fails(_: object) -> None:
        raise LookupError

    meters = Meters(stand.hub, 7)
    more = (Route("/bug", fails), metrics_route(meters))
    app = metered(make_app(stand.hub, more), meters)

    with pytest.raises(LookupError):  # whoever serves logs it; the answer went out before
        asked(app, "GET", "/bug", b"", {})

    figures = asked(app, "GET", "/metrics", b"", {}).body.decode()
    assert 'answers_total{pid="7",route="/bug",status="500"} 1.0' in figures
    assert "bug in GET '/bug'" in caplog.text


def test_how_far_a_station_is_is_noted_again_where_it_could_not_be_kept(stand: Stand) -> None:
    database = stand.hub.database
    noting = Followers(database)
    with database.work() as connection:
        connection.exec_driver_sql("ALTER TABLE followed RENAME TO away")
    with pytest.raises(Exception, match="followed"):
        noting.note("ICN3-1", "site:ICN3", 9)
    with database.work() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO followed")

    noting.note("ICN3-1", "site:ICN3", 9)

    with database.look() as connection:
        assert followed(connection) == {("ICN3-1", "site:ICN3"): 9}


def test_a_part_of_a_photo_that_goes_while_old_ones_are_looked_for_harms_nobody(
    stand: Stand,
) -> None:
    folder = stand.hub.photos.parts / "ICN3-1"
    folder.mkdir(parents=True)
    (folder / "gone.part").symlink_to(folder / "nowhere")

    assert stand.hub.photos.missing("ICN3-1", ["0" * 64], 1).photos
