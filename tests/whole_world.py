"""Stations, their hub, sticks and backups: everything a history may do to them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count

import msgspec

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
from returnstation.sync.photos import PhotoUpload, send_again
from returnstation.sync.rotating import Rotation, is_due
from returnstation.sync.rounds import Upload
from returnstation.sync.uploading import Progress
from returnstation.wire.batches import (
    Acked,
    hashes,
    unpack_batch,
)
from returnstation.wire.feeds import ERASURE_KIND, START, Cursor, Row, Snapshot
from returnstation.wire.manifests import Answers, StickPage
from returnstation.wire.messages import Hello
from returnstation.wire.signatures import BadSignature
from returnstation.wire.subject_keys import unpack_keys
from whole_erasing import Forgetting, Ledger
from whole_hub import BACKUPS, WholeHub, some_bytes
from whole_photos import PIECE, PhotosHere, PhotoWay, find_all, is_whole, prove_all
from whole_station import IDS, Cache, Files, Line, Machine, NextCache, PowerCut, Way

MOST = 3
_MOST_MEETINGS = 8


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
    photos: Sequence[tuple[str, bytes, bytes]]


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
        stored: Photos the hub said it has, likewise.
        is_proved: No older photos were put back since all were looked at.
        excused: Somebody had to enrol a station anew, and it is known why.
        redraws, gives_keys, hears_again, rotation, forgetting: Known-bad ways have others.
    """

    hub: WholeHub
    redraws: bool = True
    gives_keys: bool = True
    hears_again: bool = True
    rotation: type[Rotation] = Rotation
    forgetting: type[Forgetting] = Forgetting
    ledger: Ledger = field(default_factory=Ledger)
    machines: list[Machine] = field(default_factory=list)
    on_the_way: list[Callable[[], object]] = field(default_factory=list)
    up: list[Stick] = field(default_factory=list)
    down: list[Answer] = field(default_factory=list)
    backups: list[tuple[Machine, Files, Cache]] = field(default_factory=list)
    ready: tuple[Snapshot, Mapping[tuple[str, str], bytes]] | None = None
    acked: set[bytes] = field(default_factory=set)
    confirmed: set[bytes] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    is_proved: bool = True
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
        try:
            self._meet(machine, line)
        except PowerCut:
            machine.upload = None
        except Trouble as trouble:
            self._told(machine, trouble.code)

    def send_photos(self, machine: Machine, line: Line | None = None) -> None:
        """Send photos beside the facts, as the lane for them does once a minute."""
        way = Way(machine, line or Line(), machine.key)
        to = PhotoWay(way, self.hub.starts)
        if machine.upload is None:
            machine.upload = PhotoUpload(machine.photos, to, count(0, 2).__next__, piece=PIECE)
        machine.upload.hub = to
        try:
            machine.upload.send_all()
            machine.upload.look_again(way.hello().photos_wanted)
        except PowerCut:
            machine.upload = None
        except (Trouble, HubRefused):
            return

    def _told(self, machine: Machine, code: str) -> None:
        assert code in {"hub-unreachable", "enrol-again"}
        if code == "enrol-again":
            assert machine.is_excused
            self.enrol(machine)
            machine.is_excused = False

    def _meet(self, machine: Machine, line: Line) -> None:
        way = Way(machine, line, machine.key)
        rotation = self.rotation(way, way.keep)
        forgetting = self.forgetting(machine, line)
        upload = self._upload(machine, way, forgetting)
        last = len(machine.files.entries)
        hello = rotation.met(upload.meet, last)
        machine.is_compared = True
        if hello.key_wanted or is_due(way.key, hello.time_ms):
            with suppress(Trouble, HubRefused):
                rotation.renew(some_bytes(32), last, hello.time_ms)
                way.hello()
        upload.send_all()
        assert {e.hash for e in machine.files.entries} <= self.hub.hashes()
        self._follow(forgetting, way, NextCache(machine, line), hello)

    def _upload(self, machine: Machine, hub: "Way | StickHub", forgetting: Forgetting) -> Upload:
        giving = Giving(machine, hub, forgetting.lost_keys) if self.gives_keys else None
        return Upload(machine, hub, machine.begin_life, giving, MOST)

    @staticmethod
    def _follow(forgetting: Forgetting, feeds: Feeds, fresh: NextCache, hello: Hello) -> None:
        machine = forgetting.machine
        heard_before = set(machine.files.erasures)

        def take(rows: Sequence[Row]) -> None:
            for row in rows:
                if row.kind == ERASURE_KIND:
                    erased_ms = msgspec.json.decode(row.body)["erased_ms"]
                    forgetting.begin({row.key: erased_ms})
                elif row.is_deleted:
                    machine.files.people.pop(row.key, None)
                else:
                    machine.files.people[row.key] = row.body

        if is_put_back := machine.files.is_put_back:
            machine.cache.followed = machine.followed()
        Following(feeds, machine.cache, fresh, take).follow(hello)
        machine.files.is_put_back = machine.files.is_put_back and not is_put_back
        forgetting.finish(heard_before)

    def write_stick(self, machine: Machine) -> None:
        progress = machine.files.progress
        facts, last = fact_contents(machine, progress)
        keys = key_contents(machine.unsent(1000)) if self.gives_keys else []
        photos = machine.photos
        followed = machine.followed()
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
            [(each, photos.thumbnail(each), photos.kept[each]) for each in photos.waiting()],
        )
        self.up.append(stick)

    def carry(self, stick: Stick, most_photos: int = 9) -> None:
        """Read a stick at the hub, and write the answer, unless the hub is killed at a photo."""
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
        if self._carry_photos(stick, most_photos) < len(stick.photos):
            return
        hello = hub.hello(Sender(stick.name))
        same = stick.cursors if stick.generation == hello.generation else {}
        for shard in hello.feeds if same else ():
            hub.followers.note(stick.name, shard, same.get(shard, START).n)
        feeds = self._on_a_stick(hello, {shard: same.get(shard, START) for shard in hello.feeds})
        digests = tuple(digest for digest, _, _ in stick.photos)
        self.stored |= set(digests)
        wanted = tuple(hub.photos.index.awaited(stick.name, some_bytes(32).hex(), 2))
        said = Answers(tuple(replies), digests, keys=tuple(keys), wanted=wanted)
        self.down.append(Answer(stick.machine, stick.name, hello, said, feeds))

    def _carry_photos(self, stick: Stick, most: int) -> int:
        photos, now_ms = self.hub.hub.photos, self.hub.now_ms
        for digest, small, _ in stick.photos:
            photos.put_thumbnail(stick.name, digest, small, now_ms)
        some = stick.photos[:most]
        for digest, _, content in some:
            incoming = photos.parts / stick.name / f"{digest}.stick"
            incoming.parent.mkdir(parents=True, exist_ok=True)
            incoming.write_bytes(content)
            photos.take_file(stick.name, digest, incoming, now_ms)
        return len(some)

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
        forgetting = self.forgetting(machine, Line())
        upload = self._upload(machine, StickHub(answer.hello), forgetting)
        take_answer(upload, answer.hello, answer.said)
        for digest in set(machine.photos.waiting()).intersection(answer.said.photos):
            machine.photos.mark_sent(digest)
        send_again(machine.photos, answer.said.wanted)
        with suppress(FeedGone):  # bundle-behind
            self._follow(forgetting, answer.feeds, NextCache(machine, Line()), answer.hello)

    def restore(self, place: int, *, with_cache: bool, with_photos: bool = True) -> None:
        """Put a backup in place, as ``returnstation restore`` does: under a new epoch.

        Args:
            place: Which one.
            with_cache: The disk lost its cache, too: the old one is put beside it.
            with_photos: The disk still has its photos.
        """
        machine, files, cache = self.backups[place % len(self.backups)]
        machine.files, machine.upload = deepcopy(files), None
        if with_cache:
            machine.cache = deepcopy(cache)
        if not with_photos:
            machine.photos = PhotosHere()
        machine.begin_life()
        self.ledger.is_in_doubt()
        self._forgive()

    def back_up(self, machine: Machine) -> None:
        self.backups.append((machine, deepcopy(machine.files), deepcopy(machine.cache)))

    def clone(self, machine: Machine) -> None:
        """Copy a disk to another PC, the key with it."""
        machine.is_excused = True
        twin = replace(machine, files=deepcopy(machine.files), cache=deepcopy(machine.cache))
        twin.photos, twin.upload = deepcopy(machine.photos), None
        self.machines.append(twin)
        self.ledger.is_in_doubt()

    def restore_hub(self, parts: Collection[str], *, is_told: bool) -> None:
        """Put copies of the hub's back; who puts some of them back alone goes by the book."""
        is_told = is_told or parts != BACKUPS[0]
        self.hub.restore(parts, is_told=is_told)
        self.acked &= self.hub.hashes()
        self.is_proved = self.is_proved and "photos" not in parts
        self._keep_stored()
        self.ledger.goes_back(self.hub)
        self.ledger.is_in_doubt()
        for machine in self.machines:
            if self.hub.hub.stations.known(machine.name) is None:
                machine.is_excused = True
        self._forgive()

    def prove_photos(self) -> None:
        """Look at every photo; until then the hub need not know that it lost some."""
        prove_all(self.hub.hub)
        if not self.is_proved:
            self._keep_stored()
            self.is_proved = True

    def _keep_stored(self) -> None:
        self.stored = {each for each in self.stored if is_whole(self.hub.hub, each)}

    def _forgive(self) -> None:
        """Whoever puts a copy in place does without what is nowhere else."""
        here = {entry.hash for machine in self.machines for entry in machine.files.entries}
        self.confirmed &= here | self.hub.hashes()

    def clocks_jump(self) -> None:
        """Let nobody know any more how far clocks are off, and when anything was."""
        for machine in self.machines:
            machine.is_compared = False
        self.ledger.opened.clear()
        self.ledger.is_in_doubt()

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
        for machine in self.machines:
            machine.end_cases()
            machine.upload = None
        self._meet_until_quiet()
        self.prove_photos()
        for machine in self.machines * 2:
            self.send_photos(machine)
        self._meet_until_quiet()
        self.hub.hub.photos.remove_erased(self.hub.now_ms)
        find_all(self.hub.hub)
        for machine in self.machines:
            assert machine.files.progress.acked == len(machine.files.entries)
            assert not machine.unsent(1) or not self.gives_keys
            assert not machine.files.erasures

    def _meet_until_quiet(self) -> None:
        for _ in range(_MOST_MEETINGS):
            before = [self._state(machine) for machine in self.machines]
            for machine in self.machines:
                self.meet(machine)
            self.hub.project_all()
            if before == [self._state(machine) for machine in self.machines]:
                return

    @staticmethod
    def _state(machine: Machine) -> object:
        files = machine.files
        state = (machine.name, len(files.entries), files.progress.acked, files.is_put_back)
        return (*state, set(files.erasures), dict(machine.cache.followed))
