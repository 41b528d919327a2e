"""Two desks without a network take in what was sold once; a supervisor settles it at either."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from io import StringIO
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from builders import SHOES_GTIN
from hubs import HubProcess, a_hub
from returnstation.app import Station
from returnstation.app.sync_worker import SyncWorker
from returnstation.app.syncing import meet_once
from returnstation.application.ports import User
from returnstation.application.troubles import Refused
from returnstation.cli.desk import serve
from returnstation.hub.hub import Hub
from returnstation.hub.records import Change, Records
from returnstation.hub.serving import open_hub
from returnstation.hub.tables import REFUND
from returnstation.hub.waiting import LONGEST_SECONDS
from returnstation.sync.keys import FILE
from stations import Worker, a_station
from waiting import comes, until

SITE = "ICN3"
HALF_A_MINUTE = 30.0


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    with a_hub(tmp_path / "hub") as process:
        yield process


@pytest.fixture
def inside(hub: HubProcess) -> Iterator[Hub]:
    """The hub's database, looked into from beside the process."""
    opened = open_hub(hub.home)
    with closing(opened.database):
        yield opened


@pytest.fixture
def desks(hub: HubProcess, tmp_path: Path) -> Iterator[tuple[Station, Station]]:
    """Two stations of a site that both know the order, and the hub."""
    with ExitStack() as stack:
        made = [stack.enter_context(a_station(tmp_path / name)) for name in ("a", "b")]
        for station in made:
            station.hub.enrol(hub.url, hub.code_for(SITE))
        yield made[0], made[1]


def taken_in(station: Station, disposition: str) -> str:
    """Take in the example's parcel and settle its refund; return the case."""
    worker = Worker(station)
    desk = worker.desk
    matched = desk.scan("R-77421")
    assert matched.case is not None
    desk.scan(SHOES_GTIN[1:])
    worker.inspect_as_new()
    worker.clear_hints()
    worker.label(desk.dispose(disposition, "safety"))
    assert desk.do("finish").problem is None
    return matched.case.case_id


def refunds(hub: Hub, *case_ids: str) -> list[str]:
    with hub.database.look() as connection:
        wanted = select(REFUND.c.state).where(REFUND.c.case_id.in_(case_ids))
        return sorted(connection.scalars(wanted))


def waits_at(station: Station) -> int:
    with station.database.look() as work:
        return sum(not work.facts.of(c.conflict_id) for c in station.cache.conflicts())


def has_none(station: Station) -> bool:
    return not station.cache.conflicts()


def test_both_see_it_one_settles_it_and_the_refund_is_due_once(
    desks: tuple[Station, Station], inside: Hub
) -> None:
    one, other = desks
    cases = taken_in(one, "restock_new"), taken_in(other, "quarantine")
    for station in desks:
        meet_once(station)
    for station in desks:
        until(station.cache.conflicts, partial(meet_once, station))
    assert refunds(inside, *cases) == ["waits", "waits"]

    supervisor = Worker(one, "SUPERVISOR").desk
    (conflict,) = supervisor.conflicts.open()
    sides = {side.number: side for side in conflict.sides}
    assert len(sides) == 2
    assert [d.decision for d in conflict.decisions] == ["keep", "keep", "both", "none"]
    supervisor.settle(conflict.conflict_id, "keep", cases[0], "same_item")

    (settled,) = supervisor.conflicts.open()
    assert (settled.state, settled.decisions) == ("here", ())
    for station in (one, other):
        until(partial(has_none, station), partial(meet_once, station))
    assert refunds(inside, *cases) == ["due", "void"]
    assert supervisor.conflicts.open() == []

    # A third one of what was sold once is another question.
    taken_in(other, "liquidate")
    until(lambda: waits_at(other), lambda: meet_once(other))
    assert refunds(inside, *cases) == ["waits", "waits"]


def test_what_is_settled_at_the_headless_desk_is_shown_until_the_hub_knows(
    desks: tuple[Station, Station],
) -> None:
    one, other = desks
    for station, way in ((one, "restock_new"), (other, "liquidate")):
        taken_in(station, way)
    for station in desks:
        meet_once(station)
    until(lambda: waits_at(one), lambda: meet_once(one))
    commands = (
        {"do": "sign_in", "badge": "OPERATOR", "pin": "1234"},
        {"do": "settle_conflict", "decision": "keep", "keeps": "1", "reason": "same_item"},
        {"do": "sign_in", "badge": "SUPERVISOR", "pin": "1234"},
        {"do": "conflicts"},
        {"do": "settle_conflict", "decision": "keep", "keeps": "9", "reason": "same_item"},
        {"do": "settle_conflict", "decision": "both", "reason": "no"},
        {"do": "settle_conflict", "conflict": "x", "decision": "both", "reason": "other"},
        {"do": "settle_conflict", "decision": "both", "reason": "several_items"},
        {"do": "settle_conflict", "decision": "none", "reason": "several_items"},
        {"do": "settle_conflict", "decision": 1},
    )
    lines = StringIO("".join(msgspec.json.encode(c).decode() + "\n" for c in commands))
    answers = StringIO()

    serve(one, lines, answers, "en")

    told = [msgspec.json.decode(line) for line in answers.getvalue().splitlines()]
    assert [answer.get("error", {}).get("code") for answer in told] == [
        None,
        "not-allowed",
        None,
        None,
        "conflict-decision-unknown",
        "conflict-needs-reason",
        "conflict-unknown",
        None,
        "conflict-settled",
        "bad-field",
    ]
    (listed,) = told[3]["view"]["conflicts"]
    assert (listed["state"], listed["money"]) == ("open", "waits")
    (settled,) = told[7]["view"]["conflicts"]
    assert (settled["state"], settled["decisions"]) == ("here", [])
    assert told[7]["seq"] == told[6]["view"]["seq"] + 1


