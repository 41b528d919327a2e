"""Three days of a site in simulated time: real files, real PostgreSQL, a bad line, killed hubs.

On the second day all stations are to change their keys, and the hub is put back to the day before.
Each morning orders are erased.
``make torture`` has fifty stations, ``make test`` a few.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event

import msgspec
import pytest
from numpy.random import Generator, default_rng
from sqlalchemy import func, select

from builders import AT
from chaos import Chaos, Line, a_bad_line
from hubs import a_hub
from postgres import PostgresServer, new_database
from returnstation.application.troubles import Refused
from returnstation.domain.orders import Order
from returnstation.hub.checking import check
from returnstation.hub.erasing import Erasing
from returnstation.hub.hub import Hub
from returnstation.hub.records import page
from returnstation.hub.tables import CASE, DIRTY, FACT
from returnstation.storage.outbox import Outbox
from returnstation.storage.snapshots import build_snapshot
from returnstation.wire.facts import may_be_sealed
from returnstation.wire.feeds import START
from returnstation.wire.subject_keys import CASE_SUBJECT
from simulated_hub import SimulatedHub, open_simulated
from simulated_site import FEED, SITE, Desk, customer_of, hours_of, new_desk, note, orders_of, sell

STATIONS = int(os.environ.get("TORTURE_STATIONS", "4"))
FACTS = int(os.environ.get("TORTURE_FACTS", "3"))
DAYS = int(os.environ.get("TORTURE_DAYS", "3"))
SEED = int(os.environ.get("TORTURE_SEED", "7"))
AT_ONCE = 8
PUT_BACK_AT = (1, hours_of(1)[-2][1])


@dataclass
class Site:
    simulated: SimulatedHub
    line: Chaos
    desks: list[Desk]
    random: Generator
    folder: Path
    erased: set[str] = field(default_factory=set)

    @property
    def hub(self) -> Hub:
        return self.simulated.opened

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
        if desk.is_unknown:
            desk.enrol(self.hub)

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
            self.simulated.command("rotate", "--all")
        self.hub.snapshots.renew(SITE, self.hub.feeds.whole(SITE), build_snapshot)

    def erase(self, numbers: Iterable[str]) -> None:
        """Erase orders, as far as the hub has them; none of them is sold again."""
        for number in numbers:
            with suppress(Refused):
                Erasing(self.hub).erase("ds", number)
                self.erased.add(number)

    def put_hub_back(self) -> None:
        """Put the copy of the evening before in place; what only the hub had since is lost.

        What was erased since is erased again, as far as the hub has it.
        """
        note("the hub is put back")
        self.simulated.put_back()
        before, self.erased = self.erased, set()
        self.erase(before)
        here = set[bytes]().union(_at_hub(self.hub), *(desk.hashes() for desk in self.desks))
        for desk in self.desks:
            desk.wanted &= here

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
        simulated = open_simulated(postgres_server, process)
        hub = simulated.opened
        hub.feeds.subscribe(SITE, FEED)
        url = f"http://127.0.0.1:{line.port}"
        desks = [
            new_desk(tmp_path / f"desk-{n}", hub, url, default_rng([SEED, n]))
            for n in range(STATIONS)
        ]
        desks[0].by_stick, desks[-1].by_stick = False, True
        made = Site(simulated, line, desks, random, tmp_path)
        try:
            yield made
        finally:
            for desk in made.desks:
                desk.station.close()
            made.hub.database.close()


def test_after_three_bad_days_all_that_was_said_to_be_done_is_at_the_hub_and_known_everywhere(
    site: Site,
) -> None:
    with site.simulated.killed_now_and_then(default_rng([SEED, 1 << 20])):
        _work(site)

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
    _check_erased(site)
    assert not [found.what for found in check(site.hub) if found.is_broken]


def _work(site: Site) -> None:
    for day, hour in hours_of(DAYS):
        site.set_clocks(day, hour)
        sell(site.hub, site.random, site.erased)
        if hour == hours_of(1)[0][1]:
            site.line.line = Line.GOOD
            site.morning(day)
            site.erase(f"DS-{number}" for number in range(10 * day, 10 * day + 4))
        site.line.line = None if site.random.random() < 0.6 else Line.GOOD
        note("hour", day, hour, site.line.line)
        site.each(site.hour)
        if (day, hour) == PUT_BACK_AT:
            site.put_hub_back()
        if hour == hours_of(1)[-1][1]:
            site.each(site.evening)
            if day == 0:
                site.simulated.back_up()


def _check_facts(site: Site) -> None:
    at_hub = _at_hub(site.hub)
    for desk in site.desks:
        assert desk.wanted | desk.hashes() <= at_hub
        with desk.station.database.look() as work:
            assert Outbox(desk.station.database).progress()[1] == work.facts.head()


def _at_hub(hub: Hub) -> set[bytes]:
    with hub.database.look() as connection:
        return {bytes(each) for each in connection.scalars(select(FACT.c.hash))}


def _check_keys(site: Site) -> None:
    told = select(FACT.c.subject, FACT.c.type, FACT.c.version).distinct()
    erased = select(CASE.c.case_id).where(CASE.c.order_number.in_(site.erased))
    told = told.where(FACT.c.subject.not_in(erased))
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


def _check_erased(site: Site) -> None:
    waiting = {each.order_number: set(each.waiting) for each in Erasing(site.hub).all()}
    assert site.erased
    assert site.erased == waiting.keys()
    for number in site.erased:
        assert not waiting[number] & {desk.name for desk in site.desks}
    names = [customer_of(number).encode() for number in site.erased]
    for desk in site.desks:
        for file in desk.home.glob("cache*"):
            content = file.read_bytes()
            assert not [name for name in names if name in content], file


def _wait_for_projections(hub: Hub) -> None:
    waiting = Event()
    for _ in range(1800):
        with hub.database.look() as connection:
            if connection.scalar(select(func.count()).select_from(DIRTY)) == 0:
                return
        waiting.wait(0.1)
    raise AssertionError("the projections do not come to an end")
