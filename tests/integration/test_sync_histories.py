"""Whatever happens to stations, hub and network: nothing confirmed is lost, nothing is twice."""

import os
from collections.abc import Callable
from copy import deepcopy

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

from returnstation.hub.accepting import StationLog, accept
from returnstation.wire.batches import Acked, Batch, Head, Reply, hashes, pack_batch
from returnstation.wire.facts import FIRST, chain_hash
from returnstation.wire.packing import BadMessage
from sync_world import Machine, MemoryStationLog, World

PLACE = st.integers(0, 5)


class Histories(RuleBasedStateMachine):
    accepting: Callable[[StationLog, Batch], Reply] = staticmethod(accept)
    redraws = True
    forgets = False

    @initialize()
    def begin(self) -> None:
        self.world = World(accepting=type(self).accepting, redraws=type(self).redraws)
        self.world.add()
        self.world.add()

    def machine(self, place: int) -> Machine:
        return self.world.machines[place % len(self.world.machines)]

    @rule(place=PLACE, facts=st.integers(1, 7))
    def work_is_done(self, place: int, facts: int) -> None:
        self.world.write(self.machine(place), facts)

    @rule(place=PLACE)
    def a_batch_arrives_and_so_does_the_answer(self, place: int) -> None:
        self.world.exchange(self.machine(place))

    @rule(place=PLACE)
    def a_station_connects(self, place: int) -> None:
        self.world.meet(self.machine(place))

    @rule(place=PLACE)
    def the_answer_is_lost(self, place: int) -> None:
        machine = self.machine(place)
        content = self.world.batch(machine)
        if content is not None:
            self.world.deliver(machine.name, content)

    @rule(place=PLACE)
    def a_batch_is_late(self, place: int) -> None:
        machine = self.machine(place)
        content = self.world.batch(machine)
        if content is not None:
            self.world.on_the_way.append((machine.name, content))

    @rule(place=PLACE)
    @precondition(lambda self: self.world.on_the_way)
    def a_late_batch_arrives(self, place: int) -> None:
        name, content = self.world.on_the_way.pop(place % len(self.world.on_the_way))
        self.world.deliver(name, content)

    @rule(place=PLACE)
    @precondition(lambda self: self.world.on_the_way)
    def a_late_batch_arrives_and_will_once_more(self, place: int) -> None:
        name, content = self.world.on_the_way[place % len(self.world.on_the_way)]
        self.world.deliver(name, content)

    @rule(place=PLACE, cut=st.integers(1, 40))
    def a_batch_arrives_cut_short(self, place: int, cut: int) -> None:
        machine = self.machine(place)
        content = self.world.batch(machine)
        if content is not None:
            with pytest.raises(BadMessage):
                self.world.deliver(machine.name, content[:-cut])

    @rule(place=PLACE, since=st.integers(0, 30), at_once=st.integers(1, 9))
    def a_stick_brings_a_piece_of_the_log(self, place: int, since: int, at_once: int) -> None:
        machine = self.machine(place)
        before = machine.log.hash_at(since)
        facts = machine.log.after(since, at_once)
        if before is not None and facts:
            batch = Batch(branch=machine.progress.branch, before=before, facts=tuple(facts))
            self.world.deliver(machine.name, pack_batch(batch))

    @rule(place=PLACE)
    def a_backup_is_made(self, place: int) -> None:
        at = place % len(self.world.machines)
        self.world.backups[at] = self.world.machines[at].copy()

    @rule(place=PLACE)
    @precondition(lambda self: self.world.backups)
    def a_station_is_restored(self, place: int) -> None:
        at = sorted(self.world.backups)[place % len(self.world.backups)]
        self.world.restore(self.world.machines[at], self.world.backups[at])

    @rule(place=PLACE)
    @precondition(lambda self: len(self.world.machines) < 4)
    def a_disk_is_copied_to_another_pc(self, place: int) -> None:
        self.world.machines.append(self.machine(place).copy())

    @rule()
    def the_hub_is_backed_up(self) -> None:
        self.world.hub_backup = deepcopy(self.world.hub)

    @rule()
    def the_hub_is_restored_to_yesterday(self) -> None:
        self.world.restore_hub()

    @rule(by=st.integers(-400 * 86_400_000, 400 * 86_400_000))
    def clocks_jump(self, by: int) -> None:
        self.world.now_ms = max(0, self.world.now_ms + by)

    @rule(place=PLACE)
    @precondition(lambda self: type(self).forgets)
    def power_is_cut_on_a_disk_that_lied(self, place: int) -> None:
        machine = self.machine(place)
        del machine.log.entries[machine.progress.acked // 2 :]

    @invariant()
    def what_was_acknowledged_is_at_the_hub(self) -> None:
        for name, made in self.world.acked_hashes:
            assert made in self.world.at_hub(name)

    @invariant()
    def every_chain_at_the_hub_verifies(self) -> None:
        for kept in self.world.hub.values():
            for branch, facts in kept.facts.items():
                parent, after = kept.branches[branch]
                before = FIRST if parent is None else kept.hashes(parent, after, after)[0]
                assert sorted(facts) == list(range(after + 1, after + 1 + len(facts)))
                for seq in sorted(facts):
                    fact, made = facts[seq]
                    assert chain_hash(fact.entry(), before) == made
                    before = made

    @invariant()
    def no_answer_is_nonsense(self) -> None:
        assert not [machine for machine in self.world.machines if machine.nonsense]

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        longest = sum(len(machine.log.entries) for machine in self.world.machines)
        self.world.drain(rounds=longest * 2 + 20)
        for machine in self.world.machines:
            kept = self.world.at_hub(machine.name)
            assert {entry.hash for entry in machine.log.entries} <= kept
        assert all(made in self.world.at_hub(name) for name, made in self.world.confirmed)


def _by_number_only(log: StationLog, batch: Batch) -> Reply:
    """Take a fact for known when its number is; the commonest mistake."""
    assert isinstance(log, MemoryStationLog)
    made = tuple(hashes(batch))
    head = next((each for each in log.heads() if each.branch == batch.branch), None)
    if head is None:
        return accept(log, batch)
    if batch.first > head.seq + 1:
        return accept(log, batch)
    skip = max(0, head.seq + 1 - batch.first)
    if skip < len(made):
        log.append(batch, made, skip)
    last = max(head.seq, batch.facts[-1].seq)
    return Acked(Head(batch.branch, last, log.hashes(batch.branch, last, last)[0]), 1)


def _last_write_wins(log: StationLog, batch: Batch) -> Reply:
    assert isinstance(log, MemoryStationLog)
    made = tuple(hashes(batch))
    if batch.branch not in log.branches:
        log.begin(batch.branch, None, 0)
    log.append(batch, made, 0)
    return Acked(Head(batch.branch, batch.facts[-1].seq, made[-1]), len(made))


THOROUGH = settings(
    max_examples=int(os.environ.get("TORTURE_HISTORIES", "300")),
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
)
CAUGHT = settings(
    THOROUGH,
    max_examples=2000,
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.generate],
)


def test_no_history_loses_or_doubles_what_was_confirmed() -> None:
    run_state_machine_as_test(Histories, settings=THOROUGH)


class DedupeByNumber(Histories):
    accepting = staticmethod(_by_number_only)


class NoNewEpoch(Histories):
    redraws = False


class LastWriteWins(Histories):
    accepting = staticmethod(_last_write_wins)


class DiskThatLies(Histories):
    forgets = True


@pytest.mark.parametrize("known_bad", [DedupeByNumber, NoNewEpoch, LastWriteWins, DiskThatLies])
def test_each_known_bad_way_is_caught(known_bad: type[Histories]) -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(known_bad, settings=CAUGHT)
