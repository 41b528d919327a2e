"""A station in memory with the real cores of a meeting, and a line that may break anywhere."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from builders import a_case_line, opened
from returnstation.application.troubles import Trouble
from returnstation.domain.facts import (
    CaseFinished,
    Fact,
    ItemAdded,
    NoteAdded,
    PhotoTaken,
    type_name,
)
from returnstation.hub.records import FeedGone as HubFeedGone
from returnstation.hub.refusing import NotDone
from returnstation.sync.client import Address, HubRefused
from returnstation.sync.following import FeedGone
from returnstation.sync.keys import StationKey
from returnstation.sync.photos import PhotoUpload
from returnstation.sync.uploading import Progress
from returnstation.wire.batches import (
    Acked,
    Batch,
    Reply,
    SentFact,
    hashes,
    pack_batch,
    sent,
)
from returnstation.wire.facts import FIRST, Entry, Lock, body_of, chain_hash, version_of
from returnstation.wire.feeds import ERASURE_KIND, SITE_SHARD, Cursor, Page, Row, Snapshot
from returnstation.wire.keys import KeyTaken, KeyWish
from returnstation.wire.messages import PATHS, Hello
from returnstation.wire.sealing import KEY_BYTES
from returnstation.wire.signatures import BadSignature, Request, sign
from returnstation.wire.subject_keys import CASE_SUBJECT, TakenKeys
from whole_hub import WholeHub, some_bytes
from whole_photos import PhotosHere, picture

if TYPE_CHECKING:
    from whole_world import World

_T = TypeVar("_T")

IDS = count(1)

_NOT_IN_THE_CACHE = frozenset({"user", ERASURE_KIND})
_GONE = (b"", True)


class PowerCut(Exception):
    """The station went dark: what was not on its disk is gone."""


@dataclass
class Line:
    """What one meeting goes over; it breaks once.

    Attributes:
        left: Moments until then; 0 for never.
        how: ``breaks``, ``crash``, or ``late``: what was asked arrives when nobody waits for it.
    """

    left: int = 0
    how: str = "breaks"

    def moment(self) -> None:
        """Let something go wrong here."""
        if self.left:
            self.left -= 1
            if not self.left:
                raise PowerCut if self.how == "crash" else Trouble("hub-unreachable", url="")


@dataclass
class Cache:
    """Records that came down, and how far each feed was followed."""

    followed: dict[str, tuple[str, Cursor]] = field(default_factory=dict)
    rows: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def cursors(self) -> Mapping[str, tuple[str, Cursor]]:
        return self.followed

    def apply(self, page: Page) -> Sequence[Row]:
        for row in page.rows:
            if row.is_deleted:
                self.rows.pop((row.kind, row.key), None)
            elif row.kind not in _NOT_IN_THE_CACHE:
                self.rows[row.kind, row.key] = row.body
        self.followed[page.shard] = (page.generation, page.cursor)
        return []


@dataclass
class Files:
    """What a station has in its own file: what a backup brings back.

    Attributes:
        cases: The order of each.
        open: Cases somebody still works on; the last of them is on the desk.
        pictures: The photos each case names.
        erasures: Orders it is to forget, by their key, and when each was erased.
        forgotten: What it confirmed: under which name, which order, erased when.
    """

    progress: Progress
    epoch: int
    entries: list[Entry] = field(default_factory=list)
    heard: int = 0
    keys: dict[str, tuple[bytes, bool]] = field(default_factory=dict)
    keys_for: str = ""
    people: dict[str, bytes] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    pictures: dict[str, set[str]] = field(default_factory=dict)
    erasures: dict[str, int] = field(default_factory=dict)
    forgotten: set[tuple[str, str, int]] = field(default_factory=set)
    is_put_back: bool = False

    def is_forgotten(self, case_id: str) -> bool:
        """Tell whether the key of a case was overwritten."""
        return self.keys.get(CASE_SUBJECT + case_id) == _GONE

    def forget_keys(self, subjects: Collection[str]) -> None:
        """Overwrite keys of cases for good."""
        self.keys.update(dict.fromkeys(subjects, _GONE))


@dataclass
class Machine:
    """One PC; as its own disk it is the log, the keys of cases, and all that meetings keep.

    Attributes:
        photos: They lie beside its files.
        upload: Sends them, until the program is started again.
        skew_ms: How far its clock is off.
        is_compared: Whether it knows that.
        is_excused: Whether somebody may have to enrol it anew: another PC has its key, or the hub
            was put back to before it knew it.
    """

    world: "World"
    home: str
    name: str
    key: StationKey
    files: Files
    cache: Cache = field(default_factory=Cache)
    photos: PhotosHere = field(default_factory=PhotosHere)
    upload: PhotoUpload | None = None
    skew_ms: int = 0
    is_compared: bool = False
    is_excused: bool = False

    def after(self, seq: int, most: int) -> list[SentFact]:
        return [sent(entry) for entry in self.files.entries[seq : seq + most]]

    def hash_at(self, seq: int) -> bytes | None:
        entries = self.files.entries
        if seq == 0:
            return FIRST
        return entries[seq - 1].hash if 0 < seq <= len(entries) else None

    def progress(self) -> tuple[int, int, bytes]:
        known = self.files.progress
        return known.branch, known.acked, known.receipt

    def keep_progress(self, branch: int, acked: int, receipt: bytes) -> None:
        self.files.progress = Progress(branch, acked, receipt)

    def heard_ms(self) -> int:
        return self.files.heard

    def keep_heard(self, time_ms: int) -> None:
        self.files.heard = time_ms

    def begin_life(self) -> int:
        files = self.files
        files.epoch = self.world.branch() if self.world.redraws else files.epoch
        files.progress = replace(files.progress, branch=files.epoch)
        files.is_put_back = self.world.hears_again
        self.send_again()
        return files.epoch

    def followed(self) -> dict[str, tuple[str, Cursor]]:
        """Return how far each feed was followed; of the site nothing while erasures lack."""
        return {
            shard: told
            for shard, told in self.cache.followed.items()
            if not (self.files.is_put_back and shard.startswith(SITE_SHARD))
        }

    def unsent(self, most: int) -> Mapping[str, bytes]:
        waiting = [(s, key) for s, (key, is_sent) in self.files.keys.items() if not is_sent and key]
        return dict(waiting[:most])

    def mark_sent(self, subjects: Collection[str]) -> None:
        for subject in subjects:
            if subject in self.files.keys:
                self.files.keys[subject] = (self.files.keys[subject][0], True)

    def send_again(self) -> None:
        self.files.keys = {s: (key, not key) for s, (key, _) in self.files.keys.items()}

    def is_for(self, generation: str) -> bool:
        before, self.files.keys_for = self.files.keys_for, generation
        return before == generation

    def write(self, fact: Fact, subject: str) -> None:
        """Write a fact down, its words sealed."""
        files = self.files
        last = files.entries[-1] if files.entries else None
        now_ms = self.world.hub.now_ms + self.skew_ms
        fact_id = UUID(int=(0x7 << 76) | (0x8 << 60) | next(IDS))
        entry = Entry(
            seq=len(files.entries) + 1,
            station=self.home,
            epoch=files.epoch,
            fact_id=fact_id,
            hlc=max(now_ms, (last.hlc >> 16) + 1 if last else 0) << 16,
            type=type_name(type(fact)),
            version=version_of(fact),
            subject=subject,
            user=None,
            body=body_of(fact, self._lock_of(fact, fact_id, subject)),
            hash=b"",
        )
        entry = replace(entry, hash=chain_hash(entry, last.hash if last else FIRST))
        files.entries.append(entry)
        self.world.confirmed.add(entry.hash)

    def _lock_of(self, fact: Fact, fact_id: UUID, case_id: str) -> Lock | None:
        if not isinstance(fact, NoteAdded):
            return None  # nothing of what is written here has other words
        fresh = (some_bytes(KEY_BYTES), False)
        key, _ = self.files.keys.setdefault(CASE_SUBJECT + case_id, fresh)
        if key:
            self.world.ledger.secrets.setdefault(case_id, set()).add(key)
        return Lock(fact_id, key or fresh[0])  # of what was forgotten: a key that is kept nowhere

    def work(self, facts: int) -> None:
        """Open cases and say something of them."""
        for _ in range(facts):
            self.world.hub.now_ms += 1000
            number = len(self.files.entries)
            if number % 4 == 0 or not self.files.open:
                self.open_case(number)
            elif number % 4 == 1:
                case_id = self.files.open[-1]
                item_id, line_id = f"{case_id}-i", f"{self.files.cases[case_id]}/1"
                fact = ItemAdded(item_id=item_id, line_id=line_id, finding="expected", title="x")
                self.write(fact, case_id)
            else:
                case_id, word = self.files.open[-1], some_bytes(6).hex()
                self.world.ledger.secrets.setdefault(case_id, set()).add(word.encode())
                self.write(NoteAdded(text=f"{word} was said"), case_id)

    def open_case(self, number: int) -> None:
        """Open a case of one of three orders."""
        case_id, order = f"{self.home}-{next(IDS)}", f"DS-{number // 4 % 3}"
        self.files.open.append(case_id)
        self.files.cases[case_id] = order
        self.world.ledger.is_opened(self, case_id, order)
        line = a_case_line(line_id=f"{order}/1", order_number=order)
        self.write(opened(line, number=f"{self.home}-C{number:06}", orders=(order,)), case_id)

    def take_photo(self, number: int) -> None:
        """Take a photo, and say of the case on the desk what it is called."""
        if not self.files.open:
            self.open_case(len(self.files.entries))
        case_id, digest = self.files.open[-1], self.photos.keep(picture(number))
        self.files.pictures.setdefault(case_id, set()).add(digest)
        self.world.ledger.photos.setdefault(digest, set()).add(case_id)
        self.write(PhotoTaken(digest=digest), case_id)

    def end_cases(self) -> None:
        """End whatever somebody worked on."""
        while self.files.open:
            self.write(CaseFinished(seconds=1), self.files.open.pop())


@dataclass
class Way:
    """The way of one meeting to the hub, with the key it began with."""

    machine: Machine
    line: Line
    key: StationKey

    @property
    def address(self) -> Address:
        return Address("http://hub", self.machine.name, self.hub.database.hub_id)

    @property
    def hub(self) -> WholeHub:
        return self.machine.world.hub

    def hello(self) -> Hello:
        request = self._signed("hello")
        return self.asked(lambda: self.hub.hub.hello(self.hub.hub.sender(request)))

    def send(self, batch: Batch) -> Reply:
        content, name = pack_batch(batch), self.machine.name
        reply = self.asked(lambda: self.hub.take(name, content))
        if isinstance(reply, Acked):
            self.machine.world.acked |= set(hashes(batch))
        return reply

    def give_keys(self, keys: Mapping[str, bytes]) -> TakenKeys | None:
        name = self.machine.name
        return self.asked(lambda: self.hub.take_keys(name, keys))

    def change_key(self, wish: KeyWish) -> KeyTaken:
        hub, request = self.hub, self._signed("keys")
        keys = hub.hub.station_keys
        return self.asked(lambda: keys.change(hub.hub.sender(request), wish, hub.now_ms))

    def page(self, shard: str, after: Cursor) -> Page:
        try:
            return self.asked(lambda: self.hub.page_for(self.machine.name, shard, after))
        except HubFeedGone as gone:
            raise FeedGone(shard) from gone

    def snapshot(self) -> Snapshot | None:
        self.line.moment()
        ready = self.machine.world.ready
        return ready[0] if ready else None

    def keep(self, key: StationKey) -> None:
        self.line.moment()
        self.machine.key = key
        self.line.moment()

    def _signed(self, name: str) -> Request:
        request = Request("POST", f"http://hub{PATHS[name]}", b"x")
        seal = (datetime.fromtimestamp(self.hub.now_ms / 1000, UTC), f"nonce-{next(IDS)}")
        sign(request, self.key.signing, self.machine.name, self.hub.database.hub_id, seal)
        return request

    def asked(self, act: Callable[[], _T]) -> _T:
        """Ask the hub over the line."""
        try:
            self.line.moment()
        except Trouble:
            if self.line.how == "late":
                self.machine.world.on_the_way.append(act)
            raise
        try:
            answer = act()
        except (NotDone, BadSignature) as refused:
            raise HubRefused(refused.code, 401) from refused
        self.line.moment()
        return answer


@dataclass
class NextCache:
    """The cache that is made beside the one in use."""

    machine: Machine
    line: Line
    fresh: Cache = field(default_factory=Cache)

    def fetch(self, told: Snapshot) -> Cache | None:
        self.line.moment()
        ready = self.machine.world.ready
        if ready is None or ready[0].name != told.name:
            return None
        followed = {shard: (told.generation, cursor) for shard, cursor in told.cursors.items()}
        self.fresh = Cache(followed, dict(ready[1]))
        return self.fresh

    def begin(self) -> Cache:
        self.fresh = Cache()
        return self.fresh

    def adopt(self) -> None:
        self.line.moment()
        self.machine.cache = self.fresh
