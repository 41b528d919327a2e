"""Erase what is known of an order, here and at every station, and see who has confirmed it.

The key of the order is forgotten first, then those of its cases and of photos that only they
have. The order and its announced returns leave the records, so that tombstones go down the
feeds; a record of the site's own feed tells stations to do the same. A station confirms by a
fact, once it really has, and by asking for what comes after both.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection, delete, func, select

from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.facts import OrderForgotten, OrdersForgotten, type_name
from returnstation.hub.database import mark_dirty, upsert
from returnstation.hub.erased import alone, cases_of_order, follow_erasures
from returnstation.hub.followers import followed
from returnstation.hub.housekeeping import bring_forward
from returnstation.hub.hub import Hub
from returnstation.hub.records import Change, Records, last_of
from returnstation.hub.sealed_records import MARK, order_of, sealed_for
from returnstation.hub.sealing_old import DONE, RECORDS
from returnstation.hub.snapshots import CHORE as SNAPSHOTS
from returnstation.hub.subject_keys import ORDER
from returnstation.hub.tables import FACT, RECORD, SUBSCRIPTION
from returnstation.hub.tables_erasing import ERASURE, RMA_OF_ORDER, WHY_ERASED
from returnstation.wire.feeds import ERASURE_KIND, MERCHANT_SHARD, SITE_SHARD, key_of
from returnstation.wire.packing import UNREADABLE

ASKED, RETENTION = "asked", "retention"
"""Why an order was erased."""

_logger = logging.getLogger(__name__)

_AT_A_TIME = 1000
_MARK_BYTES = 7
_HOUR_MS = 3_600_000
_ONE, _SEVERAL = type_name(OrderForgotten), type_name(OrdersForgotten)


class _Forgotten(msgspec.Struct):
    merchant_id: str
    order_number: str
    erased_ms: int = 0


class _AllForgotten(msgspec.Struct):
    orders: tuple[_Forgotten, ...]


@dataclass(frozen=True, slots=True)
class Erasure:
    """An order that was erased.

    Attributes:
        why: ``asked`` or ``retention``.
        waiting: Stations that have not confirmed it yet.
    """

    merchant_id: str
    order_number: str
    erased_ms: int
    why: str
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """How far each station followed each feed, and when what it forgot had been erased."""

    reached: Mapping[tuple[str, str], int]
    forgot: Mapping[tuple[str, str, str], int]

    def by(self, station: str, key: tuple[str, str], erased_ms: int) -> bool:
        return self.forgot.get((station, *key), -1) >= erased_ms

    def is_beyond(self, station: str, shards: Iterable[tuple[str, int]]) -> bool:
        return all(self.reached.get((station, shard), 0) >= n for shard, n in shards)


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erases orders."""

    hub: Hub

    def erase(self, merchant_id: str, order_number: str, why: str = ASKED) -> int:
        """Erase an order, and return how many records are gone.

        Raises:
            Refused: ``order-unknown``: the hub has neither it, nor a return announced for it,
                nor a case of it.
        """
        now_ms, key = self.hub.now_ms(), key_of(merchant_id, order_number)
        shard = MERCHANT_SHARD + merchant_id
        with self.hub.database.work() as connection:
            rmas = sorted(self._rmas(connection, shard, (merchant_id, order_number)))
            cases = cases_of_order(connection, merchant_id, order_number)
            if not (rmas or cases or _is_known(connection, shard, key)):
                raise Refused("order-unknown", merchant=merchant_id, order=order_number)
            gone = [Change("order", key, None), *(Change("rma", rma, None) for rma in rmas)]
            count = self._records(connection, shard, now_ms).put(gone)
            # The feed's clock is in our hands: nobody seals with a key we forget.
            self.hub.subject_keys.forget([f"{ORDER}{merchant_id}/{order_number}"], now_ms)
            mark_dirty(connection, cases)
            sites = _sites(connection, shard)
            # With its moment in it, an order that came back and is erased again is told again.
            told = Change(ERASURE_KIND, key, msgspec.json.encode({"erased_ms": now_ms}))
            for site in sites:
                self._records(connection, SITE_SHARD + site, now_ms).put([told])
            shards = [shard, *map(_site_shard, sites)]
            self._note(connection, Erasure(merchant_id, order_number, now_ms, why, ()), shards)
            # Those there are, and one that is being made, have the order inside, and go.
            bring_forward(connection, SNAPSHOTS, now_ms + _HOUR_MS)
        self._follow(merchant_id, order_number, now_ms)
        for site in sites:
            self.hub.snapshots.forget(site)
        return count

    def all(self) -> Sequence[Erasure]:
        """Return what was erased, the latest first, and who has not confirmed it."""
        stations = [each for each in self.hub.stations.all() if not each.is_revoked]
        with self.hub.database.look() as connection:
            rows = connection.execute(select(ERASURE)).all()
            whys = {tuple(row[:2]): row.why for row in connection.execute(select(WHY_ERASED))}
            forgot = _forgot(connection, [each.station for each in stations])
            confirmed = _Confirmed(followed(connection), forgot)
        found: dict[tuple[str, str], dict[str, int]] = {}
        erased: dict[tuple[str, str], int] = {}
        for row in rows:
            key = (row.merchant_id, row.order_number)
            found.setdefault(key, {})[row.shard] = int(row.n)
            erased[key] = max(int(row.erased_ms), erased.get(key, 0))
        return [
            Erasure(
                *key,
                erased[key],
                whys.get(key, ASKED),
                tuple(
                    each.station
                    for each in stations
                    if _site_shard(each.site) in shards
                    and not (
                        confirmed.by(each.station, key, erased[key])
                        and confirmed.is_beyond(each.station, _of_site(shards, each.site))
                    )
                ),
            )
            for key, shards in sorted(found.items(), key=lambda each: -erased[each[0]])
        ]

    def _follow(self, merchant_id: str, order_number: str, now_ms: int) -> None:
        """Forget what the order's cases and photos say, as far as they are here by now."""
        with self.hub.database.work() as connection:
            alone(connection)
            cases = cases_of_order(connection, merchant_id, order_number)
            follow_erasures(connection, cases, now_ms)
            mark_dirty(connection, cases)
        try:
            self.hub.photos.remove_erased(now_ms)
        except Trouble as trouble:
            # Nobody opens them any more; the bytes go as soon as the store is there again.
            _logger.warning("erased photos are still in the store: %s", trouble)

    def _records(self, connection: Connection, shard: str, now_ms: int) -> Records:
        mark = int.from_bytes(self.hub.random(_MARK_BYTES), "big")
        return Records(connection, shard, now_ms, mark)

    def _rmas(self, connection: Connection, shard: str, order: tuple[str, str]) -> Iterator[str]:
        merchant_id, order_number = order
        living = (RECORD.c.shard == shard) & (RECORD.c.kind == "rma") & ~RECORD.c.is_deleted
        named = select(RMA_OF_ORDER.c.key).where(
            RMA_OF_ORDER.c.shard == shard, RMA_OF_ORDER.c.order_number == order_number
        )
        subject = f"{ORDER}{merchant_id}/{order_number}"
        wanted = select(RECORD.c.key, RECORD.c.body).where(living)
        for row in connection.execute(wanted.where(RECORD.c.key.in_(named))):
            if sealed_for(bytes(row.body)) == subject:
                yield row.key
        if self.hub.database.about(RECORDS) == DONE:
            return
        unsealed = func.substr(RECORD.c.body, 1, 1) != MARK
        for row in connection.execute(wanted.where(unsealed)).yield_per(_AT_A_TIME):
            if order_of(bytes(row.body)) == order_number:
                yield row.key

    def _note(self, connection: Connection, erasure: Erasure, shards: Sequence[str]) -> None:
        order = {"merchant_id": erasure.merchant_id, "order_number": erasure.order_number}
        put = upsert(
            connection, ERASURE, ("merchant_id", "order_number", "shard"), {"n", "erased_ms"}
        )
        last = last_of(connection, shards)
        rows = [
            {**order, "shard": shard, "n": last[shard], "erased_ms": erasure.erased_ms}
            for shard in shards
        ]
        connection.execute(put, rows)
        why = upsert(connection, WHY_ERASED, ("merchant_id", "order_number"), {"why"})
        connection.execute(why, {**order, "why": erasure.why})
        named = (RMA_OF_ORDER.c.shard == MERCHANT_SHARD + erasure.merchant_id) & (
            RMA_OF_ORDER.c.order_number == erasure.order_number
        )
        connection.execute(delete(RMA_OF_ORDER).where(named))


