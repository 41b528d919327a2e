"""A hub whose clock was wrong for a while and was put right."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from merchant_stand import Stand, a_stand
from returnstation.hub.database import HubDatabase
from returnstation.hub.housekeeping import take_lease

NOW = 1_800_000_000_000
DAY = 86_400_000
TERMS = {"@type": "MerchantReturnPolicy", "merchantReturnDays": 30}


@pytest.fixture
def stand(database: HubDatabase, tmp_path: Path) -> Iterator[Stand]:
    with a_stand(database, tmp_path) as made:
        yield made


def leased(stand: Stand, now_ms: int) -> bool:
    with stand.hub.database.work() as connection:
        return take_lease(connection, "snapshots", now_ms, DAY)


def test_what_was_taken_on_under_a_clock_far_ahead_is_free_once_it_is_right(stand: Stand) -> None:
    assert leased(stand, NOW + 3650 * DAY)

    assert leased(stand, NOW)
    assert not leased(stand, NOW + DAY - 1)
    assert leased(stand, NOW + DAY)


@pytest.mark.parametrize("behind_ms", [0, 1, 3_600_000])
def test_what_a_machine_with_a_clock_a_little_ahead_took_on_is_taken(
    stand: Stand, behind_ms: int
) -> None:
    assert leased(stand, NOW)

    assert not leased(stand, NOW - behind_ms)


def test_terms_sent_last_are_in_force_though_the_clock_was_set_back(stand: Stand) -> None:
    first = stand.ask("PUT", stand.of("policy"), {"terms": TERMS, "on_stale": "block"}).json
    stand.clock.forward(hours=-2)

    put = stand.ask("PUT", stand.of("policy"), {"terms": TERMS | {"merchantReturnDays": 60}})
    again = stand.ask("PUT", stand.of("policy"), {"terms": TERMS | {"merchantReturnDays": 60}})
    read = stand.ask("GET", stand.of("policy")).json

    assert read["terms"]["merchantReturnDays"] == 60
    assert (read["version"], read["on_stale"]) == (put.json["version"], "recheck")
    assert read["from_ms"] == put.json["from_ms"] == again.json["from_ms"] > first["from_ms"]
