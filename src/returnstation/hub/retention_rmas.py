"""Announced returns whose order was taken back, or never came: nothing else takes them with it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Select, select

from returnstation.domain.barcodes import canonical
from returnstation.hub.erased import members_of
from returnstation.hub.erasing import RETENTION, Erasing
from returnstation.hub.hub import Hub
from returnstation.hub.needed import is_needed, may_be_late, may_go
from returnstation.hub.sealed_records import Stored, order_of, readable, sealed_for
from returnstation.hub.subject_keys import ORDER, keys_at
from returnstation.hub.tables import CASE, RECORD
from returnstation.hub.tables_erasing import RMA_OF_ORDER
from returnstation.wire.feeds import MERCHANT_SHARD, key_of, parts_of
from returnstation.wire.packing import UNREADABLE

_KIND = "rma"


class Announced(NamedTuple):
    """The record of an announced return."""

    key: str
    n: int
    changed_ms: int
    body: bytes

    @property
    def order_number(self) -> str:
        """Of the order it names; empty where nobody can tell."""
        subject, (merchant_id, *_) = sealed_for(self.body), parts_of(self.key)
        if subject is None:
            return order_of(self.body)
        start = f"{ORDER}{merchant_id}/"
        return subject.removeprefix(start) if subject.startswith(start) else ""


class _Tracked(msgspec.Struct):
    tracking: str | None = None


@dataclass(frozen=True, slots=True)
class LoneRmas:
    """Erases announced returns of one merchant whose order the hub has not.

    Attributes:
        before_ms: What is from then on, or is not over, is of late.
    """

    hub: Hub
    merchant_id: str
    before_ms: int

    def some(self, after: int, most: int) -> Sequence[Announced]:
        """Return some announced returns, in the order of their last change."""
        wanted = self._living(_KIND).where(RECORD.c.n > after).order_by(RECORD.c.n).limit(most)
        with self.hub.database.look() as connection:
            return _announced(connection, wanted)

    def erase(self, old: Sequence[Announced]) -> int:
        """Erase those without an order of which nothing is needed, and return how many."""
        with self.hub.database.look() as connection:
            named = {each.order_number for each in old} - {""}
            lone = named - self._there(connection, named)
            kept = self._needed(connection, list(self._naming(connection, lone)))
            gone = [
                number
                for number in sorted(lone - kept)
                if may_go(connection, key_of(self.merchant_id, number), self.before_ms)
            ]
        return sum(Erasing(self.hub).erase(self.merchant_id, order, RETENTION) for order in gone)

    def _living(self, kind: str) -> Select[Any]:
        return select(RECORD.c.key, RECORD.c.n, RECORD.c.changed_ms, RECORD.c.body).where(
            RECORD.c.shard == self._shard, RECORD.c.kind == kind, RECORD.c.is_deleted.is_(False)
        )

    def _there(self, connection: Connection, numbers: Collection[str]) -> set[str]:
        keys = {key_of(self.merchant_id, number): number for number in numbers}
        rows = connection.execute(self._living("order").where(RECORD.c.key.in_(keys)))
        return {keys[row.key] for row in rows}

    def _naming(self, connection: Connection, numbers: Collection[str]) -> Iterator[Announced]:
        """Yield all announced returns that name some orders now."""
        named = select(RMA_OF_ORDER.c.key).where(
            RMA_OF_ORDER.c.shard == self._shard, RMA_OF_ORDER.c.order_number.in_(sorted(numbers))
        )
        for rma in _announced(connection, self._living(_KIND).where(RECORD.c.key.in_(named))):
            if rma.order_number in numbers:
                yield rma

    def _needed(self, connection: Connection, rmas: Sequence[Announced]) -> set[str]:
        """Return the orders of those of which a case may be that is young, or needed."""
        topics = self._topics(connection, rmas)
        needed = set()
        for rma in rmas:
            cases = {each for topic in topics[rma.key] for each in members_of(connection, topic)}
            if cases and self._are_needed(connection, sorted(cases)):
                needed.add(rma.order_number)
        return needed

    def _are_needed(self, connection: Connection, cases: Sequence[str]) -> bool:
        young = (
            select(CASE.c.case_id)
            .where(CASE.c.case_id.in_(cases))
            .where(CASE.c.ended_ms.is_(None) | (CASE.c.ended_ms >= self.before_ms))
        )
        return (
            connection.execute(young.limit(1)).first() is not None
            or may_be_late(connection, cases, self.before_ms)
            or is_needed(connection, cases)
        )

    def _topics(
        self, connection: Connection, rmas: Sequence[Announced]
    ) -> Mapping[str, Collection[str]]:
        """Return what cases are found by: codes, and orders that are named, or were before."""
        found = {key: set(codes) for key, codes in _codes(connection, rmas)}
        wanted = select(RMA_OF_ORDER.c.key, RMA_OF_ORDER.c.order_number).where(
            RMA_OF_ORDER.c.shard == self._shard, RMA_OF_ORDER.c.key.in_(sorted(found))
        )
        for row in connection.execute(wanted):
            found[row.key].add(f"{ORDER}{self.merchant_id}/{row.order_number}")
        return found

    @property
    def _shard(self) -> str:
        return MERCHANT_SHARD + self.merchant_id


def _announced(connection: Connection, wanted: Select[Any]) -> Sequence[Announced]:
    rows = connection.execute(wanted)
    return [Announced(row.key, row.n, row.changed_ms, bytes(row.body)) for row in rows]


def _codes(
    connection: Connection, rmas: Sequence[Announced]
) -> Iterator[tuple[str, Collection[str]]]:
    """Yield by what a parcel that nobody knew may be one of announced returns."""
    stored = [Stored(_KIND, each.key, each.body) for each in rmas]
    for each, body in zip(rmas, readable(keys_at(connection), stored), strict=True):
        codes = (parts_of(each.key)[-1], _tracking(body))
        yield each.key, [f"code:{canonical(code)}" for code in codes if code]


def _tracking(body: bytes | None) -> str | None:
    try:
        return msgspec.json.decode(body or b"{}", type=_Tracked).tracking
    except UNREADABLE:
        return None
