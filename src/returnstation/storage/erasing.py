"""Forget whom papers name, once the law or a customer wants it; the papers themselves stay."""

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select, update

from returnstation.domain.papers import PaperKind
from returnstation.storage.tables import CASE, PRINT_JOB

_ENDED = CASE.c.ended_at.is_not(None)


def blank_papers(connection: Connection, merchant_id: str, order_number: str) -> bool:
    """Blank the names and addresses on papers of an order's ended cases.

    Carriers' labels, which came as they are and cannot be blanked, are removed.

    Args:
        connection: In a transaction that writes.
        merchant_id: Whose order.
        order_number: Its number.

    Returns:
        Whether every case of the order has ended; those still open are to be done later.
    """
    # Or the old bytes would stay in the file until something else needs the room.
    connection.exec_driver_sql("PRAGMA secure_delete = ON")
    of_order = (CASE.c.merchant_id == merchant_id) & (CASE.c.order_number == order_number)
    ended = select(CASE.c.case_id).where(of_order, _ENDED)
    of_cases = PRINT_JOB.c.case_id.in_(ended)
    connection.execute(
        delete(PRINT_JOB).where(of_cases, PRINT_JOB.c.kind == PaperKind.CARRIER_LABEL.value)
    )
    wanted = select(PRINT_JOB.c.job_id, PRINT_JOB.c.paper).where(of_cases)
    for job_id, paper in connection.execute(wanted).all():
        blank = msgspec.json.encode(_blank(msgspec.json.decode(paper))).decode()
        if blank != paper:
            connection.execute(
                update(PRINT_JOB).where(PRINT_JOB.c.job_id == job_id).values(paper=blank)
            )
    still_open = select(CASE.c.case_id).where(of_order, ~_ENDED).limit(1)
    return connection.scalar(still_open) is None


def _blank(record: Any) -> Any:
    if isinstance(record, list):
        return [_blank(each) for each in record]
    if not isinstance(record, dict):
        return record
    if record.get("is") == "address":
        return {**record, "name": "", "lines": []}
    return {key: None if key == "customer" else _blank(value) for key, value in record.items()}
