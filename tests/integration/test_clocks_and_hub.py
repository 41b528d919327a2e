"""What a station did with a wrong clock has its true date at the hub, however it came there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import TypeAlias

import msgspec
import pytest
from sqlalchemy import delete, insert, select

from builders import AT, an_order
from returnstation.app import Station
from returnstation.app.clocks import ClockWatch, Machine
from returnstation.domain.facts import Booted, ClockRead, ClockStepped, ConflictSettled, Fact
from returnstation.domain.orders import Order, Shipment
from returnstation.hub.database import HubDatabase
from returnstation.hub.intake import Intake, Sender
from returnstation.hub.keys import load_keys
from returnstation.hub.projecting import Projector
from returnstation.hub.seeing import seen_of
from returnstation.hub.tables import (
    BRANCH,
    CASE,
    CASE_CLOCK,
    CASE_LINK,
    CLOCK_NOTE,
    CONFLICT,
    CONFLICT_CASE,
    DIRTY,
    FACT,
    ITEM,
    MOVEMENT,
    REFUND,
    STATION,
)
from returnstation.storage.outbox import Outbox
from returnstation.wire.batches import Acked, Batch, SentFact
from stations import Clock, Worker, a_station

Begin: TypeAlias = Callable[..., "Desk"]

NAME = "ICN3-1"
NEAR = timedelta(minutes=1)
YEAR, HOUR = timedelta(days=365), timedelta(hours=1)
PROJECTED = (CASE, CASE_CLOCK, CASE_LINK, ITEM, MOVEMENT, REFUND, CONFLICT, CONFLICT_CASE)


class WrongClock(Clock):
    """A clock that is off the true time; each reading takes a tenth of a second."""

    def __init__(self, off: timedelta) -> None:
        super().__init__(AT)
        self.off = off

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=0.1)
        return self.at - self.off


@dataclass
class Desk:
    """A station without a hub of its own, and how its clock is watched."""

    station: Station
    clock: WrongClock
    boot: str = "first"
    booted_at: datetime = AT
    watch: ClockWatch = field(init=False)

    def __post_init__(self) -> None:
        machine = Machine(self.boot, self._running)
        self.watch = ClockWatch(self.station.database, self.clock, machine)

    def _running(self) -> float:
        return (self.clock.at - self.booted_at).total_seconds()

    def look(self) -> Booted | ClockStepped | ClockRead | None:
        return self.watch.look(NAME)

    def meet(self) -> None:
        self.look()
        self.watch.compare(NAME, self.clock.at - self.clock())

    def start_again(self, off: timedelta) -> None:
        self.clock.at += HOUR
        self.clock.off, self.boot, self.booted_at = off, f"{self.boot}+", self.clock.at
        self.__post_init__()
        self.look()

    def log(self) -> Sequence[SentFact]:
        return Outbox(self.station.database).after(0, 10_000)


@dataclass
class Arriving:
    """Facts of the desk on their way to a hub."""

    database: HubDatabase
    desk: Desk
    sent: int = 0
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        self.intake = Intake(self.database, load_keys(self.database, bytes(32)))
        tables = (*PROJECTED, BRANCH, CLOCK_NOTE, DIRTY, FACT, STATION)
        row: dict[str, object] = {"station": NAME, "site": "ICN3", "name": NAME}
        row |= {"key": bytes(32), "enrolled_ms": 1, "first_number": 1, "last_number": 9}
        with self.database.work() as connection:
            for table in tables:
                connection.execute(delete(table))
            connection.execute(insert(STATION), row)

    def send(self, upto: int | None = None, at: datetime | None = None, branch: int = 1) -> None:
        """Send what was not sent yet, and have rows made of it."""
        log = self.desk.log()
        facts = tuple(log[self.sent : upto])
        before = Outbox(self.desk.station.database).hash_at(self.sent) or b""
        batch = Batch(branch=branch, before=before, facts=facts)
        received = round((at or self.desk.clock.at).timestamp() * 1000)
        assert isinstance(self.intake.take(Sender(NAME), batch, received), Acked)
        self.sent += len(facts)
        Projector(self.database).run()

    def opened_at(self) -> datetime:
        with self.database.look() as connection:
            ms = connection.scalar(select(CASE.c.corrected_ms)) or 0
        return datetime.fromtimestamp(ms / 1000, UTC)

    def is_unsure(self) -> bool:
        """Whether the merchant is told that the case's moments are not sure."""
        with self.database.look() as connection:
            case_id = connection.scalar(select(CASE.c.case_id)) or ""
            (seen,) = [each for each in seen_of(connection, [case_id]) if each.kind == "cases"]
            counted = connection.scalars(select(CASE_CLOCK.c.is_unsure)).all()
        told = bool(msgspec.json.decode(seen.body)["clock_unsure"])
        assert told == any(counted)
        return told

    def conflicts(self) -> list[tuple[str, str, dict[str, str]]]:
        with self.database.look() as connection:
            found = connection.execute(select(CONFLICT).order_by(CONFLICT.c.kind)).all()
        details = [msgspec.json.decode(bytes(row.body))["details"] for row in found]
        return [(row.kind, row.state, each) for row, each in zip(found, details, strict=True)]

    def refunds(self) -> list[str]:
        with self.database.look() as connection:
            return list(connection.scalars(select(REFUND.c.state)))

    def rows(self) -> list[tuple[object, ...]]:
        with self.database.look() as connection:
            return [tuple(row) for table in PROJECTED for row in connection.execute(select(table))]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Open a station whose clock is off by so much, and begin to watch it."""
    opened: list[AbstractContextManager[Station]] = []

    def made(off: timedelta, *orders: Order) -> Desk:
        clock = WrongClock(off)
        opened.append(a_station(tmp_path / str(len(opened)), orders, clock=clock))
        desk = Desk(opened[-1].__enter__(), clock)
        desk.look()
        return desk

    yield made
    for each in opened:
        each.__exit__(None, None, None)


def take_in(desk: Desk) -> datetime:
    """Open the example's case, and return when that was."""
    at = desk.clock.at
    Worker(desk.station).desk.scan(an_order().shipments[0].tracking)
    return at


