"""Figures for Prometheus: how the hub is, from its database; what a process answered, counted.

Every process answers the same of the database. What it counted itself bears its process id.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from sqlalchemy import Connection, exists, func, select
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from returnstation.application.troubles import Trouble
from returnstation.hub.colliding import OPEN
from returnstation.hub.database import dirty_seconds, named_troubles
from returnstation.hub.hub import Hub
from returnstation.hub.photos_index import DAMAGED, is_node_away
from returnstation.hub.tables import (
    BRANCH,
    CASE_CLOCK,
    CONFLICT,
    DIRTY,
    FEED,
    QUARANTINE,
    REFUND,
    STATION,
    UNPROJECTED,
)
from returnstation.hub.tables_erasing import PHOTO_ERASED
from returnstation.hub.tables_merchants import DELIVERY, ENDPOINT
from returnstation.hub.tables_photos import PHOTO
from returnstation.hub.webhook_events import FAILED, PENDING

REFUSED = "x-refused"
"""Header of an answer that says with which code a request was refused."""

_PREFIX = "returnstation_hub"


class Meters:
    """What a process counts, and what it reads from the database when it is asked.

    Args:
        hub: Whose.
        pid: Of this process.
    """

    def __init__(self, hub: Hub, pid: int) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_FromDatabase(hub))
        self._pid = str(pid)
        self._answers = Counter(
            f"{_PREFIX}_answers",
            "Requests answered, by route and status",
            ("route", "status", "pid"),
            registry=self.registry,
        )
        self._refusals = Counter(
            f"{_PREFIX}_refusals",
            "Requests refused, by code",
            ("code", "pid"),
            registry=self.registry,
        )

    def count(self, route: str, status: int, code: str) -> None:
        """Count an answer; ``code`` is empty when nothing was refused."""
        self._answers.labels(route, str(status), self._pid).inc()
        if code:
            self._refusals.labels(code, self._pid).inc()


def metrics_route(meters: Meters) -> Route:
    """Return the route Prometheus asks."""

    def read() -> bytes:
        with named_troubles():
            return generate_latest(meters.registry)

    async def endpoint(_: Request) -> Response:
        try:
            content = await run_in_threadpool(read)
        except Trouble as trouble:
            return Response(trouble.code, 503, {REFUSED: trouble.code})
        return Response(content, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Route("/metrics", endpoint, methods=["GET"])


def metered(app: Starlette, meters: Meters) -> Starlette:
    """Return an application whose answers are counted."""
    app.add_middleware(_Counting, meters=meters)
    return app


class _Counting:
    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        has_begun = False

        async def counting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if message["type"] == "http.response.start":
                headers = {bytes(name): bytes(value) for name, value in message["headers"]}
                code = headers.get(REFUSED.encode(), b"").decode("latin-1")
                self._meters.count(_route(scope), message["status"], code)
            await send(message)

        try:
            await self._app(scope, receive, counting)
        except Exception:
            if not has_begun:  # it is answered further out, where nobody counts
                self._meters.count(_route(scope), 500, "")
            raise


def _route(scope: Scope) -> str:
    """Return the pattern of the address, never the address: a label must not be endless."""
    route = scope.get("route")
    return route.path if isinstance(route, Route) else "none"


class _FromDatabase(Collector):
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._hub.database.look() as connection:
            yield from _totals(connection)
            yield from _stations(connection, self._hub.now_ms())
            yield _by(connection, FEED.c.shard, FEED.c.last, "feed_last", "Last change of a feed")
            yield from _webhooks(connection, self._hub.now_ms())
        yield from self._of_all_servers(_photos)

    def _of_all_servers(
        self, figures: Callable[[Connection], Iterator[GaugeMetricFamily]]
    ) -> Sequence[GaugeMetricFamily]:
        """Return figures of what may be spread; none while a server is away."""
        try:
            with self._hub.database.look() as connection:
                return list(figures(connection))
        except OperationalError as odd:
            if not is_node_away(odd):
                raise
            return []

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Say nothing before it is asked: the database need not be there when a process starts."""
        yield from ()


