"""The supervisor's table over thousands of inspections."""

import csv
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from builders import AT
from returnstation.application.inspections import Choices, Counts, Filter, ReviewState
from returnstation.application.reviewing import COLUMNS, csv_lines
from returnstation.application.view import Outcome
from returnstation.storage.inspections import InspectionTable
from returnstation.storage.moments import to_ms
from returnstation.storage.station import StationDatabase
from returnstation.storage.tables import CASE, ITEM
from stations import counted_id

ROWS = 3000
SEOUL = ZoneInfo("Asia/Seoul")
# Half past midnight in Seoul is still the day before in UTC.
MIDNIGHT = datetime(2026, 11, 24, 0, 30, tzinfo=SEOUL).astimezone(UTC)


def a_case() -> dict[str, Any]:
    return {
        "case_id": "c1",
        "number": "ICN3-C000001",
        "state": "finished",
        "country": "DE",
        "merchant_id": "ds",
        "merchant": "달빛",
        "order_number": "DS-1",
        "opened_at": to_ms(AT),
        "clause": "",
        "reviews_waiting": 0,
    }


def an_item(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "item_id": f"i{number:05d}",
        "case_id": "c1",
        "number": "ICN3-C000001",
        "country": ("DE", "KR", "US-CA")[number % 3],
        "merchant": ("달빛", "Seoul Ltd")[number % 2],
        "product": f"하늘 러너 {number}",
        "sku": f"HR-{number}",
        "lpn": f"ICN3-{number:07d}",
        "custody": "received",
        "outcome": ("accepted", "refused", "review")[number % 3],
        "functional": "F6",
        "cosmetic": "C9",
        "merchant_grade": "A",
        "quantity": 1,
        "disposition": ("restock_new", "quarantine")[number % 2],
        "refund": 12900 if number % 3 == 0 else None,
        "currency": "EUR" if number % 3 == 0 else None,
        "review": "waiting" if number % 10 == 0 else "none",
        "why": "",
        "due_on": f"2026-12-{1 + number % 28:02d}" if number % 20 else None,
        "inspected_at": to_ms(AT - timedelta(minutes=number)),
        "search": f"icn3-c000001 하늘 러너 {number} hr-{number} 100%_sure".casefold(),
    } | changes


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InspectionTable]:
    path = tmp_path_factory.mktemp("table") / "station.db"
    with closing(StationDatabase(path, "ICN3", counted_id, 7)) as database:
        unfinished = an_item(90_000, inspected_at=None, product="not yet")
        with database.work() as work:
            work.connection.execute(insert(CASE), [a_case()])
            work.connection.execute(insert(ITEM), [*map(an_item, range(ROWS)), unfinished])
            work.commit()
        yield InspectionTable(database, SEOUL)


def numbers(table: InspectionTable, wanted: Filter) -> list[int]:
    return [int(row.item_id[1:]) for row in table.rows(wanted)]


def test_without_a_filter_every_inspection_is_there_newest_first(table: InspectionTable) -> None:
    assert table.count(Filter()) == ROWS
    assert numbers(table, Filter()) == list(range(ROWS))


@pytest.mark.parametrize(("start", "length"), [(0, 50), (1475, 50), (2990, 50), (5000, 50)])
def test_a_window_is_part_of_the_whole(start: int, length: int, table: InspectionTable) -> None:
    window = [row.item_id for row in table.window(Filter(), start, length)]

    assert window == [f"i{n:05d}" for n in range(ROWS)][start : start + length]


def test_what_waits_is_ordered_by_legal_day_with_open_days_last(table: InspectionTable) -> None:
    days = [row.refund_due_on for row in table.rows(Filter(state=ReviewState.WAITING))]
    known = [day for day in days if day is not None]

    assert len(days) == ROWS // 10
    assert known == sorted(known)
    assert set(days[len(known) :]) == {None}


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Filter(country="KR"), lambda n: n % 3 == 1),
        (Filter(merchant="Seoul Ltd"), lambda n: n % 2 == 1),
        (Filter(outcome=Outcome.REFUSE), lambda n: n % 3 == 1),
        (Filter(disposition="quarantine", country="DE"), lambda n: n % 6 == 3),
        (Filter(state=ReviewState.APPROVED), lambda _: False),
        (Filter(text="러너 299"), lambda n: str(n).startswith("299")),
        (Filter(text="  HR-17 "), lambda n: str(n).startswith("17")),
        (Filter(text="icn3-0000017"), lambda n: n == 17),
        (Filter(text="100%_sure"), lambda _: True),
        (Filter(text="100%sure"), lambda _: False),
        (Filter(text="1__%"), lambda _: False),
        (Filter(text="'; DROP TABLE item; --"), lambda _: False),
    ],
)
def test_a_filter_lets_through_what_fits(wanted: Filter, fits: Any, table: InspectionTable) -> None:
    expected = [n for n in range(ROWS) if fits(n)]

    assert sorted(numbers(table, wanted)) == expected
    assert table.count(wanted) == len(expected)


def test_days_are_those_of_the_site_and_both_ends_count(table: InspectionTable) -> None:
    day = AT.astimezone(SEOUL).date()
    inside = [n for n in range(ROWS) if (AT - timedelta(minutes=n)).astimezone(SEOUL).date() == day]

    assert sorted(numbers(table, Filter(since=day, until=day))) == inside
    assert numbers(table, Filter(since=day + timedelta(days=1))) == []
    assert numbers(table, Filter(until=date(2020, 1, 1))) == []


def test_the_tabs_count_what_waits_what_is_of_today_and_all(table: InspectionTable) -> None:
    today = AT.astimezone(SEOUL).replace(hour=0, minute=0, second=0, microsecond=0)
    since_midnight = int((AT - today).total_seconds() // 60) + 1

    assert table.counts(today) == Counts(ROWS // 10, min(since_midnight, ROWS), ROWS)


def test_the_boxes_offer_what_occurs(table: InspectionTable) -> None:
    assert table.choices() == Choices(("Seoul Ltd", "달빛"), ("DE", "KR", "US-CA"))


def test_one_row_is_found_by_its_item(table: InspectionTable) -> None:
    row = table.item("i00003")

    assert (row.sku, row.lpn) == ("HR-3", "ICN3-0000003")
    assert row.refund is not None
    assert row.refund.decimal() == "129.00"


def test_every_row_is_exported_with_all_columns(table: InspectionTable) -> None:
    lines = list(csv.reader("".join(csv_lines(table.rows(Filter()))).splitlines()))

    assert lines[0] == list(COLUMNS)
    assert len(lines) == ROWS + 1
    assert {len(line) for line in lines} == {len(COLUMNS)}


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_an_export_is_run_as_a_formula(formula: str, table: InspectionTable) -> None:
    from dataclasses import replace

    row = replace(table.item("i00003"), product=formula, merchant=formula)

    head, cells = csv.reader(list(csv_lines(iter([row]))))

    exported = dict(zip(head, cells, strict=True))
    assert exported["product"].startswith("'")
    assert exported["merchant"].startswith("'")
    assert exported["refund"] == "129.00"
