"""Whatever happens to stations, hub, lines, sticks, keys and clocks: all ends well."""

import os
from collections.abc import Iterator
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from numpy.random import default_rng

from known_bad import HastyRotation, by_number_only, last_write_wins
from returnstation.hub.accepting import accept
from returnstation.hub.records import Change
from returnstation.sync.following import FeedGone
from returnstation.sync.rotating import DAY_MS, Rotation
from returnstation.sync.uploading import next_batch
from returnstation.wire.batches import Batch, Gap, pack_batch
from returnstation.wire.feeds import key_of
from returnstation.wire.packing import BadMessage
from whole_hub import FEED, PEOPLE, Accepting, WholeHub, a_whole_hub
from whole_station import Line, Machine
from whole_world import World

PLACE = st.integers(0, 5)
HOW = st.sampled_from(("breaks", "crash", "late"))
BODY = st.sampled_from((b'{"a":1}', b'{"a":2}', b'{"a":3}', None))


class Histories(RuleBasedStateMachine):
    """Stations work and meet their hub over lines that break."""

    hub: ClassVar[WholeHub]
    accepting: Accepting = staticmethod(accept)
    rotation = Rotation
    redraws = True
    gives_keys = True
    draws_early = False
    projects = True
    has_twins = False

    @initialize(seed=st.integers(0, 1 << 16), tells=st.booleans())
    def begin(self, seed: int, *, tells: bool) -> None:
        kind = type(self)
        self.hub.accepting, self.hub.draws_early = kind.accepting, kind.draws_early
        self.hub.begin()
        self.world = World(self.hub, kind.redraws, kind.gives_keys, kind.rotation)
        self.world.add()
        self.world.add()
        if kind.has_twins:
            self.world.clone(self.machine(0))
        self.hub.yesterday.take(self.hub.database)
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

    def the_hub_goes_back(self) -> None:
        self.world.restore_hub(is_told=self.tells)
        self.is_first_life = False

    @invariant()
    def what_was_acknowledged_is_at_the_hub(self) -> None:
        assert self.world.acked <= self.hub.hashes()

    @invariant()
    def what_was_typed_can_be_read(self) -> None:
        if self.is_first_life:
            self.hub.check_words()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.settle()
            self.check_facts()
            self.check_caches()
            if self.projects:
                self.check_projections()

    def check_facts(self) -> None:
        at_hub = self.hub.hashes()
        assert self.world.confirmed <= at_hub
        for machine in self.world.machines:
            assert {entry.hash for entry in machine.files.entries} <= at_hub
        self.hub.check_chains()
        if not self.hub.was_put_back:
            self.hub.check_words()

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

    @rule(place=PLACE)
    @precondition(lambda self: self.world.up)
    def a_stick_is_read_at_the_hub(self, place: int) -> None:
        self.world.carry(self.world.up[place % len(self.world.up)])

    @rule(place=PLACE)
    @precondition(lambda self: self.world.down)
    def an_answer_is_read_at_the_station(self, place: int) -> None:
        self.world.bring_back(self.world.down[place % len(self.world.down)])


class Copies(Histories):
    """Disks are copied, and backups put in place."""

    @rule(place=PLACE)
    def a_backup_is_made(self, place: int) -> None:
        self.world.back_up(self.machine(place))

    @rule(place=PLACE, with_cache=st.booleans())
    @precondition(lambda self: self.world.backups)
    def a_station_is_restored(self, place: int, *, with_cache: bool) -> None:
        self.world.restore(place, with_cache=with_cache)

    @rule(place=PLACE)
    @precondition(lambda self: len(self.world.machines) < 4)
    def a_disk_is_copied_to_another_pc(self, place: int) -> None:
        self.world.clone(self.machine(place))

    @rule()
    def the_hub_is_backed_up(self) -> None:
        self.hub.yesterday.take(self.hub.database)

    @rule()
    def the_hub_is_restored_to_yesterday(self) -> None:
        self.the_hub_goes_back()