def test_facts_go_up_by_themselves_and_the_other_desk_hears_of_it(
    desks: tuple[Station, Station], inside: Hub
) -> None:
    one, other = desks
    for station in desks:
        station.start_syncing()
    until(lambda: all(s.syncing and s.syncing.state.met_at for s in desks))

    cases = taken_in(one, "restock_new"), taken_in(other, "quarantine")

    # Neither waits for its minute: facts wake one's own worker, news the other's.
    assert comes(lambda: waits_at(one) and waits_at(other), HALF_A_MINUTE)
    Worker(one, "SUPERVISOR").desk.settle(
        one.cache.conflicts()[0].conflict_id, "keep", cases[1], "looked_again"
    )
    assert comes(lambda: not one.cache.conflicts() and not other.cache.conflicts(), HALF_A_MINUTE)
    assert refunds(inside, *cases) == ["due", "void"]
    view = one.desk.state()
    assert view.hub is not None
    assert (view.hub.state, view.hub.conflicts) == ("well", 0)


def test_a_report_of_a_merchant_is_recorded_at_the_desk_that_paid(
    desks: tuple[Station, Station], inside: Hub
) -> None:
    one, other = desks
    case_id = taken_in(one, "restock_new")
    with one.database.look() as work:
        (told,) = (row for row in work.cases.instructions({"waiting"}) if row.case_id == case_id)
    report = {"case_id": case_id, "key": told.key, "state": "executed", "note": "", "at_ms": 5}
    with inside.database.work() as connection:
        change = Change("refund_report", told.key, msgspec.json.encode(report))
        Records(connection, f"site:{SITE}", 5, 77).put([change])

    for _ in range(2):
        for station in desks:
            meet_once(station)

    with one.database.look() as work:
        (row,) = (row for row in work.cases.instructions({"executed"}) if row.key == told.key)
        reports = [r for r in work.facts.of(case_id) if "Reported" in type(r.fact).__name__]
    assert row.case_id == case_id
    assert len(reports) == 1
    with other.database.look() as work:
        assert work.cases.by_instruction(told.key) is None


def test_who_may_sign_in_is_known_after_a_whole_cache_was_taken_over(
    desks: tuple[Station, Station], inside: Hub
) -> None:
    station, _ = desks
    user = User(user_id="hub1", name="Hub User", role="operator", badge="HUB1", pin_hash="x")
    with inside.database.work() as connection:
        Records(connection, f"site:{SITE}", 6, 78).put(
            [Change("user", "hub1", msgspec.json.encode(user))]
        )
    inside.feeds.subscribe(SITE, "merchant:none")
    before = station.cache.path

    meet_once(station)

    assert station.cache.path != before
    with station.database.look() as work:
        assert work.people.with_badge("HUB1") is not None


def test_nobody_waits_at_the_hub_with_a_wrong_question(desks: tuple[Station, Station]) -> None:
    client = desks[0].hub.client()
    began = time.monotonic()
    known = client.wait(-1)
    assert time.monotonic() - began < LONGEST_SECONDS
    assert known >= 0
    assert client.raw("GET", "/v1/wait?changes=many").status == 400
    client.close()


def test_a_hub_that_is_away_is_told_calmly_and_found_again(tmp_path: Path) -> None:
    with a_hub(tmp_path / "hub") as hub, a_station(tmp_path / "st") as station:
        station.hub.enrol(hub.url, hub.code_for(SITE))
        hub.kill()
        worker = station.start_syncing()
        assert isinstance(worker, SyncWorker)
        until(lambda: worker.state.code)
        Worker(station)

        view = station.desk.state()
        assert view.hub is not None
        assert (view.hub.state, view.hub.code) == ("offline", "hub-unreachable")
        assert view.sound is None
        assert view.unsent > 0

        hub.start()
        worker.wake()
        until(lambda: worker.state.met_at)
        assert station.desk.state().unsent == 0
        assert worker.stop()


def test_facts_that_cannot_be_sent_are_loud_once(desks: tuple[Station, Station]) -> None:
    station, _ = desks
    (station.home / FILE).write_bytes(b"nonsense")
    station.start_syncing()
    until(lambda: station.syncing and station.syncing.state.code)

    first, second = station.desk.state(), station.desk.state()

    assert first.hub is not None
    assert (first.hub.state, first.hub.code) == ("stuck", "key-unreadable")
    assert first.sound is not None
    assert second.sound is None


def test_only_supervisors_settle(desks: tuple[Station, Station]) -> None:
    desk = Worker(desks[0]).desk
    with pytest.raises(Refused, match="not-allowed"):
        desk.conflicts.settle("any", "both", None, "other")
