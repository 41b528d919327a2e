"""What happens to a merchant's returns, as webhooks tell it."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Exists, exists, insert, select

from returnstation.hub.seeing import Seen
from returnstation.hub.tables_merchants import DELIVERY, ENDPOINT, EVENT

PENDING, DELIVERED, FAILED = "pending", "delivered", "failed"

_OF_STATE = {
    ("cases", "finished"): "case.finished",
    ("refunds", "due"): "refund.due",
    ("refunds", "waits"): "refund.waiting",
    ("refunds", "void"): "refund.void",
    ("refunds", ""): "refund.void",
    ("conflicts", "open"): "conflict.opened",
    ("conflicts", "settled"): "conflict.settled",
}
_OF_KIND = {"items": "item.disposed", "movements": "stock.moved"}

REFUND_EVENTS = "refund."
"""How the types begin of those that tell of a refund."""

TYPES = tuple(sorted({*_OF_STATE.values(), *_OF_KIND.values()}))
"""Of events."""


class Happened(NamedTuple):
    """Something a merchant is told by itself.

    Attributes:
        is_gone: It did not happen after all: what was told before is taken back.
    """

    type: str
    case_id: str
    value: bytes
    is_gone: bool


def event_of(now: Seen, before: str | None) -> Happened | None:
    """Return what happened when something changed its state; None when it is nothing to tell.

    Args:
        now: As the merchant sees it; its state is empty when it is gone.
        before: Its state; None when there was nothing.
    """
    if now.state == before:
        return None
    kind = _OF_STATE.get((now.kind, now.state)) or _OF_KIND.get(now.kind)
    if kind is None or (now.kind == "items" and not (now.state or before)):
        return None
    return Happened(kind, now.case_id, now.body, not now.state)


def on_its_way() -> Exists:
    """Return whether an event has a row of its way to an endpoint, to ask further of.

    By way of the endpoints, of which a merchant has few: its deliveries are many.
    """
    endpoints = select(ENDPOINT.c.endpoint_id).where(ENDPOINT.c.merchant_id == EVENT.c.merchant_id)
    return exists().where(
        DELIVERY.c.merchant_id == EVENT.c.merchant_id,
        DELIVERY.c.endpoint_id.in_(endpoints.correlate(EVENT)),
        DELIVERY.c.n == EVENT.c.n,
    )


def note(
    connection: Connection,
    whose: tuple[str, str],
    happened: Sequence[tuple[int, Happened]],
    now_ms: int,
) -> None:
    """Keep events, and have them sent to every endpoint that wants them.

    Args:
        connection: In a transaction that writes.
        whose: The merchant, and the generation of the hub: one that was restored to yesterday
            gives numbers again, and receivers know events by their id.
        happened: What happened, each with its number.
        now_ms: The hub's clock.
    """
    if not happened:
        return
    merchant_id, generation = whose
    short = hashlib.sha256(merchant_id.encode()).hexdigest()[:8]
    rows = [
        {
            "merchant_id": merchant_id,
            "n": n,
            "event_id": f"evt_{generation}_{short}_{n}",
            "type": event.type,
            "case_id": event.case_id,
            "at_ms": now_ms,
            "body": _payload(event, now_ms),
        }
        for n, event in happened
    ]
    connection.execute(insert(EVENT), rows)
    wanted = select(ENDPOINT.c.endpoint_id, ENDPOINT.c.types).where(
        ENDPOINT.c.merchant_id == merchant_id, ENDPOINT.c.off_ms.is_(None)
    )
    for endpoint in connection.execute(wanted).all():
        types = set(endpoint.types.split())
        due = [
            delivery(merchant_id, endpoint.endpoint_id, n, event.case_id, now_ms)
            for n, event in happened
            if not types or event.type in types
        ]
        if due:
            connection.execute(insert(DELIVERY), due)


def delivery(
    merchant_id: str, endpoint_id: str, n: int, case_id: str, now_ms: int
) -> dict[str, object]:
    """Return the row of an event on its way to an endpoint."""
    return {
        "merchant_id": merchant_id,
        "endpoint_id": endpoint_id,
        "n": n,
        "case_id": case_id,
        "state": PENDING,
        "attempts": 0,
        "next_ms": now_ms,
        "since_ms": now_ms,
        "answer": "",
        "done_ms": None,
    }


def _payload(event: Happened, now_ms: int) -> bytes:
    """Return the body of the request, as Standard Webhooks has it."""
    return msgspec.json.encode(
        {
            "type": event.type,
            "timestamp": datetime.fromtimestamp(now_ms / 1000, UTC),
            "data": {"is_gone": event.is_gone, "value": msgspec.Raw(event.value)},
        }
    )
