"""Whatever may happen to stations and their hub, as steps that are taken in any order."""

from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from numpy.random import default_rng

from builders import an_order
from returnstation.application.troubles import Refused
from returnstation.hub.accepting import accept
from returnstation.hub.photos import HubPhotos
from returnstation.hub.records import Change
from returnstation.sync.rotating import DAY_MS, Rotation
from returnstation.sync.uploading import next_batch
from returnstation.wire.batches import Gap, pack_batch
from returnstation.wire.feeds import key_of
from returnstation.wire.packing import BadMessage
from whole_erasing import MERCHANT, Forgetting, check_erased, check_photos, erase
from whole_hub import BACKUPS, FEED, PEOPLE, SITE, Accepting, WholeHub, some_bytes
from whole_photos import is_whole
from whole_station import Line, Machine
from whole_world import World

PLACE = st.integers(0, 5)
HOW = st.sampled_from(("breaks", "crash", "late"))
BODY = st.sampled_from((b'{"a":1}', b'{"a":2}', b'{"a":3}', None))


class Histories(RuleBasedStateMachine):
    """Stations work and meet their hub over lines that break."""

    hub: ClassVar[WholeHub]
    accepting: Accepting = staticmethod(accept)
    photos: type[HubPhotos] = HubPhotos
    forgetting = Forgetting
    rotation = Rotation
    hears_again = True
    redraws = True
    gives_keys = True
    draws_early = False
    projects = True
    has_twins = False

    @initialize(seed=st.integers(0, 1 << 16), tells=st.booleans())
    def begin(self, seed: int, *, tells: bool) -> None:
        kind = type(self)
        self.hub.accepting, self.hub.draws_early = kind.accepting, kind.draws_early
        self.hub.photos_kind = kind.photos
        self.hub.begin()
        self.world = World(self.hub, kind.redraws, kind.gives_keys, kind.hears_again)
        self.world.rotation, self.world.forgetting = kind.rotation, kind.forgetting
        self.world.add()
        self.world.add()
        if kind.has_twins:
            self.world.clone(self.machine(0))
        self.hub.back_up()
        self.random, self.is_first_life = default_rng(seed), True
        self.tells = tells  # whoever restores the hub tells it so, or forgets to

    def machine(self, place: int) -> Machine:
        return self.world.machines[place % len(self.world.machines)]

    @rule(place=PLACE, facts=st.integers(1, 4))
    def work_is_done(self, place: int, facts: int) -> None:
        self.machine(place).work(facts)

    @rule(place=PLACE)
    def a_station_meets_the_hub(self, place: int) -> None:
        self.world.meet(self.machine(place))

    @rule(place=PLACE, moment=st.integers(1, 14), how=HOW)
    def a_meeting_is_broken_off(self, place: int, moment: int, how: str) -> None:
        self.world.meet(self.machine(place), Line(moment, how))

    @rule(place=PLACE, is_last=st.booleans())
    @precondition(lambda self: self.world.on_the_way)
    def what_was_late_arrives(self, place: int, *, is_last: bool) -> None:
        late = self.world.on_the_way
        act = late.pop(place % len(late)) if is_last else late[place % len(late)]
        self.world.arrive(act)

    @rule(place=PLACE, cut=st.integers(1, 40))
    def a_batch_arrives_cut_short(self, place: int, cut: int) -> None:
        machine = self.machine(place)
        batch = next_batch(machine, machine.files.progress, 3)
        if batch is not None:
            with pytest.raises(BadMessage):
                self.hub.take(machine.name, pack_batch(batch)[:-cut])

    @rule()
    def the_hub_projects(self) -> None:
        self.hub.project(most=2)

    def the_hub_goes_back(self, parts: tuple[str, ...] = BACKUPS[0]) -> None:
        self.world.restore_hub(parts, is_told=self.tells)
        self.is_first_life = False

    @invariant()
    def what_was_acknowledged_is_at_the_hub(self) -> None:
        assert self.world.acked <= self.hub.hashes()

    @invariant()
    def what_was_typed_can_be_read(self) -> None:
        if self.is_first_life:
            self.hub.check_words(self.world.ledger.may_be_gone())

    @invariant()
    def a_photo_that_was_stored_is_there_whole(self) -> None:
        stored = self.world.stored if self.world.is_proved else set()
        for digest in stored & self.world.ledger.must_stay():
            assert is_whole(self.hub.hub, digest)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.settle()
            self.check_facts()
            self.check_caches()
            check_photos(self.world)
            check_erased(self.world)
            if self.projects:
                self.check_projections()

    def check_facts(self) -> None:
        at_hub = self.hub.hashes()
        assert self.world.confirmed <= at_hub
        for machine in self.world.machines:
            assert {entry.hash for entry in machine.files.entries} <= at_hub
        self.hub.check_chains()
        if not self.hub.was_put_back:
            self.hub.check_words(self.world.ledger.may_be_gone())

    def check_caches(self) -> None:
        """What everybody has is what a direct question to the hub answers."""
        asked = self.hub.asked()
        people = {key: body for (kind, key), body in asked.items() if kind == "user"}
        for machine in self.world.machines:
            kept = {key: body for key, body in asked.items() if key[0] != "user"}
            assert machine.cache.rows == kept
            known = machine.files.people
            assert known == people or (not self.is_first_life and known.items() >= people.items())

    def check_projections(self) -> None:
        """The same facts, fact by fact and in another order, are the same rows, byte for byte."""
        wanted, left = self.hub.rows(), self.hub.batches()
        self.hub.forget_facts()
        while left:
            branch = sorted(left)[self.random.integers(len(left))]
            if not isinstance(self.hub.take_again(*left[branch][0]), Gap):
                left[branch].pop(0)
                left = {name: facts for name, facts in left.items() if facts}
            if self.random.random() < 0.1:
                self.hub.project(most=2)
        self.hub.project_all()
        for table, rows in self.hub.rows().items():
            assert rows == wanted[table]


