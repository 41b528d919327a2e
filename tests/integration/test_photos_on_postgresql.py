"""Photos, cursors and erasures are kept alike by SQLite and PostgreSQL."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from builders import an_order, an_rma
from postgres import PostgresServer, new_database
from returnstation.application.troubles import Refused
from returnstation.domain.facts import ForgottenOrder, OrderForgotten, OrdersForgotten, type_name
from returnstation.hub.erasing import Erasing
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.records import Change, Records
from returnstation.hub.serving import open_hub
from returnstation.hub.tables import BRANCH
from returnstation.wire.batches import Batch, SentFact
from returnstation.wire.feeds import START, key_of
from returnstation.wire.messages import EnrolWish
from returnstation.wire.packing import packed

SITE, SHARD = "ICN3", "merchant:ds"
PHOTO = b"\xff\xd8\xff a photo"
DIGEST = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture(scope="module")
def addresses(postgres_server: PostgresServer) -> dict[str, str]:
    return {"sqlite": "", "postgresql": new_database(postgres_server)}


@pytest.fixture(params=["sqlite", "postgresql"])
def hub(request: pytest.FixtureRequest, addresses: dict[str, str], tmp_path: Path) -> Iterator[Hub]:
    opened = open_hub(tmp_path, addresses[request.param])
    with closing(opened.database):
        yield opened


def a_fact(digest: str) -> SentFact:
    body = msgspec.json.encode({"digest": digest})
    return SentFact(1, "s", 1, bytes(16), 1, "photo_taken", 1, "case", None, body)


def waits(hub: Hub) -> tuple[str, ...]:
    ((erasure),) = Erasing(hub).all()
    return erasure.waiting


def tell(hub: Hub, station: str, said: OrderForgotten | OrdersForgotten) -> None:
    """Let a station tell the hub a fact, after those it told before."""
    with hub.database.look() as connection:
        rows = connection.execute(
            select(BRANCH.c.seq, BRANCH.c.hash).where(BRANCH.c.station == station)
        ).all()
    seq, before = (int(rows[0].seq), bytes(rows[0].hash)) if rows else (0, bytes(32))
    body, fact_id = msgspec.json.encode(said), (seq + 1).to_bytes(16, "big")
    type_ = type_name(type(said))
    fact = SentFact(seq + 1, station, 1, fact_id, 1, type_, 1, station, None, body)
    hub.take(Sender(station), packed(Batch(branch=1, before=before, facts=(fact,))))


def test_photos_are_named_wanted_and_stored(hub: Hub) -> None:
    photos = hub.photos
    photos.named("s", [a_fact(DIGEST), a_fact(DIGEST), a_fact("../etc/passwd")])
    photos.named("s", [a_fact(DIGEST)])

    assert photos.wanted("s") == 1
    assert [each.digest for each in photos.missing("s", [DIGEST, DIGEST], 5).photos] == [DIGEST]
    photos.put_thumbnail("s", DIGEST, PHOTO, 6)
    photos.put("s", DIGEST, PHOTO, 7)
    photos.put("other", DIGEST, PHOTO, 8)

    assert photos.wanted("s") == 0
    assert photos.missing("s", [DIGEST], 9).photos == ()
    assert (photos.read(DIGEST), photos.thumbnail(DIGEST)) == (PHOTO, PHOTO)


def test_an_erasure_is_confirmed_by_what_a_station_asks_for(hub: Hub) -> None:
    hub.feeds.subscribe(SITE, SHARD)
    order, rma = an_order(), an_rma()
    key = key_of("ds", order.number)
    with hub.database.work() as connection:
        Records(connection, SHARD, 1, 7).put(
            [
                Change("order", key, msgspec.json.encode(order)),
                Change("rma", key_of("ds", rma.number), msgspec.json.encode(rma)),
            ]
        )
    code = hub.stations.offer(SITE, "desk", b"1" * 16, hub.now_ms())
    station = hub.stations.enrol(EnrolWish(code=code, key=b"k" * 32, site=SITE), hub.now_ms())

    assert Erasing(hub).erase("ds", order.number) == 2
    ((waiting,),) = (each.waiting for each in Erasing(hub).all())
    assert waiting == station.station
    for shard in (SHARD, f"site:{SITE}"):
        end = hub.feeds.page(SITE, shard, START).cursor
        hub.followers.note(station.station, shard, 1)
        hub.followers.note(station.station, shard, end.n)

    ((erasure),) = Erasing(hub).all()
    assert erasure.waiting == (station.station,)

    for erased_ms in (erasure.erased_ms - 1, erasure.erased_ms):
        assert waits(hub) == (station.station,)
        said = ForgottenOrder(merchant_id="ds", order_number=order.number, erased_ms=erased_ms)
        other = ForgottenOrder(merchant_id="ds", order_number="OTHER", erased_ms=erased_ms + 9)
        tell(hub, station.station, OrdersForgotten(orders=(said, other)))

    assert waits(hub) == ()
    assert Erasing(hub).erase("ds", order.number) == 0
    ((erasure),) = Erasing(hub).all()
    assert erasure.waiting == (station.station,)
    by_an_older_program = OrderForgotten(
        merchant_id="ds", order_number=order.number, erased_ms=erasure.erased_ms
    )
    tell(hub, station.station, by_an_older_program)
    for shard in (SHARD, f"site:{SITE}"):
        end = hub.feeds.page(SITE, shard, START).cursor
        hub.followers.note(station.station, shard, end.n)
    assert waits(hub) == ()
    with pytest.raises(Refused, match="order-unknown"):
        Erasing(hub).erase("ds", "NOBODY")


def test_two_processes_of_a_new_hub_have_the_same_keys(hub: Hub, tmp_path: Path) -> None:
    url = hub.database.engine.url.render_as_string(hide_password=False)
    other = open_hub(tmp_path, url.replace("+psycopg", ""))

    with closing(other.database):
        assert other.keys == hub.keys
