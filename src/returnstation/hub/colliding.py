"""Find conflicts among cases that have something in common, and let their money wait."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, tuple_

from returnstation.domain.cases import Case, CaseState
from returnstation.domain.conflicts import (
    CaseTold,
    Conflict,
    Money,
    OnStale,
    PolicyInForce,
    counted_twice,
    forked,
    of_order,
    of_overrides,
    of_policy,
    of_users,
    same_parcel,
)
from returnstation.domain.facts import ConflictSettled, RefundInstructed
from returnstation.domain.folding import fold
from returnstation.domain.orders import Order
from returnstation.hub.dates import Dates
from returnstation.hub.erased import erased_of
from returnstation.hub.facts import told_of
from returnstation.hub.sealed_records import Stored, readable
from returnstation.hub.subject_keys import keys_at
from returnstation.hub.tables import (
    BRANCH,
    CASE,
    CASE_LINK,
    CONFLICT,
    CONFLICT_CASE,
    FACT,
    POLICY,
    RECORD,
    REFUND,
)
from returnstation.wire.feeds import MERCHANT_SHARD, SITE_SHARD, key_of

OPEN, TOLD, SETTLED = "open", "told", "settled"
DUE, WAITS, VOID = "due", "waits", "void"


@dataclass(slots=True)
class Colliding:
    """Works on cases in the transaction that projects them.

    Attributes:
        dates: When facts were really written. What is compared with the hub's own moments, or
            told to merchants, goes by them; which of two cases is paid never does, for dates
            may change when a station notes more of its clock.
        changed: Ids of the conflicts that were found anew, or are no more.
    """

    connection: Connection
    dates: Dates
    changed: set[str] = field(default_factory=set)

    def settle(self, touched: Iterable[str]) -> set[str]:
        """Find anew what goes wrong with these topics, cases and conflicts.

        Returns:
            The cases that were looked at.
        """
        topics = set(touched)
        cases = {topic.partition(":")[2] for topic in topics if topic.startswith("case:")}
        for topic in sorted(topics):
            cases |= self._of_topic(topic)
        for case_id in sorted(cases):
            self._of_case(case_id)
        for case_id in sorted(cases):
            self._refunds(case_id)
        return cases

    def _of_topic(self, topic: str) -> set[str]:
        """Find the conflict of a topic; return the cases whose money it may stop or free."""
        kind, _, name = topic.partition(":")
        if kind == "conflict":
            return self._cases_of(name) | self._resettled(name)
        if kind == "order":
            return self._members(topic)
        if kind == "station":
            return self._write(topic, self._forks(name))
        if kind not in {"line", "code"}:
            return set()
        members = self._members(topic)
        told = [each for each in map(self._told, sorted(members)) if each is not None]
        found = counted_twice(name, told) if kind == "line" else same_parcel(name, told)
        before = self._write(f"{kind}:{name}", [] if found is None else [found])
        return members | before

    def _forks(self, station: str) -> Sequence[Conflict]:
        """Return that a station's log went on in two ways: on a copied disk, or a restored one."""
        parent = BRANCH.alias()
        rows = self.connection.execute(
            select(BRANCH.c.branch, BRANCH.c.after)
            .join(
                parent,
                (parent.c.station == BRANCH.c.station) & (parent.c.branch == BRANCH.c.parent),
            )
            .where(BRANCH.c.station == station, parent.c.seq > BRANCH.c.after)
        ).all()
        if not rows:
            return []
        first = select(func.min(FACT.c.hlc)).where(
            FACT.c.station == station,
            tuple_(FACT.c.branch, FACT.c.seq).in_([(row.branch, row.after + 1) for row in rows]),
        )
        at = datetime.fromtimestamp((self.connection.scalar(first) or 0) / (1000 << 16), UTC)
        return [forked(station, at, len(rows) + 1)]

    def _of_case(self, case_id: str) -> None:
        told = self._told(case_id)
        self._write(f"case:{case_id}", [] if told is None else list(self._alone(told)))

    def _alone(self, told: CaseTold) -> Iterator[Conflict]:
        merchant = told.case.opened.merchant_id or ""
        yield from of_overrides(told)
        if told.case.state is CaseState.CANCELLED:
            return
        told = replace(told, facts=self.dates.of(told.case.case_id).of(told.facts))
        found = (
            of_policy(told, lambda at: self._policy(merchant, at)),
            of_order(told, self._orders(told.case)),
            of_users(told, self._revoked()),
        )
        yield from (each for each in found if each is not None)

    def _write(self, topic: str, found: Sequence[Conflict]) -> set[str]:
        """Keep the conflicts of a topic, and return the cases of those that were there."""
        had = list(
            self.connection.scalars(select(CONFLICT.c.conflict_id).where(CONFLICT.c.topic == topic))
        )
        before: set[str] = set()
        for conflict_id in had:
            before |= self._cases_of(conflict_id)
        self._forget(had)
        self.changed.update(had, (conflict.conflict_id for conflict in found))
        for conflict in found:
            self.connection.execute(insert(CONFLICT), self._row(conflict, topic))
            pairs = [
                {"conflict_id": conflict.conflict_id, "case_id": case_id}
                for case_id in conflict.cases
            ]
            if pairs:
                self.connection.execute(insert(CONFLICT_CASE), pairs)
        return before

    def _forget(self, conflict_ids: Sequence[str]) -> None:
        if conflict_ids:
            for table in (CONFLICT, CONFLICT_CASE):
                self.connection.execute(delete(table).where(table.c.conflict_id.in_(conflict_ids)))

    def _row(self, conflict: Conflict, topic: str) -> dict[str, Any]:
        settled = self._settlement(conflict.conflict_id, conflict.cases)
        state = TOLD if not conflict.is_open else OPEN
        return {
            "conflict_id": conflict.conflict_id,
            "kind": conflict.kind.value,
            "topic": topic,
            "merchant_id": conflict.merchant_id,
            "owner": conflict.owner,
            "since_ms": int(conflict.since.timestamp() * 1000),
            "state": state if settled is None else SETTLED,
            "money": conflict.money.value,
            "body": msgspec.json.encode(
                {
                    "cases": conflict.cases,
                    "effective": conflict.effective,
                    "details": conflict.details,
                    "settled": settled,
                },
                order="deterministic",
            ),
        }

    def _resettled(self, conflict_id: str) -> set[str]:
        row = self.connection.execute(
            select(CONFLICT).where(CONFLICT.c.conflict_id == conflict_id)
        ).one_or_none()
        if row is None:
            return set()
        self.changed.add(conflict_id)
        before = msgspec.json.decode(bytes(row.body))
        settled = self._settlement(conflict_id, before["cases"])
        body = before | {"settled": settled}
        self.connection.execute(
            CONFLICT.update()
            .where(CONFLICT.c.conflict_id == conflict_id)
            .values(
                state=row.state if settled is None else SETTLED,
                body=msgspec.json.encode(body, order="deterministic"),
            )
        )
        return self._cases_of(conflict_id)

    def _settlement(self, conflict_id: str, cases: Sequence[str]) -> ConflictSettled | None:
        told = told_of(self.connection, conflict_id)
        words = [r.fact for r in told.facts if isinstance(r.fact, ConflictSettled)] if told else []
        return next((word for word in reversed(words) if word.covers(cases)), None)

    def _refunds(self, case_id: str) -> None:
        told = self._told(case_id)
        self.connection.execute(delete(REFUND).where(REFUND.c.case_id == case_id))
        if told is None:
            return
        state = self._money(case_id)
        rows: dict[str, dict[str, Any]] = {}
        for recorded in self.dates.of(case_id).of(told.facts):
            fact = recorded.fact
            if isinstance(fact, RefundInstructed) and fact in told.case.instructed:
                # A station put back from a backup may use a key again; it is paid once.
                rows.setdefault(fact.key, _refund_row(told.case, fact, recorded.at, state))
        if rows:
            self.connection.execute(insert(REFUND), list(rows.values()))

    def _money(self, case_id: str) -> str:
        """Return what conflicts do to the refunds of a case."""
        wanted = (
            select(CONFLICT.c.state, CONFLICT.c.money, CONFLICT.c.body)
            .join(CONFLICT_CASE, CONFLICT_CASE.c.conflict_id == CONFLICT.c.conflict_id)
            .where(CONFLICT_CASE.c.case_id == case_id)
        )
        states = {
            _stopped(case_id, row.state, row.money, msgspec.json.decode(bytes(row.body)))
            for row in self.connection.execute(wanted)
        }
        return next((state for state in (VOID, WAITS) if state in states), DUE)

    def _told(self, case_id: str) -> CaseTold | None:
        told = told_of(self.connection, case_id)
        known = select(CASE.c.case_id).where(CASE.c.case_id == case_id)
        if told is None or self.connection.scalar(known) is None:
            return None
        return CaseTold(told.station, fold(told.facts), told.facts)

    def _members(self, topic: str) -> set[str]:
        wanted = select(CASE_LINK.c.case_id).where(CASE_LINK.c.topic == topic)
        return set(self.connection.scalars(wanted))

    def _cases_of(self, conflict_id: str) -> set[str]:
        wanted = select(CONFLICT_CASE.c.case_id).where(CONFLICT_CASE.c.conflict_id == conflict_id)
        return set(self.connection.scalars(wanted))

    def _policy(self, merchant: str, at: datetime) -> PolicyInForce | None:
        row = self.connection.execute(
            select(POLICY.c.version, POLICY.c.on_stale)
            .where(POLICY.c.merchant_id == merchant)
            .where(POLICY.c.from_ms <= int(at.timestamp() * 1000))
            .order_by(POLICY.c.from_ms.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else PolicyInForce(row.version, OnStale(row.on_stale))

    def _orders(self, case: Case) -> dict[str, Order | None]:
        merchant = case.opened.merchant_id or ""
        keys = {key_of(merchant, number): number for number in case.opened.orders}
        rows = self.connection.execute(
            select(RECORD.c.key, RECORD.c.body, RECORD.c.is_deleted)
            .where(RECORD.c.shard == f"{MERCHANT_SHARD}{merchant}")
            .where(RECORD.c.kind == "order", RECORD.c.key.in_(keys))
        ).all()
        stored = [Stored("order", row.key, bytes(row.body)) for row in rows]
        bodies = readable(keys_at(self.connection), stored)
        erased = erased_of(self.connection, merchant, keys.values())
        return {
            keys[row.key]: msgspec.json.decode(body, type=Order) if body else None
            for row, body in zip(rows, bodies, strict=True)
            # One that was erased, or that nobody can read, is not said to have changed.
            if body is not None and (body or keys[row.key] not in erased)
        }

    def _revoked(self) -> dict[str, datetime]:
        wanted = select(RECORD.c.key, RECORD.c.changed_ms).where(
            RECORD.c.kind == "user", RECORD.c.is_deleted, RECORD.c.shard.startswith(SITE_SHARD)
        )
        return {
            row.key: datetime.fromtimestamp(row.changed_ms / 1000, UTC)
            for row in self.connection.execute(wanted)
        }


def _stopped(case_id: str, state: str, money: str, body: dict[str, Any]) -> str:
    settled = body.get("settled")
    if settled is not None:
        is_kept = settled["decision"] in {"both", "seen"} or settled["keeps"] == case_id
        return DUE if is_kept else VOID
    match Money(money):
        case Money.FLOWS:
            return DUE
        case Money.ONCE:
            return DUE if body["effective"] == case_id else VOID
    return WAITS if state == OPEN else DUE


def _refund_row(case: Case, fact: RefundInstructed, at: datetime, state: str) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "key": fact.key,
        "merchant_id": case.opened.merchant_id or "",
        "order_number": ", ".join(case.opened.orders),
        "state": state,
        "minor": fact.total.minor,
        "currency": fact.total.currency,
        "instructed_ms": int(at.timestamp() * 1000),
        "body": msgspec.json.encode(fact, order="deterministic"),
    }
