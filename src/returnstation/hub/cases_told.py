"""What conflicts are found from: cases, their orders, terms and people, read for many at once."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, select

from returnstation.domain.cases import Case
from returnstation.domain.conflicts import CaseTold, OnStale, PolicyInForce
from returnstation.domain.facts import CaseOpened, Recorded
from returnstation.domain.folding import fold
from returnstation.domain.orders import Order
from returnstation.domain.zones import zone_of
from returnstation.hub.dates import Dates
from returnstation.hub.erased import erased_of
from returnstation.hub.projected import cut
from returnstation.hub.records import all_shards
from returnstation.hub.sealed_records import Stored, readable
from returnstation.hub.subject_keys import keys_at
from returnstation.hub.tables import CASE, POLICY, RECORD
from returnstation.wire.feeds import MERCHANT_SHARD, SITE_SHARD, key_of

_MOST_KEPT = 1000

_Terms = tuple[Sequence[int], Sequence[PolicyInForce]]


@dataclass(slots=True)
class CasesTold:
    """Reads what belongs to cases within the transaction that projects them.

    Attributes:
        dates: When facts were really written, and what was told.
    """

    dates: Dates
    _told: dict[str, CaseTold | None] = field(default_factory=dict)
    _orders: dict[tuple[str, str], Order | None] = field(default_factory=dict)
    _terms: dict[str, _Terms] = field(default_factory=dict)
    _gone: Mapping[str, datetime] | None = None

    @property
    def connection(self) -> Connection:
        """Of the transaction."""
        return self.dates.connection

    def load(self, case_ids: Iterable[str]) -> None:
        """Read what was told of cases, and which of them there are."""
        lacking = set(case_ids) - self._told.keys()
        if len(self._told) + len(lacking) > _MOST_KEPT:
            self._told.clear()
        self.dates.subjects.load(lacking)
        known = select(CASE.c.case_id)
        for some in cut(lacking):
            there = set(self.connection.scalars(known.where(CASE.c.case_id.in_(some))))
            self._told |= {each: self._folded(each) if each in there else None for each in some}

    def told(self, case_id: str) -> CaseTold | None:
        """Return a case as its facts tell; None when it is not projected."""
        self.load((case_id,))
        return self._told[case_id]

    def dated(self, told: CaseTold) -> tuple[Recorded, ...]:
        """Return the facts of a case with the moments at which they were really written."""
        return self.dates.of(told.case.case_id).of(told.facts)

    def opened_on(self, told: CaseTold) -> tuple[date, date]:
        """Return the first and the last day on which a case may have been opened at its buyer's."""
        opened = next(each for each in told.facts if isinstance(each.fact, CaseOpened))
        zone = ZoneInfo(zone_of(told.case.opened.jurisdiction or "") or "UTC")
        first, last = self.dates.of(told.case.case_id).span(opened.fact_id)
        return first.astimezone(zone).date(), last.astimezone(zone).date()

    def load_orders(self, cases: Iterable[Case]) -> None:
        """Read the orders of cases."""
        self._orders.clear()
        numbers: dict[str, set[str]] = {}
        for case in cases:
            numbers.setdefault(case.opened.merchant_id or "", set()).update(case.opened.orders)
        for merchant, some in numbers.items():
            for each in cut(some):
                self._read_orders(merchant, each)

    def orders(self, case: Case) -> Mapping[str, Order | None]:
        """Return those orders of a case that were loaded and are there; None for one that went."""
        merchant = case.opened.merchant_id or ""
        return {
            number: self._orders[merchant, number]
            for number in case.opened.orders
            if (merchant, number) in self._orders
        }

    def policy(self, merchant: str, at: datetime) -> PolicyInForce | None:
        """Return a merchant's terms at a moment."""
        if merchant not in self._terms:
            rows = self.connection.execute(
                select(POLICY.c.from_ms, POLICY.c.version, POLICY.c.on_stale)
                .where(POLICY.c.merchant_id == merchant)
                .order_by(POLICY.c.from_ms)
            ).all()
            terms = [PolicyInForce(row.version, OnStale(row.on_stale)) for row in rows]
            self._terms[merchant] = ([row.from_ms for row in rows], terms)
        since, terms_since = self._terms[merchant]
        place = bisect_right(since, int(at.timestamp() * 1000))
        return terms_since[place - 1] if place else None

    def revoked(self) -> Mapping[str, datetime]:
        """Return who was shut out, and when."""
        if self._gone is None:
            # By their names: a pattern would have every record of every merchant read.
            sites = [each for each in all_shards(self.connection) if each.startswith(SITE_SHARD)]
            wanted = select(RECORD.c.key, RECORD.c.changed_ms).where(
                RECORD.c.shard.in_(sites), RECORD.c.kind == "user", RECORD.c.is_deleted
            )
            self._gone = {
                row.key: datetime.fromtimestamp(row.changed_ms / 1000, UTC)
                for row in self.connection.execute(wanted)
            }
        return self._gone

    def _folded(self, case_id: str) -> CaseTold | None:
        told = self.dates.subjects.told(case_id)
        return None if told is None else CaseTold(told.station, fold(told.facts), told.facts)

    def _read_orders(self, merchant: str, numbers: Collection[str]) -> None:
        keys = {key_of(merchant, number): number for number in numbers}
        rows = self.connection.execute(
            select(RECORD.c.key, RECORD.c.body)
            .where(RECORD.c.shard == f"{MERCHANT_SHARD}{merchant}")
            .where(RECORD.c.kind == "order", RECORD.c.key.in_(keys))
        ).all()
        stored = [Stored("order", row.key, bytes(row.body)) for row in rows]
        bodies = readable(keys_at(self.connection), stored)
        erased = erased_of(self.connection, merchant, keys.values())
        self._orders |= {
            (merchant, keys[row.key]): msgspec.json.decode(body, type=Order) if body else None
            for row, body in zip(rows, bodies, strict=True)
            # One that was erased, or that nobody can read, is not said to have changed.
            if body is not None and (body or keys[row.key] not in erased)
        }