class Feeds(Histories):
    """What comes down changes."""

    @rule(place=PLACE, body=BODY)
    def a_merchant_changes_a_record(self, place: int, body: bytes | None) -> None:
        self.hub.put(FEED, self.change(place, body))

    @rule(place=PLACE, body=BODY)
    @precondition(lambda self: self.hub.slow is None)
    def a_merchant_begins_to_change_a_record(self, place: int, body: bytes | None) -> None:
        self.hub.begin_to_put(self.change(place + 10, body))

    @rule()
    def he_is_done(self) -> None:
        self.hub.end_to_put()

    @rule(place=PLACE, is_gone=st.booleans())
    def a_merchant_sells_something_or_takes_it_back(self, place: int, *, is_gone: bool) -> None:
        self.sell(place, is_gone=is_gone)

    def sell(self, place: int, *, is_gone: bool = False) -> None:
        number, name = f"DS-{place % 3}", some_bytes(6).hex()
        order = an_order(number=number)
        order = replace(order, customer=replace(order.customer, name=name))
        body = None if is_gone else msgspec.json.encode(order)
        self.hub.put(FEED, Change("order", key_of(MERCHANT, number), body))
        ledger = self.world.ledger
        if is_gone:
            ledger.is_gone(number)
        else:
            ledger.customers.setdefault(number, set()).add(name.encode())
            ledger.sold.setdefault(number, self.hub.hub.feeds.last_for(SITE)[FEED])

    @rule(place=PLACE, body=BODY)
    def a_person_comes_or_goes(self, place: int, body: bytes | None) -> None:
        self.hub.put(PEOPLE, Change("user", f"u{place}", body))

    @rule()
    def what_was_deleted_is_forgotten(self) -> None:
        self.hub.forget_deleted()

    @rule()
    def a_whole_cache_is_made(self) -> None:
        self.world.ready = self.hub.snapshot()

    @staticmethod
    def change(place: int, body: bytes | None) -> Change:
        return Change("product", key_of("ds", f"sku-{place}"), body)


class Sticks(Histories):
    """Some of it goes by stick."""

    @rule(place=PLACE)
    def a_stick_is_written(self, place: int) -> None:
        self.world.write_stick(self.machine(place))

    @rule(place=PLACE)
    def a_stick_is_written_and_carried_at_once(self, place: int) -> None:
        self.carry_at_once(place)

    def carry_at_once(self, place: int) -> None:
        self.world.write_stick(self.machine(place))
        self.world.carry(self.world.up[-1])

    @rule(place=PLACE, photos=st.sampled_from((0, 1, 9)))
    @precondition(lambda self: self.world.up)
    def a_stick_is_read_at_the_hub(self, place: int, photos: int) -> None:
        self.world.carry(self.world.up[place % len(self.world.up)], photos)

    @rule(place=PLACE)
    @precondition(lambda self: self.world.down)
    def an_answer_is_read_at_the_station(self, place: int) -> None:
        self.world.bring_back(self.world.down[place % len(self.world.down)])


