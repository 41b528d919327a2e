"""Tell the stations of a site what goes against each other there, by records of its feed.

It runs in the transaction that finds conflicts, after everything else: the feed's clock stays
locked until the end.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, select

from returnstation.domain.cases import Case
from returnstation.domain.conflicts import ConflictKind
from returnstation.domain.facts import ConflictSettled, ItemGraded, ItemOverridden, Recorded
from returnstation.domain.folding import NoSuchCase, fold
from returnstation.hub.colliding import SETTLED, TOLD
from returnstation.hub.database import HubDatabase
from returnstation.hub.erased import alone
from returnstation.hub.facts import told_of
from returnstation.hub.projected import cut
from returnstation.hub.records import Change, Records
from returnstation.hub.tables import CASE, CONFLICT, CONFLICT_CASE, RECORD, REFUND, STATION
from returnstation.wire.conflicts import KIND, ConflictRecord, Side
from returnstation.wire.feeds import SITE_SHARD

KEPT_MS = 7 * 86_400_000
"""How long stations still see what was settled."""

_OF_AN_ITEM = frozenset({ConflictKind.TWO_OVERRIDES, ConflictKind.OVERRIDE_NEEDS_REVIEW})


@dataclass(frozen=True, slots=True)
class ConflictRecords:
    """Writes the records of conflicts.

    Attributes:
        now_ms: The hub's clock.
        mark: Draws a random number of 62 bits for a transaction.
    """

    now_ms: Callable[[], int]
    mark: Callable[[], int]

    def publish(self, connection: Connection, conflict_ids: Collection[str]) -> None:
        """Write what became of conflicts; those that are gone, or that nobody need act on, go."""
        if not conflict_ids:
            return
        changes: dict[str, list[Change]] = {}
        known = _shards_with(connection, conflict_ids)
        for conflict_id in sorted(conflict_ids):
            shards, body = _seen(connection, conflict_id)
            for shard in shards:
                changes.setdefault(shard, []).append(Change(KIND, conflict_id, body))
            for shard in known.get(conflict_id, frozenset()) - shards:
                changes.setdefault(shard, []).append(Change(KIND, conflict_id, None))
        for shard in sorted(changes):  # in one order, lest two wait in a ring
            self._records(connection, shard).put(changes[shard])

    def forget(self, database: HubDatabase) -> int:
        """Take back what was settled more than a week ago; return how many that were."""
        gone = 0
        old = (RECORD.c.kind == KIND) & (RECORD.c.changed_ms < self.now_ms() - KEPT_MS)
        with database.work() as connection:
            alone(connection)  # a projector may be about to open one of them again
            for shard in _site_shards(connection):
                wanted = select(RECORD.c.key, RECORD.c.body).where(
                    RECORD.c.shard == shard, old, ~RECORD.c.is_deleted
                )
                settled = [
                    Change(KIND, row.key, None)
                    for row in connection.execute(wanted).all()
                    if msgspec.json.decode(row.body, type=ConflictRecord).state == SETTLED
                ]
                gone += self._records(connection, shard).put(settled)
        return gone

    def _records(self, connection: Connection, shard: str) -> Records:
        return Records(connection, shard, self.now_ms(), self.mark())


def _site_shards(connection: Connection) -> Sequence[str]:
    sites = connection.scalars(select(STATION.c.site).distinct().order_by(STATION.c.site))
    return [f"{SITE_SHARD}{site}" for site in sites]


def _shards_with(
    connection: Connection, conflict_ids: Collection[str]
) -> Mapping[str, frozenset[str]]:
    """Return which feeds have living records of conflicts."""
    living = select(RECORD.c.key, RECORD.c.shard).where(
        RECORD.c.shard.in_(_site_shards(connection)), RECORD.c.kind == KIND, ~RECORD.c.is_deleted
    )
    found: dict[str, frozenset[str]] = {}
    for some in cut(conflict_ids):
        for row in connection.execute(living.where(RECORD.c.key.in_(some))):
            found[row.key] = found.get(row.key, frozenset()) | {row.shard}
    return found


def _seen(connection: Connection, conflict_id: str) -> tuple[frozenset[str], bytes | None]:
    """Return the feeds that must have a conflict, and its record."""
    row = connection.execute(
        select(CONFLICT).where(CONFLICT.c.conflict_id == conflict_id)
    ).one_or_none()
    if row is None or row.state == TOLD:
        return frozenset(), None
    cases = connection.execute(
        select(CASE.c.case_id, CASE.c.number, STATION.c.site, STATION.c.name)
        .join(CONFLICT_CASE, CONFLICT_CASE.c.case_id == CASE.c.case_id)
        .join(STATION, STATION.c.station == CASE.c.station)
        .where(CONFLICT_CASE.c.conflict_id == conflict_id)
        .order_by(CASE.c.opened_ms, CASE.c.case_id)
    ).all()
    shards = frozenset(f"{SITE_SHARD}{case.site}" for case in cases)
    return shards, msgspec.json.encode(_record(connection, row, cases), order="deterministic")


def _record(connection: Connection, row: Row[Any], cases: Sequence[Any]) -> ConflictRecord:
    body = msgspec.json.decode(bytes(row.body))
    settled = body.get("settled") or {}
    details = body["details"]
    of_item = row.kind in _OF_AN_ITEM
    sides = [
        side
        for case in cases
        for side in (
            _words(connection, case, details, body["effective"])
            if of_item
            else _case(connection, case, details.get("line"))
        )
    ]
    return ConflictRecord(
        conflict_id=row.conflict_id,
        kind=row.kind,
        state=row.state,
        since_ms=row.since_ms,
        owner=row.owner,
        money=row.money,
        cases=tuple(body["cases"]),
        sides=tuple(sides),
        effective=body["effective"],
        merchant_id=row.merchant_id,
        details=details,
        decision=settled.get("decision"),
        keeps=settled.get("keeps"),
        reason=settled.get("reason"),
        settled_by=_settled_by(connection, row.conflict_id) if settled else None,
    )


def _settled_by(connection: Connection, conflict_id: str) -> str | None:
    told = told_of(connection, conflict_id)
    words = [r.user for r in told.facts if isinstance(r.fact, ConflictSettled)] if told else []
    return words[-1] if words else None


def _case(connection: Connection, row: Row[Any], line: str | None) -> Iterator[Side]:
    """Yield a case as a side: of the line it is about, else as a whole."""
    folded = _folded(connection, row.case_id)
    if folded is None:
        return
    case, _ = folded
    items = case.items_of(line) if line is not None else tuple(case.items.values())
    first = next(iter(items), None)
    grade = None if first is None else first.grade
    refund = connection.execute(
        select(func.sum(REFUND.c.minor).label("minor"), REFUND.c.currency)
        .where(REFUND.c.case_id == row.case_id)
        .group_by(REFUND.c.currency)
        .limit(1)
    ).one_or_none()
    yield Side(
        key=row.case_id,
        number=row.number,
        station=row.name,
        who=None if first is None else first.added_by,
        at_ms=int(case.opened_at.timestamp() * 1000),
        product="" if first is None else first.title,
        units=sum(item.quantity for item in items),
        functional=None if grade is None else grade.functional,
        cosmetic=None if grade is None else grade.cosmetic,
        disposition=None if first is None else first.disposition,
        outcome=None if first is None else first.outcome,
        minor=None if refund is None else int(refund.minor),
        currency=None if refund is None else refund.currency,
    )


def _words(
    connection: Connection, row: Row[Any], details: Mapping[str, str], effective: str | None
) -> Iterator[Side]:
    """Yield what two people said of one item: the words that part."""
    folded = _folded(connection, row.case_id)
    if folded is None:
        return
    case, told = folded
    item = next(
        (one for one in case.items.values() if details.get("item") in (one.lpn, one.item_id)), None
    )
    if item is None:
        return
    said = [r for r in told if getattr(r.fact, "item_id", None) == item.item_id]
    words = [r for r in said if isinstance(r.fact, ItemOverridden | ItemGraded)]
    one = next((r for r in words if r.fact_id == effective), None)
    other = [r for r in words if r is not one and r.user == details.get("other")]
    for recorded in (one, other[-1] if other else None):
        if recorded is not None:
            yield _word(row, recorded, item.title)


def _word(row: Row[Any], recorded: Recorded, product: str) -> Side:
    fact = recorded.fact
    grade = fact.grade if isinstance(fact, ItemGraded) else None
    return Side(
        key=recorded.fact_id,
        number=row.number,
        station=row.name,
        who=recorded.user,
        at_ms=int(recorded.at.timestamp() * 1000),
        product=product,
        functional=None if grade is None else grade.functional,
        cosmetic=None if grade is None else grade.cosmetic,
        disposition=fact.disposition if isinstance(fact, ItemOverridden) else None,
        outcome=fact.outcome if isinstance(fact, ItemOverridden) else None,
    )


def _folded(connection: Connection, case_id: str) -> tuple[Case, tuple[Recorded, ...]] | None:
    told = told_of(connection, case_id)
    if told is None:
        return None
    try:
        return fold(told.facts), told.facts
    except (NoSuchCase, ValueError, TypeError, AttributeError):
        return None  # told in the hub's own list of what makes no sense