@pytest.mark.parametrize("off", [6 * YEAR, -6 * YEAR, -3 * HOUR, HOUR])
def test_a_clock_that_is_wrong_and_put_right_in_the_middle_of_a_shift(
    database: HubDatabase, begin: Begin, off: timedelta
) -> None:
    desk = begin(off)
    hub = Arriving(database, desk)
    opened = take_in(desk)
    desk.clock.at += 2 * HOUR
    desk.look()
    desk.clock.off = timedelta(0)
    assert isinstance(desk.look(), ClockStepped)
    desk.clock.at += HOUR

    desk.meet()
    hub.send()

    assert abs(hub.opened_at() - opened) < NEAR
    assert not hub.is_unsure()


def test_what_is_done_while_the_log_waits_for_the_clock_is_dated_too(
    database: HubDatabase, begin: Begin
) -> None:
    desk = begin(-6 * YEAR)
    hub = Arriving(database, desk)
    Worker(desk.station)
    desk.clock.at += HOUR
    desk.clock.off = timedelta(0)
    desk.look()
    opened = take_in(desk)
    desk.clock.at += timedelta(seconds=20)
    assert isinstance(desk.look(), ClockRead)
    assert desk.look() is None
    desk.clock.at += 3 * HOUR

    desk.meet()
    hub.send()

    assert abs(hub.opened_at() - opened) < NEAR
    assert not hub.is_unsure()


def test_a_case_is_dated_anew_when_the_station_meets_the_hub_later(
    database: HubDatabase, begin: Begin
) -> None:
    desk = begin(3 * HOUR)
    hub = Arriving(database, desk)
    opened = take_in(desk)
    desk.clock.at += HOUR
    hub.send()
    assert hub.is_unsure()
    assert abs(hub.opened_at() - opened) > HOUR

    desk.meet()
    hub.send()

    assert not hub.is_unsure()
    assert abs(hub.opened_at() - opened) < NEAR


def test_a_run_of_the_machine_that_never_met_the_hub_is_dated_between_what_is_known(
    database: HubDatabase, begin: Begin
) -> None:
    desk = begin(timedelta(0))
    hub = Arriving(database, desk)
    desk.meet()
    Worker(desk.station)
    last = desk.clock.at
    desk.start_again(20 * YEAR)
    take_in(desk)
    desk.start_again(timedelta(0))
    first = desk.clock.at
    desk.clock.at += 30 * HOUR

    desk.meet()
    hub.send()

    assert hub.is_unsure()
    assert last - NEAR <= hub.opened_at() <= first + NEAR


def test_pieces_of_any_size_give_the_same_rows(database: HubDatabase, begin: Begin) -> None:
    desk = begin(3 * HOUR)
    take_in(desk)
    desk.meet()
    desk.clock.off = -HOUR
    desk.look()
    Worker(desk.station, "SUPERVISOR")
    desk.start_again(5 * HOUR)
    Worker(desk.station).through(an_order().lines[0].gtin or "")
    desk.clock.at += HOUR
    desk.meet()
    at = desk.clock.at
    whole = Arriving(database, desk)
    whole.send(at=at)
    wanted = whole.rows()

    pieces = Arriving(database, desk)
    for size in cycle((1, 7, 3)):
        pieces.send(pieces.sent + size, at=at)
        if pieces.sent == len(desk.log()):
            break

    assert sorted(map(repr, pieces.rows())) == sorted(map(repr, wanted))


def test_what_goes_on_under_a_new_branch_is_dated_by_what_the_old_one_says(
    database: HubDatabase, begin: Begin
) -> None:
    desk = begin(3 * HOUR)
    hub = Arriving(database, desk)
    desk.meet()
    hub.send()
    desk.clock.at += HOUR
    opened = take_in(desk)

    hub.send(branch=2)

    assert abs(hub.opened_at() - opened) < NEAR
    assert not hub.is_unsure()


