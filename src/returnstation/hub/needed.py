"""What of an order, or of cases, is still needed: by a person, or by whoever has to pay."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, exists, select

from returnstation.hub.colliding import OPEN, VOID
from returnstation.hub.dates import unsure_of
from returnstation.hub.erased import cases_of_order
from returnstation.hub.refund_reports import EXECUTED
from returnstation.hub.tables import CASE, CONFLICT, CONFLICT_CASE, DIRTY, RECORD, REFUND, REPORT
from returnstation.hub.tables_erasing import RMA_OF_ORDER
from returnstation.wire.feeds import MERCHANT_SHARD, parts_of


def is_needed(connection: Connection, case_ids: Sequence[str]) -> bool:
    """Tell whether somebody still has to decide or to pay something of these cases."""
    conflict = (
        select(CONFLICT.c.conflict_id)
        .join(CONFLICT_CASE, CONFLICT_CASE.c.conflict_id == CONFLICT.c.conflict_id)
        .where(CONFLICT_CASE.c.case_id.in_(case_ids), CONFLICT.c.state == OPEN)
    )
    paid = select(REPORT.c.key).where(
        REPORT.c.case_id == REFUND.c.case_id,
        REPORT.c.key == REFUND.c.key,
        REPORT.c.state == EXECUTED,
    )
    unpaid = select(REFUND.c.key).where(
        REFUND.c.case_id.in_(case_ids), REFUND.c.state != VOID, ~exists(paid)
    )
    untold = select(DIRTY.c.subject).where(DIRTY.c.subject.in_(case_ids))
    return any(
        connection.execute(each.limit(1)).first() is not None for each in (conflict, unpaid, untold)
    )


def may_be_late(connection: Connection, case_ids: Collection[str], before_ms: int) -> bool:
    """Tell whether something of these cases, whose date is not sure, may be from a moment on."""
    return any(came.last_ms >= before_ms for came in unsure_of(connection, case_ids).values())


def may_go(connection: Connection, key: str, before_ms: int) -> bool:
    """Tell whether nothing of an order is needed, and nothing of it is of late.

    Args:
        connection: That reads.
        key: Of the order's record.
        before_ms: What is from then on, or is not over, is of late.
    """
    merchant_id, number = parts_of(key)
    case_ids = sorted(cases_of_order(connection, merchant_id, number))
    lately = (
        select(CASE.c.case_id)
        .where(CASE.c.case_id.in_(case_ids))
        .where(CASE.c.ended_ms.is_(None) | (CASE.c.ended_ms >= before_ms))
    )
    announced = (
        select(RECORD.c.key)
        .join(
            RMA_OF_ORDER,
            (RMA_OF_ORDER.c.shard == RECORD.c.shard) & (RMA_OF_ORDER.c.key == RECORD.c.key),
        )
        .where(RECORD.c.shard == MERCHANT_SHARD + merchant_id, RECORD.c.kind == "rma")
        .where(RMA_OF_ORDER.c.order_number == number, RECORD.c.changed_ms >= before_ms)
    )
    is_fresh = any(
        connection.execute(each.limit(1)).first() is not None for each in (lately, announced)
    )
    if is_fresh or may_be_late(connection, case_ids, before_ms):
        return False
    return not is_needed(connection, case_ids)
