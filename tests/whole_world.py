"""Stations, their hub, sticks and backups: everything a history may do to them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace

from returnstation.application.troubles import Trouble
from returnstation.hub.intake import Sender
from returnstation.hub.records import FeedGone as HubFeedGone
from returnstation.hub.refusing import NotDone
from returnstation.sync.bundling import (
    StickFeeds,
    StickHub,
    fact_contents,
    key_contents,
    take_answer,
)
from returnstation.sync.client import HubRefused
from returnstation.sync.following import FeedGone, Feeds, Following
from returnstation.sync.giving import Giving
from returnstation.sync.keys import StationKey
from returnstation.sync.rotating import Rotation, is_due
from returnstation.sync.rounds import Upload
from returnstation.sync.uploading import Progress
from returnstation.wire.batches import (
    Acked,
    hashes,
    unpack_batch,
)
from returnstation.wire.feeds import SITE_SHARD, START, Cursor, Row, Snapshot
from returnstation.wire.manifests import Answers, StickPage
from returnstation.wire.messages import Hello
from returnstation.wire.signatures import BadSignature
from returnstation.wire.subject_keys import unpack_keys
from whole_hub import WholeHub, some_bytes
from whole_station import IDS, Cache, Files, Line, Machine, NextCache, PowerCut, Way

MOST = 3


@dataclass(frozen=True)
class Stick:
    """What a station wrote onto one."""

    machine: Machine
    name: str
    signed_by: bytes
    last: int
    generation: str
    cursors: Mapping[str, Cursor]
    keys: Sequence[bytes]
    batches: Sequence[bytes]


@dataclass(frozen=True)
class Answer:
    """What the hub wrote onto one."""

    machine: Machine
    name: str
    hello: Hello
    said: Answers
    feeds: StickFeeds


@dataclass
class World:
    """Stations, a hub, and what is still on its way.

    Attributes:
        acked: Facts the hub said it has, and no backup of it was chosen to lack.
        confirmed: What a worker was told is done, likewise.
        excused: Somebody had to enrol a station anew, and it is known why.
        redraws, gives_keys, rotation: Known-bad ways have others.
    """

    hub: WholeHub
    redraws: bool = True
    gives_keys: bool = True
    rotation: type[Rotation] = Rotation
    machines: list[Machine] = field(default_factory=list)
    on_the_way: list[Callable[[], object]] = field(default_factory=list)
    up: list[Stick] = field(default_factory=list)
    down: list[Answer] = field(default_factory=list)
    backups: list[tuple[Machine, Files, Cache]] = field(default_factory=list)
    ready: tuple[Snapshot, Mapping[tuple[str, str], bytes]] | None = None
    acked: set[bytes] = field(default_factory=set)
    confirmed: set[bytes] = field(default_factory=set)
    names: int = 0

    def branch(self) -> int:
        return next(IDS)

    def add(self) -> Machine:
        branch = self.branch()
        files, home = Files(Progress(branch), branch), f"desk-{len(self.machines)}"
        key = StationKey(b"", branch)
        machine = Machine(self, home, "", key, files)
        self.enrol(machine)
        self.machines.append(machine)
        return machine

    def enrol(self, machine: Machine) -> None:
        """Have a person take a station in, as if it were new."""
        self.names += 1
        machine.name = f"st-{self.names}"
        machine.key = StationKey(some_bytes(32), machine.files.epoch, made_ms=self.hub.now_ms)
        machine.files.progress = Progress(machine.files.epoch)
        machine.send_again()
        self.hub.enrol(machine.name, machine.key.public)

    def meet(self, machine: Machine, line: Line | None = None) -> None:
        """Meet as stations do: facts go up first, then what is new comes down."""
        line = line or Line()
        with suppress(PowerCut):
            try:
                self._meet(machine, line)
            except Trouble as trouble:
                self._told(machine, trouble.code)

    def _told(self, machine: Machine, code: str) -> None:
        assert code in {"hub-unreachable", "enrol-again"}
        if code == "enrol-again":
            assert machine.is_excused
            self.enrol(machine)
            machine.is_excused = False

    def _meet(self, machine: Machine, line: Line) -> None:
        way = Way(machine, line, machine.key)
        rotation = self.rotation(way, way.keep)
        upload = self._upload(machine, way)
        last = len(machine.files.entries)
        hello = rotation.met(upload.meet, last)
        if hello.key_wanted or is_due(way.key, hello.time_ms):
            with suppress(Trouble, HubRefused):
                rotation.renew(some_bytes(32), last, hello.time_ms)
                way.hello()
        upload.send_all()
        assert {e.hash for e in machine.files.entries} <= self.hub.hashes()
        self._follow(machine, way, NextCache(machine, line), hello)

    def _upload(self, machine: Machine, hub: "Way | StickHub") -> Upload:
        giving = Giving(machine, hub, lambda _: None) if self.gives_keys else None
        return Upload(machine, hub, machine.begin_life, giving, MOST)

    def _follow(self, machine: Machine, feeds: Feeds, fresh: NextCache, hello: Hello) -> None:
        def take(rows: Sequence[Row]) -> None:
            for row in rows:
                if row.is_deleted:
                    machine.files.people.pop(row.key, None)
                else:
                    machine.files.people[row.key] = row.body

        if is_put_back := machine.files.is_put_back:
            followed = machine.cache.followed
            machine.cache.followed = {
                shard: told for shard, told in followed.items() if not shard.startswith(SITE_SHARD)
            }
        Following(feeds, machine.cache, fresh, take).follow(hello)
        machine.files.is_put_back = machine.files.is_put_back and not is_put_back

    def write_stick(self, machine: Machine) -> None:
        progress = machine.files.progress
        facts, last = fact_contents(machine, progress)
        keys = key_contents(machine.unsent(1000)) if self.gives_keys else []
        followed = machine.cache.followed
        generations = {generation for generation, _ in followed.values()}
        stick = Stick(
            machine,
            machine.name,
            machine.key.public,
            last,
            generations.pop() if len(generations) == 1 else "",
            {shard: cursor for shard, (_, cursor) in followed.items()},
            [each.source().read() for each in keys],
            [each.source().read() for each in facts],
        )
        self.up.append(stick)

    def carry(self, stick: Stick) -> None:
        """Read a stick at the hub, and write the answer."""
        hub = self.hub.hub
        known = hub.station_keys.of_stick(stick.name, stick.last, self.hub.now_ms)
        by = next((each for each in known if each.key == stick.signed_by), None)
        if by is None:
            return  # bundle-forged
        if by.upto is None:
            hub.station_keys.use(stick.name, by.key, self.hub.now_ms)
        keys = [self.hub.take_keys(stick.name, unpack_keys(each)) for each in stick.keys]
        replies = [self.hub.take(stick.name, each) for each in stick.batches]
        for content, reply in zip(stick.batches, replies, strict=True):
            if isinstance(reply, Acked):
                self.acked |= set(hashes(unpack_batch(content)))
        hello = hub.hello(Sender(stick.name))
        same = stick.cursors if stick.generation == hello.generation else {}
        feeds = self._on_a_stick(hello, {shard: same.get(shard, START) for shard in hello.feeds})
        said = Answers(tuple(replies), keys=tuple(keys))
        self.down.append(Answer(stick.machine, stick.name, hello, said, feeds))

    def _on_a_stick(self, hello: Hello, starts: Mapping[str, Cursor]) -> StickFeeds:
        told = None
        try:
            pages = self._pages(starts)
        except HubFeedGone:
            told, _ = self.ready = self.hub.snapshot()
            starts = {shard: told.cursors.get(shard, START) for shard in hello.feeds}
            pages = self._pages(starts)
        return StickFeeds(hello.generation, pages, told)

    def _pages(self, starts: Mapping[str, Cursor]) -> dict[str, list[StickPage]]:
        pages: dict[str, list[StickPage]] = {}
        for shard, start in starts.items():
            after, is_last = start, False
            while not is_last:
                page = self.hub.page(shard, after)
                pages.setdefault(shard, []).append(StickPage(after, page))
                after, is_last = page.cursor, page.is_last
        return pages

    def bring_back(self, answer: Answer) -> None:
        machine = answer.machine
        if machine.name != answer.name:
            return  # bundle-foreign: it was enrolled anew
        take_answer(self._upload(machine, StickHub(answer.hello)), answer.hello, answer.said)
        with suppress(FeedGone):  # bundle-behind
            self._follow(machine, answer.feeds, NextCache(machine, Line()), answer.hello)

    def restore(self, place: int, *, with_cache: bool) -> None:
        """Put a backup in place, as ``returnstation restore`` does: under a new epoch."""
        machine, files, cache = self.backups[place % len(self.backups)]
        machine.files = deepcopy(files)
        if with_cache:
            machine.cache = deepcopy(cache)
        machine.begin_life()
        self._forgive()

    def back_up(self, machine: Machine) -> None:
        self.backups.append((machine, deepcopy(machine.files), deepcopy(machine.cache)))

    def clone(self, machine: Machine) -> None:
        """Copy a disk to another PC, the key with it."""
        machine.is_excused = True
        twin = replace(machine, files=deepcopy(machine.files), cache=deepcopy(machine.cache))
        self.machines.append(twin)

    def restore_hub(self, *, is_told: bool) -> None:
        self.hub.restore(is_told=is_told)
        self.acked &= self.hub.hashes()
        for machine in self.machines:
            if self.hub.hub.stations.known(machine.name) is None:
                machine.is_excused = True
        self._forgive()

    def _forgive(self) -> None:
        """Whoever puts a copy in place does without what is nowhere else."""
        here = {entry.hash for machine in self.machines for entry in machine.files.entries}
        self.confirmed &= here | self.hub.hashes()

    @staticmethod
    def arrive(late: Callable[[], object]) -> None:
        """Let the hub have what nobody waits for any more."""
        with suppress(NotDone, BadSignature, HubFeedGone):
            late()

    def settle(self) -> None:
        """Let all faults end, and everybody meet until nobody has anything left."""
        while self.on_the_way:
            self.arrive(self.on_the_way.pop())
        self.hub.end_to_put()
        for _ in range(3):
            for machine in self.machines:
                self.meet(machine)
        self.hub.project_all()
        for machine in self.machines:
            self.meet(machine)
            assert machine.files.progress.acked == len(machine.files.entries)
            assert not machine.unsent(1) or not self.gives_keys
