"""An order that is erased is forgotten at the hub and at every station, and each confirms it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from builders import AT, a_merchant, an_order, an_rma
from hubs import HubProcess, a_hub
from processes import run_program
from returnstation.app import Station
from returnstation.app.bundling import read_answer, write_bundle
from returnstation.app.erasing import Forgetting
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Refused
from returnstation.domain.papers import (
    Address,
    CarrierFormat,
    CarrierLabel,
    JobState,
    Paper,
    PrintJob,
    ShipBackLabel,
)
from returnstation.hub.bundle_answers import Answering
from returnstation.hub.bundles import Sticks
from returnstation.hub.erasing import Erasing
from returnstation.hub.hub import Hub
from returnstation.hub.records import Change, Records
from returnstation.hub.serving import open_hub
from returnstation.storage.snapshots import build_snapshot
from returnstation.wire.feeds import key_of
from stations import a_station

SITE = "ICN3"
SHARD = "merchant:ds"
KEY = key_of("ds", an_order().number)
NAME = "Seoyeon Kim"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with a_hub(tmp_path_factory.mktemp("hub")) as started:
        yield started


@pytest.fixture
def hub(process: HubProcess) -> Iterator[Hub]:
    opened = open_hub(process.home)
    with closing(opened.database):
        opened.feeds.subscribe(SITE, SHARD)
        for station in opened.stations.all():
            opened.stations.revoke(station.station, 1)  # those of other tests
        rma = an_rma()
        changes = [
            Change("merchant", "ds", msgspec.json.encode(a_merchant())),
            Change("order", KEY, msgspec.json.encode(an_order())),
            Change("rma", key_of("ds", rma.number), msgspec.json.encode(rma)),
            Change("order", key_of("ds", "OTHER"), msgspec.json.encode(an_order(number="OTHER"))),
        ]
        with opened.database.work() as connection:
            Records(connection, SHARD, 1, 7).put(changes)
        yield opened


@pytest.fixture
def station(process: HubProcess, hub: Hub, tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path / "station") as opened:
        opened.hub.enrol(process.url, process.code_for(SITE))
        yield opened


def name_of(station: Station) -> str:
    assert station.hub.address is not None
    return station.hub.address.station


def waiting(hub: Hub) -> dict[str, tuple[str, ...]]:
    return {each.order_number: each.waiting for each in Erasing(hub).all()}


def a_case(station: Station, ended: int | None = 5) -> None:
    """Leave a case of the order with papers that name the customer."""
    number = an_order().number
    with station.database.work() as work:
        work.connection.exec_driver_sql(
            "INSERT INTO return_case (case_id, number, state, country, merchant_id, merchant,"
            " order_number, opened_at, ended_at, clause, reviews_waiting)"
            " VALUES ('c', 'C-1', 'finished', 'KR', 'ds', '', ?, 1, ?, '', 0)",
            (number, ended),
        )
        to = Address(name=NAME, lines=("Teheran-ro 1",), country="KR")
        named: tuple[Paper, ...] = (
            ShipBackLabel(sender=to, to=to, lpn="L", case_number="C-1", title="watch"),
            CarrierLabel(name="C-1", format=CarrierFormat.ZPL, content=NAME.encode()),
        )
        for place, paper in enumerate(named):
            work.jobs.add(
                PrintJob(
                    job_id=f"j{place}",
                    paper=paper,
                    language="ko",
                    printer="labels",
                    state=JobState.CONFIRMED,
                    created_at=AT,
                    case_id="c",
                )
            )
        work.commit()


def papers(station: Station) -> str:
    with station.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT paper FROM print_job WHERE case_id = 'c'")
        return " ".join(found.scalars())


def test_an_order_is_gone_at_the_hub_and_at_a_station_that_confirms_it(
    hub: Hub, station: Station
) -> None:
    meet_once(station)
    assert station.cache.order("ds", an_order().number) is not None

    assert Erasing(hub).erase("ds", an_order().number) == 2
    assert waiting(hub)[an_order().number] == (name_of(station),)

    meet_once(station)
    assert station.cache.order("ds", an_order().number) is None
    assert station.cache.order("ds", "OTHER") is not None
    meet_once(station)
    assert waiting(hub)[an_order().number] == ()


def test_nothing_of_the_order_is_left_in_the_hubs_records(hub: Hub) -> None:
    hub.snapshots.renew(SITE, hub.feeds.whole(SITE), build_snapshot)

    Erasing(hub).erase("ds", an_order().number)

    with hub.database.look() as connection:
        found = connection.exec_driver_sql(
            "SELECT COUNT(*) FROM record WHERE body LIKE ?", (f"%{an_order().number}%",)
        )
        assert found.scalar_one() == 0
    assert hub.snapshots.newest(SITE) is None


def test_a_station_confirms_on_a_stick_too(hub: Hub, station: Station, tmp_path: Path) -> None:
    Erasing(hub).erase("ds", an_order().number)
    for round_ in ("a", "b"):
        brought = [Sticks(hub).take(f) for f in write_bundle(station, tmp_path / round_).files]
        files = Answering(hub, build_snapshot).write(brought, tmp_path / round_)
        read_answer(station, files)

    assert waiting(hub)[an_order().number] == ()


def test_papers_of_the_order_name_nobody_any_more(hub: Hub, station: Station) -> None:
    meet_once(station)
    a_case(station)
    assert NAME in papers(station)

    Erasing(hub).erase("ds", an_order().number)
    meet_once(station)

    assert NAME not in papers(station)
    assert "Teheran" not in papers(station)
    assert "watch" in papers(station)
    with station.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT kind FROM print_job WHERE case_id = 'c'")
        assert list(found.scalars()) == ["ship_back_label"]


def test_papers_of_an_open_case_are_blanked_once_it_has_ended(station: Station) -> None:
    a_case(station, ended=None)

    forgetting = Forgetting(station)
    forgetting.begin({KEY: 5})
    forgetting.finish([KEY])
    assert NAME in papers(station)
    with station.database.work() as work:
        work.connection.exec_driver_sql("UPDATE return_case SET ended_at = 9")
        work.commit()
    forgetting.finish([KEY])

    assert NAME not in papers(station)
    assert forgetting.pending == {}


def test_an_order_nobody_knows_is_refused(hub: Hub) -> None:
    with pytest.raises(Refused, match="order-unknown"):
        Erasing(hub).erase("ds", "NOBODY")


def test_the_commands_erase_and_list(process: HubProcess, hub: Hub) -> None:
    home = ["--home", str(process.home), "--json", "hub"]
    erased = run_program(*home, "erase", "--merchant", "ds", "--order", an_order().number)
    listed = run_program(*home, "erasures")

    assert (erased.code, msgspec.json.decode(erased.out)) == (0, {"erased": 2})
    assert msgspec.json.decode(listed.out.splitlines()[0])["order"] == an_order().number
    assert run_program(*home, "erase", "--merchant", "ds", "--order", "NOBODY").code == 1
