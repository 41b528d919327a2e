"""A station changes its key: whatever is lost, repeated, copied or put back, it is known or told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete, insert, select

from returnstation.application.troubles import Trouble
from returnstation.hub.database import HubDatabase
from returnstation.hub.hub import Hub
from returnstation.hub.refusing import NotDone
from returnstation.hub.station_keys import GRACE_MS
from returnstation.hub.tables import KEY_CHANGE, KEY_RECIPIENT, KEY_WISH, STATION
from returnstation.sync.client import Address, HubRefused
from returnstation.sync.keys import StationKey, keep_key, load_key
from returnstation.sync.rotating import (
    DAY_MS,
    DAYS,
    KEPT_DAYS,
    Rotation,
    answered,
    changes_of,
    is_due,
)
from returnstation.wire.keys import KeyChange, KeyTaken, KeyWish, fingerprint, proof_of
from returnstation.wire.messages import PATHS, Hello
from returnstation.wire.signatures import BadSignature, Request, sign

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
KEPT: tuple[Table, ...] = (STATION, KEY_CHANGE, KEY_RECIPIENT, KEY_WISH)
_NUMBERS = count(1)


class Crash(Exception):
    """The power was cut."""


class LineDown(Exception):
    """The way to the hub broke."""


def secret_of(number: int) -> bytes:
    return number.to_bytes(32, "big")


def a_key(number: int = 1) -> StationKey:
    return StationKey(secret_of(number), 1, made_ms=NOW_MS)


@dataclass
class Way:
    """A way to a hub in this process, and the disk of the machine that uses it."""

    hub: Hub
    key: StationKey
    station: str = "ICN3-1"
    breaks: str = ""
    disk: StationKey = field(init=False)
    sent: list[Request] = field(default_factory=list)
    sticks: list[tuple[bytes, Sequence[KeyChange]]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.disk = self.key

    @property
    def address(self) -> Address:
        return Address("http://hub", self.station, self.hub.database.hub_id)

    def keep(self, key: StationKey) -> None:
        if self._is_now("crash-before-keeping"):
            raise Crash
        self.disk = key
        if self._is_now("crash-after-keeping"):
            raise Crash

    def hello(self) -> Hello:
        self._signed("hello", b"")
        wanted = self.hub.station_keys.is_wanted(self.station)
        return Hello(hub="", time_ms=self.hub.now_ms(), key_wanted=wanted)

    def change_key(self, wish: KeyWish) -> KeyTaken:
        return self._asked(lambda who: self.hub.station_keys.change(who, wish, self.hub.now_ms()))

    def start(self) -> None:
        """Begin anew from what is on the disk."""
        self.key, self.breaks = self.disk, ""

    def rotation(self) -> Rotation:
        return Rotation(self, self.keep)

    def meet(self) -> Hello:
        return self.rotation().met(self.hello, last_seq=10)

    def renew(self, last_seq: int = 10) -> None:
        fresh = secret_of(1000 + next(_NUMBERS))
        self.rotation().renew(fresh, last_seq, self.hub.now_ms())
        self.hello()

    def write(self, last_seq: int = 10) -> None:
        """Write a stick that tells of a new key."""
        if not self.key.next:
            self._begin()
        about = (self.address.hub, self.station, last_seq)
        self.sticks.append((self.key.public, changes_of(self.key, *about)))

    def carry(self, which: int = -1) -> None:
        """Have the hub read a stick, and answer."""
        if not self.sticks:
            return
        signed_by, told = self.sticks[which]
        keys, now_ms = self.hub.station_keys, self.hub.now_ms()
        taken = {key.key: key.upto for key in keys.of_stick(self.station, 10, now_ms, told)}
        if signed_by in taken:
            if taken[signed_by] is None:
                keys.learn(self.station, told, signed_by, now_ms)
            self.answers.append(fingerprint(keys.newest(self.station)))

    def read(self, which: int = -1) -> None:
        """Read an answer."""
        if not self.answers:
            return
        self.key = answered(self.key, self.answers[which], self.hub.now_ms())
        self.keep(self.key)

    def round(self) -> None:
        """Carry a stick to the hub, and its answer back."""
        self.write()
        self.carry()
        self.read()

    def _begin(self) -> None:
        key = self.key.begun(secret_of(1000 + next(_NUMBERS)))
        self.keep(key)
        self.key = key

    def _asked(self, act: Callable[[Any], KeyTaken]) -> KeyTaken:
        if self._is_now("lost-on-the-way"):
            raise LineDown
        try:
            taken = act(self._signed("keys", b"x"))
        except NotDone as refused:
            raise HubRefused(refused.code, 400) from refused
        if self._is_now("answer-lost"):
            raise LineDown
        return taken

    def _signed(self, name: str, body: bytes) -> Any:
        request = Request("POST", f"http://hub{PATHS[name]}", body)
        seal = (self.hub.clock(), f"nonce-{next(_NUMBERS)}")
        sign(request, self.key.signing, self.station, self.hub.database.hub_id, seal)
        self.sent.append(request)
        try:
            return self.hub.sender(request)
        except BadSignature as refused:
            raise HubRefused(refused.code, 401) from refused

    def _is_now(self, what: str) -> bool:
        if self.breaks != what:
            return False
        self.breaks = ""
        return True


@pytest.fixture
def hub(database: HubDatabase, tmp_path: Path) -> Hub:
    return emptied(Hub(database, tmp_path, lambda: NOW, bytes))


def emptied(hub: Hub) -> Hub:
    put_back(hub, {STATION: [a_row("ICN3-1", 1), a_row("ICN3-2", 2)]})
    return hub


def a_row(station: str, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {"station": station, "site": "ICN3", "name": "Desk", "program": ""}
    row |= {"key": a_key(number).public, "enrolled_ms": NOW_MS - DAY_MS, "bundle_key": ""}
    return row | {"revoked_ms": None, "seen_ms": None, "first_number": 1, "last_number": 9}


def backup(hub: Hub) -> dict[Table, list[dict[str, Any]]]:
    with hub.database.look() as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in KEPT
        }


def put_back(hub: Hub, rows: dict[Table, list[dict[str, Any]]]) -> None:
    with hub.database.work() as connection:
        for table in KEPT:
            connection.execute(delete(table))
            if rows.get(table):
                connection.execute(insert(table), rows[table])


def refusal(act: Callable[[], object]) -> str:
    try:
        act()
    except (HubRefused, Trouble, NotDone) as refused:
        return refused.code
    return ""


def known_key(hub: Hub) -> bytes:
    known = hub.stations.known("ICN3-1")
    assert known is not None
    return known.key


def test_from_the_first_request_under_a_new_key_on_the_old_one_is_good_for_nothing(
    hub: Hub,
) -> None:
    way, old = Way(hub, a_key()), Way(hub, a_key())
    way.rotation().renew(secret_of(7), 10, NOW_MS)
    old.hello()  # until then both are good

    way.hello()

    assert known_key(hub) == way.key.public
    assert refusal(old.hello) == "key-replaced"
    assert refusal(old.meet) == "enrol-again"
    assert way.disk.old == ((secret_of(1), NOW_MS),)


@pytest.mark.parametrize(
    "breaks",
    ["crash-before-keeping", "crash-after-keeping", "lost-on-the-way", "answer-lost"],
)
def test_a_change_that_was_interrupted_is_brought_to_its_end(hub: Hub, breaks: str) -> None:
    way = Way(hub, a_key(), breaks=breaks)
    with pytest.raises((Crash, LineDown)):
        way.renew()

    way.start()
    way.meet()
    if is_due(way.key, NOW_MS):
        way.renew()

    assert known_key(hub) == way.disk.public
    assert (way.disk.next, way.meet().time_ms) == (b"", NOW_MS)


def test_a_hub_put_back_to_yesterday_hears_of_the_new_key_by_the_old_one(hub: Hub) -> None:
    way = Way(hub, a_key())
    yesterday = backup(hub)
    way.renew()
    way.renew()
    newest = way.key

    put_back(hub, yesterday)
    way.start()
    way.meet()

    assert way.key == newest
    assert known_key(hub) == newest.public


def test_a_hub_put_back_to_before_the_old_key_asks_for_a_new_enrolment(hub: Hub) -> None:
    way = Way(hub, a_key())
    yesterday = backup(hub)
    way.renew()
    way.keep(replace(way.key, old=()))
    put_back(hub, yesterday)
    way.start()

    assert refusal(way.meet) == "enrol-again"


def test_a_key_file_put_back_from_a_backup_finds_the_key_it_had_begun_to_use(hub: Hub) -> None:
    way = Way(hub, a_key(), breaks="answer-lost")
    with pytest.raises(LineDown):
        way.renew()
    begun = way.disk
    way.start()
    way.renew()

    way.disk = begun
    way.start()
    way.meet()

    assert way.key.public == known_key(hub)


def test_of_two_machines_with_one_key_the_first_to_change_it_stays(hub: Hub) -> None:
    one, other = Way(hub, a_key()), Way(hub, a_key())

    one.renew()

    assert refusal(other.meet) == "enrol-again"
    assert refusal(other.renew) == "key-replaced"
    one.meet()


def test_the_last_of_two_machines_to_ask_is_heard_until_one_uses_its_key(hub: Hub) -> None:
    one, other = Way(hub, a_key()), Way(hub, a_key())
    one.rotation().renew(secret_of(7), 10, NOW_MS)
    other.rotation().renew(secret_of(8), 10, NOW_MS)

    one.meet()  # asks once more, by the old key

    assert known_key(hub) == one.key.public
    assert refusal(other.meet) == "enrol-again"


def test_a_request_that_is_played_again_changes_nothing(hub: Hub) -> None:
    way = Way(hub, a_key())
    way.renew()
    before = backup(hub)

    for request in list(way.sent):
        with pytest.raises((NotDone, BadSignature)):
            hub.sender(request)

    assert backup(hub) == before


def test_a_station_that_was_locked_out_changes_no_key(hub: Hub) -> None:
    hub.stations.revoke("ICN3-1", NOW_MS)

    assert refusal(Way(hub, a_key()).renew) == "station-revoked"


@pytest.mark.parametrize("number", [1, 2])
def test_a_key_that_some_station_has_is_not_taken(hub: Hub, number: int) -> None:
    way = Way(hub, a_key())
    way.renew()

    assert refusal(lambda: way.rotation().renew(secret_of(number), 10, NOW_MS)) == "key-known"
    assert way.disk.next == b""
    way.renew()


def test_nobody_gives_a_station_a_key_he_does_not_have(hub: Hub) -> None:
    way = Way(hub, a_key())
    mine, theirs = a_key(7), a_key(8)
    wishes = (
        KeyWish(key=theirs.public, proof=bytes(64)),
        KeyWish(key=theirs.public, proof=proof_of(mine.secret, "hub-a", "ICN3-1", mine.public)),
        KeyWish(key=mine.public, proof=proof_of(mine.secret, "hub-b", "ICN3-1", way.key.public)),
        KeyWish(key=mine.public, proof=proof_of(mine.secret, "hub-a", "ICN3-2", way.key.public)),
        KeyWish(key=b"short", proof=b""),
    )
    for wish in wishes:
        assert refusal(partial(way.change_key, wish)) == "key-unproved"


def test_a_station_is_told_that_it_is_to_change_its_key_until_it_did(hub: Hub) -> None:
    way = Way(hub, a_key())
    assert not way.hello().key_wanted

    hub.station_keys.wish("ICN3-1", NOW_MS - 1)
    assert way.hello().key_wanted

    way.renew()
    assert not way.hello().key_wanted
    assert hub.station_keys.since("ICN3-1") == NOW_MS


def test_a_stick_written_before_the_change_is_good_for_what_was_written_then(hub: Hub) -> None:
    way = Way(hub, a_key())
    way.renew(last_seq=10)

    def upto(last: int, now_ms: int) -> Sequence[int | None]:
        keys = hub.station_keys.of_stick("ICN3-1", last, now_ms)
        return [each.upto for each in keys if each.key == a_key().public]

    assert upto(10, NOW_MS + GRACE_MS) == [10]
    assert upto(11, NOW_MS) == []
    assert upto(10, NOW_MS + GRACE_MS + 1) == []


def test_a_stick_written_with_the_next_key_ends_the_old_one(hub: Hub) -> None:
    way, old = Way(hub, a_key()), Way(hub, a_key())
    way.rotation().renew(secret_of(7), 10, NOW_MS)

    assert way.key.public in [each.key for each in hub.station_keys.of_stick("ICN3-1", 99, NOW_MS)]
    hub.station_keys.use("ICN3-1", way.key.public, NOW_MS)

    assert refusal(old.hello) == "key-replaced"


@pytest.mark.parametrize(("days", "count"), [(KEPT_DAYS, 1), (KEPT_DAYS + 1, 0)])
def test_an_old_key_is_kept_for_weeks(hub: Hub, days: int, count: int) -> None:
    way = Way(hub, a_key())
    way.renew()
    replaced = ((way.key.old[0][0], NOW_MS - days * DAY_MS),)
    way.keep(replace(way.key, old=replaced))
    way.start()

    way.meet()

    assert len(way.disk.old) == count


@pytest.mark.parametrize(("days", "wanted"), [(DAYS, False), (DAYS + 1, True), (-400, False)])
def test_a_key_is_due_when_it_is_old(days: int, *, wanted: bool) -> None:
    assert is_due(a_key(), NOW_MS + days * DAY_MS) is wanted


def test_a_key_lies_on_the_disk_as_it_is(tmp_path: Path) -> None:
    key = StationKey(secret_of(1), 7, "age", 5, secret_of(2), ((secret_of(3), 4),))

    keep_key(tmp_path, key)

    assert load_key(tmp_path) == key
    keep_key(tmp_path, StationKey(secret_of(1), 7))
    kept = msgspec.json.decode((tmp_path / "station.key").read_bytes())
    assert set(kept) == {"key", "epoch"}  # as programs from before this know it


STEPS = (
    *("meet", "renew", "start", "backup", "put-back"),
    *("write", "carry", "read", "round", "carry-an-old-one", "read-an-old-one"),
    *("crash-before-keeping", "crash-after-keeping", "lost-on-the-way", "answer-lost"),
)


ACTS: dict[str, Callable[[Way], object]] = {
    "meet": Way.meet,
    "renew": Way.renew,
    "start": Way.start,
    "write": Way.write,
    "carry": Way.carry,
    "read": Way.read,
    "round": Way.round,
    "carry-an-old-one": lambda way: way.carry(len(way.sticks) // 2),
    "read-an-old-one": lambda way: way.read(len(way.answers) // 2),
}


def step(way: Way, name: str, backups: list[dict[Table, list[dict[str, Any]]]]) -> None:
    """Do something to a station or its hub; who crashed begins anew."""
    if name == "backup":
        backups[:] = [backup(way.hub)]
    elif name == "put-back":
        put_back(way.hub, backups[0])
    elif name in ACTS:
        act = ACTS[name]
        try:
            act(way)
        except (Crash, LineDown, HubRefused):
            way.start()
        except Trouble:
            way.start()
            raise
    else:
        way.breaks = name


@settings(suppress_health_check=list(HealthCheck), max_examples=40)
@given(names=st.lists(st.sampled_from(STEPS), max_size=12))
def test_whatever_is_lost_or_put_back_the_station_is_known_in_the_end(
    hub: Hub, names: list[str]
) -> None:
    way = Way(emptied(hub), a_key())
    backups = [backup(hub)]
    for name in names:
        step(way, name, backups)

    way.start()
    way.meet()
    way.renew()

    assert known_key(hub) == way.disk.public


@settings(suppress_health_check=list(HealthCheck), max_examples=40)
@given(names=st.lists(st.sampled_from(STEPS), max_size=12))
def test_whatever_is_lost_or_put_back_a_stick_makes_the_station_known(
    hub: Hub, names: list[str]
) -> None:
    way = Way(emptied(hub), a_key())
    backups = [backup(hub)]
    for name in names:
        step(way, name, backups)

    way.start()
    way.round()
    way.round()

    assert known_key(hub) == way.sticks[-1][0]
    assert way.disk.next == b""
    assert way.meet().time_ms == NOW_MS


@settings(suppress_health_check=list(HealthCheck), max_examples=30)
@given(names=st.lists(st.tuples(st.sampled_from(STEPS), st.booleans()), max_size=12))
def test_of_two_machines_with_one_key_each_is_known_or_told_so(
    hub: Hub, names: list[tuple[str, bool]]
) -> None:
    ways = (Way(emptied(hub), a_key()), Way(hub, a_key()))
    backups = [backup(hub)]
    told = {refusal(partial(step, ways[which], name, backups)) for name, which in names}
    for way in ways:
        way.start()
        told.add(refusal(way.meet))

    assert told <= {"", "enrol-again"}
