"""A hub for merchants without a network: its application is asked directly."""

import asyncio
import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select
from starlette.applications import Starlette

from builders import an_order
from returnstation.cli.hub_terms import check_terms
from returnstation.domain.orders import Merchant
from returnstation.hub.database import HubDatabase, mark_dirty
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Intake, Sender
from returnstation.hub.keys import load_keys
from returnstation.hub.merchant_api import MerchantDesk
from returnstation.hub.merchant_routes import routes_of
from returnstation.hub.metrics import Meters, metered, metrics_route
from returnstation.hub.projecting import Projector
from returnstation.hub.server import make_app
from returnstation.hub.tables import CASE, HUB, STATION
from returnstation.hub.webhook_sending import Guard
from returnstation.storage.outbox import Outbox
from returnstation.wire.batches import Acked, Batch, SentFact
from stations import Worker, a_station
from waiting import PATIENCE

STATIONS = ("ICN3-1", "ICN3-2")
LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def code(self) -> str:
        return str(self.json["code"])


@dataclass
class HubClock:
    """A hub's clock that stands still until it is moved."""

    at: datetime = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Stand:
    """A hub, its application, and merchant ``ds`` with a key."""

    hub: Hub
    clock: HubClock
    desk: MerchantDesk
    app: Starlette
    key: str = ""
    sent: set[str] = field(default_factory=set)

    def ask(
        self,
        method: str,
        path: str,
        body: object = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask as merchant ``ds``, unless headers say otherwise."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        given = {"authorization": f"Bearer {self.key}"} if headers is None else headers
        return asked(self.app, method, path, content, given)

    def of(self, path: str) -> str:
        return f"/v1/merchants/ds/{path}"

    def take(self, log: Sequence[SentFact], station: str = STATIONS[0]) -> None:
        """Take the facts of a station in and project them."""
        intake = Intake(self.hub.database, load_keys(self.hub.database, bytes(32)))
        batch = Batch(branch=1, before=bytes(32), facts=tuple(log))
        reply = intake.take(Sender(station, channel="bundle"), batch, self.hub.now_ms())
        assert isinstance(reply, Acked)
        self.project()

    def project(self) -> None:
        Projector(self.hub.database, self.desk.telling.tell).run()

    def project_anew(self) -> None:
        """Make the rows of every case again."""
        with self.hub.database.work() as connection:
            mark_dirty(connection, set(connection.scalars(select(CASE.c.case_id))))
        self.project()

    def rows(self, word: str) -> list[Any]:
        return [row["value"] for row in self.ask("GET", self.of(word)).json["rows"]]


@contextmanager
def a_stand(database: HubDatabase, home: Path) -> Iterator[Stand]:
    """Empty a hub's database, and serve merchant ``ds`` from it."""
    clock, counter = HubClock(), itertools.count(1)

    def random(size: int) -> bytes:
        return hashlib.shake_256(str(next(counter)).encode()).digest(size)

    hub = Hub(database, home, clock, random)
    with database.work() as connection:
        for table in reversed(HUB.sorted_tables):
            if table.name != "hub":
                connection.execute(delete(table))
        for name in STATIONS:
            row: dict[str, object] = {"station": name, "site": "ICN3", "name": name}
            row |= {"key": bytes(32)}
            row |= {"enrolled_ms": 1, "first_number": 1, "last_number": 9}
            connection.execute(insert(STATION), row)
    desk = MerchantDesk(hub, check_terms, Guard(LOOPBACK, PATIENCE, 2 * PATIENCE))
    meters = Meters(hub, 1)
    app = metered(make_app(hub, (*routes_of(desk), metrics_route(meters))), meters)
    stand = Stand(hub, clock, desk, app)
    for merchant in ("ds", "other"):
        named = Merchant(merchant_id=merchant, name=f"Shop {merchant}", country="KR")
        desk.merchants.add(named, hub.now_ms())
    stand.key = key_for(stand, "ds")
    yield stand


def key_for(stand: Stand, merchant: str) -> str:
    return stand.desk.keys.make(merchant, "test", stand.hub.random(32), stand.hub.now_ms())


def a_finished_case(home: Path, place: int = 0) -> Sequence[SentFact]:
    """Return the log of a desk where the parcel of the example was finished."""
    numbers = (1 + 1000 * place, 1000 + 1000 * place)
    with a_station(home, numbers=numbers) as station:
        worker = Worker(station)
        worker.desk.scan(an_order().shipments[0].tracking)
        worker.through(an_order().lines[0].gtin or an_order().lines[0].sku)
        worker.desk.do("finish")
        return Outbox(station.database).after(0, 10_000)


def column(stand: Stand, wanted: Any, *where: Any) -> list[Any]:
    with stand.hub.database.look() as connection:
        return list(connection.scalars(select(wanted).where(*where)))


def asked(
    app: Starlette, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> Answer:
    """Ask an ASGI application as a server would; the path may hold any byte."""
    return asyncio.run(_asked(app, _scope(method, path, headers), _pieces(body)))


def _pieces(body: bytes) -> Callable[[], Any]:
    left = [body[at : at + 65_536] for at in range(0, len(body), 65_536)] or [b""]

    async def receive() -> dict[str, Any]:
        if not left:
            return {"type": "http.disconnect"}
        part = left.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(left)}

    return receive


def _scope(method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    from urllib.parse import unquote

    plain, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(plain),
        "raw_path": plain.encode("utf-8", "surrogatepass"),
        "query_string": query.encode("utf-8", "surrogatepass"),
        "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("hub", 80),
        "root_path": "",
    }


async def _asked(app: Starlette, scope: dict[str, Any], receive: Callable[[], Any]) -> Answer:
    status, headers, body = 0, {}, b""

    async def send(message: Any) -> None:
        nonlocal status, headers, body
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {n.decode(): v.decode("latin-1") for n, v in message["headers"]}
        else:
            body += message.get("body", b"")

    await app(scope, receive, send)
    return Answer(status, headers, body)


@contextmanager
def a_sqlite(home: Path) -> Iterator[HubDatabase]:
    with closing(HubDatabase(f"sqlite:///{home}/hub.db", "hub-a")) as database:
        yield database