def _totals(connection: Connection) -> Iterator[GaugeMetricFamily]:
    taken = select(func.coalesce(func.sum(BRANCH.c.seq - BRANCH.c.after), 0))
    told = {
        "facts": ("Facts of all stations", taken),
        "dirty_subjects": ("Subjects with facts not in the projections yet", _count(DIRTY)),
        "unprojected_subjects": ("Subjects whose facts make no sense", _count(UNPROJECTED)),
        "quarantined_facts": ("Facts kept aside", _count(QUARANTINE)),
        "clock_unsure_cases": (
            "Cases dated by a clock that nobody could compare",
            _count(CASE_CLOCK).where(CASE_CLOCK.c.is_unsure),
        ),
        "open_conflicts": (
            "Conflicts a person must settle",
            _count(CONFLICT).where(CONFLICT.c.state == OPEN),
        ),
    }
    for name, (text, wanted) in told.items():
        yield _gauge(name, text, float(connection.scalar(wanted) or 0))
    text = "Since the oldest subject came that is not in the projections yet"
    yield _gauge("dirty_oldest_seconds", text, dirty_seconds(connection))
    refunds = select(REFUND.c.state, func.count()).group_by(REFUND.c.state)
    family = GaugeMetricFamily(f"{_PREFIX}_refunds", "Instructions to pay", labels=["state"])
    for state, count in connection.execute(refunds):
        family.add_metric([state], count)
    yield family


def _stations(connection: Connection, now_ms: int) -> Iterator[GaugeMetricFamily]:
    known = select(STATION.c.station, STATION.c.seen_ms, STATION.c.enrolled_ms)
    rows = connection.execute(known.where(STATION.c.revoked_ms.is_(None))).all()
    yield _gauge("stations", "Stations that may send", float(len(rows)))
    family = GaugeMetricFamily(
        f"{_PREFIX}_station_seen_seconds", "Since a station was here", labels=["station"]
    )
    for row in rows:
        seen = max(row.seen_ms or 0, row.enrolled_ms)
        family.add_metric([row.station], max(0.0, (now_ms - seen) / 1000))
    yield family


def _webhooks(connection: Connection, now_ms: int) -> Iterator[GaugeMetricFamily]:
    for name, state in (("webhooks_pending", PENDING), ("webhooks_failed", FAILED)):
        wanted = _of_endpoints(func.sum, func.count(), state)
        yield _gauge(name, f"Webhooks {state}", float(connection.scalar(wanted) or 0))
    oldest = connection.scalar(_of_endpoints(func.min, func.min(DELIVERY.c.since_ms), PENDING))
    age = 0.0 if oldest is None else max(0.0, (now_ms - oldest) / 1000)
    yield _gauge("webhook_oldest_seconds", "Age of the oldest webhook not delivered", age)
    off = _count(ENDPOINT).where(ENDPOINT.c.off_ms.is_not(None))
    yield _gauge("webhook_endpoints_off", "Endpoints off", float(connection.scalar(off) or 0))


def _of_endpoints(whole: Any, figure: Any, state: str) -> Any:
    """Return what asks for a figure of deliveries: one endpoint after the other, by the index."""
    of_one = select(figure).select_from(DELIVERY)
    of_one = of_one.where(
        DELIVERY.c.merchant_id == ENDPOINT.c.merchant_id,
        DELIVERY.c.endpoint_id == ENDPOINT.c.endpoint_id,
        DELIVERY.c.state == state,
    )
    return select(whole(of_one.correlate(ENDPOINT).scalar_subquery())).select_from(ENDPOINT)


def _photos(connection: Connection) -> Iterator[GaugeMetricFamily]:
    kept = PHOTO.c.size.is_not(None)  # once, in the row of whoever sent it
    row = connection.execute(
        select(func.count(), func.coalesce(func.sum(PHOTO.c.size), 0)).where(kept)
    ).one()
    yield _gauge("photos", "Photos that are here", float(row[0]))
    yield _gauge("photo_bytes", "What they take", float(row[1]))
    erased = exists().where(PHOTO_ERASED.c.digest == PHOTO.c.digest)
    waiting = _count(PHOTO).where(PHOTO.c.stored_ms.is_(None), ~erased)
    text = "Photos that facts name and nobody brought yet"
    yield _gauge("photos_awaited", text, float(connection.scalar(waiting) or 0))
    text = "Photos that were here, and are damaged or gone"
    yield _gauge("photos_damaged", text, float(connection.scalar(DAMAGED) or 0))


def _by(connection: Connection, *wanted: Any) -> GaugeMetricFamily:
    label, value, name, text = wanted
    family = GaugeMetricFamily(f"{_PREFIX}_{name}", text, labels=[label.name])
    for row in connection.execute(select(label, value)):
        family.add_metric([row[0]], row[1])
    return family


def _count(table: Any) -> Any:
    return select(func.count()).select_from(table)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", text, value=value)