def test_a_station_that_writes_nonsense_of_its_clock_harms_nobody(
    database: HubDatabase, begin: Begin
) -> None:
    desk = begin(timedelta(0))
    hub = Arriving(database, desk)
    take_in(desk)
    odd: list[Fact] = [
        ClockRead(wall_ms=-(1 << 49), offset_ms=1 << 49),
        ClockStepped(seconds=1 << 39),
    ]
    with desk.station.database.work() as work:
        work.facts.append(NAME, None, [*odd, Booted(wall_ms=1 << 52), *odd], desk.clock())
        work.commit()

    hub.send()

    assert hub.opened_at() <= desk.clock.at


TRACKING = "RR473124829DE"
DAY = timedelta(days=1)


def delivered(on: date) -> Order:
    """Return an order nobody announced a return of; it may go back for 14 days."""
    return an_order(shipments=(Shipment(tracking=TRACKING, delivered_on=on),))


def give_back(desk: Desk) -> None:
    worker = Worker(desk.station)
    worker.desk.scan(TRACKING)
    worker.through(an_order().lines[0].gtin or "")
    worker.desk.do("finish")


def test_money_waits_where_nobody_knows_whether_it_was_in_time_until_somebody_does(
    database: HubDatabase, begin: Begin
) -> None:
    desk = begin(timedelta(0), delivered(date(2026, 11, 12)))
    hub = Arriving(database, desk)
    give_back(desk)  # on the 24th
    desk.clock.at += 4 * DAY

    hub.send()

    days = {"last_day": "2026-11-26", "first": "2026-11-01", "last": "2026-11-28"}
    assert hub.conflicts() == [("clock_unsure", "open", {"lines": "DS-118402/1", **days})]
    assert hub.refunds() == ["waits"]

    desk.meet()
    hub.send()
    assert hub.conflicts() == []
    assert hub.refunds() == ["due"]


def test_nothing_waits_where_all_that_may_be_is_before_the_last_day(
    database: HubDatabase, begin: Begin
) -> None:
    desk = begin(timedelta(0), delivered(date(2026, 11, 14)))
    hub = Arriving(database, desk)
    give_back(desk)
    desk.clock.at += 4 * DAY

    hub.send()

    assert hub.is_unsure()
    assert hub.conflicts() == []
    assert hub.refunds() == ["due"]


def test_what_a_wrong_clock_took_for_early_is_looked_at_by_a_person_once_it_is_known(
    database: HubDatabase, begin: Begin
) -> None:
    desk = begin(6 * DAY, delivered(date(2026, 11, 5)))  # up to the 19th
    hub = Arriving(database, desk)
    give_back(desk)  # on the 24th, and the desk believes it is the 18th
    desk.meet()

    hub.send()

    assert not hub.is_unsure()
    days = {"last_day": "2026-11-19", "first": "2026-11-24", "last": "2026-11-24"}
    assert hub.conflicts() == [("clock_unsure", "open", {"lines": "DS-118402/1", **days})]
    assert hub.refunds() == ["waits"]


@pytest.mark.parametrize(("decision", "state"), [("seen", "due"), ("none", "void")])
def test_a_supervisor_settles_what_no_clock_can_tell(
    database: HubDatabase, begin: Begin, decision: str, state: str
) -> None:
    desk = begin(timedelta(0), delivered(date(2026, 11, 12)))
    hub = Arriving(database, desk)
    give_back(desk)
    desk.clock.at += 4 * DAY
    hub.send()
    with database.look() as connection:
        conflict_id = connection.scalar(select(CONFLICT.c.conflict_id)) or ""
    settled = ConflictSettled(kind="clock_unsure", decision=decision, reason="other")
    with desk.station.database.work() as work:
        work.facts.append(conflict_id, "supervisor", [settled], desk.clock())
        work.commit()

    hub.send()

    assert [each[:2] for each in hub.conflicts()] == [("clock_unsure", "settled")]
    assert hub.refunds() == [state]


@pytest.mark.parametrize("sizes", [(1,), (5, 2)])
def test_a_case_nobody_can_date_is_the_same_conflict_however_its_facts_came(
    database: HubDatabase, begin: Begin, sizes: tuple[int, ...]
) -> None:
    desk = begin(timedelta(0), delivered(date(2026, 11, 12)))
    desk.meet()
    desk.start_again(20 * YEAR)
    give_back(desk)
    desk.clock.at += 4 * DAY
    desk.start_again(timedelta(0))
    desk.meet()
    at = desk.clock.at
    whole = Arriving(database, desk)
    whole.send(at=at)
    wanted = whole.rows()
    assert [each[:2] for each in whole.conflicts()] == [("clock_unsure", "open")]

    pieces = Arriving(database, desk)
    for size in cycle(sizes):
        pieces.send(pieces.sent + size, at=at)
        if pieces.sent == len(desk.log()):
            break

    assert sorted(map(repr, pieces.rows())) == sorted(map(repr, wanted))
