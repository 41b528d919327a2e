"""A hub whose days are over: what was done is long ago, and what keeps it nevertheless."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, insert, select, update

from forgetting_stand import ORDER, RMA, a_new_stand
from merchant_stand import Stand
from returnstation.hub.database import HubDatabase, mark_dirty
from returnstation.hub.retention import STEP_NAME, Retaining
from returnstation.hub.retention_settings import keep
from returnstation.hub.tables import CASE, CASE_CLOCK, CONFLICT, CONFLICT_CASE, RECORD
from returnstation.wire.batches import SentFact

DAYS = 40


@contextmanager
def a_retaining_stand(database: HubDatabase, home: Path) -> Iterator[Stand]:
    with a_new_stand(database, home) as made:
        made.hub.database.keep_about(STEP_NAME, "")
        yield made


def go(stand: Stand, at_once: int = 20) -> int:
    """Go through a day's pass, and return how much was erased."""
    stand.hub.database.keep_about(STEP_NAME, "")
    retaining, gone = Retaining(stand.hub, at_once), 0
    while b'"is_done":true' not in stand.hub.database.about(STEP_NAME).encode():
        gone += retaining.step()
    return gone


def change(stand: Stand, *statements: Callable[[Connection], object]) -> None:
    with stand.hub.database.work() as connection:
        for statement in statements:
            statement(connection)


def aged(key: str, at_ms: int) -> Callable[[Connection], object]:
    return lambda c: c.execute(update(RECORD).where(RECORD.c.key == key).values(changed_ms=at_ms))


def ended(at_ms: int | None) -> Callable[[Connection], object]:
    return lambda c: c.execute(update(CASE).values(ended_ms=at_ms))


def sure(connection: Connection) -> None:
    connection.execute(update(CASE_CLOCK).values(is_unsure=False))


def a_settled_case(stand: Stand, log: Sequence[SentFact]) -> None:
    """Take a case in that nobody has to do anything about, and let all be long ago."""
    stand.take(log)
    for refund in stand.rows("refunds"):
        told = {"state": "executed", "note": ""}
        assert stand.ask("POST", stand.of(f"refunds/{refund['key']}/report"), told).status == 200
    change(stand, aged(ORDER, 1), aged(RMA, 1), ended(1), sure)
    keep(stand.hub.database, "", {"orders": DAYS, "photos": DAYS})


def opened_conflict(connection: Connection) -> None:
    case_id = connection.scalar(select(CASE.c.case_id))
    row: dict[str, object] = {"conflict_id": "x", "kind": "same_parcel", "topic": "code:x"}
    row |= {"owner": "site", "since_ms": 1, "state": "open", "money": "flows", "body": b"{}"}
    connection.execute(insert(CONFLICT), row)
    connection.execute(insert(CONFLICT_CASE), {"conflict_id": "x", "case_id": case_id})


def unpaid(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE refund_report SET state = 'acknowledged'")


def unheard(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM refund_report")


def untold(connection: Connection) -> None:
    mark_dirty(connection, set(connection.scalars(select(CASE.c.case_id))))