def _forgot(connection: Connection, stations: Sequence[str]) -> Mapping[tuple[str, str, str], int]:
    """Return what stations said they forgot, and when that had been erased."""
    wanted = select(FACT.c.station, FACT.c.type, FACT.c.body).where(
        FACT.c.subject.in_(stations),
        FACT.c.station.in_(stations),
        FACT.c.type.in_((_ONE, _SEVERAL)),
    )
    found: dict[tuple[str, str, str], int] = {}
    for row in connection.execute(wanted):
        try:
            told = _told(row.type, bytes(row.body))
        except UNREADABLE:
            continue  # in quarantine: a person looks at it
        for said in told:
            key = (row.station, said.merchant_id, said.order_number)
            found[key] = max(said.erased_ms, found.get(key, 0))
    return found


def _told(type_: str, body: bytes) -> Sequence[_Forgotten]:
    if type_ == _SEVERAL:
        return msgspec.json.decode(body, type=_AllForgotten).orders
    return (msgspec.json.decode(body, type=_Forgotten),)


def _is_known(connection: Connection, shard: str, key: str) -> bool:
    wanted = select(RECORD.c.is_deleted).where(
        RECORD.c.shard == shard, RECORD.c.kind == "order", RECORD.c.key == key
    )
    return connection.scalar(wanted) is not None


def _of_site(shards: Mapping[str, int], site: str) -> Iterator[tuple[str, int]]:
    for shard, n in shards.items():
        if shard.startswith(MERCHANT_SHARD) or shard == _site_shard(site):
            yield shard, n


def _sites(connection: Connection, shard: str) -> Sequence[str]:
    wanted = select(SUBSCRIPTION.c.site).where(SUBSCRIPTION.c.shard == shard)
    return sorted(connection.scalars(wanted))


def _site_shard(site: str) -> str:
    return SITE_SHARD + site
