"""An order that is erased is forgotten at the hub and at every station, and each confirms it."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from pysqlite3 import dbapi2

from builders import AT, a_merchant, an_order, an_rma
from hubs import HubProcess, a_hub
from processes import run_program
from returnstation.app import Station
from returnstation.app.bundling import read_answer, write_bundle
from returnstation.app.erasing import Forgetting
from returnstation.app.photo_lane import PhotoLane
from returnstation.app.retention import blank_papers_in_time
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Refused
from returnstation.domain.facts import (
    ERASED,
    ForgottenOrder,
    NoteAdded,
    OrdersForgotten,
    PhotoTaken,
)
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
from returnstation.storage.audit import verify
from returnstation.storage.erasing import empty_wal
from returnstation.storage.filling import Filling
from returnstation.storage.moments import to_ms
from returnstation.storage.photos import PhotoFolder
from returnstation.storage.schema import back_up
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


def a_told_case(station: Station) -> tuple[str, bytes]:
    """Leave an ended case with papers, words and a photo; return the photo's digest, and the key.

    The papers were queued again and again, as at a desk, so that pages of the file filled up.
    """
    a_case(station)
    digest = PhotoFolder(station.home / "photos").keep(a_jpeg())
    with station.database.work() as work:
        work.facts.append(
            "c", None, [NoteAdded(text=f"{NAME} called"), PhotoTaken(digest=digest)], AT
        )
        for number in range(300):
            work.facts.append(f"other-{number}", None, [NoteAdded(text="x")], AT)
        key = work.keys.of("c") or b""
        work.commit()
    return digest, key


def a_jpeg() -> bytes:
    out = BytesIO()
    Image.new("RGB", (900, 700), "navy").save(out, "JPEG")
    return out.getvalue()


def files_with(station: Station, secret: bytes) -> set[str]:
    return {
        str(file.relative_to(station.home))
        for file in station.home.rglob("*")
        if file.is_file() and secret in file.read_bytes()
    }


def forgotten(station: Station, number: str = an_order().number) -> list[ForgottenOrder]:
    with station.database.look() as work:
        facts = [each.fact for each in work.facts.of(name_of(station))]
    told = [order for fact in facts if isinstance(fact, OrdersForgotten) for order in fact.orders]
    return [order for order in told if order.order_number == number]  # other tests erase others


def noted(station: Station, told: Mapping[str, int]) -> None:
    with station.database.work() as work:
        work.erasures.begin(told)
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


def test_a_station_that_is_taken_in_again_confirms_by_its_new_name(
    process: HubProcess, hub: Hub, station: Station
) -> None:
    meet_once(station)
    Erasing(hub).erase("ds", an_order().number)
    for _ in range(2):
        meet_once(station)
    first = name_of(station)
    hub.stations.revoke(first, 1)

    station.hub.enrol(process.url, process.code_for(SITE))
    for _ in range(3):
        meet_once(station)

    assert name_of(station) != first
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


def carried(hub: Hub, station: Station, stick: Path) -> None:
    """Carry a stick to the hub and its answer back."""
    brought = [Sticks(hub).take(file) for file in write_bundle(station, stick).files]
    read_answer(station, Answering(hub, build_snapshot).write(brought, stick))


def test_a_station_confirms_on_a_stick_too(hub: Hub, station: Station, tmp_path: Path) -> None:
    Erasing(hub).erase("ds", an_order().number)
    for round_ in ("a", "b"):
        carried(hub, station, tmp_path / round_)

    assert waiting(hub)[an_order().number] == ()


def test_the_first_answer_on_a_stick_fits_a_station_that_was_put_back(
    hub: Hub, station: Station, tmp_path: Path
) -> None:
    Erasing(hub).erase("ds", an_order().number)
    meet_once(station)
    noted(station, {KEY: 1})
    station.hub.begin_life()  # as a restore does

    carried(hub, station, tmp_path / "a")

    assert Forgetting(station).pending == {}


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


def test_nothing_of_an_erased_order_is_left_in_any_file(hub: Hub, station: Station) -> None:
    buyer = replace(an_order().customer, name="Xqzwvk Zyxwqq")
    odd = an_order(number="ODD-1", customer=buyer)
    with hub.database.work() as connection:
        change = Change("order", key_of("ds", odd.number), msgspec.json.encode(odd))
        Records(connection, SHARD, 1, 8).put([change])
    Filling(station.cache).orders([odd])  # in the file before the one the hub's orders come into
    meet_once(station)
    digest, key = a_told_case(station)
    with station.database.work() as work:
        work.connection.exec_driver_sql("UPDATE return_case SET order_number = 'OTHER, ODD-1'")
        work.commit()
    photos = PhotoFolder(station.home / "photos")
    photos.mark_sent(digest)
    back_up(station.database.engine, station.home / "station-before-3.db")
    (station.home / "cache.zst.part").write_bytes(b"Zyxwqq")
    secrets = (b"Zyxwqq", b"xqzwv", b"zyxw", NAME.encode(), b"Teheran", key)
    assert all(files_with(station, each) for each in secrets)
    assert {"cache-1.db", "cache-2.db"} <= {each.name for each in station.home.iterdir()}

    Erasing(hub).erase("ds", odd.number)
    meet_once(station)
    meet_once(station)

    assert [each for each in secrets if files_with(station, each)] == []
    assert list((station.home / "photos").rglob(f"{digest}*")) == []
    assert len(forgotten(station, "ODD-1")) == 1
    assert verify(station.home / "station.db").bad is None
    with station.database.look() as work:
        assert NoteAdded(text=ERASED) in [each.fact for each in work.facts.of("c")]
        assert NoteAdded(text="x") in [each.fact for each in work.facts.of("other-299")]
    assert station.cache.order("ds", an_order().number) is not None


def test_an_erasure_is_confirmed_once_and_one_that_follows_it_again(
    hub: Hub, station: Station
) -> None:
    meet_once(station)
    for times in (1, 2):
        Erasing(hub).erase("ds", an_order().number)
        for _ in range(3):
            meet_once(station)
        assert len(forgotten(station)) == times

    first, second = forgotten(station)
    assert 0 < first.erased_ms <= second.erased_ms
    told = {KEY: second.erased_ms}
    Forgetting(station).begin(told)  # the feed is read again
    Forgetting(station).finish(told)
    assert len(forgotten(station)) == 2


def test_a_cut_at_any_point_is_made_up_for(station: Station) -> None:
    digest, key = a_told_case(station)
    forgetting = Forgetting(station)
    noted(station, {KEY: 7})  # and then the power went
    photo = station.home / "photos" / digest[:2] / f"{digest}.jpg"
    photo.unlink()  # of what came next, some was done

    forgetting.finish([KEY])
    forgetting.finish([KEY])

    assert files_with(station, key) == files_with(station, NAME.encode()) == set()
    assert [told.erased_ms for told in forgotten(station)] == [7]
    assert forgetting.pending == {}


def test_nothing_is_confirmed_while_somebody_reads_an_older_state(station: Station) -> None:
    a_told_case(station)
    forgetting = Forgetting(station)
    with closing(dbapi2.connect(str(station.home / "station.db"))) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM fact").fetchall()
        with station.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 1")
        forgetting.begin({KEY: 7})
        forgetting.finish([KEY])
        assert forgotten(station) == []
        reader.rollback()

    forgetting.finish([KEY])
    assert len(forgotten(station)) == 1


def test_nothing_is_confirmed_while_the_disk_takes_no_more(station: Station) -> None:
    resource = pytest.importorskip("resource")
    with station.database.work() as work:
        work.facts.append("c", None, [NoteAdded(text="x" * 4000)] * 300, AT)
        work.commit()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    try:
        assert not empty_wal(station.database.engine)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert empty_wal(station.database.engine)


def test_an_order_that_is_still_in_the_cache_is_not_confirmed_at_once(station: Station) -> None:
    forgetting = Forgetting(station)
    forgetting.begin({KEY: 7})

    forgetting.finish([])
    assert forgotten(station) == []
    forgetting.finish([KEY])
    assert len(forgotten(station)) == 1


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


def test_papers_are_blanked_some_time_after_their_case_has_ended(station: Station) -> None:
    day = timedelta(days=1)
    keeping = timedelta(days=station.settings.keep_papers_days)
    a_case(station, ended=to_ms(AT))
    station.clock = lambda: AT + keeping
    assert blank_papers_in_time(station)
    assert NAME in papers(station)

    station.clock = lambda: AT + keeping + day - timedelta(seconds=1)
    assert not blank_papers_in_time(station)
    station.clock = lambda: AT + keeping + day
    assert blank_papers_in_time(station)

    assert NAME not in papers(station)
    assert "watch" in papers(station)


def test_a_clock_that_was_set_back_leaves_no_paper_out(station: Station) -> None:
    station.clock = lambda: AT + timedelta(days=4000)
    assert blank_papers_in_time(station)
    a_case(station, ended=to_ms(AT))

    station.clock = lambda: AT + timedelta(days=station.settings.keep_papers_days + 1)
    assert blank_papers_in_time(station)

    assert NAME not in papers(station)


def test_the_lane_of_photos_looks_after_papers_too(station: Station) -> None:
    a_case(station, ended=5)

    PhotoLane(station).tidy()

    assert NAME not in papers(station)


def test_a_station_put_back_from_a_backup_forgets_again(hub: Hub, station: Station) -> None:
    meet_once(station)
    a_case(station)  # whose key nobody ever needed
    backup = station.home / "before.bak"
    back_up(station.database.engine, backup)
    Erasing(hub).erase("ds", an_order().number)
    meet_once(station)
    assert len(forgotten(station)) == 1

    for file in station.home.glob("station.db*"):
        file.unlink()
    backup.replace(station.home / "station.db")
    with closing(Station(station.home, station.clock, station.ids)) as again:
        assert NAME in papers(again)
        again.hub.begin_life()  # as a restore does
        meet_once(again)

        assert NAME not in papers(again)
        assert len(forgotten(again)) == 1
        meet_once(again)
        assert len(forgotten(again)) == 1
