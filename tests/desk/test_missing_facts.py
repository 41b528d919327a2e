"""A fact the verdict waits for is asked at the desk, and the line is judged again by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from builders import an_order, an_rma
from returnstation.app import Station
from returnstation.application.view import Outcome, Step, View
from returnstation.domain.facts import FactStated
from returnstation.domain.orders import Customer, ReturnLine, Shipment
from returnstation.domain.policy import ReturnReason
from stations import Worker, a_station, code


@contextmanager
def an_american_fault(home: Path) -> Iterator[Station]:
    """Open a station with a faulty pair of shoes; nobody knows when the buyer complained."""
    customer = Customer(name="John Smith", jurisdiction="US-TX", language="en")
    delivered = (Shipment(tracking="T-1", delivered_on=date(2026, 9, 1)),)
    order = an_order(number="US-1", customer=customer, shipments=delivered)
    line = ReturnLine(sku="HR3-NV-270", reason=ReturnReason.DEFECTIVE)
    rma = an_rma(number="R-1", order_number="US-1", tracking="TR-1", lines=(line,))
    with a_station(home, [order], [rma]) as station:
        yield station


def outcome(view: View) -> Outcome:
    assert view.case is not None
    return view.case.lines[0].outcome


@pytest.mark.parametrize(
    ("key", "expected"), [("1", Outcome.ACCEPT), ("2", Outcome.REFUSE), ("3", Outcome.ASK)]
)
def test_a_supervisor_answers_and_the_verdict_follows(
    key: str, expected: Outcome, tmp_path: Path
) -> None:
    with an_american_fault(tmp_path) as station:
        desk = Worker(station, "SUPERVISOR").desk
        matched = desk.scan("R-1")
        asked = desk.do("tell")
        answered = desk.choose(key)

    assert outcome(matched) is Outcome.ASK
    assert matched.case is not None
    assert matched.case.can_tell
    assert (asked.step, [option.key for option in asked.options]) == (Step.REASON, ["1", "2", "3"])
    assert outcome(answered) is expected


def test_who_works_at_the_desk_is_asked_only_what_can_be_seen_there(tmp_path: Path) -> None:
    with an_american_fault(tmp_path) as station:
        desk = Worker(station).desk
        matched = desk.scan("R-1")
        refused = desk.do("tell")

    assert matched.case is not None
    assert not matched.case.can_tell
    assert code(refused) == "nothing-to-tell"


def test_an_answer_is_undone_with_the_verdict_it_gave(tmp_path: Path) -> None:
    with an_american_fault(tmp_path) as station:
        desk = Worker(station, "SUPERVISOR").desk
        desk.scan("R-1")
        desk.do("tell")
        accepted = desk.choose("1")
        undone = desk.do("undo")

    assert outcome(accepted) is Outcome.ACCEPT
    assert outcome(undone) is Outcome.ASK


def test_an_answer_holds_when_the_item_is_inspected(tmp_path: Path) -> None:
    with an_american_fault(tmp_path) as station:
        worker = Worker(station, "SUPERVISOR")
        worker.desk.scan("R-1")
        worker.desk.do("tell")
        worker.desk.choose("1")
        settled = worker.through("8801234567893")
        with station.database.look() as work:
            told = work.facts.of(work.cases.open() or "")

    assert outcome(settled) is Outcome.ACCEPT
    assert [r.fact.name for r in told if isinstance(r.fact, FactStated)] == ["notified_in_time"]


def test_nothing_is_asked_where_no_parcel_is(tmp_path: Path) -> None:
    with an_american_fault(tmp_path) as station:
        assert code(Worker(station, "SUPERVISOR").desk.do("tell")) == "no-parcel"
