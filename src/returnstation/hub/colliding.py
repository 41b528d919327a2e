"""Find conflicts among cases that have something in common, and let their money wait."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BindParameter, bindparam, delete, func, insert, select, tuple_

from returnstation.domain.cases import Case, CaseState
from returnstation.domain.conflicts import (
    CaseTold,
    Conflict,
    Money,
    counted_twice,
    forked,
    of_clock,
    of_order,
    of_overrides,
    of_policy,
    of_users,
    same_parcel,
)
from returnstation.domain.facts import ConflictSettled, RefundInstructed
from returnstation.hub.cases_told import CasesTold
from returnstation.hub.dates import Dates
from returnstation.hub.facts import told_of
from returnstation.hub.in_common import members_of, shared_by_stations, units_with
from returnstation.hub.projected import cut
from returnstation.hub.tables import (
    BRANCH,
    CONFLICT,
    CONFLICT_CASE,
    FACT,
    REFUND,
)

OPEN, TOLD, SETTLED = "open", "told", "settled"
DUE, WAITS, VOID = "due", "waits", "void"

_LINE, _CODE = "line:", "code:"
_AT_ONCE = 100
_CASES: BindParameter[str] = bindparam("cases", expanding=True)
_OF_TOPICS = select(CONFLICT.c.topic, CONFLICT.c.conflict_id).where(
    CONFLICT.c.topic.in_(bindparam("topics", expanding=True))
)
_OF_CASES = (
    select(CONFLICT_CASE.c.case_id, CONFLICT.c.state, CONFLICT.c.money, CONFLICT.c.body)
    .join(CONFLICT_CASE, CONFLICT_CASE.c.conflict_id == CONFLICT.c.conflict_id)
    .where(CONFLICT_CASE.c.case_id.in_(_CASES))
)
_NO_REFUNDS = delete(REFUND).where(REFUND.c.case_id.in_(_CASES))


class Colliding:
    """Works on cases in the transaction that projects them.

    Args:
        dates: When facts were really written. What is compared with the hub's own moments, or
            told to merchants, goes by them; which of two cases is paid never does, for dates
            may change when a station notes more of its clock.

    Attributes:
        changed: Ids of the conflicts that were found anew, or are no more.
    """

    def __init__(self, dates: Dates) -> None:
        self.changed: set[str] = set()
        self._connection = dates.connection
        self._cases = CasesTold(dates)
        self._members: Mapping[str, frozenset[str]] = {}
        self._had: dict[str, list[str]] = {}

    def settle(self, touched: Iterable[str]) -> set[str]:
        """Find anew what goes wrong with these topics, cases and conflicts.

        Returns:
            The cases that were looked at.
        """
        topics = set(touched)
        cases = {topic.partition(":")[2] for topic in topics if topic.startswith("case:")}
        for some in cut(topics, _AT_ONCE):
            self._load_topics(some)
            for topic in some:
                cases |= self._of_topic(topic)
        for some in cut(cases, _AT_ONCE):
            self._load_conflicts([f"case:{case_id}" for case_id in some])
            self._cases.load(some)
            told = [each for each in map(self._cases.told, some) if each is not None]
            self._cases.load_orders(each.case for each in told)
            for case_id in some:
                self._of_case(case_id)
        for some in cut(cases, _AT_ONCE):
            self._cases.load(some)
            self._refunds(some)
        return cases

    def _load_topics(self, topics: Sequence[str]) -> None:
        """Read which conflicts there are of these topics, and the cases that may be in one."""
        self._load_conflicts(topics)
        compared = [each for each in topics if each.startswith((_LINE, _CODE))]
        shared = shared_by_stations(self._connection, compared)
        lines = [topic for topic in shared if topic.startswith(_LINE)]
        units = units_with(self._connection, lines)
        self._cases.load(shared[topic] for topic in lines)
        fine = {line for line in lines if units.get(line, 0) <= self._sold(line, shared[line])}
        self._members = members_of(self._connection, shared.keys() - fine)
        self._cases.load({case_id for cases in self._members.values() for case_id in cases})

    def _sold(self, topic: str, case_id: str) -> int:
        """Return how many units of a line were sold, as one of its cases has it."""
        told, line_id = self._cases.told(case_id), topic.partition("/")[2]
        lines = () if told is None else told.case.opened.lines
        return max((line.sold for line in lines if line.line_id == line_id), default=0)

    def _load_conflicts(self, topics: Sequence[str]) -> None:
        self._had = {topic: [] for topic in topics}
        for row in self._connection.execute(_OF_TOPICS, {"topics": topics}):
            self._had[row.topic].append(row.conflict_id)

    def _of_topic(self, topic: str) -> set[str]:
        """Find the conflict of a topic; return the cases whose money it may stop or free."""
        kind, _, name = topic.partition(":")
        if kind == "conflict":
            return self._cases_of(name) | self._resettled(name)
        if kind == "station":
            return self._write(topic, self._forks(name))
        if not topic.startswith((_LINE, _CODE)):
            return set()
        members = sorted(self._members.get(topic, ()))
        told = [each for each in map(self._cases.told, members) if each is not None]
        found = counted_twice(name, told) if kind == "line" else same_parcel(name, told)
        before = self._write(topic, [] if found is None else [found])
        return before.union(() if found is None else found.cases)

    def _forks(self, station: str) -> Sequence[Conflict]:
        """Return that a station's log went on in two ways: on a copied disk, or a restored one."""
        parent = BRANCH.alias()
        rows = self._connection.execute(
            select(BRANCH.c.branch, BRANCH.c.after)
            .join(
                parent,
                (parent.c.station == BRANCH.c.station) & (parent.c.branch == BRANCH.c.parent),
            )
            .where(BRANCH.c.station == station, parent.c.seq > BRANCH.c.after)
        ).all()
        places = [(row.branch, row.after + 1) for row in rows] + self._other_roots(station)
        if not places:
            return []
        first = select(func.min(FACT.c.hlc)).where(
            FACT.c.station == station, tuple_(FACT.c.branch, FACT.c.seq).in_(places)
        )
        at = datetime.fromtimestamp((self._connection.scalar(first) or 0) / (1000 << 16), UTC)
        return [forked(station, at, len(places) + 1)]

    def _other_roots(self, station: str) -> list[tuple[int, int]]:
        """Return logs sent whole that are no beginning of the longest: branch and last fact.

        A copied station that shares no end with the hub sends all it has.
        """
        roots = select(BRANCH.c.branch, BRANCH.c.seq, BRANCH.c.hash).where(
            BRANCH.c.station == station, BRANCH.c.parent.is_(None), BRANCH.c.seq > 0
        )
        found = self._connection.execute(roots.order_by(BRANCH.c.seq)).all()
        if not found[1:]:
            return []
        *shorter, longest = found
        own = (FACT.c.station == station) & (FACT.c.branch == longest.branch)
        at = FACT.c.seq.in_([row.seq for row in shorter])
        known = {
            (row.seq, bytes(row.hash))
            for row in self._connection.execute(select(FACT.c.seq, FACT.c.hash).where(own, at))
        }
        return [(row.branch, row.seq) for row in shorter if (row.seq, bytes(row.hash)) not in known]

    def _of_case(self, case_id: str) -> None:
        told = self._cases.told(case_id)
        self._write(f"case:{case_id}", [] if told is None else list(self._alone(told)))

    def _alone(self, told: CaseTold) -> Iterator[Conflict]:
        merchant = told.case.opened.merchant_id or ""
        yield from of_overrides(told)
        if told.case.state is CaseState.CANCELLED:
            return
        days = self._cases.opened_on(told)
        told = replace(told, facts=self._cases.dated(told))
        found = (
            of_clock(told, days),
            of_policy(told, lambda at: self._cases.policy(merchant, at)),
            of_order(told, self._cases.orders(told.case)),
            of_users(told, self._cases.revoked()),
        )
        yield from (each for each in found if each is not None)

    def _write(self, topic: str, found: Sequence[Conflict]) -> set[str]:
        """Keep the conflicts of a topic, and return the cases of those that were there."""
        had = self._had[topic]
        before: set[str] = set()
        for conflict_id in had:
            before |= self._cases_of(conflict_id)
        self._forget(had)
        self.changed.update(had, (conflict.conflict_id for conflict in found))
        for conflict in found:
            self._connection.execute(insert(CONFLICT), self._row(conflict, topic))
            pairs = [
                {"conflict_id": conflict.conflict_id, "case_id": case_id}
                for case_id in conflict.cases
            ]
            if pairs:
                self._connection.execute(insert(CONFLICT_CASE), pairs)
        return before

    def _forget(self, conflict_ids: Sequence[str]) -> None:
        if conflict_ids:
            for table in (CONFLICT, CONFLICT_CASE):
                self._connection.execute(delete(table).where(table.c.conflict_id.in_(conflict_ids)))

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
        row = self._connection.execute(
            select(CONFLICT).where(CONFLICT.c.conflict_id == conflict_id)
        ).one_or_none()
        if row is None:
            return set()
        self.changed.add(conflict_id)
        before = msgspec.json.decode(bytes(row.body))
        settled = self._settlement(conflict_id, before["cases"])
        body = before | {"settled": settled}
        self._connection.execute(
            CONFLICT.update()
            .where(CONFLICT.c.conflict_id == conflict_id)
            .values(
                state=row.state if settled is None else SETTLED,
                body=msgspec.json.encode(body, order="deterministic"),
            )
        )
        return self._cases_of(conflict_id)

    def _settlement(self, conflict_id: str, cases: Sequence[str]) -> ConflictSettled | None:
        told = told_of(self._connection, conflict_id)
        words = [r.fact for r in told.facts if isinstance(r.fact, ConflictSettled)] if told else []
        return next((word for word in reversed(words) if word.covers(cases)), None)

    def _refunds(self, case_ids: Sequence[str]) -> None:
        self._connection.execute(_NO_REFUNDS, {"cases": case_ids})
        states = self._money(case_ids)
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        for case_id in case_ids:
            told = self._cases.told(case_id)
            if told is None or not told.case.instructed:
                continue
            for recorded in self._cases.dated(told):
                fact = recorded.fact
                if isinstance(fact, RefundInstructed) and fact in told.case.instructed:
                    # A station put back from a backup may use a key again; it is paid once.
                    row = _refund_row(told.case, fact, recorded.at, states.get(case_id, DUE))
                    rows.setdefault((case_id, fact.key), row)
        if rows:
            self._connection.execute(insert(REFUND), list(rows.values()))

    def _money(self, case_ids: Sequence[str]) -> Mapping[str, str]:
        """Return what conflicts do to the refunds of cases that have any."""
        found: dict[str, set[str]] = {}
        for row in self._connection.execute(_OF_CASES, {"cases": case_ids}):
            body = msgspec.json.decode(bytes(row.body))
            stopped = _stopped(row.case_id, row.state, row.money, body)
            found.setdefault(row.case_id, set()).add(stopped)
        return {
            case_id: next((state for state in (VOID, WAITS) if state in states), DUE)
            for case_id, states in found.items()
        }

    def _cases_of(self, conflict_id: str) -> set[str]:
        wanted = select(CONFLICT_CASE.c.case_id).where(CONFLICT_CASE.c.conflict_id == conflict_id)
        return set(self._connection.scalars(wanted))


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