class Copies(Histories):
    """Disks are copied, and backups put in place."""

    @rule(place=PLACE)
    def a_backup_is_made(self, place: int) -> None:
        self.world.back_up(self.machine(place))

    @rule(place=PLACE, with_cache=st.booleans(), with_photos=st.booleans())
    @precondition(lambda self: self.world.backups)
    def a_station_is_restored(self, place: int, *, with_cache: bool, with_photos: bool) -> None:
        self.world.restore(place, with_cache=with_cache, with_photos=with_photos)

    @rule(place=PLACE)
    @precondition(lambda self: len(self.world.machines) < 4)
    def a_disk_is_copied_to_another_pc(self, place: int) -> None:
        self.world.clone(self.machine(place))

    @rule()
    def the_hub_is_backed_up(self) -> None:
        self.hub.back_up()

    @rule(parts=st.sampled_from(BACKUPS))
    def the_hub_is_restored_to_yesterday(self, parts: tuple[str, ...]) -> None:
        self.the_hub_goes_back(parts)


class Keys(Histories):
    """Stations change their keys."""

    @rule(place=PLACE)
    def a_new_key_is_wished_for(self, place: int) -> None:
        self.wish(place)

    def wish(self, place: int) -> None:
        with suppress(Refused):  # a hub that was put back does not know who came later
            self.hub.hub.station_keys.wish(self.machine(place).name, self.hub.now_ms)

    @rule(place=PLACE, moment=st.integers(1, 12), how=HOW)
    def a_key_is_changed_over_a_bad_line(self, place: int, moment: int, how: str) -> None:
        self.wish(place)
        self.world.meet(self.machine(place), Line(moment, how))


class Clocks(Histories):
    """Clocks are set."""

    @rule(by=st.integers(-2 * DAY_MS, 2 * DAY_MS))
    def the_clock_of_the_hub_jumps(self, by: int) -> None:
        self.hub.now_ms = max(0, self.hub.now_ms + by)
        self.world.clocks_jump()

    @rule(place=PLACE, by=st.integers(-400 * DAY_MS, 400 * DAY_MS))
    def the_clock_of_a_station_jumps(self, place: int, by: int) -> None:
        self.machine(place).skew_ms = by
        self.machine(place).is_compared = False


class Photos(Histories):
    """Photos are taken, and go their own way."""

    @rule(place=PLACE, number=st.integers(0, 3))
    def a_photo_is_taken(self, place: int, number: int) -> None:
        self.machine(place).take_photo(number)

    @rule(place=PLACE)
    def photos_are_sent(self, place: int) -> None:
        self.world.send_photos(self.machine(place))

    @rule(place=PLACE, moment=st.integers(1, 14), how=HOW)
    def photos_are_sent_over_a_bad_line(self, place: int, moment: int, how: str) -> None:
        self.world.send_photos(self.machine(place), Line(moment, how))

    @rule(place=PLACE)
    def photos_the_hub_has_are_dropped(self, place: int) -> None:
        self.machine(place).photos.drop_sent()

    @rule()
    def photos_at_the_hub_are_proved(self) -> None:
        self.world.prove_photos()


class Erasures(Feeds):
    """Orders are erased."""

    @rule(place=PLACE)
    def an_order_is_erased(self, place: int) -> None:
        erase(self.world, f"DS-{place % 3}")

    def work_and_erase(self, place: int) -> None:
        """Let a station finish a case, and erase its order once the hub knows both."""
        machine = self.machine(place)
        self.sell(place)
        machine.open_case(4 * place)
        machine.work(2)
        machine.take_photo(place % 4)
        machine.end_cases()
        self.world.meet(machine)
        erase(self.world, f"DS-{place % 3}")

    @rule(place=PLACE)
    def cases_end(self, place: int) -> None:
        self.machine(place).end_cases()


class Everything(Erasures, Photos, Sticks, Copies, Keys, Clocks):
    """All of it, in any order."""

    @rule(bodies=st.lists(BODY, min_size=1, max_size=4))
    def the_hub_is_restored_and_merchants_go_on(self, bodies: list[bytes | None]) -> None:
        self.the_hub_goes_back()
        for place, body in enumerate(bodies):
            self.hub.put(FEED, self.change(place, body))
