"""Cases and items as rows: what lists and look-ups need without folding facts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from statistics import median

import msgspec
from sqlalchemy import (
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    select,
)
from sqlalchemy import case as first_of
from sqlalchemy.dialects.sqlite import insert

from returnstation.application.rows import ORDER_FOUND, CaseRow, Day, InstructionRow, KnownCase
from returnstation.domain.cases import Case, CaseState
from returnstation.domain.dispositions import Disposition
from returnstation.domain.economics import Selector
from returnstation.domain.facts import HintSettled, ItemDisposed, RefundResolved, type_name
from returnstation.domain.pay import state_of
from returnstation.domain.refunds import ACCEPTED, REFUSED, REVIEW
from returnstation.storage.items import case_columns, item_columns
from returnstation.storage.moments import from_ms, maybe_day, maybe_moment, to_ms
from returnstation.storage.tables import CASE, CASE_CODE, CLUE, FACT, ITEM, REFUND, SETTLEMENT

_PUT_CASE = insert(CASE)
_PUT_CASE = _PUT_CASE.on_conflict_do_update(
    index_elements=[CASE.c.case_id],
    set_={
        c.name: _PUT_CASE.excluded[c.name] for c in CASE.c if c.name not in {"case_id", "number"}
    },
)
_PUT_ITEM = insert(ITEM)
_PUT_ITEM = _PUT_ITEM.on_conflict_do_update(
    index_elements=[ITEM.c.item_id],
    set_={c.name: _PUT_ITEM.excluded[c.name] for c in ITEM.c if c.name != "item_id"},
)
_PUT_SETTLEMENT = insert(SETTLEMENT)
_PUT_SETTLEMENT = _PUT_SETTLEMENT.on_conflict_do_update(
    index_elements=[SETTLEMENT.c.case_id], set_={"body": _PUT_SETTLEMENT.excluded.body}
)
_PUT_REFUND = insert(REFUND)
_PUT_REFUND = _PUT_REFUND.on_conflict_do_update(
    index_elements=[REFUND.c.key], set_={"state": _PUT_REFUND.excluded.state}
)
_PUT_CODE = insert(CASE_CODE).on_conflict_do_nothing()
_WITH_CODE = (
    select(CASE.c.case_id, CASE.c.number, CASE.c.state)
    .join(CASE_CODE)
    .where(
        CASE_CODE.c.code.in_(bindparam("codes", expanding=True)),
        CASE.c.state != CaseState.CANCELLED,
    )
    .distinct()
    .order_by(CASE.c.opened_at.desc())
)
_LEFT_OPEN = (
    select(CASE.c.case_id)
    .where(CASE.c.state == CaseState.OPEN)
    .order_by(CASE.c.opened_at.desc())
    .limit(1)
)
_CAN_GO_ON = first_of((CASE.c.held_why == ORDER_FOUND, 0), else_=1)
_HELD = select(CASE).where(CASE.c.state == CaseState.HELD).order_by(_CAN_GO_ON, CASE.c.held_at)
_LATE = and_(CASE.c.state == CaseState.FINISHED, CASE.c.held_why == ORDER_FOUND)
_BLIND = (
    select(CASE)
    .where(CASE.c.merchant_id == "", CASE.c.state.in_([CaseState.OPEN, CaseState.HELD]) | _LATE)
    .order_by(_CAN_GO_ON, CASE.c.opened_at)
)
_ENDED_BLIND = (
    select(CASE)
    .where(
        CASE.c.merchant_id == "",
        CASE.c.state == CaseState.FINISHED,
        CASE.c.held_why.is_distinct_from(ORDER_FOUND),
    )
    .order_by(CASE.c.ended_at.desc())
)
_DUE = (
    select(CASE)
    .where(
        CASE.c.due_on.is_not(None),
        CASE.c.state.in_([CaseState.OPEN, CaseState.HELD]) | (CASE.c.reviews_waiting > 0),
    )
    .order_by(CASE.c.due_on, CASE.c.number)
)

_PRECISION = select(
    func.sum(func.json_extract(cast(FACT.c.body, Text), "$.is_right")).label("right"),
    func.count().label("total"),
).where(
    FACT.c.type == type_name(HintSettled),
    func.json_extract(cast(FACT.c.body, Text), "$.kind") == bindparam("kind"),
)


_IS_DISPOSED_AS = exists().where(
    FACT.c.subject == ITEM.c.case_id,
    FACT.c.type == type_name(ItemDisposed),
    func.json_extract(cast(FACT.c.body, Text), "$.item_id") == ITEM.c.item_id,
    func.json_extract(cast(FACT.c.body, Text), "$.category") == bindparam("category"),
)
"""The category of an item stands in the fact that says where it goes."""


class SqlCases:
    """Cases and items as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, case: Case) -> None:
        """Keep the present state of a case and its items."""
        self._connection.execute(_PUT_CASE, case_columns(case))
        codes = [{"code": key, "case_id": case.case_id} for key in case.opened.keys]
        if codes:
            self._connection.execute(_PUT_CODE, codes)
        items = [item_columns(case, item) for item in case.items.values()]
        if items:
            self._connection.execute(_PUT_ITEM, items)
        self._save_money(case)

        if case.ended_at is not None:
            self._connection.execute(delete(CLUE).where(CLUE.c.case_id == case.case_id))

    def _save_money(self, case: Case) -> None:
        if case.refund is not None:
            body = msgspec.json.encode(case.refund)
            self._connection.execute(_PUT_SETTLEMENT, {"case_id": case.case_id, "body": body})
        told = [
            {"key": fact.key, "case_id": case.case_id, "state": state_of(case, fact.key)}
            for fact in case.instructed
        ]
        if told:
            self._connection.execute(_PUT_REFUND, told)

    def keep_clue(self, case_id: str, fact_id: str, value: str) -> None:
        """Keep what a fact may not hold of a clue, until the case ends."""
        row = {"fact_id": fact_id, "case_id": case_id, "value": value}
        self._connection.execute(insert(CLUE), [row])

    def clue_values(self, case_id: str) -> Mapping[str, str]:
        """Return what is kept of a case's clues, by the fact that noted each."""
        wanted = select(CLUE.c.fact_id, CLUE.c.value).where(CLUE.c.case_id == case_id)
        return {row.fact_id: row.value for row in self._connection.execute(wanted)}

    def with_code(self, keys: Sequence[str]) -> Sequence[KnownCase]:
        """Return the cases one of the codes belongs to, newest first; no cancelled ones."""
        rows = self._connection.execute(_WITH_CODE, {"codes": list(keys)})
        return [KnownCase(row.case_id, row.number, CaseState(row.state)) for row in rows]

    def by_item(self, item_id: str) -> str:
        """Return the case an item belongs to."""
        found = self._connection.execute(select(ITEM.c.case_id).where(ITEM.c.item_id == item_id))
        return str(found.scalar_one())

    def with_serial(self, serial: str) -> Sequence[str]:
        """Return the numbers of cases in which this serial was received before."""
        rows = self._connection.execute(
            select(ITEM.c.number)
            .join(CASE)
            .where(ITEM.c.serial == serial, CASE.c.state != CaseState.CANCELLED)
        )
        return [row.number for row in rows]

    def parcels_of(self, merchant_id: str, orders: Collection[str], since: datetime) -> int:
        """Return how many parcels with goods of these orders came since a moment."""
        found: set[str] = set()
        for number in orders:
            low, high = f"{number}/", f"{number}0"  # "0" follows "/"
            rows = self._connection.execute(
                select(ITEM.c.case_id)
                .join(CASE)
                .where(
                    ITEM.c.line_id >= low,
                    ITEM.c.line_id < high,
                    CASE.c.merchant_id == merchant_id,
                    CASE.c.opened_at >= to_ms(since),
                    CASE.c.state != CaseState.CANCELLED,
                )
            )
            found.update(row.case_id for row in rows)
        return len(found)

    def precision(self, hint: str) -> tuple[int, int]:
        """Return how often hints of a kind were right, and how often anybody looked."""
        row = self._connection.execute(_PRECISION, {"kind": hint}).one()
        return row.right or 0, row.total

    def received(self, merchant_id: str, order_number: str) -> Mapping[str, int]:
        """Return how many units of each line of an order came back before, by line id."""
        low, high = f"{order_number}/", f"{order_number}0"  # "0" follows "/"
        rows = self._connection.execute(
            select(ITEM.c.line_id, func.sum(ITEM.c.quantity).label("units"))
            .join(CASE)
            .where(
                ITEM.c.line_id >= low,
                ITEM.c.line_id < high,
                CASE.c.merchant_id == merchant_id,
                CASE.c.state != CaseState.CANCELLED,
            )
            .group_by(ITEM.c.line_id)
        )
        return {row.line_id: row.units for row in rows}

    def settled_elsewhere(self, case: Case) -> Sequence[RefundResolved]:
        """Return what other finished cases with the case's lines were settled at."""
        others = (
            select(ITEM.c.case_id)
            .join(CASE)
            .where(
                ITEM.c.line_id.in_([line.line_id for line in case.opened.lines]),
                CASE.c.merchant_id == (case.opened.merchant_id or ""),
                CASE.c.state == CaseState.FINISHED,
                CASE.c.case_id != case.case_id,
            )
        )
        bodies = self._connection.scalars(
            select(SETTLEMENT.c.body).where(SETTLEMENT.c.case_id.in_(others))
        )
        return [msgspec.json.decode(body, type=RefundResolved) for body in bodies]

    def instructions(self, states: Collection[str]) -> Sequence[InstructionRow]:
        """Return the refunds the merchants' systems are told to pay, oldest first."""
        rows = self._connection.execute(
            select(REFUND.c.key, REFUND.c.case_id, REFUND.c.state)
            .join(CASE)
            .where(REFUND.c.state.in_(list(states)))
            .order_by(CASE.c.ended_at, REFUND.c.key)
        )
        return [InstructionRow(row.key, row.case_id, row.state) for row in rows]

    def by_instruction(self, key: str) -> str | None:
        """Return the case an instruction belongs to."""
        return self._connection.scalar(select(REFUND.c.case_id).where(REFUND.c.key == key))

    def disposed(
        self, merchant_id: str, disposition: Disposition, since: datetime, wares: Selector
    ) -> int:
        """Return how many units of a merchant's goods went this way since a moment."""
        wanted = (
            select(func.sum(ITEM.c.quantity))
            .select_from(ITEM.join(CASE))
            .where(
                CASE.c.merchant_id == merchant_id,
                CASE.c.state != CaseState.CANCELLED,
                ITEM.c.disposition == disposition.value,
                ITEM.c.inspected_at >= to_ms(since),
            )
        )
        if wares.sku is not None:
            wanted = wanted.where(ITEM.c.sku == wares.sku)
        if wares.category is not None:
            wanted = wanted.where(_IS_DISPOSED_AS).params(category=wares.category)
        return self._connection.scalar(wanted) or 0

    def with_lpn(self, lpn: str) -> str | None:
        """Return the item that carries a licence plate."""
        return self._connection.scalar(select(ITEM.c.item_id).where(ITEM.c.lpn == lpn))

    def open(self) -> str | None:
        """Return the case left open on this desk, if any."""
        return self._connection.scalar(_LEFT_OPEN)

    def held(self, limit: int) -> tuple[Sequence[CaseRow], int]:
        """Return held parcels and how many there are: those that can go on, then the oldest."""
        return self._some(_HELD, limit)

    def blind(self, limit: int, start: int = 0) -> tuple[Sequence[CaseRow], int]:
        """Return parcels without an order, like ``held``; finished ones once it has come."""
        return self._some(_BLIND, limit, start)

    def ended_blind(self, limit: int) -> Sequence[CaseRow]:
        """Return the latest finished parcels whose order has not come."""
        return [_row(row) for row in self._connection.execute(_ENDED_BLIND.limit(limit))]

    def forget_codes(self, case_id: str, codes: Collection[str]) -> None:
        """Let a case no longer be found by these codes."""
        wanted = CASE_CODE.c.case_id == case_id, CASE_CODE.c.code.in_(list(codes))
        self._connection.execute(delete(CASE_CODE).where(*wanted))

    def due(self, limit: int, start: int = 0) -> tuple[Sequence[CaseRow], int]:
        """Return cases whose legal day runs, nearest first, and how many there are in all."""
        return self._some(_DUE, limit, start)

    def day(self, since: datetime) -> Day:
        """Return how far the day is that began at ``since``."""
        start = to_ms(since)
        counted = self._connection.execute(
            select(ITEM.c.outcome, func.count().label("items"))
            .where(ITEM.c.inspected_at >= start)
            .group_by(ITEM.c.outcome)
        )
        counts = {row.outcome: row.items for row in counted}
        seconds = self._connection.scalars(
            select(CASE.c.seconds).where(CASE.c.ended_at >= start, CASE.c.seconds.is_not(None))
        ).all()
        return Day(
            items=sum(counts.values()),
            accepted=counts.get(ACCEPTED, 0),
            refused=counts.get(REFUSED, 0),
            review=counts.get(REVIEW, 0),
            median_seconds=round(median(seconds)) if seconds else None,
        )

    def _some(
        self, wanted: Select[tuple[object, ...]], limit: int, start: int = 0
    ) -> tuple[list[CaseRow], int]:
        rows = self._connection.execute(wanted.limit(limit).offset(start)).all()
        if len(rows) < limit and (rows or not start):
            return [_row(row) for row in rows], start + len(rows)
        count = self._connection.scalar(select(func.count()).select_from(wanted.subquery()))
        return [_row(row) for row in rows], count or 0


def _row(row: Row[tuple[object, ...]]) -> CaseRow:
    return CaseRow(
        case_id=row.case_id,
        number=row.number,
        state=CaseState(row.state),
        country=row.country,
        merchant=row.merchant,
        opened_at=from_ms(row.opened_at),
        held_at=maybe_moment(row.held_at),
        held_why=row.held_why,
        due_on=maybe_day(row.due_on),
        clause=row.clause,
        reviews_waiting=row.reviews_waiting,
    )
