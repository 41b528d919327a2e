"""Whatever happens to stations, hub, lines, sticks, keys and clocks: all ends well."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from known_bad import (
    HastyForgetting,
    HastyPhotos,
    HastyRotation,
    ThoroughForgetting,
    by_number_only,
    last_write_wins,
)
from returnstation.sync.following import FeedGone
from returnstation.wire.batches import Batch, pack_batch
from whole_histories import (
    PLACE,
    Copies,
    Erasures,
    Everything,
    Feeds,
    Histories,
    Keys,
    Photos,
    Sticks,
)
from whole_hub import a_whole_hub
from whole_photos import picture
from whole_station import Line
from whole_world import World


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


class StoredTooSoon(Photos):
    projects = False
    photos = HastyPhotos


class ConfirmedTooSoon(Erasures):
    projects = False
    forgetting = HastyForgetting

    @rule(place=PLACE, moment=st.integers(6, 12))
    def a_station_is_cut_while_it_forgets(self, place: int, moment: int) -> None:
        self.work_and_erase(place)
        self.world.meet(self.machine(place), Line(moment, "crash"))


class NeverHeardAgain(Erasures, Copies):
    projects = False
    hears_again = False

    @rule(place=PLACE)
    def a_station_is_restored_after_it_forgot(self, place: int) -> None:
        machine = self.machine(place)
        self.work_and_erase(place)
        self.world.back_up(machine)
        self.world.meet(machine)
        machine.photos.keep(picture(place % 4))
        self.world.restore(-1, with_cache=False)


class ForgetsWhatWasSoldAgain(Erasures):
    projects = False
    forgetting = ThoroughForgetting

    @rule(place=PLACE)
    def what_was_erased_is_sold_again_and_comes_back(self, place: int) -> None:
        machine = self.machine(place)
        self.work_and_erase(place)
        self.sell(place)
        self.world.meet(machine)
        self.hub.now_ms += 1
        machine.open_case(4 * place)
        machine.work(2)
        machine.end_cases()
        self.world.meet(machine)


KNOWN_BAD = (
    DedupeByNumber,
    NoNewEpoch,
    LastWriteWins,
    DiskThatLies,
    SequenceCursor,
    OldKeyForgottenTooSoon,
    FactsBeforeKeys,
    StoredTooSoon,
    ConfirmedTooSoon,
    NeverHeardAgain,
    ForgetsWhatWasSoldAgain,
)
THOROUGH = settings(
    max_examples=max(40, int(os.environ.get("TORTURE_HISTORIES", "0"))),
    stateful_step_count=40,
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
