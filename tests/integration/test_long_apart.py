"""What a station does stays cheap however much has gathered: a month unsent, a year erased."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from builders import AT
from returnstation.app import Station
from returnstation.app.key_changes import write_down
from returnstation.domain.facts import KeyChanged, NoteAdded
from returnstation.storage.erasing import cases_of
from returnstation.storage.outbox import Outbox
from returnstation.storage.retention import photos_of
from returnstation.storage.tables import CASE
from returnstation.sync.keys import StationKey
from returnstation.wire.feeds import key_of
from stations import a_station

STEPS = 1000


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with a_station(tmp_path_factory.mktemp("station")) as opened:
        Outbox(opened.database).keep_progress(1, 0, b"")
        with opened.database.work() as work:
            work.facts.append("c", None, [NoteAdded(text="first")], AT)
            work.facts.append("c", None, [NoteAdded(text="x")] * 2000, AT)
            work.connection.execute(CASE.insert(), [_case(number) for number in range(2000)])
            work.commit()
        yield opened


def _case(number: int) -> dict[str, object]:
    orders = f"A-{number}, B, C-{number}" if number % 1000 == 0 else f"A-{number}"
    return {
        "case_id": f"c-{number}", "number": f"n-{number}", "state": "finished", "country": "KR",
        "merchant_id": "ds", "merchant": "", "order_number": orders, "opened_at": 1,
        "ended_at": 2 if number % 2 == 0 else None, "clause": "", "reviews_waiting": 0,
    }  # fmt: skip


@contextmanager
def work_counted(connection: Connection) -> Iterator[list[int]]:
    """Count how often the database has worked a thousand steps."""
    told: list[int] = []
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.set_progress_handler(lambda: told.append(1), STEPS)
    try:
        yield told
    finally:
        raw.set_progress_handler(None, 0)


def cases(connection: Connection, *numbers: str) -> Sequence[Collection[str]]:
    found = cases_of(connection, [key_of("ds", number) for number in numbers])
    return [{case.case_id for case in found[key_of("ds", number)]} for number in numbers]


@pytest.mark.parametrize("sent", [0, 1, 2000])
def test_what_was_not_sent_is_counted_without_reading_it(station: Station, sent: int) -> None:
    Outbox(station.database).keep_progress(1, sent, b"")
    with station.database.look() as work:
        count, oldest = work.facts.unsent()
        assert count == 2001 - sent
        assert oldest == work.facts.of("c")[sent].at
    with station.database.look() as work, work_counted(work.connection) as told:
        work.facts.unsent()
    assert told == []


def test_nothing_waits_where_all_was_sent(station: Station) -> None:
    Outbox(station.database).keep_progress(1, 2001, b"")
    with station.database.look() as work:
        assert work.facts.unsent() == (0, None)


def test_many_orders_are_looked_for_as_fast_as_one(station: Station) -> None:
    numbers = [f"A-{number}" for number in range(500)]
    with station.database.look() as work:
        with work_counted(work.connection) as one:
            cases(work.connection, "A-7")
        with work_counted(work.connection) as many:
            found = cases(work.connection, *numbers)

    assert found == [{f"c-{number}"} for number in range(500)]
    assert len(many) < 10 * len(one)


def test_a_parcel_of_several_orders_is_a_case_of_each(station: Station) -> None:
    with station.database.look() as work:
        assert cases(work.connection, "A-0", "B", "C-1000", "B, C-0", "A", "C-1") == [
            {"c-0"}, {"c-0", "c-1000"}, {"c-1000"}, {"c-0"}, set(), set(),
        ]  # fmt: skip
        assert cases_of(work.connection, [key_of("other", "A-0")]) == {key_of("other", "A-0"): []}


def test_photos_of_more_cases_than_a_statement_takes_values_are_found(station: Station) -> None:
    with station.database.reading() as connection:
        assert photos_of(connection, [f"c-{number}" for number in range(300_000)]) == frozenset()


def test_a_change_of_keys_is_looked_for_in_the_log_once(tmp_path: Path) -> None:
    key = StationKey(bytes(32), 1, old=((b"o" * 32, 5),))
    with a_station(tmp_path) as station:
        with station.database.work() as work:
            work.facts.append("st-1", None, [NoteAdded(text="x")] * 2000, AT)
            work.commit()
        write_down(station, key, "st-1")
        said = station.database.setting("key_said")

        write_down(station, key, "st-1")

        with station.database.look() as work:
            facts = [each.fact for each in work.facts.of("st-1")]
    assert said == f"st-1 {key.fingerprint}"
    assert [type(fact) for fact in facts].count(KeyChanged) == 1
