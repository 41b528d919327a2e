"""A new station has the orders it can read, whatever is wrong with others."""

import msgspec
import pytest

from builders import a_merchant, an_order
from returnstation.app import Station
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Trouble
from returnstation.hub.hub import Hub
from returnstation.hub.records import Change, Records
from returnstation.wire.feeds import key_of
from stations import settings


def put(hub: Hub, merchant_id: str, *orders: tuple[str, bytes]) -> None:
    shard = f"merchant:{merchant_id}"
    hub.feeds.subscribe(settings().prefix, shard)
    merchant = msgspec.json.encode(a_merchant(merchant_id=merchant_id))
    changes = [Change("order", key_of(merchant_id, number), body) for number, body in orders]
    with hub.database.work() as connection:
        Records(connection, shard, 1, 7).put([Change("merchant", merchant_id, merchant), *changes])


def order(merchant_id: str, number: str) -> tuple[str, bytes]:
    return number, msgspec.json.encode(an_order(merchant_id=merchant_id, number=number))


def test_one_merchants_broken_record_keeps_no_other_merchants_orders_away(
    station: Station, hub: Hub
) -> None:
    put(hub, "broken", ("1", b'{"number": 1}'))
    put(hub, "whole", order("whole", "KR-1"))
    for number in ("KR-1", "KR-2"):
        with pytest.raises(Trouble, match="feed-unreadable shard=merchant:broken"):
            meet_once(station)

        assert station.cache.order("whole", number) is not None
        put(hub, "whole", order("whole", "KR-2"))
