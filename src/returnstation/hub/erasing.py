"""Erase what is known of an order, here and at every station, and see who has confirmed it.

The order and its announced returns leave the records, so that tombstones go down the feeds;
a record of the site's own feed tells stations to blank the papers that name the customer. A
station confirms by asking for what comes after both.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, select

from returnstation.application.troubles import Refused
from returnstation.hub.database import upsert
from returnstation.hub.followers import followed
from returnstation.hub.hub import Hub
from returnstation.hub.records import Change, Records, last_of
from returnstation.hub.tables import RECORD, SUBSCRIPTION
from returnstation.hub.tables_erasing import ERASURE
from returnstation.wire.feeds import ERASURE_KIND, MERCHANT_SHARD, SITE_SHARD, key_of

_AT_A_TIME = 1000
_MARK_BYTES = 7


class _OfOrder(msgspec.Struct):
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class Erasure:
    """An order that was erased.

    Attributes:
        waiting: Stations that have not confirmed it yet.
    """

    merchant_id: str
    order_number: str
    erased_ms: int
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erases orders."""

    hub: Hub

    def erase(self, merchant_id: str, order_number: str) -> int:
        """Erase an order, and return how many records are gone.

        Raises:
            Refused: ``order-unknown``: the hub has neither it nor a return announced for it.
        """
        shard, key = MERCHANT_SHARD + merchant_id, key_of(merchant_id, order_number)
        with self.hub.database.work() as connection:
            gone = [Change("rma", rma, None) for rma in _rmas(connection, shard, order_number)]
            order = select(RECORD.c.is_deleted).where(
                RECORD.c.shard == shard, RECORD.c.kind == "order", RECORD.c.key == key
            )
            is_known = connection.scalar(order) is not None
            if not (gone or is_known):
                raise Refused("order-unknown", merchant=merchant_id, order=order_number)
            count = self._records(connection, shard).put([*gone, Change("order", key, None)])
            sites = _sites(connection, shard)
            # With its moment in it, an order that came back and is erased again is told again.
            at = msgspec.json.encode({"erased_ms": self.hub.now_ms()})
            told = Change(ERASURE_KIND, key, at)
            for site in sites:
                self._records(connection, SITE_SHARD + site).put([told])
            self._note(connection, merchant_id, order_number, [shard, *map(_site_shard, sites)])
        for site in sites:
            self.hub.snapshots.forget(site)  # it has the order inside; the next one has not
        return count

    def all(self) -> Sequence[Erasure]:
        """Return what was erased, the latest first, and who has not confirmed it."""
        stations = [each for each in self.hub.stations.all() if not each.is_revoked]
        with self.hub.database.look() as connection:
            rows = connection.execute(select(ERASURE)).all()
            reached = followed(connection)
        found: dict[tuple[str, str], dict[str, int]] = {}
        erased: dict[tuple[str, str], int] = {}
        for row in rows:
            key = (row.merchant_id, row.order_number)
            found.setdefault(key, {})[row.shard] = int(row.n)
            erased[key] = int(row.erased_ms)
        return [
            Erasure(
                *key,
                erased[key],
                tuple(
                    each.station
                    for each in stations
                    if _site_shard(each.site) in shards
                    and any(
                        reached.get((each.station, shard), 0) < shards[shard]
                        for shard in shards
                        if shard.startswith(MERCHANT_SHARD) or shard == _site_shard(each.site)
                    )
                ),
            )
            for key, shards in sorted(found.items(), key=lambda each: -erased[each[0]])
        ]

    def _records(self, connection: Connection, shard: str) -> Records:
        mark = int.from_bytes(self.hub.random(_MARK_BYTES), "big")
        return Records(connection, shard, self.hub.now_ms(), mark)

    def _note(
        self, connection: Connection, merchant_id: str, order_number: str, shards: Sequence[str]
    ) -> None:
        put = upsert(
            connection, ERASURE, ("merchant_id", "order_number", "shard"), {"n", "erased_ms"}
        )
        last = last_of(connection, shards)
        connection.execute(
            put,
            [
                {
                    "merchant_id": merchant_id,
                    "order_number": order_number,
                    "shard": shard,
                    "n": last[shard],
                    "erased_ms": self.hub.now_ms(),
                }
                for shard in shards
            ],
        )


def _rmas(connection: Connection, shard: str, order_number: str) -> Iterator[str]:
    wanted = select(RECORD.c.key, RECORD.c.body).where(
        RECORD.c.shard == shard, RECORD.c.kind == "rma", RECORD.c.is_deleted.is_(False)
    )
    for row in connection.execute(wanted).yield_per(_AT_A_TIME):
        if msgspec.json.decode(row.body, type=_OfOrder).order_number == order_number:
            yield row.key


def _sites(connection: Connection, shard: str) -> Sequence[str]:
    wanted = select(SUBSCRIPTION.c.site).where(SUBSCRIPTION.c.shard == shard)
    return sorted(connection.scalars(wanted))


def _site_shard(site: str) -> str:
    return SITE_SHARD + site
