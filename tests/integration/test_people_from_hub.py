"""Who may sign in comes down: badges are given on, and nobody is shut out of the feed by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from returnstation.app import Station
from returnstation.app.syncing import follow
from returnstation.application.ports import User
from returnstation.wire.feeds import Cursor, Page, Row, Snapshot
from returnstation.wire.messages import Hello
from stations import a_station

SHARD = "site:ICN3"


@dataclass
class PeopleHub:
    """A hub that tells of people once."""

    rows: tuple[Row, ...]

    def page(self, shard: str, after: Cursor) -> Page:
        return Page(generation="g", shard=shard, rows=self.rows, n=9, mark=9, is_last=True)

    def snapshot(self) -> Snapshot | None:
        return None

    def part(self, name: str, start: int) -> bytes:
        raise AssertionError


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    with a_station(tmp_path) as opened:
        yield opened


def a_user(name: str, badge: str) -> Row:
    user = User(user_id=name, name=name, role="operator", badge=badge, pin_hash="x")
    return Row("user", name, 1, is_deleted=False, body=msgspec.json.encode(user))


def gone(name: str) -> Row:
    return Row("user", name, 1, is_deleted=True, body=b"")


def told(station: Station, *rows: Row) -> dict[str, tuple[str, bool]]:
    follow(station, PeopleHub(rows), Hello(hub="h", time_ms=1, generation="g", feeds={SHARD: 9}))
    with station.database.look() as work:
        return {user.user_id: (user.badge, user.is_active) for user in work.people.all()}


def test_the_badge_of_somebody_who_left_is_given_on(station: Station) -> None:
    told(station, a_user("ann", "B1"))
    told(station, gone("ann"))

    people = told(station, a_user("bob", "B1"))

    assert people["bob"] == ("B1", True)
    assert not people["ann"][1]


@pytest.mark.parametrize("first", [0, 1])
def test_two_people_may_exchange_their_badges(station: Station, first: int) -> None:
    told(station, a_user("ann", "B1"), a_user("bob", "B2"))
    rows = [a_user("ann", "B2"), a_user("bob", "B1")]

    people = told(station, rows[first], rows[1 - first])

    assert (people["ann"], people["bob"]) == (("B2", True), ("B1", True))


def test_somebody_who_lost_a_badge_and_then_left_is_shut_out(station: Station) -> None:
    told(station, a_user("ann", "B1"))

    people = told(station, a_user("bob", "B1"), gone("ann"))

    assert people["bob"] == ("B1", True)
    assert not people["ann"][1]


def test_a_badge_the_hub_gives_is_no_longer_that_of_somebody_added_here(station: Station) -> None:
    people = told(station, a_user("ann", "OPERATOR"))

    assert people["ann"] == ("OPERATOR", True)
    assert not people["operator"][1]
