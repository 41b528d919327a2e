"""Real stations and a real hub: facts go up, what is new comes down, whoever is killed."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import urllib3
from sqlalchemy import select

from builders import a_merchant, a_product, an_order, an_rma
from hubs import HubProcess, a_hub
from postgres import new_database
from processes import run_program
from returnstation.app import Station
from returnstation.app.sync_worker import SyncWorker
from returnstation.app.syncing import HubLink, meet_once
from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.facts import ClockStepped, NoteAdded
from returnstation.domain.orders import Order
from returnstation.hub.hub import Hub
from returnstation.hub.records import Change, Records
from returnstation.hub.serving import open_hub
from returnstation.hub.tables import CASE
from returnstation.storage.outbox import Outbox
from returnstation.storage.snapshots import build_snapshot
from returnstation.sync.client import HubRefused
from returnstation.sync.keys import FILE
from returnstation.wire.feeds import START, key_of
from stations import Clock, Worker, a_station
from waiting import PATIENCE, until

SITE = "ICN3"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def hub(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HubProcess]:
    home = tmp_path_factory.mktemp("hub")
    if request.param == "sqlite":
        with a_hub(home) as process:
            yield process
        return
    with a_hub(home, new_database(request.getfixturevalue("postgres_server"))) as process:
        yield process


@pytest.fixture
def inside(hub: HubProcess) -> Iterator[Hub]:
    """The hub's database, looked into from beside the process."""
    opened = open_hub(hub.home, hub.database)
    with closing(opened.database):
        yield opened


def enrolled(station: Station, hub: HubProcess) -> Station:
    station.hub.enrol(hub.url, hub.code_for(SITE))
    return station


def steps_of(station: Station) -> list[ClockStepped]:
    assert station.hub.address is not None
    with station.database.look() as work:
        told = [each.fact for each in work.facts.of(station.hub.address.station)]
    return [fact for fact in told if isinstance(fact, ClockStepped)]


def put(hub: Hub, shard: str, *changes: Change) -> None:
    with hub.database.work() as connection:
        Records(connection, shard, 1, 1 + len(changes)).put(changes)


def order_change(order: Order) -> Change:
    return Change("order", key_of(order.merchant_id, order.number), msgspec.json.encode(order))


def sales(hub: Hub, order: Order) -> str:
    shard = f"merchant:{order.merchant_id}"
    hub.feeds.subscribe(SITE, shard)
    product = a_product()
    put(
        hub,
        shard,
        Change("merchant", order.merchant_id, msgspec.json.encode(a_merchant())),
        Change("product", key_of(product.merchant_id, product.sku), msgspec.json.encode(product)),
        order_change(order),
        Change("rma", key_of("ds", an_rma().number), msgspec.json.encode(an_rma())),
    )
    return shard


