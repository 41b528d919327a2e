"""Deliver webhooks: in order within a case, one at a time to an endpoint, again until they arrive.

An endpoint that does not answer is left alone for longer and longer; an event that alone is not
taken holds up its own case only. After three days of tries an event is given up, after five days
without any success the endpoint; both can be sent again.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, select, update

from returnstation.application.troubles import Trouble
from returnstation.hub.database import HubDatabase, named_troubles
from returnstation.hub.refund_notes import opened_event
from returnstation.hub.tables_merchants import DELIVERY, ENDPOINT, EVENT
from returnstation.hub.webhook_events import DELIVERED, FAILED, PENDING, REFUND_EVENTS, on_its_way
from returnstation.hub.webhook_holding import Hold, NotOurs, at_endpoint
from returnstation.hub.webhook_sending import Guard, NotSent, Parcel

_logger = logging.getLogger(__name__)

GIVE_UP_MS = 3 * 86_400_000
SWITCH_OFF_MS = 5 * 86_400_000
KEEP_MS = 30 * 86_400_000
"""How long events can be sent again."""

FIRST_PAUSE_MS = 5_000
_LONGEST_EVENT_PAUSE_MS = 6 * 3_600_000
_LONGEST_ENDPOINT_PAUSE_MS = 10 * 60_000
_SPARE_MS = 60_000
"""An endpoint is in hand for longer than one delivery can take: the database may be slow, too."""

_IN_A_ROW = 50
_THREADS = 8
_GONE = 410


@dataclass
class Courier:
    """Delivers webhooks.

    Attributes:
        guard: Sends them.
        now_ms: The hub's clock.
        luck: Returns a random number from 0 to 1.
    """

    database: HubDatabase
    guard: Guard
    now_ms: Callable[[], int]
    luck: Callable[[], float]
    _at_work: set[tuple[str, str]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _threads: ThreadPoolExecutor | None = None

    def start_round(self) -> None:
        """Begin to deliver what is due, in threads of its own; one slow endpoint stops no other."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, "webhooks")
        for endpoint in self.due():
            with self._lock:
                if endpoint in self._at_work or len(self._at_work) >= _THREADS:
                    continue
                self._at_work.add(endpoint)
            self._threads.submit(self._work, endpoint)

    def due(self) -> list[tuple[str, str]]:
        """Return the endpoints something is due for."""
        now = self.now_ms()
        waits = exists().where(
            DELIVERY.c.merchant_id == ENDPOINT.c.merchant_id,
            DELIVERY.c.endpoint_id == ENDPOINT.c.endpoint_id,
            DELIVERY.c.state == PENDING,
            DELIVERY.c.next_ms <= now,
        )
        wanted = select(ENDPOINT.c.merchant_id, ENDPOINT.c.endpoint_id).where(
            ENDPOINT.c.off_ms.is_(None),
            ENDPOINT.c.pause_ms <= now,
            ENDPOINT.c.busy_ms <= now,
            waits,
        )
        with self.database.glance() as connection:
            rows = connection.execute(wanted.order_by(ENDPOINT.c.pause_ms)).all()
        return [(row.merchant_id, row.endpoint_id) for row in rows]

    def deliver(self, endpoint: tuple[str, str]) -> int:
        """Deliver what is due to an endpoint until one fails; return how many arrived."""
        hold = self._hold(endpoint).take()
        if hold is None:
            return 0
        arrived = 0
        try:
            while arrived < _IN_A_ROW and self._one(hold):
                arrived += 1
        except NotOurs:
            return arrived
        finally:
            hold.leave()
        return arrived

    def forget(self) -> None:
        """Forget events that are too old to be sent again."""
        before = self.now_ms() - KEEP_MS
        is_off = exists().where(
            ENDPOINT.c.merchant_id == DELIVERY.c.merchant_id,
            ENDPOINT.c.endpoint_id == DELIVERY.c.endpoint_id,
            ENDPOINT.c.off_ms.is_not(None),
        )
        with self.database.work() as connection:
            old = (DELIVERY.c.since_ms < before) & ((DELIVERY.c.state != PENDING) | is_off)
            connection.execute(delete(DELIVERY).where(old))
            connection.execute(delete(EVENT).where(EVENT.c.at_ms < before, ~on_its_way()))

    def _work(self, endpoint: tuple[str, str]) -> None:
        try:
            with named_troubles():
                self.deliver(endpoint)
        except Trouble as trouble:
            _logger.warning("webhooks of %s wait: %s", endpoint[0], trouble)
        except Exception:
            # The edge of the thread: nobody else would ever hear of it.
            _logger.exception("webhooks of %s were interrupted", endpoint[0])
        finally:
            with self._lock:
                self._at_work.discard(endpoint)

    def _hold(self, endpoint: tuple[str, str]) -> Hold:
        lasts_ms = int(self.guard.longest_seconds * 1000) + _SPARE_MS
        return Hold(self.database, endpoint, self.now_ms, lasts_ms)

    def _one(self, hold: Hold) -> bool:
        """Deliver the next event; tell whether one arrived.

        Raises:
            NotOurs: Another process may be delivering it.
        """
        endpoint, now = hold.endpoint, self.now_ms()
        with self.database.glance() as connection:
            row = _next(connection, endpoint, now)
        if row is None:
            return False
        body = bytes(row.body)
        if row.type.startswith(REFUND_EVENTS):
            body = opened_event(self.database.subject_keys, body)
        parcel = Parcel(row.url, bytes(row.secret), row.event_id, now // 1000, body)
        try:
            status = self.guard.send(parcel, hold.renew)
        except NotSent as trouble:
            status, answer = 0, str(trouble)
        else:
            answer = str(status)
        with self.database.work() as connection:
            if 200 <= status < 300:
                self._arrived(connection, endpoint, row, answer)
                return True
            self._failed(connection, endpoint, row, answer)
            if status == _GONE:
                self._switch_off(connection, endpoint, "gone")
        return False

    def _arrived(
        self, connection: Connection, endpoint: tuple[str, str], row: Row[Any], answer: str
    ) -> None:
        now, attempts = self.now_ms(), row.attempts + 1
        done = {"state": DELIVERED, "attempts": attempts, "answer": answer, "done_ms": now}
        connection.execute(_delivery(endpoint, row.n).values(**done))
        if row.failures:
            connection.execute(
                at_endpoint(endpoint).values(failures=0, failing_ms=None, pause_ms=0)
            )

    def _failed(
        self, connection: Connection, endpoint: tuple[str, str], row: Row[Any], answer: str
    ) -> None:
        now, attempts, failures = self.now_ms(), row.attempts + 1, row.failures + 1
        values = {"attempts": attempts, "answer": answer, "next_ms": now + self._pause(attempts)}
        if now - row.since_ms >= GIVE_UP_MS:
            values |= {"state": FAILED, "done_ms": now}
            _logger.warning("webhook %s was given up: %s", row.event_id, answer)
        connection.execute(_delivery(endpoint, row.n).values(**values))
        failing_ms = row.failing_ms or now
        pause = min(self._pause(failures), _LONGEST_ENDPOINT_PAUSE_MS)
        connection.execute(
            at_endpoint(endpoint).values(
                failures=failures, failing_ms=failing_ms, pause_ms=now + pause
            )
        )
        if now - failing_ms >= SWITCH_OFF_MS:
            self._switch_off(connection, endpoint, "failing")

    def _switch_off(self, connection: Connection, endpoint: tuple[str, str], why: str) -> None:
        _logger.warning("webhooks of %s are switched off: %s", endpoint[0], why)
        connection.execute(at_endpoint(endpoint).values(off_ms=self.now_ms(), off_why=why))

    def _pause(self, attempts: int) -> int:
        """Return how long to wait after so many tries: doubled each time, half of it luck."""
        whole = min(FIRST_PAUSE_MS * 2 ** min(attempts - 1, 20), _LONGEST_EVENT_PAUSE_MS)
        return int(whole * (0.5 + self.luck() / 2))


def _next(connection: Connection, endpoint: tuple[str, str], now_ms: int) -> Row[Any] | None:
    """Return the next event that is due and has none of its case before it.

    One that failed is due later than those that were never tried: it goes behind them.
    """
    merchant_id, endpoint_id = endpoint
    earlier = DELIVERY.alias("earlier")
    is_first = ~exists().where(
        earlier.c.merchant_id == merchant_id,
        earlier.c.endpoint_id == endpoint_id,
        earlier.c.case_id == DELIVERY.c.case_id,
        earlier.c.state == PENDING,
        earlier.c.n < DELIVERY.c.n,
    )
    wanted = (
        select(DELIVERY.c.n, DELIVERY.c.attempts, DELIVERY.c.since_ms)
        .add_columns(ENDPOINT.c.url, ENDPOINT.c.secret, ENDPOINT.c.failures, ENDPOINT.c.failing_ms)
        .add_columns(EVENT.c.event_id, EVENT.c.type, EVENT.c.body)
        .join(
            ENDPOINT,
            (ENDPOINT.c.merchant_id == DELIVERY.c.merchant_id)
            & (ENDPOINT.c.endpoint_id == DELIVERY.c.endpoint_id),
        )
        .join(EVENT, (EVENT.c.merchant_id == DELIVERY.c.merchant_id) & (EVENT.c.n == DELIVERY.c.n))
        .where(DELIVERY.c.merchant_id == merchant_id, DELIVERY.c.endpoint_id == endpoint_id)
        .where(DELIVERY.c.state == PENDING, DELIVERY.c.next_ms <= now_ms, is_first)
        .where(ENDPOINT.c.off_ms.is_(None))
        .order_by(DELIVERY.c.next_ms, DELIVERY.c.n)
        .limit(1)
    )
    return connection.execute(wanted).one_or_none()


def _delivery(endpoint: tuple[str, str], n: int) -> Any:
    merchant_id, endpoint_id = endpoint
    return update(DELIVERY).where(
        DELIVERY.c.merchant_id == merchant_id,
        DELIVERY.c.endpoint_id == endpoint_id,
        DELIVERY.c.n == n,
    )
