"""Answers that are not for this station, come twice, or come late, change nothing at it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from builders import a_merchant, an_order
from returnstation.app import Station
from returnstation.app.bundling import read_answer, write_bundle
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Refused
from returnstation.hub.bundle_answers import Answering
from returnstation.hub.bundles import Sticks
from returnstation.hub.hub import Hub
from returnstation.hub.records import Change, Records
from returnstation.hub.restoring import begin_anew
from returnstation.hub.serving import open_hub
from returnstation.storage.feeding import Feeding
from returnstation.storage.outbox import Outbox
from returnstation.storage.snapshots import build_snapshot
from returnstation.wire.feeds import Cursor, key_of
from stations import Worker
from stick_stand import SITE, Site, a_site, enrol

WHOLE, PAGES = 0, 100_000
"""After how many changes an answer holds a whole cache."""


class Known(NamedTuple):
    """What a station has of its hub."""

    acked: int
    cache: Path
    cursors: dict[str, tuple[str, Cursor]]
    key: bytes


def known(station: Station) -> Known:
    cursors = dict(Feeding(station.cache).cursors())
    key = (station.home / "station.key").read_bytes()
    return Known(Outbox(station.database).progress()[1], station.cache.path, cursors, key)


def sold(hub: Hub, merchant_id: str, number: str) -> None:
    order = msgspec.json.encode(an_order(merchant_id=merchant_id, number=number))
    merchant = msgspec.json.encode(a_merchant(merchant_id=merchant_id))
    told(hub, merchant_id, Change("merchant", merchant_id, merchant))
    told(hub, merchant_id, Change("order", key_of(merchant_id, number), order))


def taken_back(hub: Hub, merchant_id: str, number: str) -> None:
    told(hub, merchant_id, Change("order", key_of(merchant_id, number), None))


def told(hub: Hub, merchant_id: str, change: Change) -> None:
    shard = f"merchant:{merchant_id}"
    hub.feeds.subscribe(SITE, shard)
    with hub.database.work() as connection:
        Records(connection, shard, hub.now_ms(), 7).put([change])


def answer(station: Station, hub: Hub, folder: Path, most: int = PAGES) -> Sequence[Path]:
    """Carry a stick to a hub, and return the files of its answer."""
    brought = [Sticks(hub).take(file) for file in write_bundle(station, folder / "up").files]
    return Answering(hub, build_snapshot, most).write(brought, folder / "down")


def has(station: Station, merchant_id: str, number: str) -> bool:
    return station.cache.order(merchant_id, number) is not None


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as made:
        Worker(made.station)
        yield made


def test_an_answer_of_the_hub_before_this_one_is_refused(site: Site, tmp_path: Path) -> None:
    old, bundle = answer(site.station, site.hub, tmp_path / "old"), site.key.bundle
    other = open_hub(tmp_path / "other")
    other.clock = site.hub.clock
    with closing(other.database):
        enrol(site.station, other)
    site.station.hub.keep_key(replace(site.key, bundle=bundle))  # it is kept when taken in anew
    before = known(site.station)

    with pytest.raises(Refused, match="bundle-foreign"):
        read_answer(site.station, old)
    assert known(site.station) == before


def test_an_answer_for_the_site_before_this_one_is_refused(site: Site, tmp_path: Path) -> None:
    old = answer(site.station, site.hub, tmp_path / "old")
    site.station.database.keep_setting("station_id", "PUS1-1")
    before = known(site.station)

    with pytest.raises(Refused, match="bundle-foreign"):
        read_answer(site.station, old)
    assert known(site.station) == before


@pytest.mark.parametrize("most", [WHOLE, PAGES])
def test_an_answer_that_is_read_twice_changes_nothing_more(
    site: Site, tmp_path: Path, most: int
) -> None:
    sold(site.hub, "ds", "ONCE-1")
    told = answer(site.station, site.hub, tmp_path / "only", most)
    read_answer(site.station, told)
    before = known(site.station)

    read_answer(site.station, [*told, *told])

    assert known(site.station) == before
    assert has(site.station, "ds", "ONCE-1")


def another_merchant(site: Site) -> None:
    sold(site.hub, "another", "NEW-2")


def put_back(site: Site) -> None:
    begin_anew(site.hub.database, "another life")
    site.hub.database.generation = "another life"  # its processes were started anew


@pytest.mark.parametrize("happens", [another_merchant, put_back])
@pytest.mark.parametrize("most", [WHOLE, PAGES])
def test_an_answer_that_is_older_than_the_one_before_takes_no_news_back(
    site: Site, tmp_path: Path, happens: Callable[[Site], None], most: int
) -> None:
    sold(site.hub, "ds", "OLD-1")
    late = answer(site.station, site.hub, tmp_path / "late", most)
    site.later(days=1)
    happens(site)
    sold(site.hub, "ds", "NEW-1")
    taken_back(site.hub, "ds", "OLD-1")
    newer = answer(site.station, site.hub, tmp_path / "newer", most)
    read_answer(site.station, newer)
    before = known(site.station)

    for files in (late, [*late, *newer]):
        read_answer(site.station, files)

        assert known(site.station) == before
        assert has(site.station, "ds", "NEW-1")
        assert not has(site.station, "ds", "OLD-1")


def test_an_answer_that_comes_late_after_a_meeting_takes_no_news_back(
    station: Station, hub: Hub, tmp_path: Path
) -> None:
    sold(hub, "net", "OLD-1")
    late = answer(station, hub, tmp_path / "late")
    sold(hub, "net-new", "NEW-1")
    taken_back(hub, "net", "OLD-1")
    meet_once(station)
    before = known(station)

    read_answer(station, late)

    assert known(station) == before
    assert has(station, "net-new", "NEW-1")
    assert not has(station, "net", "OLD-1")


@pytest.mark.parametrize("most", [WHOLE, PAGES])
def test_orders_on_a_stick_are_taken_though_facts_went_up_since_by_a_poor_line(
    station: Station, hub: Hub, tmp_path: Path, most: int
) -> None:
    sold(hub, "line", "STICK-1")
    carried = answer(station, hub, tmp_path / "carried", most)
    Worker(station)
    with closing(station.hub.client()) as client:
        upload = station.hub.upload(client)
        upload.meet()
        assert upload.send_all()

    read_answer(station, carried)

    assert has(station, "line", "STICK-1")


def test_answers_of_several_sticks_may_be_read_in_any_order_at_once(
    site: Site, tmp_path: Path
) -> None:
    sold(site.hub, "ds", "FIRST-1")
    first = answer(site.station, site.hub, tmp_path / "1")
    site.later(days=1)
    sold(site.hub, "ds", "THEN-1")
    then = answer(site.station, site.hub, tmp_path / "2")

    read_answer(site.station, [*then, *first])

    assert has(site.station, "ds", "FIRST-1")
    assert has(site.station, "ds", "THEN-1")