def test_what_a_desk_did_is_at_the_hub_after_one_meeting(hub: HubProcess, tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        Worker(station).desk.scan(an_order().shipments[0].tracking)

        met = meet_once(station)

        with station.database.look() as work:
            assert met.sent == work.facts.head() > 0
            assert work.facts.unsent() == (0, None)
        assert meet_once(station).sent == 0


def test_what_a_desk_does_while_news_come_down_goes_before_the_next_piece(
    hub: HubProcess, inside: Hub, tmp_path: Path
) -> None:
    sales(inside, an_order())
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        unsent: list[int] = []

        def note() -> bool:
            with station.database.work() as work:
                unsent.append(work.facts.unsent()[0])
                if len(unsent) == 3:  # the first feed is about to be followed
                    work.facts.append("c", None, [NoteAdded(text="x")], station.clock())
                    work.commit()
            return False

        met = meet_once(station, note)

        assert unsent[1:3] == [0, 0]
        assert unsent[-1] == 0
        with station.database.look() as work:
            assert met.sent == work.facts.head()


def test_a_code_takes_in_one_station_only(hub: HubProcess, tmp_path: Path) -> None:
    where = ["--database", hub.database] if hub.database else []
    told = run_program("--home", str(hub.home), "hub", *where, "enrol", SITE, "Desk")
    assert told.code == 0, told.err
    code = told.out.strip()
    with a_station(tmp_path / "a") as station:
        station.hub.enrol(hub.url, code)
    with a_station(tmp_path / "b") as other, pytest.raises(Refused, match="enrol-code-wrong"):
        other.hub.enrol(hub.url, code)


def test_two_stations_of_a_site_never_give_the_same_number(hub: HubProcess, tmp_path: Path) -> None:
    ranges = []
    for name in ("a", "b"):
        with a_station(tmp_path / name) as station:
            enrolled(station, hub)
            ranges.append(station.equipment.settings.numbers)

    (_, last), (first, _) = sorted(ranges)
    assert last < first


def test_a_station_for_another_site_is_not_taken_in(hub: HubProcess, tmp_path: Path) -> None:
    with a_station(tmp_path, prefix="ELSE") as station:
        with pytest.raises(Refused, match="enrol-other-site"):
            station.hub.enrol(hub.url, hub.code_for(SITE))
        assert station.hub.address is None


def test_orders_come_down_and_are_found_at_the_desk_at_once(
    hub: HubProcess, inside: Hub, tmp_path: Path
) -> None:
    order = an_order(number="HUB-1")
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        shard = sales(inside, order)

        meet_once(station)
        assert station.cache.order("ds", "HUB-1") == order

        put(inside, shard, Change("order", key_of("ds", "HUB-1"), None))
        meet_once(station)
        assert station.cache.order("ds", "HUB-1") is None
        assert not [hit for hit in station.cache.find(["hub1"]) if hit.number == "HUB-1"]


def test_a_snapshot_is_taken_over_while_the_desk_works(
    hub: HubProcess, inside: Hub, tmp_path: Path
) -> None:
    order = an_order(number="SNAP-1")
    sales(inside, order)
    inside.snapshots.renew(SITE, inside.feeds.whole(SITE), build_snapshot)
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        before = station.cache.path

        meet_once(station)

        assert station.cache.path != before
        assert station.cache.order("ds", "SNAP-1") == order
        assert meet_once(station).taken == 0


def test_a_hub_restored_to_yesterday_is_followed_anew(
    hub: HubProcess, inside: Hub, tmp_path: Path
) -> None:
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        sales(inside, an_order(number="A-1"))
        meet_once(station)
        before = station.cache.path
        shard = "merchant:ds"
        with inside.database.work() as connection:
            # Yesterday's copy gives the same numbers again, in other transactions.
            connection.exec_driver_sql("UPDATE feed_mark SET mark = mark + 1000000")
        put(inside, shard, order_change(an_order(number="A-2")))

        meet_once(station)

        assert station.cache.path != before
        assert station.cache.order("ds", "A-2") is not None


def test_a_stations_feed_is_not_for_another_site(
    hub: HubProcess, inside: Hub, tmp_path: Path
) -> None:
    with a_station(tmp_path, prefix="BUS1") as station:
        station.hub.enrol(hub.url, hub.code_for("BUS1"))
        client = station.hub.client()
        with pytest.raises(HubRefused, match="feed-foreign"):
            client.page(f"site:{SITE}", START)
        client.close()


def test_a_database_copied_to_another_machine_begins_a_new_life(
    hub: HubProcess, tmp_path: Path
) -> None:
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        epoch = station.database.epoch
    key = tmp_path / FILE
    key.write_bytes(key.read_bytes().replace(str(epoch).encode(), b"12345"))

    with a_station(tmp_path) as again:
        assert again.database.epoch != epoch
        Worker(again)
        assert meet_once(again).sent > 0


def test_a_station_that_was_locked_out_is_told_and_its_facts_are_kept_aside(
    hub: HubProcess, inside: Hub, tmp_path: Path
) -> None:
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        address = station.hub.address
        assert address is not None
        inside.stations.revoke(address.station, 5)

        with pytest.raises(HubRefused, match="station-revoked"):
            meet_once(station)


def test_a_clock_that_is_hours_wrong_is_corrected_by_the_hubs(
    hub: HubProcess, tmp_path: Path
) -> None:
    # The stations of these tests believe it is the day of the examples, not today.
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        client = station.hub.client()
        assert client.hello().hub
        assert abs(client.offset.total_seconds()) > 3600
        client.close()


def test_facts_reach_a_hub_that_is_killed_again_and_again(tmp_path: Path) -> None:
    with a_hub(tmp_path / "hub") as hub, a_station(tmp_path / "st") as station:
        enrolled(station, hub)
        for badge in ("OPERATOR", "SUPERVISOR") * 2:
            Worker(station, badge)
            hub.kill()
            with pytest.raises(Trouble, match="hub-unreachable"):
                meet_once(station)
            hub.start()
            meet_once(station)

        with station.database.look() as work:
            assert Outbox(station.database).progress()[1] == work.facts.head()


def test_the_worker_meets_the_hub_by_itself_and_stops_when_told(
    hub: HubProcess, tmp_path: Path
) -> None:
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        Worker(station)
        worker = SyncWorker(station)
        worker.start()
        until(lambda: worker.state.met_at)
        assert worker.stop()


def test_a_clock_that_was_set_is_a_fact_of_the_station(hub: HubProcess, tmp_path: Path) -> None:
    clock = Clock()
    with a_station(tmp_path, clock=clock) as station:
        enrolled(station, hub)
        worker = SyncWorker(station, running=lambda: 0.0)
        worker.start()
        until(lambda: worker.state.met_at)
        clock.at += timedelta(hours=5)
        worker.wake()
        until(lambda: steps_of(station))
        worker.stop()
        (step,) = steps_of(station)

    assert abs(step.seconds - 5 * 3600) < 600


def test_a_case_has_the_hubs_date_whatever_the_stations_clock_says(
    hub: HubProcess, inside: Hub, tmp_path: Path
) -> None:
    with a_station(tmp_path) as station:
        enrolled(station, hub)
        meet_once(station)
        address = station.hub.address
        assert address is not None
        Worker(station).desk.scan(an_order().shipments[0].tracking)
        meet_once(station)

    wanted = select(CASE.c.corrected_ms).where(CASE.c.station == address.station)

    def corrected() -> int | None:
        with inside.database.look() as connection:
            return connection.scalar(wanted)

    until(corrected)
    assert abs(inside.now_ms() - (corrected() or 0)) < 180_000


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/hello", 401), ("POST", "/v1/facts", 401), ("POST", "/v1/enrol", 400)],
)
def test_a_request_nobody_signed_is_refused(
    hub: HubProcess, method: str, path: str, status: int
) -> None:
    answer = urllib3.request(method, hub.url + path, body=b"x", timeout=PATIENCE, retries=False)
    assert answer.status == status


def test_a_station_without_a_hub_says_so(tmp_path: Path) -> None:
    with a_station(tmp_path) as station:
        assert HubLink(tmp_path, station.database, station.clock).address is None
        with pytest.raises(Trouble, match="hub-none"):
            meet_once(station)
