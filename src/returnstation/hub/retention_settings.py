"""How long orders and photos are kept: for each merchant, or for all others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, select

from returnstation.application.troubles import Refused
from returnstation.hub.database import HubDatabase, upsert
from returnstation.hub.records import all_shards
from returnstation.hub.tables_erasing import RETENTION
from returnstation.wire.feeds import MERCHANT_SHARD

EVERYBODY = ""
"""Stands for merchants that have no setting of their own."""

OFF = 0
LEAST_DAYS = {"orders": 30, "photos": 14}
"""Shorter times are refused: a return may still be on its way, a decision in doubt."""

MOST_DAYS = 36_500


class Days(NamedTuple):
    """How long things are kept; None as for everybody, 0 for ever."""

    merchant_id: str
    orders: int | None = None
    photos: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What was said about how long to keep things, by merchant."""

    said: Mapping[str, Days]

    def of(self, merchant_id: str) -> Days:
        """Return how long things of a merchant are kept; 0 for ever."""
        everybody = self.said.get(EVERYBODY, Days(EVERYBODY))
        own = self.said.get(merchant_id, everybody)
        orders = everybody.orders if own.orders is None else own.orders
        photos = everybody.photos if own.photos is None else own.photos
        return Days(merchant_id, orders or OFF, photos or OFF)

    def all(self) -> Sequence[Days]:
        """Return what was said, for everybody first."""
        whole = {EVERYBODY: Days(EVERYBODY), **self.said}
        return [whole[merchant_id] for merchant_id in sorted(whole)]


def settings_of(connection: Connection) -> Settings:
    """Return what was said."""
    rows = connection.execute(select(RETENTION))
    found = (Days(row.merchant_id, row.orders_days, row.photos_days) for row in rows)
    return Settings({days.merchant_id: days for days in found})


def merchants_of(connection: Connection) -> Sequence[str]:
    """Return the merchants with records, by id."""
    shards = all_shards(connection)
    return sorted(s.removeprefix(MERCHANT_SHARD) for s in shards if s.startswith(MERCHANT_SHARD))


def keep(database: HubDatabase, merchant_id: str, days: Mapping[str, int | None]) -> Settings:
    """Set how long ``orders`` or ``photos`` of a merchant are kept, and return what is said now.

    Raises:
        Refused: ``merchant-unknown``, or ``retention-days``: fewer than ``LEAST_DAYS``, or more
            than a century.
    """
    for what, count in days.items():
        if count and not LEAST_DAYS[what] <= count <= MOST_DAYS:
            raise Refused("retention-days", least=LEAST_DAYS[what], most=MOST_DAYS)
    values = {f"{what}_days": count for what, count in days.items()}
    with database.work() as connection:
        if merchant_id != EVERYBODY and merchant_id not in merchants_of(connection):
            raise Refused("merchant-unknown", merchant=merchant_id)
        if values:
            put = upsert(connection, RETENTION, ("merchant_id",), set(values))
            connection.execute(put, {"merchant_id": merchant_id, **values})
        return settings_of(connection)
