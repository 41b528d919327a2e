"""A station forgets what was opened before an erasure; what was opened since may stay."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from builders import an_order
from returnstation.app import Station
from returnstation.app.erasing import Forgetting
from returnstation.domain.facts import (
    ERASED,
    Booted,
    ClockRead,
    ClockStepped,
    Fact,
    NoteAdded,
    PhotoTaken,
)
from returnstation.storage.moments import to_ms
from returnstation.storage.photos import PhotoFolder
from returnstation.storage.retention import forget_orders
from returnstation.wire.feeds import key_of
from stations import a_station

NUMBER = an_order().number
KEY = key_of("ds", NUMBER)
OPENED = datetime(2026, 11, 20, 9, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
EVENING = OPENED + 8 * HOUR


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path) as opened:
        assert opened.cache.order("ds", NUMBER) is not None  # sold again
        yield opened


def tell(station: Station, at: datetime, *facts: Fact) -> None:
    with station.database.work() as work:
        work.facts.append("station", None, facts, at)
        work.commit()


def compare(station: Station, at: datetime, offset: timedelta = timedelta()) -> None:
    """Let the clock be compared with the hub's."""
    tell(station, at, ClockRead(wall_ms=to_ms(at), offset_ms=offset // timedelta(milliseconds=1)))


def a_case(
    station: Station, case_id: str = "c", *, at: datetime = OPENED, is_open: bool = False
) -> str:
    """Leave a case with words and a photo, and return its digest."""
    out = BytesIO()
    Image.new("RGB", (90, 70), "navy").save(out, "JPEG")
    digest = PhotoFolder(station.home / "photos").keep(out.getvalue())
    with station.database.work() as work:
        work.connection.exec_driver_sql(
            "INSERT INTO return_case (case_id, number, state, country, merchant_id, merchant,"
            " order_number, opened_at, ended_at, clause, reviews_waiting)"
            " VALUES (?, ?, 'finished', 'KR', 'ds', '', ?, ?, ?, '', 0)",
            (case_id, f"C-{case_id}", NUMBER, to_ms(at), None if is_open else to_ms(at)),
        )
        work.facts.append(case_id, None, [NoteAdded(text="x"), PhotoTaken(digest=digest)], at)
        work.commit()
    return digest


def forget(station: Station, erased: datetime) -> Forgetting:
    forgetting = Forgetting(station)
    forgetting.begin({KEY: to_ms(erased)})
    forgetting.finish([KEY])
    return forgetting


def is_gone(station: Station, case_id: str = "c") -> bool:
    with station.database.look() as work:
        return NoteAdded(text=ERASED) in [each.fact for each in work.facts.of(case_id)]


@pytest.mark.parametrize(("after", "stays"), [(timedelta(), False), (-SECOND, True)])
@pytest.mark.parametrize("offset", [timedelta(), 30 * HOUR, -30 * HOUR])
def test_a_case_opened_since_the_erasure_by_the_hubs_clock_stays(
    station: Station, offset: timedelta, after: timedelta, *, stays: bool
) -> None:
    digest = a_case(station)
    compare(station, EVENING, offset)

    forgetting = forget(station, OPENED + offset + after)

    assert is_gone(station) is not stays
    assert PhotoFolder(station.home / "photos").has(digest) is stays
    assert forgetting.pending == {}


def test_an_open_case_of_what_was_sold_again_is_not_waited_for(station: Station) -> None:
    a_case(station, is_open=True)
    compare(station, EVENING)

    assert forget(station, OPENED).pending == {KEY: to_ms(OPENED)}
    assert forget(station, OPENED - SECOND).pending == {}


def test_a_case_is_forgotten_where_nobody_knows_when_it_was_opened(station: Station) -> None:
    a_case(station)

    forget(station, OPENED - 100 * HOUR)

    assert is_gone(station)


@pytest.mark.parametrize(("hours_before", "goes"), [(2, "goes"), (6, "stays")])
def test_a_case_between_two_starts_stays_where_both_were_after_the_erasure(
    station: Station, hours_before: int, goes: str
) -> None:
    compare(station, OPENED - 5 * HOUR)
    tell(station, OPENED - 4 * HOUR, Booted(wall_ms=to_ms(OPENED - 4 * HOUR)))
    a_case(station)
    tell(station, EVENING, Booted(wall_ms=to_ms(EVENING)))
    compare(station, EVENING + HOUR)

    forget(station, OPENED - hours_before * HOUR)

    assert is_gone(station) is (goes == "goes")


def test_a_clock_that_was_set_since_is_reckoned_with(station: Station) -> None:
    a_case(station)
    set_to = OPENED + 3 * HOUR
    tell(
        station,
        set_to,
        ClockStepped(seconds=7200, wall_ms=to_ms(set_to), seen_ms=to_ms(OPENED + HOUR)),
    )
    compare(station, EVENING)  # it had been two hours slow

    forget(station, OPENED + HOUR)

    assert not is_gone(station)


def test_a_case_of_an_order_that_did_not_come_back_is_forgotten(station: Station) -> None:
    a_case(station)
    compare(station, EVENING)
    with station.cache.writing() as connection:
        forget_orders(connection, [KEY])
    forgetting = Forgetting(station)

    forgetting.begin({KEY: to_ms(OPENED - HOUR)})
    assert not is_gone(station)  # the feed of its merchant may not have been followed yet
    forgetting.finish([])

    assert is_gone(station)
    assert forgetting.pending == {}


def test_a_photo_that_a_living_case_names_too_stays_until_that_is_forgotten(
    station: Station,
) -> None:
    digest, photos = a_case(station), PhotoFolder(station.home / "photos")
    a_case(station, "later", at=EVENING)
    compare(station, EVENING + HOUR)

    forget(station, OPENED)
    assert is_gone(station)
    assert not is_gone(station, "later")
    assert photos.has(digest)

    forget(station, EVENING)
    assert is_gone(station, "later")
    assert not photos.has(digest)


def test_keys_the_hub_forgot_take_no_later_case_with_them(station: Station) -> None:
    a_case(station)
    a_case(station, "later", at=EVENING)
    compare(station, EVENING + HOUR)
    forget(station, OPENED - HOUR)

    Forgetting(station).lost_keys(["c"])
    Forgetting(station).finish([KEY])

    assert is_gone(station)
    assert not is_gone(station, "later")
