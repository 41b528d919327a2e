"""Where merchants want to be told by webhooks; made, listed, removed, told again."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, literal, select, update

from returnstation.hub.database import HubDatabase, locked, upsert
from returnstation.hub.merchant_checks import is_key
from returnstation.hub.merchant_views import EndpointIn, EndpointOut
from returnstation.hub.refusing import NotDone
from returnstation.hub.tables_merchants import ACCOUNT, DELIVERY, ENDPOINT, EVENT
from returnstation.hub.webhook_events import PENDING, TYPES, delivery
from returnstation.hub.webhook_sending import Guard

MOST_ENDPOINTS = 10
"""Of a merchant."""

_SHOWN_AS = "whsec_"
_ID_BYTES = 8
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoints of all merchants.

    Attributes:
        random: Returns so many random bytes.
        guard: Says which addresses nothing is sent to.
    """

    database: HubDatabase
    random: Callable[[int], bytes]
    guard: Guard

    def add(self, merchant_id: str, wish: EndpointIn, now_ms: int) -> EndpointOut:
        """Tell a merchant at an address from now on; the secret is shown this once.

        Raises:
            NotDone: ``webhook-url-wrong``, ``webhook-url-private``, ``webhook-type-unknown``,
                ``webhook-too-many`` or ``merchant-unknown``.
        """
        self.guard.check_url(wish.url)
        if not set(TYPES).issuperset(wish.types):
            raise NotDone("webhook-type-unknown", " ".join(TYPES))
        secret = self.random(_SECRET_BYTES)
        row = {
            "merchant_id": merchant_id,
            "endpoint_id": self.random(_ID_BYTES).hex(),
            "url": wish.url,
            "secret": secret,
            "types": " ".join(sorted(set(wish.types))),
            "made_ms": now_ms,
            "off_ms": None,
            "off_why": "",
            "failures": 0,
            "failing_ms": None,
            "pause_ms": 0,
            "busy_ms": 0,
        }
        own = ENDPOINT.c.merchant_id == merchant_id
        known = select(ACCOUNT.c.merchant_id).where(ACCOUNT.c.merchant_id == merchant_id)
        with self.database.work() as connection:
            if connection.scalar(known) is None:
                raise NotDone("merchant-unknown")
            count = connection.scalar(select(func.count()).select_from(ENDPOINT).where(own))
            if (count or 0) >= MOST_ENDPOINTS:
                raise NotDone("webhook-too-many", str(MOST_ENDPOINTS))
            connection.execute(insert(ENDPOINT), row)
            made = _one(connection, merchant_id, str(row["endpoint_id"]))
        return _told(made, 0, _SHOWN_AS + base64.b64encode(secret).decode())

    def all(self, merchant_id: str) -> Sequence[EndpointOut]:
        """Return where a merchant is told, by age."""
        own = select(ENDPOINT).where(ENDPOINT.c.merchant_id == merchant_id)
        waiting = (
            select(DELIVERY.c.endpoint_id, func.count().label("pending"))
            .where(DELIVERY.c.merchant_id == merchant_id, DELIVERY.c.state == PENDING)
            .group_by(DELIVERY.c.endpoint_id)
        )
        with self.database.look() as connection:
            rows = connection.execute(own.order_by(ENDPOINT.c.made_ms)).all()
            pending = {row.endpoint_id: int(row.pending) for row in connection.execute(waiting)}
        return [_told(row, pending.get(row.endpoint_id, 0)) for row in rows]

    def remove(self, merchant_id: str, endpoint_id: str) -> None:
        """Tell nothing there any more.

        Raises:
            NotDone: ``webhook-unknown``.
        """
        with self.database.work() as connection:
            # Whoever notes events has the account: none is left on its way to nowhere.
            account = select(ACCOUNT.c.merchant_id).where(ACCOUNT.c.merchant_id == merchant_id)
            connection.execute(locked(connection, account))
            _one(connection, merchant_id, endpoint_id)
            for table in (DELIVERY, ENDPOINT):
                connection.execute(
                    delete(table).where(
                        table.c.merchant_id == merchant_id, table.c.endpoint_id == endpoint_id
                    )
                )

    def switch_on(self, merchant_id: str, endpoint_id: str) -> None:
        """Send again to an endpoint that was switched off; what waits is sent first.

        Raises:
            NotDone: ``webhook-unknown``.
        """
        values = {"off_ms": None, "off_why": "", "failures": 0, "failing_ms": None, "pause_ms": 0}
        with self.database.work() as connection:
            _one(connection, merchant_id, endpoint_id)
            connection.execute(_update(merchant_id, endpoint_id).values(**values))

    def replay(self, merchant_id: str, endpoint_id: str, since_ms: int, now_ms: int) -> int:
        """Send everything again that happened since a moment, and return how much that is.

        Raises:
            NotDone: ``webhook-unknown``.
        """
        row = delivery(merchant_id, endpoint_id, 0, "", now_ms)
        of_event = {"n": EVENT.c.n, "case_id": EVENT.c.case_id}
        with self.database.work() as connection:
            types = str(_one(connection, merchant_id, endpoint_id).types).split()
            # From table to table: a month may be millions.
            events = select(
                *(of_event.get(c.name, literal(row[c.name], c.type)) for c in DELIVERY.c)
            )
            events = events.where(EVENT.c.merchant_id == merchant_id, EVENT.c.at_ms >= since_ms)
            if types:
                events = events.where(EVENT.c.type.in_(types))
            keys = ("merchant_id", "endpoint_id", "n")
            columns = DELIVERY.c.keys()
            put = upsert(connection, DELIVERY, keys, set(columns) - set(keys), events)
            counted = connection.execution_options(preserve_rowcount=True)
            return int(counted.execute(put).rowcount)


def _update(merchant_id: str, endpoint_id: str) -> Any:
    return update(ENDPOINT).where(
        ENDPOINT.c.merchant_id == merchant_id, ENDPOINT.c.endpoint_id == endpoint_id
    )


def _one(connection: Connection, merchant_id: str, endpoint_id: str) -> Row[Any]:
    if not is_key(endpoint_id):
        raise NotDone("webhook-unknown")
    row = connection.execute(
        select(ENDPOINT).where(
            ENDPOINT.c.merchant_id == merchant_id, ENDPOINT.c.endpoint_id == endpoint_id
        )
    ).one_or_none()
    if row is None:
        raise NotDone("webhook-unknown")
    return row


def _told(row: Row[Any], pending: int, secret: str | None = None) -> EndpointOut:
    return EndpointOut(
        endpoint_id=row.endpoint_id,
        url=row.url,
        types=tuple(row.types.split()),
        off_why=row.off_why,
        failures=row.failures,
        pending=pending,
        secret=secret,
    )
