"""A station changes key and identity on sticks alone, or on sticks and network in any order."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from processes import run_program
from returnstation.app.bundling import write_bundle
from returnstation.app.key_changes import begin_change, keep_every
from returnstation.application.troubles import Refused, Trouble
from returnstation.domain.facts import KeyChanged
from returnstation.hub.bundles import Sticks
from returnstation.hub.tables import KEY_CHANGE, KEY_RECIPIENT, STATION
from returnstation.sync.client import Address
from returnstation.sync.keys import StationKey, keep_key, new_bundle_secret
from returnstation.sync.rotating import Rotation, answered, changes_of
from returnstation.wire.keys import KeyTaken, KeyWish, change_of, fingerprint, proof_of
from stations import Worker
from stick_stand import Site, a_site

STATION_KEYS = (STATION, KEY_CHANGE, KEY_RECIPIENT)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with a_site(tmp_path) as made:
        yield made


def changes(site: Site) -> list[KeyChanged]:
    with site.station.database.look() as work:
        told = work.facts.of(site.name)
    return [each.fact for each in told if isinstance(each.fact, KeyChanged)]


def test_a_key_is_changed_by_stick_and_the_old_one_is_good_for_what_was_before(site: Site) -> None:
    Worker(site.station)
    before, early = site.key, site.stick()
    begin_change(site.station)
    told = site.answer(site.stick())
    assert site.known[0] == before.public

    site.read(told)
    Worker(site.station, "SUPERVISOR")
    site.round()

    assert site.known == (site.key.public, site.key.bundle_key)
    assert site.key.public != before.public
    assert site.key.bundle != before.bundle
    assert site.acked == site.head
    assert [fact.before for fact in changes(site)] == [before.fingerprint]
    assert Sticks(site.hub).take(early).facts == 0


def test_a_command_tells_of_a_new_key_on_the_next_stick(site: Site) -> None:
    site.station.close()
    home, stick = str(site.station.home), str(site.folder)

    told = run_program("--home", home, "--json", "bundle", "export", stick, "--new-key")

    assert told.code == 0, told.err
    (file,) = msgspec.json.decode(told.out)["files"]
    assert len(Sticks(site.hub).take(Path(file)).manifest.key_changes) == 1
    assert site.hub.station_keys.newest(site.name) == site.key.followed().public


def test_a_key_is_changed_when_it_is_old_by_what_the_hub_said_last(site: Site) -> None:
    keep_every(site.station, 30)
    Worker(site.station)
    site.later(31)
    site.round()
    assert not site.key.next  # nobody had said yet how late it is

    before = site.key
    site.round()
    site.round()

    assert site.known[0] == site.key.public != before.public


def test_a_key_is_changed_when_an_answer_says_the_hub_wishes_so(site: Site) -> None:
    before = site.key
    site.hub.station_keys.wish(site.name, site.hub.now_ms() + 1)
    early = site.answer(site.stick())
    site.later(1)
    for _ in range(3):
        site.round()
    assert site.known[0] == site.key.public != before.public

    site.read(early)

    assert not site.key.next  # that wish was heard


def test_a_stick_and_an_answer_that_are_lost_are_made_up_for_by_the_next(site: Site) -> None:
    begin_change(site.station)
    site.stick()
    site.answer(site.stick())
    begun = site.key.next

    site.round()
    site.round()

    assert (site.key.secret, site.known[0]) == (begun, site.key.public)


def test_sticks_may_be_read_in_any_order(site: Site) -> None:
    Worker(site.station)
    plain = site.stick()
    begin_change(site.station)
    first = site.stick()
    Worker(site.station, "SUPERVISOR")
    second = site.stick()

    site.read(site.answer(second, first, plain, second))
    Worker(site.station)
    third = site.stick()
    site.read(site.answer(third, second, plain, first))

    assert site.known[0] == site.key.public
    assert site.acked == site.head


def test_a_change_begun_on_a_stick_is_ended_over_the_network(site: Site) -> None:
    Worker(site.station)
    begin_change(site.station)
    file, begun = site.stick(), site.key.next

    site.network()
    assert site.key.secret == begun
    before = site.known
    site.read(site.answer(file))

    assert site.known == before == (site.key.public, site.key.bundle_key)
    assert site.acked == site.head - 1  # that the key was changed is noted since
    site.round()


def test_a_stick_that_is_played_again_takes_no_key_back(site: Site) -> None:
    begin_change(site.station)
    first = site.stick()
    site.read(site.answer(first))
    second = site.stick()
    site.read(site.answer(second))
    begin_change(site.station)
    site.round()
    site.round()
    known = site.known

    for file in (first, second, first):
        site.answer(file)
        assert site.known == known
        assert site.hub.station_keys.newest(site.name) == known[0]


def test_a_hub_put_back_hears_of_the_new_key_by_stick(site: Site) -> None:
    yesterday = site.backup(STATION_KEYS)
    for _ in range(2):
        begin_change(site.station)
        site.round()
        site.round()
    begin_change(site.station)
    newest = site.key
    site.put_back(yesterday)

    site.round()
    assert site.known == (newest.public, newest.bundle_key)
    site.round()

    assert site.known[0] == site.key.public
    assert site.key.secret == newest.next


def test_a_hub_put_back_to_before_a_key_that_is_gone_refuses_the_stick(site: Site) -> None:
    yesterday = site.backup(STATION_KEYS)
    begin_change(site.station)
    site.round()
    keep_key(site.station.home, replace(site.key, old=()))
    site.put_back(yesterday)

    with pytest.raises(Refused, match="bundle-forged"):
        site.answer(site.stick())


def test_an_older_hub_that_says_nothing_of_keys_gets_sticks_by_the_one_it_knows(
    site: Site,
) -> None:
    begin_change(site.station)

    assert answered(site.key, "", site.hub.now_ms()) == site.key


def test_nobody_gives_a_station_a_key_by_a_stick_of_his_own(site: Site) -> None:
    own, known = site.key, site.known
    about = (site.hub.database.hub_id, site.name)
    thief = replace(own.begun(bytes(31) + b"9"), secret=bytes(31) + b"8")
    honest = own.begun(bytes(31) + b"7").followed()
    wish = honest.wish(own, *about, 10)
    bad_proof = msgspec.structs.replace(wish, key=thief.public)
    forged = (
        *changes_of(thief, *about, 10),
        msgspec.structs.replace(change_of(thief.signing, wish, *about), before=own.public),
        change_of(own.signing, bad_proof, *about),
        change_of(own.signing, honest.wish(own, "hub-b", site.name, 10), *about),
        change_of(own.signing, wish, about[0], "ICN3-9"),
    )

    site.hub.station_keys.learn(site.name, forged, own.public, site.hub.now_ms())

    known_keys = site.hub.station_keys.of_stick(site.name, 0, site.hub.now_ms(), forged)
    assert [each.key for each in known_keys] == [own.public]
    assert (site.known, site.hub.station_keys.newest(site.name)) == (known, own.public)


@pytest.mark.parametrize("bad", [{"bundle_key": "age1nobody"}, {"last_seq": 1 << 63}])
def test_a_key_that_cannot_be_taken_keeps_no_facts_waiting(
    site: Site, bad: dict[str, object]
) -> None:
    Worker(site.station)
    own, about = site.key, (site.hub.database.hub_id, site.name)
    fresh = bytes(31) + b"7"
    key = replace(own, secret=fresh).public
    wish = KeyWish(key=key, proof=proof_of(fresh, *about, own.public))
    change = change_of(own.signing, msgspec.structs.replace(wish, **bad), *about)

    site.hub.station_keys.learn(site.name, [change], own.public, site.hub.now_ms())

    assert site.hub.station_keys.newest(site.name) == own.public
    site.round()
    assert site.acked == site.head


def test_a_new_identity_opens_answers_from_when_the_new_key_is_used(site: Site) -> None:
    before = site.key
    early = site.answer(site.stick())
    begin_change(site.station)
    told = site.answer(site.stick())
    assert site.known[1] == before.bundle_key

    for answer in (early, told, early):
        site.read(answer)
    late = site.answer(site.stick())
    keep_key(site.station.home, replace(site.key, bundle=before.bundle, old_bundles=()))
    with pytest.raises(Refused, match="bundle-foreign"):
        site.read(late)


@pytest.mark.parametrize(("days", "count"), [(90, 1), (91, 0)])
def test_an_identity_that_was_replaced_is_kept_for_months(
    site: Site, days: int, count: int
) -> None:
    begin_change(site.station)
    site.round()

    key = answered(site.key, "", site.key.made_ms + days * 86_400_000)

    assert (len(key.old_bundles), len(key.old)) == (count, 0)


def test_over_the_network_a_station_changes_its_identity_too(site: Site) -> None:
    before = site.key
    early = site.answer(site.stick())
    site.hub.station_keys.wish(site.name, site.hub.now_ms() + 1)

    site.network()

    assert site.known == (site.key.public, site.key.bundle_key)
    assert site.key.bundle_key != before.bundle_key
    site.read(early)
    site.round()


def test_a_station_of_an_older_program_changes_its_key_and_keeps_its_identity(site: Site) -> None:
    own = site.key
    fresh = bytes(31) + b"7"
    about = (site.hub.database.hub_id, site.name)
    public = replace(own, secret=fresh).public
    wish = KeyWish(key=public, proof=proof_of(fresh, *about, own.public))
    change = change_of(own.signing, wish, *about)

    site.hub.station_keys.learn(site.name, [change], public, site.hub.now_ms())

    assert site.known == (public, own.bundle_key)


def test_a_change_begun_by_an_older_program_keeps_the_identity(site: Site) -> None:
    begun = replace(site.key, next=bytes(31) + b"7")

    moved = begun.moved(5)

    assert (moved.bundle, moved.old_bundles) == (begun.bundle, ())
    assert replace(begun, bundle="").begun(begun.next).moved(5).old_bundles == ()


@dataclass
class OlderHub:
    """A hub that knows keys of stations, and that their identities never change."""

    key: StationKey
    address: Address

    def change_key(self, wish: KeyWish) -> KeyTaken:
        return KeyTaken(fingerprint=fingerprint(wish.key))


def test_an_older_hub_goes_on_with_the_identity_it_knows(site: Site) -> None:
    before, hub = site.key, OlderHub(site.key, Address("http://hub", site.name, "a"))

    Rotation(hub, site.station.hub.keep_key).renew(bytes(31) + b"7", 5, site.hub.now_ms())

    assert (site.key.bundle, site.key.old_bundles) == (before.bundle, ())
    assert site.key.secret == bytes(31) + b"7"


def test_a_key_with_all_that_was_replaced_lies_on_the_disk_as_it_is(site: Site) -> None:
    key = replace(site.key.begun(bytes(31) + b"7"), old_bundles=((new_bundle_secret(), 3),), old=())

    keep_key(site.station.home, key)

    assert site.key == key
    assert fingerprint(key.followed().public) != key.fingerprint


def test_a_station_without_a_hub_tells_nobody_of_a_key(site: Site) -> None:
    (site.station.home / "station.key").unlink()

    with pytest.raises(Trouble, match="hub-none"):
        begin_change(site.station)


def test_a_stick_with_more_changes_than_anybody_has_is_refused(site: Site) -> None:
    old = tuple((number.to_bytes(32, "big"), site.key.made_ms) for number in range(1, 66))
    keep_key(site.station.home, replace(site.key, old=old))
    (file,) = write_bundle(site.station, site.folder).files

    with pytest.raises(Refused, match="bundle-malformed"):
        Sticks(site.hub).take(file)
