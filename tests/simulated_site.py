"""Desks of one site in simulated time: real homes and files, a real hub beyond a bad line."""

import logging
import shutil
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import uuid4

import msgspec
from numpy.random import Generator, default_rng
from sqlalchemy import select

from builders import AT, a_case_line, a_merchant, an_order, euros, opened
from returnstation.app import Station
from returnstation.app.bundling import read_answer, write_bundle
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Refused, Trouble
from returnstation.cli.main import main
from returnstation.domain.facts import Fact, NoteAdded
from returnstation.domain.orders import Order
from returnstation.hub.bundle_answers import Answering
from returnstation.hub.bundles import Sticks
from returnstation.hub.hub import Hub
from returnstation.hub.records import Change, Records
from returnstation.hub.stations import Stations
from returnstation.settings import Settings, write_settings
from returnstation.storage.outbox import Outbox
from returnstation.storage.schema import back_up
from returnstation.storage.snapshots import build_snapshot
from returnstation.storage.tables import FACT
from returnstation.sync.client import HubRefused
from returnstation.wire.feeds import MERCHANT_SHARD, key_of

SITE = "ICN3"
FEED = f"{MERCHANT_SHARD}ds"
SHIFT = range(9, 19)

_SOLD = 600
"""Orders that parcels are of; now and then two desks count in what was sold once."""

_UNKNOWN = "enrol-again"
_ANOTHER_STICK = "bundle-behind"
_UNKNOWN_ON_A_STICK = ("bundle-forged", "bundle-foreign")

_logger = logging.getLogger(__name__)
_logger.setLevel(logging.INFO)


@dataclass
class SimulatedClock:
    """The clock of one desk: the site's time, and how far it is off."""

    at: datetime = AT
    skew: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at + self.skew


@dataclass
class Desk:
    """One station and the people at it.

    Attributes:
        by_stick: It never has a network.
        is_unknown: The hub knows no key of it: it was put back, or another disk has the key.
        wanted: Facts that were said to be done, by their hash, and are not lost with a disk.
    """

    home: Path
    random: Generator
    clock: SimulatedClock
    station: Station
    by_stick: bool = False
    is_offline: bool = False
    is_unknown: bool = False
    wanted: set[bytes] = field(default_factory=set)

    @property
    def name(self) -> str:
        address = self.station.hub.address
        assert address is not None
        return address.station

    def work(self, facts: int) -> None:
        """Open a case and say something of it, fact by fact."""
        case_id = str(uuid4())
        order = f"DS-{int(self.random.integers(_SOLD))}"
        line = a_case_line(line_id=f"{order}/1", order_number=order)
        number = f"{SITE}-C{int(self.random.integers(1 << 20)):06}"
        told: list[Fact] = [
            opened(line, number=number, orders=(order,)),
            *(NoteAdded(text=f"word {n}") for n in range(facts)),
        ]
        for fact in told:
            with self.station.database.work() as work:
                work.facts.append(case_id, None, [fact], self.station.clock())
                work.commit()
        self.wanted |= self.hashes()

    def hashes(self, upto: int = 1 << 60) -> set[bytes]:
        with self.station.database.reading() as connection:
            wanted = select(FACT.c.hash).where(FACT.c.seq <= upto)
            return {bytes(each) for each in connection.scalars(wanted)}

    def meet(self) -> None:
        with suppress(HubRefused):
            try:
                meet_once(self.station)
            except Trouble as trouble:
                self.is_unknown = self.is_unknown or trouble.code == _UNKNOWN

    def enrol(self, hub: Hub) -> None:
        """Be taken in anew, as a person does it where the hub knows no key of this machine."""
        address = self.station.hub.address
        assert address is not None
        note("enrolled anew", self.home.name)
        with suppress(Trouble):
            self.station.hub.enrol(address.url, _code(hub, self.home.name))
            self.is_unknown = False

    def back_up(self) -> None:
        back_up(self.station.database.engine, self.home / "yesterday.db")

    def restore(self) -> None:
        """Put yesterday's copy in place, as a person does after the disk broke."""
        acked = Outbox(self.station.database).progress()[1]
        self.wanted = self.hashes(acked)
        self.station.close()
        assert main(["--home", str(self.home), "restore", str(self.home / "yesterday.db")]) == 0
        self.station = open_desk(self.home, self.clock)
        self.wanted |= self.hashes()

    def copy(self, home: Path) -> "Desk":
        """Copy the disk to another PC."""
        self.station.close()
        shutil.copytree(self.home, home)
        self.station = open_desk(self.home, self.clock)
        clock = replace(self.clock)
        random = default_rng(int(self.random.integers(1 << 30)))
        return Desk(home, random, clock, open_desk(home, clock), wanted=set(self.wanted))

    def carry_stick(self, hub: Hub) -> None:
        """Take a stick to the hub, and the answer back; either may be lost, or read twice."""
        folder = self.home / f"stick-{uuid4().hex[:8]}"
        folder.mkdir()
        with suppress(Refused, Trouble):
            written = write_bundle(self.station, folder)
            if self.random.random() < 0.2:
                return
            times = 1 + int(self.random.integers(2))
            brought = [Sticks(hub).take(file) for _ in range(times) for file in written.files]
            answer = Answering(hub, build_snapshot).write(brought, folder)
            if self.random.random() < 0.8:
                read_answer(self.station, list(answer))

    def settle(self, hub: Hub) -> None:
        """Meet the hub until nothing is left; nothing may go wrong any more."""
        if self.is_unknown:
            self.enrol(hub)
        try:
            self._meet_well(hub)
        except HubRefused as refused:
            if refused.code != "key-replaced":
                raise
            self.settle(hub)  # a copy of its disk was faster with a new key: now it hears of that
        except (Refused, Trouble) as trouble:
            if trouble.code in {_UNKNOWN, *_UNKNOWN_ON_A_STICK}:
                self.enrol(hub)
            elif trouble.code != _ANOTHER_STICK:
                raise
            self._meet_well(hub)

    def _meet_well(self, hub: Hub) -> None:
        if self.by_stick:
            folder = self.home / f"stick-{uuid4().hex[:8]}"
            folder.mkdir()
            files = write_bundle(self.station, folder).files
            brought = [Sticks(hub).take(file) for file in files]
            read_answer(self.station, Answering(hub, build_snapshot).write(brought, folder))
        else:
            meet_once(self.station)


