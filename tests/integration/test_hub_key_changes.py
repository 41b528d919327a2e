"""The hub changes its own keys: every process uses them, every station follows, nothing is lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, event

from hubs import HubProcess
from processes import run_program
from returnstation.app import Station
from returnstation.app.syncing import meet_once
from returnstation.application.troubles import Refused, Trouble
from returnstation.hub.audit import Proof, export, verify
from returnstation.hub.checking import check
from returnstation.hub.database import HubDatabase
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.keys import FRESH_MS, GOOD_MS, KEPT_MS, SharedKeys, read_keys, read_receipt
from returnstation.hub.serving import forget_former_keys
from returnstation.hub.tables import ABOUT
from returnstation.storage.outbox import Outbox
from returnstation.wire.hub_keys import HubKeyChain, changes_after
from returnstation.wire.keys import fingerprint
from stations import Worker
from stick_stand import NOW, Site, a_site, trusted_by
from waiting import until

NOW_MS = int(NOW.timestamp() * 1000)
DAY = timedelta(days=1)
KEYS = ("signing_key", "bundle_secret", "key_changes", "former_keys")


class Crash(Exception):
    """The power was cut."""


def some_bytes(number: int) -> Callable[[int], bytes]:
    """Return what draws other bytes each time, of its own."""
    drawn = iter(range(number * 1000, (number + 1) * 1000))
    return lambda size: next(drawn).to_bytes(size, "big")


@pytest.fixture
def empty(database: HubDatabase) -> HubDatabase:
    """A database whose hub has no keys yet."""
    with database.work() as connection:
        connection.execute(delete(ABOUT).where(ABOUT.c.name.in_(KEYS)))
    return database


def test_the_first_keys_stay_until_they_are_changed(empty: HubDatabase) -> None:
    first = SharedKeys(empty, some_bytes(1)).at(NOW_MS)

    assert SharedKeys(empty, some_bytes(2)).at(NOW_MS) == first
    assert (first.changes, first.former) == ((), ())


def test_another_process_signs_with_the_new_key_within_seconds(empty: HubDatabase) -> None:
    one, other = SharedKeys(empty, some_bytes(1)), SharedKeys(empty, some_bytes(2))
    before = other.at(NOW_MS)

    changed = one.change(NOW_MS)

    assert one.at(NOW_MS) == changed != before
    assert other.at(NOW_MS + FRESH_MS - 1) == before
    assert other.at(NOW_MS + FRESH_MS) == changed


def test_a_process_whose_clock_was_set_back_reads_the_keys_anew(empty: HubDatabase) -> None:
    one, other = SharedKeys(empty, some_bytes(1)), SharedKeys(empty, some_bytes(2))
    other.at(NOW_MS)

    assert one.change(NOW_MS) == other.at(NOW_MS - 1)


def test_keys_that_are_changed_by_several_at_once_are_one_chain(empty: HubDatabase) -> None:
    processes = [SharedKeys(empty, some_bytes(number)) for number in range(4)]
    first = processes[0].at(NOW_MS)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: each.change(NOW_MS), processes * 2))

    keys = read_keys(empty)
    assert keys is not None
    assert len(keys.changes) == len(keys.former) == 8
    assert changes_after(keys.changes, empty.hub_id, first.public) == keys.changes
    assert keys.changes[-1].key == keys.public
    assert keys.changes[-1].recipient == keys.bundle_key
    moments = [change.at_ms for change in keys.changes]
    assert moments == sorted(set(moments))


@contextmanager
def cut_at(database: HubDatabase, moment: int) -> Iterator[None]:
    """Cut the power before a statement of the block."""
    left = [moment]

    def cut(*_: Any) -> None:
        left[0] -= 1
        if not left[0]:
            raise Crash

    event.listen(database.engine, "before_cursor_execute", cut)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", cut)


def test_a_crash_at_any_moment_leaves_the_old_keys_or_the_new(empty: HubDatabase) -> None:
    keys = SharedKeys(empty, some_bytes(1))
    moment, is_over = 0, False
    while not is_over:
        before, moment = keys.at(NOW_MS), moment + 1
        with cut_at(empty, moment):
            try:
                keys.change(NOW_MS)
                is_over = True
            except Crash:
                pass
        found = SharedKeys(empty, some_bytes(2)).at(NOW_MS)
        assert (found == before) is not is_over
    assert moment > 2


@pytest.mark.parametrize(("later_ms", "count"), [(KEPT_MS, 1), (KEPT_MS + 1, 0)])
def test_keys_that_were_replaced_are_deleted_after_months_and_what_vouches_stays(
    empty: HubDatabase, tmp_path: Path, later_ms: int, count: int
) -> None:
    hub = Hub(empty, tmp_path, lambda: NOW, some_bytes(1))
    changed = hub.change_keys()
    later = NOW + timedelta(milliseconds=later_ms)

    forget_former_keys(replace(hub, clock=lambda: later))

    kept = read_keys(empty)
    assert kept is not None
    assert (kept.secret, kept.changes) == (changed.secret, changed.changes)
    assert len(kept.former) == len(kept.bundle_secrets) - 1 == count


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as made:
        yield made


def test_a_station_hears_of_the_hubs_new_keys_in_a_meeting(
    station: Station, process: HubProcess
) -> None:
    told = run_program("--home", str(process.home), "--json", "hub", "rotate", "--hub")
    assert told.code == 0, told.err
    key = msgspec.json.decode(told.out)["key"]

    # The process that answers reads the keys anew every few seconds.
    until(lambda: trusted_by(station) == key, lambda: meet_once(station))


def test_a_hub_with_keys_that_nobody_vouches_for_gets_facts(station: Station) -> None:
    with station.database.work() as work:
        work.keep_setting("hub_key", bytes(32).hex())
        work.commit()

    assert meet_once(station).sent > 0

    assert station.hub.keys.unproved != ""
    status = run_program("--home", str(station.home), "--json", "sync", "status")
    assert station.hub.keys.unproved in status.out


def test_a_stick_from_before_the_change_opens_and_its_answer_tells_of_the_new_keys(
    site: Site,
) -> None:
    Worker(site.station)
    early = site.stick()
    site.hub.change_keys()

    site.read(site.answer(early))

    assert site.trusted == site.signs
    assert site.acked == site.head > 0
    site.round()


def test_a_stick_from_before_the_change_opens_for_months_and_not_for_ever(site: Site) -> None:
    early, late = site.stick(), site.stick()
    site.hub.change_keys()

    site.later(90)
    forget_former_keys(site.hub)
    site.answer(early)
    site.later(1)
    forget_former_keys(site.hub)
    site.hub = replace(site.hub)

    with pytest.raises(Refused, match="bundle-foreign"):
        site.answer(late)


@pytest.mark.parametrize(("days", "is_taken"), [(29, True), (31, False)])
def test_an_answer_signed_with_a_replaced_key_is_taken_for_weeks(
    site: Site, days: int, *, is_taken: bool
) -> None:
    Worker(site.station)
    answer = site.answer(site.stick())
    site.hub.change_keys()
    site.heed()
    site.later(days)

    if is_taken:
        site.read(answer)
    else:
        with pytest.raises(Refused, match="bundle-forged"):
            site.read(answer)
    assert (site.acked > 0) is is_taken


def test_a_clock_that_was_set_back_does_not_bring_a_replaced_key_back(site: Site) -> None:
    answer = site.answer(site.stick())
    site.hub.change_keys()
    site.heed()
    site.later(31)
    Outbox(site.station.database).keep_heard(site.hub.now_ms())
    site.clock.at -= 31 * DAY

    with pytest.raises(Refused, match="bundle-forged"):
        site.read(answer)


def test_after_a_leak_nothing_signed_with_the_old_key_is_taken(site: Site) -> None:
    answer = site.answer(site.stick())
    told = run_program(
        *("--home", str(site.hub.home), "--json", "hub", "rotate", "--hub", "--leaked")
    )
    assert told.code == 0, told.err
    site.hub = replace(site.hub)
    site.heed()

    with pytest.raises(Refused, match="bundle-forged"):
        site.read(answer)
    site.round()


def test_a_station_that_was_away_for_many_changes_follows_all_of_them(site: Site) -> None:
    for _ in range(5):
        site.hub.change_keys()
        site.later(400)
        forget_former_keys(site.hub)

    site.heed()

    assert site.trusted == site.signs
    site.round()


def test_an_answer_that_is_lost_is_told_again_on_the_next(site: Site) -> None:
    site.hub.change_keys()
    site.answer(site.stick())
    assert site.trusted != site.signs

    site.round()

    assert site.trusted == site.signs


def test_receipts_are_signed_with_the_newest_key(site: Site) -> None:
    Worker(site.station)
    site.hub.change_keys()
    site.round()

    receipt = Outbox(site.station.database).progress()[2]

    assert read_receipt(receipt, site.hub.keys.public) is not None


def test_an_older_answer_takes_no_key_back(site: Site) -> None:
    early = site.answer(site.stick())
    site.hub.change_keys()
    site.heed()

    site.read(early)
    site.station.hub.keys.learn((), NOW_MS)

    assert site.trusted == site.signs


def test_a_station_of_an_older_program_gets_answers_by_the_key_it_knows(site: Site) -> None:
    known = site.hub.keys
    early = site.stick()
    site.hub.change_keys()

    assert site.hub.keys.signing_for([known.bundle_key]).private_bytes_raw() == known.secret
    assert site.hub.keys.signing_for([site.hub.keys.bundle_key]) == site.hub.keys.signing
    assert site.hub.keys.signing_for(["age1other"]) == site.hub.keys.signing
    site.read(site.answer(early))


def test_no_stick_is_written_for_a_hub_whose_keys_nobody_vouches_for(site: Site) -> None:
    true, trusted = site.backup(), site.trusted
    site.put_back({ABOUT: [row for row in true[ABOUT] if row["name"] not in KEYS]})
    forged = site.hub.change_keys()

    site.heed()
    assert site.station.hub.keys.unproved == fingerprint(forged.public)
    assert site.trusted == trusted
    with pytest.raises(Trouble, match="hub-key-unproved"):
        site.stick()

    site.put_back(true)
    site.heed()
    assert site.station.hub.keys.unproved == ""
    site.round()


def test_an_answer_with_a_forged_chain_is_refused_and_changes_nothing(site: Site) -> None:
    true, trusted = site.backup(), site.trusted
    early, late = site.stick(), site.stick()
    site.put_back({ABOUT: [row for row in true[ABOUT] if row["name"] != "signing_key"]})
    site.hub.change_keys()
    forged = site.answer(early)
    site.put_back(true)

    with pytest.raises(Refused, match="bundle-forged"):
        site.read(forged)
    assert site.trusted == trusted
    site.read(site.answer(late))


def test_a_hub_put_back_to_before_the_change_goes_on_by_network_and_by_stick(site: Site) -> None:
    Worker(site.station)
    yesterday = site.backup()
    site.hub.change_keys()
    site.heed()
    newest = site.trusted
    site.put_back(yesterday)

    site.heed()
    assert site.station.hub.keys.unproved == ""
    site.round()
    assert (site.trusted, site.acked) == (newest, site.head)

    site.later(1)
    site.hub.change_keys()
    site.round()
    assert site.trusted == site.signs


def test_a_hub_that_is_told_it_was_put_back_draws_new_keys_and_is_followed(
    site: Site,
) -> None:
    yesterday = site.backup()
    site.hub.change_keys()
    site.heed()
    site.put_back(yesterday)

    told = run_program("--home", str(site.hub.home), "hub", "restored")
    assert told.code == 0, told.err
    site.hub = replace(site.hub)
    site.heed()

    assert site.trusted == site.signs


def test_a_hub_put_back_too_late_says_so_before_a_stick_is_carried_in_vain(site: Site) -> None:
    yesterday = site.backup()
    site.hub.change_keys()
    site.heed()
    site.later(31)
    site.put_back(yesterday)

    site.heed()

    with pytest.raises(Trouble, match="hub-key-unproved"):
        site.stick()


def test_a_hub_that_does_not_say_how_it_came_to_its_keys_stops_nothing(site: Site) -> None:
    def broken() -> HubKeyChain:
        raise Trouble("hub-unreachable", url="")

    site.hub.change_keys()
    hello = site.hub.hello(Sender(site.name))

    site.station.hub.keys.heed(hello, broken)
    site.station.hub.keys.heed(msgspec.structs.replace(hello, hub_key=""), broken)

    assert site.station.hub.keys.unproved == ""
    site.round()


def test_a_check_of_the_hub_says_which_key_it_signs_with(site: Site) -> None:
    site.hub.change_keys()

    assert any(site.signs in finding.what for finding in check(site.hub))


def test_an_export_is_proved_by_whoever_has_an_older_key(site: Site, tmp_path: Path) -> None:
    Worker(site.station)
    site.round()
    first, file = site.hub.keys.public.hex(), tmp_path / "facts.jsonl"
    site.hub.change_keys()
    newest = site.hub.change_keys().public.hex()

    count = export(site.hub, file)

    def proved(key: str) -> Proof:
        with file.open("rb") as lines:
            return verify(lines, key)

    assert proved(first) == proved(newest) == proved("") == Proof(count)
    assert proved(bytes(32).hex()).why == "unsigned"


@pytest.mark.parametrize("wrong", [("--hub", "--all"), ("--all", "--leaked")])
def test_what_is_to_be_changed_is_one_thing(wrong: tuple[str, ...], tmp_path: Path) -> None:
    told = run_program("--home", str(tmp_path), "hub", "rotate", *wrong)

    assert told.code != 0
    assert "station-or-all" in told.err


def test_good_days_are_fewer_than_kept_ones() -> None:
    assert timedelta(milliseconds=GOOD_MS) == 30 * DAY < timedelta(milliseconds=KEPT_MS) == 90 * DAY
