"""What a merchant sees of cases, from the rows that follow from their facts."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, Table, select

from returnstation.domain.money import Money
from returnstation.hub.merchant_views import CaseOut, ConflictOut, ItemOut, MovementOut, RefundOut
from returnstation.hub.tables import (
    CASE,
    CONFLICT,
    CONFLICT_CASE,
    ITEM,
    MOVEMENT,
    REFUND,
    REPORT,
)


class Seen(NamedTuple):
    """One thing as its merchant sees it.

    Attributes:
        name: What else it is looked up by: a case's number, an item's LPN.
        state: What events tell a change of.
        body: JSON of its shape in ``merchant_views``.
    """

    merchant_id: str
    kind: str
    key: str
    case_id: str
    name: str
    state: str
    body: bytes


_Rows = Mapping[str, Row[tuple[object, ...]]]


def seen_of(connection: Connection, case_ids: Collection[str]) -> list[Seen]:
    """Return everything merchants see of cases, in the order in which it is told."""
    wanted = {*case_ids, *(first for first, _ in _conflicts(connection, case_ids))}
    # All that are told with these: one that lacked would be taken for gone.
    conflicts = [each for each in _conflicts(connection, wanted) if each[0] in wanted]
    cases = {str(row.case_id): row for row in _of(connection, CASE, wanted)}
    return [
        *_movements(connection, cases),
        *_items(connection, cases),
        *_seen_conflicts(conflicts, cases),
        *_refunds(connection, cases),
        *_cases(cases),
    ]


def _of(
    connection: Connection, table: Table, case_ids: Collection[str]
) -> list[Row[tuple[object, ...]]]:
    order = tuple(table.primary_key.columns)
    wanted = select(table).where(table.c.case_id.in_(case_ids)).order_by(*order)
    return list(connection.execute(wanted))


def _cases(cases: _Rows) -> Iterator[Seen]:
    for row in cases.values():
        told = msgspec.json.decode(bytes(row.body))
        value = CaseOut(
            case_id=row.case_id,
            number=row.number,
            order_number=row.order_number,
            state=row.state,
            station=row.station,
            opened_at=_moment(row.corrected_ms),
            ended_at=None if row.ended_ms is None else _moment(row.ended_ms),
            rma=told["rma"],
            jurisdiction=told["jurisdiction"],
            language=told["language"],
            held_why=told["held_why"],
            seconds=told["seconds"],
            refund=told["refund"],
            verdicts=told["verdicts"],
            photos=tuple(told["photos"]),
            clock_unsure=told.get("clock_unsure", False),
        )
        names = (row.case_id, row.number, row.state)
        yield _seen(row, "cases", names, value)


def _items(connection: Connection, cases: _Rows) -> Iterator[Seen]:
    for row in _of(connection, ITEM, cases):
        case = cases[row.case_id]
        value = ItemOut(
            case_id=row.case_id,
            case_number=case.number,
            order_number=case.order_number,
            item_id=row.item_id,
            sku=row.sku,
            quantity=row.quantity,
            custody=row.custody,
            review=row.review,
            lpn=row.lpn,
            functional=row.functional,
            cosmetic=row.cosmetic,
            disposition=row.disposition,
            outcome=row.outcome,
            container=row.container,
        )
        yield _seen(row, "items", (row.item_id, row.lpn or "", row.disposition or ""), value)


def _movements(connection: Connection, cases: _Rows) -> Iterator[Seen]:
    for row in sorted(_of(connection, MOVEMENT, cases), key=lambda r: (r.at_ms, r.fact_id)):
        value = MovementOut(
            movement_id=row.fact_id,
            case_id=row.case_id,
            item_id=row.item_id,
            sku=row.sku,
            quantity=row.quantity,
            came_from=row.came_from,
            went_to=row.went_to,
            at=_moment(row.at_ms),
        )
        state = f"{row.quantity} {row.sku} {row.came_from} {row.went_to}"
        yield _seen(row, "movements", (row.fact_id, "", state), value)


def _refunds(connection: Connection, cases: _Rows) -> Iterator[Seen]:
    reports = {(r.case_id, r.key): r for r in _of(connection, REPORT, cases)}
    for row in _of(connection, REFUND, cases):
        report = reports.get((row.case_id, row.key))
        value = RefundOut(
            key=row.key,
            case_id=row.case_id,
            case_number=cases[row.case_id].number,
            order_number=row.order_number,
            state=row.state if report is None else report.state,
            instruction=row.state,
            total=Money(row.minor, row.currency),
            instructed_at=_moment(row.instructed_ms),
            details=msgspec.json.decode(bytes(row.body)),
            reported_at=None if report is None else _moment(report.at_ms),
            note="" if report is None else report.note,
        )
        yield _seen(row, "refunds", (row.key, row.key, row.state), value)


def _conflicts(
    connection: Connection, case_ids: Collection[str]
) -> list[tuple[str, Row[tuple[object, ...]]]]:
    """Return conflicts of cases; each is told with the first of its own."""
    wanted = (
        select(CONFLICT)
        .join(CONFLICT_CASE, CONFLICT_CASE.c.conflict_id == CONFLICT.c.conflict_id)
        .where(CONFLICT_CASE.c.case_id.in_(case_ids))
        .distinct()
        .order_by(CONFLICT.c.conflict_id)
    )
    rows = connection.execute(wanted)
    return [(min(msgspec.json.decode(bytes(row.body))["cases"]), row) for row in rows]


def _seen_conflicts(
    conflicts: list[tuple[str, Row[tuple[object, ...]]]], cases: _Rows
) -> Iterator[Seen]:
    for first, row in conflicts:
        case = cases.get(first)
        told: dict[str, Any] = msgspec.json.decode(bytes(row.body))
        value = ConflictOut(
            conflict_id=row.conflict_id,
            kind=row.kind,
            state=row.state,
            money=row.money,
            owner=row.owner,
            since=_moment(row.since_ms),
            cases=tuple(told["cases"]),
            effective=told["effective"],
            details=told["details"],
            settled=told["settled"],
        )
        merchant = row.merchant_id or ("" if case is None else str(case.merchant_id))
        body = msgspec.json.encode(value, order="deterministic")
        yield Seen(merchant, "conflicts", row.conflict_id, first, "", row.state, body)


def _seen(
    row: Row[tuple[object, ...]], kind: str, names: tuple[str, str, str], value: msgspec.Struct
) -> Seen:
    key, name, state = names
    body = msgspec.json.encode(value, order="deterministic")
    return Seen(row.merchant_id, kind, key, row.case_id, name, state, body)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