def open_desk(home: Path, clock: SimulatedClock) -> Station:
    """Open a station whose answers must come soon."""
    station = Station(home, clock)
    station.hub.patience_s = 1.0
    return station


def new_desk(home: Path, hub: Hub, url: str, random: Generator) -> Desk:
    """Set a desk up, and have it taken in while the line is good."""
    skew = timedelta(seconds=float(random.normal(0, 40_000)))
    clock = SimulatedClock(skew=skew)
    write_settings(home, Settings(prefix=SITE))
    station = open_desk(home, clock)
    station.hub.patience_s = 20.0
    station.hub.enrol(url, _code(hub, home.name))
    station.hub.patience_s = 1.0
    return Desk(home, random, clock, station, by_stick=bool(random.random() < 0.25))


def _code(hub: Hub, name: str) -> str:
    return Stations(hub.database).offer(SITE, name, hub.random(10), hub.now_ms())


_MARKS = count(1)


def sell(hub: Hub, random: Generator, never: Collection[str], most: int = 12) -> None:
    """Let the merchant send, change and take back orders, but some."""
    numbers = [f"DS-{int(n)}" for n in random.integers(0, 60, size=int(random.integers(1, most)))]
    numbers = [number for number in numbers if number not in never]
    changes = [Change("merchant", "ds", msgspec.json.encode(a_merchant()))]
    for number in numbers:
        order = an_order(number=number, shipping=euros(next(_MARKS)))
        order = replace(order, customer=replace(order.customer, name=customer_of(number)))
        is_gone = random.random() < 0.25
        body = None if is_gone else msgspec.json.encode(order)
        changes.append(Change("order", key_of("ds", number), body))
    with hub.database.work() as connection:
        Records(connection, FEED, hub.now_ms(), next(_MARKS)).put(changes)


def customer_of(number: str) -> str:
    """Return who bought something; nobody else is called so."""
    return f"Kundin{number.removeprefix('DS-')}zyxwq"


def orders_of(station: Station) -> dict[str, Order]:
    """Return every order the desk would find."""
    numbers = (f"DS-{number}" for number in range(60))
    found = {number: station.cache.order("ds", number) for number in numbers}
    return {number: order for number, order in found.items() if order is not None}


def note(what: str, *about: object) -> None:
    """Write the trace that is shown when a test fails."""
    _logger.info("%s %s", what, " ".join(map(str, about)))


def hours_of(days: int) -> Sequence[tuple[int, int]]:
    """Return days and hours of shifts, two hours apart."""
    return [(day, hour) for day in range(days) for hour in SHIFT if hour % 2]
