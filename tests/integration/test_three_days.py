"""Three days of a site in simulated time: real files, real PostgreSQL, a bad line, killed hubs.

``make torture`` has fifty stations, ``make test`` a few.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import msgspec
import pytest
from numpy.random import Generator, default_rng
from sqlalchemy import func, select

from builders import AT
from chaos import Chaos, Line, a_bad_line
from hubs import HubProcess, a_hub
from postgres import PostgresServer, new_database
from returnstation.domain.orders import Order
from returnstation.hub.checking import check
from returnstation.hub.hub import Hub
from returnstation.hub.records import page
from returnstation.hub.serving import open_hub
from returnstation.hub.tables import DIRTY, FACT
from returnstation.storage.outbox import Outbox
from returnstation.storage.snapshots import build_snapshot
from returnstation.wire.facts import may_be_sealed
from returnstation.wire.feeds import START
from returnstation.wire.subject_keys import CASE_SUBJECT
from simulated_site import FEED, SITE, Desk, hours_of, new_desk, note, orders_of, sell

STATIONS = int(os.environ.get("TORTURE_STATIONS", "4"))
FACTS = int(os.environ.get("TORTURE_FACTS", "3"))
DAYS = int(os.environ.get("TORTURE_DAYS", "3"))
SEED = int(os.environ.get("TORTURE_SEED", "7"))
AT_ONCE = 8


@dataclass
class Site:
    process: HubProcess
    hub: Hub
    line: Chaos
    desks: list[Desk]
    random: Generator
    folder: Path

    def each(self, act: Callable[[Desk], None], desks: Sequence[Desk] | None = None) -> None:
        """Let desks do something at once."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(act, self.desks if desks is None else desks))

    def hour(self, desk: Desk) -> None:
        desk.work(int(desk.random.integers(0, FACTS + 1)))
        if desk.by_stick:
            return
        if desk.random.random() < 0.3:
            desk.is_offline = not desk.is_offline
        if not desk.is_offline:
            desk.meet()

    def evening(self, desk: Desk) -> None:
        if desk.by_stick:
            desk.carry_stick(self.hub)
        desk.back_up()

    def morning(self, day: int) -> None:
        """Something happened over night."""
        if day == 0:
            return
        for desk in self._some(max(1, len(self.desks) // 10)):
            note("restored", day, desk.home.name)
            desk.restore()
        if day == 1:
            for desk in self._some(max(1, len(self.desks) // 25)):
                note("copied", day, desk.home.name)
                self.desks.append(desk.copy(self.folder / f"{desk.home.name}-copy"))
        self.hub.snapshots.renew(SITE, self.hub.feeds.whole(SITE), build_snapshot)

    def _some(self, most: int) -> list[Desk]:
        places = self.random.permutation(len(self.desks))[:most]
        return [self.desks[place] for place in places]

    def set_clocks(self, day: int, hour: int) -> None:
        for desk in self.desks:
            desk.clock.at = AT + timedelta(days=day, hours=hour)
            if self.random.random() < 0.02:
                desk.clock.skew += timedelta(hours=float(self.random.normal(0, 24)))


@pytest.fixture
def site(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[Site]:
    random = default_rng(SEED)
    note("seed", SEED, "stations", STATIONS, "facts", FACTS)
    with (
        a_hub(tmp_path / "hub", new_database(postgres_server)) as process,
        a_bad_line(process.port, random) as line,
    ):
        hub = open_hub(process.home, process.database)
        hub.feeds.subscribe(SITE, FEED)
        url = f"http://127.0.0.1:{line.port}"
        desks = [
            new_desk(tmp_path / f"desk-{n}", hub, url, default_rng([SEED, n]))
            for n in range(STATIONS)
        ]
        desks[0].by_stick, desks[-1].by_stick = False, True
        made = Site(process, hub, line, desks, random, tmp_path)
        try:
            yield made
        finally:
            for desk in made.desks:
                desk.station.close()
            hub.database.close()


def killed_now_and_then(site: Site, ended: Event) -> None:
    random = default_rng([SEED, 1 << 20])
    while not ended.wait(float(random.uniform(1.5, 4))):
        note("killed")
        site.process.kill()
        site.process.start()


def test_after_three_bad_days_all_that_was_said_to_be_done_is_at_the_hub_and_known_everywhere(
    site: Site,
) -> None:
    ended = Event()
    killer = Thread(target=killed_now_and_then, args=(site, ended))
    killer.start()
    try:
        _work(site)
    finally:
        ended.set()
        killer.join()

    site.line.line = Line.GOOD
    for desk in site.desks:
        desk.station.hub.patience_s = 60.0
    for _ in range(2):
        site.each(lambda desk: desk.settle(site.hub))
    _wait_for_projections(site.hub)
    site.each(lambda desk: desk.settle(site.hub))

    _check_facts(site)
    _check_keys(site)
    _check_caches(site)
    assert not [found.what for found in check(site.hub) if found.is_broken]


def _work(site: Site) -> None:
    for day, hour in hours_of(DAYS):
        site.set_clocks(day, hour)
        sell(site.hub, site.random)
        if hour == hours_of(1)[0][1]:
            site.line.line = Line.GOOD
            site.morning(day)
        site.line.line = None if site.random.random() < 0.6 else Line.GOOD
        note("hour", day, hour, site.line.line)
        site.each(site.hour)
        if hour == hours_of(1)[-1][1]:
            site.each(site.evening)


def _check_facts(site: Site) -> None:
    with site.hub.database.look() as connection:
        rows = connection.execute(select(FACT.c.station, FACT.c.branch, FACT.c.seq, FACT.c.hash))
        at_hub: dict[str, set[bytes]] = {}
        for row in rows:
            at_hub.setdefault(row.station, set()).add(bytes(row.hash))
    for desk in site.desks:
        assert desk.wanted | desk.hashes() <= at_hub[desk.name]
        with desk.station.database.look() as work:
            assert Outbox(desk.station.database).progress()[1] == work.facts.head()


def _check_keys(site: Site) -> None:
    told = select(FACT.c.subject, FACT.c.type, FACT.c.version).distinct()
    with site.hub.database.look() as connection:
        sealed = {
            CASE_SUBJECT + row.subject
            for row in connection.execute(told)
            if may_be_sealed(row.type, row.version)
        }
    assert sealed
    assert not sealed - site.hub.subject_keys.keys_of(sealed).keys()
    for desk in site.desks:
        with desk.station.database.look() as work:
            assert not work.keys.unsent(1)


def _check_caches(site: Site) -> None:
    with site.hub.database.look() as connection:
        asked = page(connection, FEED, START, 10_000, site.hub.database.generation)
    orders = [
        msgspec.json.decode(row.body, type=Order)
        for row in asked.rows
        if row.kind == "order" and not row.is_deleted
    ]
    assert orders
    for desk in site.desks:
        assert orders_of(desk.station) == {order.number: order for order in orders}


def _wait_for_projections(hub: Hub) -> None:
    waiting = Event()
    for _ in range(1800):
        with hub.database.look() as connection:
            if connection.scalar(select(func.count()).select_from(DIRTY)) == 0:
                return
        waiting.wait(0.1)
    raise AssertionError("the projections do not come to an end")