class Keys(Histories):
    """Stations change their keys."""

    @rule(place=PLACE)
    def a_new_key_is_wished_for(self, place: int) -> None:
        self.hub.hub.station_keys.wish(self.machine(place).name, self.hub.now_ms)

    @rule(place=PLACE, moment=st.integers(1, 12), how=HOW)
    def a_key_is_changed_over_a_bad_line(self, place: int, moment: int, how: str) -> None:
        self.hub.hub.station_keys.wish(self.machine(place).name, self.hub.now_ms)
        self.world.meet(self.machine(place), Line(moment, how))


class Clocks(Histories):
    """Clocks are set."""

    @rule(by=st.integers(-2 * DAY_MS, 2 * DAY_MS))
    def the_clock_of_the_hub_jumps(self, by: int) -> None:
        self.hub.now_ms = max(0, self.hub.now_ms + by)

    @rule(place=PLACE, by=st.integers(-400 * DAY_MS, 400 * DAY_MS))
    def the_clock_of_a_station_jumps(self, place: int, by: int) -> None:
        self.machine(place).skew_ms = by


class Everything(Feeds, Sticks, Copies, Keys, Clocks):
    """All of it, in any order."""

    @rule(bodies=st.lists(BODY, min_size=1, max_size=4))
    def the_hub_is_restored_and_merchants_go_on(self, bodies: list[bytes | None]) -> None:
        self.the_hub_goes_back()
        for place, body in enumerate(bodies):
            self.hub.put(FEED, self.change(place, body))


class DedupeByNumber(Sticks):
    has_twins = True
    projects = False
    accepting = staticmethod(by_number_only)

    @rule()
    def both_twins_work_and_write_sticks(self) -> None:
        for place in (0, 2):
            self.machine(place).work(2)
            self.carry_at_once(place)


class NoNewEpoch(Copies):
    has_twins = True
    projects = False
    redraws = False


class LastWriteWins(Sticks):
    has_twins = True
    projects = False
    accepting = staticmethod(last_write_wins)


class DiskThatLies(Histories):
    projects = False

    @rule(place=PLACE)
    def power_is_cut_on_a_disk_that_lied(self, place: int) -> None:
        files = self.machine(place).files
        del files.entries[files.progress.acked // 2 :]


class SequenceCursor(Feeds):
    projects = False
    draws_early = True


class OldKeyForgottenTooSoon(Keys):
    projects = False
    rotation = HastyRotation


class FactsBeforeKeys(Histories):
    projects = False
    gives_keys = False


KNOWN_BAD = (
    DedupeByNumber,
    NoNewEpoch,
    LastWriteWins,
    DiskThatLies,
    SequenceCursor,
    OldKeyForgottenTooSoon,
    FactsBeforeKeys,
)
THOROUGH = settings(
    max_examples=max(40, int(os.environ.get("TORTURE_HISTORIES", "0"))),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
CAUGHT = settings(
    THOROUGH,
    max_examples=500,
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.generate],
)


@pytest.fixture(scope="module", autouse=True)
def _hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with a_whole_hub(tmp_path_factory.mktemp("hub")) as opened:
        Histories.hub = opened
        yield


def test_whatever_happens_nothing_is_lost_and_everybody_has_what_the_hub_has() -> None:
    run_state_machine_as_test(Everything, settings=THOROUGH)


@pytest.mark.parametrize("known_bad", KNOWN_BAD)
def test_each_known_bad_way_is_caught(known_bad: type[Histories]) -> None:
    with pytest.raises((AssertionError, FeedGone)):
        run_state_machine_as_test(known_bad, settings=CAUGHT)


def test_a_fork_is_seen_when_the_older_branch_goes_on_last() -> None:
    hub = Histories.hub
    hub.begin()
    world = World(hub)
    machine = world.add()
    machine.work(3)
    world.meet(machine)
    older = machine.files.progress.branch
    world.back_up(machine)
    machine.work(1)
    (late,) = machine.after(3, 1)
    before = machine.hash_at(3) or b""
    world.restore(0, with_cache=True)
    machine.work(1)
    world.meet(machine)
    hub.project_all()

    hub.take(machine.name, pack_batch(Batch(branch=older, before=before, facts=(late,))))
    hub.project_all()

    assert [row[1] for row in hub.rows()["conflict"]] == ["station_forked"]
