"""The legal days that run are listed nearest first, a part at a time."""

from datetime import date, timedelta
from pathlib import Path

from builders import an_order
from returnstation.application.deadlines import StationDeadlines
from returnstation.domain.orders import Shipment
from stations import Worker, a_station

ORDERS = [
    an_order(
        number=f"DE-{n}",
        shipments=(Shipment(tracking=f"T-{n}", delivered_on=date(2026, 11, 10) + timedelta(n)),),
    )
    for n in range(5)
]


def test_every_open_case_is_in_exactly_one_part(tmp_path: Path) -> None:
    with a_station(tmp_path, ORDERS) as station:
        worker = Worker(station)
        for order in ORDERS:
            worker.desk.scan(order.number)
            worker.desk.hold("later")
        deadlines = StationDeadlines(station.equipment)
        parts = [deadlines.part(start, 2) for start in (0, 2, 4)]
        beyond = deadlines.part(6, 2)

    numbers = [row.number for part in parts for row in part.rows]
    days = [row.deadline.on for part in parts for row in part.rows]
    assert len(set(numbers)) == len(ORDERS)
    assert [part.total for part in (*parts, beyond)] == [len(ORDERS)] * 4
    assert days == sorted(days, key=str)
    assert beyond.rows == ()


def test_a_cancelled_case_presses_nobody(tmp_path: Path) -> None:
    with a_station(tmp_path, ORDERS) as station:
        worker = Worker(station)
        worker.desk.scan("DE-0")
        before = StationDeadlines(station.equipment).part(0, 8)
        worker.desk.cancel("opened_by_mistake")
        after = StationDeadlines(station.equipment).part(0, 8)

    assert (before.total, after.total) == (1, 0)
