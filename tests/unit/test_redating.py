"""When facts were really written, against a world whose true time is known."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnstation.app.clocks import Seen, found_by_look, is_news
from returnstation.domain.facts import Booted, ClockRead, ClockStepped
from returnstation.domain.redating import NEAR_MS, ClockNote, Dated, NoteKind, Timeline, Written

START = 1_790_000_000_000
HOUR, DAY, YEAR = 3600, 86_400, 31_556_952
SECONDS = 10_000
"""Milliseconds within which something that is sure must be true."""


@dataclass
class World:
    """A station whose clock is off by some seconds, and what became of it in truth."""

    off: int = 0
    true_ms: int = START
    boot: int = 0
    booted_ms: int = START
    seen: Seen | None = None
    looked: Seen | None = None
    log: list[Written] = field(default_factory=list)
    truth: list[int] = field(default_factory=list)
    notes: list[ClockNote] = field(default_factory=list)
    sent: int = 0
    boots: list[int] = field(default_factory=list)
    met: set[int] = field(default_factory=set)

    @property
    def wall_ms(self) -> int:
        return self.true_ms - self.off * 1000

    def pass_(self, seconds: float) -> None:
        self.true_ms += round(seconds * 1000)

    def act(self, facts: int = 2) -> None:
        """Do something at the desk; the clock is looked at within a second."""
        self._append(facts)
        self.pass_(1)
        self.look()

    def set_clock(self, by: int) -> None:
        self.off -= by

    def start(self, off: int) -> None:
        """Switch the machine off and on; its clock may say anything then."""
        self.pass_(30)
        self.looked = None
        self.boot, self.booted_ms, self.off = self.boot + 1, self.true_ms - 20_000, off
        self.look()

    def look(self) -> None:
        now = self._now()
        found = found_by_look(self.seen, now, self.looked, len(self.log))
        self.looked = now
        if isinstance(found, Booted):
            self._note(NoteKind.BOOT, now)
        elif isinstance(found, ClockStepped):
            self._note(NoteKind.STEP, now, found.seen_ms, step_ms=found.seconds * 1000)
        elif isinstance(found, ClockRead) and self.seen is not None:
            self._note(NoteKind.READ, now, offset_ms=self.seen.offset_ms)

    def meet(self) -> None:
        """Meet the hub; the answer takes half a second."""
        self.look()
        offset_ms = self.off * 1000 + 500
        if is_news(self.seen, offset_ms):
            self._note(NoteKind.READ, self._now(), offset_ms=offset_ms)
        self.pass_(0.5)
        for place in range(self.sent, len(self.log)):
            fact = self.log[place]
            self.log[place] = Written(fact.seq, fact.log_ms, self.true_ms)
        self.sent = len(self.log)
        self.met.add(self.boot)

    def dated(self) -> list[Dated]:
        timeline = Timeline(self.notes)
        return [timeline.dated(fact) for fact in self.log]

    def check(self) -> None:
        """Make sure that what is sure is true, and the rest between what is known."""
        known = [note.seq for note in self.notes if self.boots[note.seq - 1] in self.met]
        for fact, truth, dated in zip(self.log, self.truth, self.dated(), strict=True):
            before = [self.truth[seq - 1] for seq in known if seq <= fact.seq]
            after = [self.truth[seq - 1] for seq in known if seq > fact.seq]
            assert dated.at_ms >= max(before, default=0) - SECONDS
            assert dated.at_ms <= min([*after, fact.received_ms]) + SECONDS
            first, last = dated.span
            assert first - NEAR_MS <= truth <= last + NEAR_MS
            assert not dated.is_sure or first == last == dated.at_ms

    def _now(self) -> Seen:
        running = (self.true_ms - self.booted_ms) / 1000
        return Seen(boot=str(self.boot), running=running, wall_ms=self.wall_ms)

    def _append(self, facts: int) -> int:
        log_ms = max(self.log[-1].log_ms + 1 if self.log else 0, self.wall_ms)
        for _ in range(facts):
            self.log.append(Written(len(self.log) + 1, log_ms, 1 << 61))
            self.truth.append(self.true_ms)
            self.boots.append(self.boot)
        return log_ms

    def _note(
        self,
        kind: NoteKind,
        now: Seen,
        before_ms: int | None = None,
        step_ms: int = 0,
        offset_ms: int | None = None,
    ) -> None:
        if before_ms is None:
            before_ms = self.log[-1].log_ms if self.log else 0
        log_ms, seq = self._append(1), len(self.log)
        self.notes.append(
            ClockNote(
                seq=seq,
                kind=kind,
                wall_ms=now.wall_ms,
                log_ms=log_ms,
                before_ms=before_ms,
                step_ms=step_ms,
                offset_ms=offset_ms,
            )
        )
        self.seen = Seen(
            boot=now.boot,
            running=now.running,
            wall_ms=now.wall_ms,
            seq=seq,
            log_ms=log_ms,
            offset_ms=offset_ms,
        )


def begun(off: int = 0) -> World:
    world = World(off)
    world.look()
    return world


def all_exact(world: World) -> bool:
    world.check()
    return all(
        dated.is_sure and abs(dated.at_ms - truth) <= SECONDS
        for dated, truth in zip(world.dated(), world.truth, strict=True)
    )


@pytest.mark.parametrize("off", [6 * YEAR, -6 * YEAR, -3 * HOUR, HOUR, 0])
def test_a_clock_that_was_always_wrong_is_put_right_by_one_meeting(off: int) -> None:
    world = begun(off)
    for _ in range(5):
        world.act()
        world.pass_(2 * HOUR)
    world.meet()

    assert all_exact(world)


@pytest.mark.parametrize("by", [HOUR, -HOUR, 6 * YEAR, -3 * HOUR])
def test_what_was_done_before_the_clock_was_set_is_dated_by_what_came_after(by: int) -> None:
    world = begun(by)
    world.act()
    world.pass_(HOUR)
    world.set_clock(by)
    world.pass_(30)
    world.look()
    world.pass_(40)
    world.meet()

    assert all(abs(each.at_ms - START) <= SECONDS for each in world.dated()[1:3])
    world.check()


def test_what_is_done_while_the_log_waits_for_the_clock_is_dated_by_looks_at_it() -> None:
    world = begun(-6 * YEAR)
    world.act()
    world.meet()
    world.pass_(60)
    world.set_clock(-6 * YEAR)
    world.look()
    for _ in range(20):
        world.pass_(50)
        world.act()
    world.meet()

    assert world.log[-1].log_ms - world.wall_ms > 5 * YEAR * 1000
    assert all(dated.is_sure for dated in world.dated())
    assert all(
        abs(dated.at_ms - truth) <= SECONDS
        for dated, truth in zip(world.dated()[5:], world.truth[5:], strict=True)
    )


def test_what_is_done_before_anybody_sees_that_the_clock_was_put_forward_is_exact() -> None:
    world = begun()
    world.act()
    world.meet()
    world.pass_(DAY)
    world.set_clock(HOUR)
    world.act()
    world.meet()

    assert all_exact(world)


def test_a_run_of_the_machine_that_never_met_the_hub_lies_between_those_that_did() -> None:
    world = begun()
    world.act()
    world.meet()
    last = world.true_ms
    world.pass_(HOUR)
    world.start(off=20 * YEAR)
    world.pass_(HOUR)
    place = len(world.log)
    world.act()
    world.pass_(HOUR)
    world.start(off=0)
    first = world.true_ms
    world.pass_(DAY)
    world.meet()

    dated = world.dated()[place]
    assert not dated.is_sure
    assert last - SECONDS <= dated.at_ms <= first + SECONDS


def test_nothing_is_known_of_a_clock_that_was_never_compared() -> None:
    world = begun(off=-HOUR)
    world.act()
    received = world.true_ms
    fact = Written(2, world.log[1].log_ms, received)

    dated = Timeline(world.notes).dated(fact)

    assert (dated.at_ms, dated.is_sure, dated.is_final) == (received, False, False)
    assert dated.span == (0, received)
    assert Timeline([]).dated(fact) == dated


@st.composite
def acts(draw: st.DrawFn) -> Callable[[World], None]:
    seconds = draw(st.sampled_from([0.0, 1.0, 45.0, 600.0, 7200.0, 90_000.0]))
    jump = draw(st.sampled_from([-6 * YEAR, -DAY, -HOUR, -200, 200, HOUR, DAY, 6 * YEAR]))
    facts = draw(st.integers(1, 4))
    kind = draw(st.sampled_from(["act", "act", "act", "wait", "set", "start", "meet", "meet"]))

    def run(world: World) -> None:
        if kind == "act":
            world.act(facts)
        elif kind == "wait":
            world.pass_(seconds)
            world.look()
        elif kind == "set":
            world.set_clock(jump)
            world.pass_(min(seconds, 45))
            world.look()
        elif kind == "start":
            world.start(jump)
        else:
            world.meet()
        world.pass_(min(seconds, 50.0))
        world.look()

    return run


@given(st.lists(acts(), max_size=25))
def test_what_is_sure_is_true_whatever_becomes_of_the_clock(
    steps: list[Callable[[World], None]],
) -> None:
    world = begun(off=3)
    for step in steps:
        step(world)
    world.meet()

    world.check()


@given(st.lists(acts(), max_size=15), st.lists(acts(), max_size=8))
def test_what_is_final_stays(
    steps: list[Callable[[World], None]], more: list[Callable[[World], None]]
) -> None:
    world = begun(off=3)
    for step in steps:
        step(world)
    world.meet()
    before = world.dated()
    for step in more:
        step(world)
    world.meet()

    after = world.dated()
    assert all(old == new for old, new in zip(before, after, strict=False) if old.is_final)
