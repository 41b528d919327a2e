"""A real hub on SQLite that is emptied, copied and put back in a millisecond."""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import shake_256
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from returnstation.hub.accepting import StationLog, accept
from returnstation.hub.conflict_records import ConflictRecords
from returnstation.hub.database import HubDatabase
from returnstation.hub.feeds import shards_of
from returnstation.hub.followers import Followers
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.log import SqlStationLog
from returnstation.hub.lost_keys import forget_again, give_up
from returnstation.hub.photos import HubPhotos
from returnstation.hub.photos_sealed import SealedBlobs
from returnstation.hub.projecting import Projector
from returnstation.hub.records import Change, Records, page
from returnstation.hub.restoring import begin_anew
from returnstation.hub.sealed_records import Stored, opened
from returnstation.hub.sealing_old import DONE, LINKS, PHOTOS, RECORDS
from returnstation.hub.subject_intake import KeyIntake
from returnstation.hub.tables import (
    BRANCH,
    CASE,
    CASE_CLOCK,
    CASE_LINK,
    CONFLICT,
    CONFLICT_CASE,
    DIRTY,
    FACT,
    ITEM,
    MOVEMENT,
    QUARANTINE,
    RECORD,
    REFUND,
    STATION,
    UNPROJECTED,
)
from returnstation.hub.tables import FEED as FEED_CLOCK
from returnstation.wire.batches import Acked, Batch, Reply, SentFact, pack_batch, unpack_batch
from returnstation.wire.facts import FIRST, chain_hash, fact_from, may_be_sealed
from returnstation.wire.feeds import (
    ERASURE_KIND,
    MERCHANT_SHARD,
    SITE_SHARD,
    Cursor,
    Page,
    Snapshot,
)
from returnstation.wire.packing import packed, unpacked
from returnstation.wire.subject_keys import CASE_SUBJECT, TakenKeys, pack_keys
from whole_copies import Copies, hurried
from whole_photos import Blobs

SITE = "ICN3"
FEED = f"{MERCHANT_SHARD}ds"
PEOPLE = f"{SITE_SHARD}{SITE}"
START_MS = int(datetime(2026, 11, 22, tzinfo=UTC).timestamp() * 1000)
PROJECTED = (CASE, CASE_LINK, ITEM, MOVEMENT, REFUND, CONFLICT, CONFLICT_CASE, UNPROJECTED)

_PAGE = 3
_LARGEST_PAGE = 1 << 20
_NUMBERS = count(1)

BACKUPS = (("records", "keys"), ("records",), ("keys",), ("photos",))
"""What is put back together."""

Accepting = Callable[[StationLog, Batch], Reply]
Rows = Mapping[tuple[str, str], bytes]


def some_bytes(size: int) -> bytes:
    """Return bytes nobody else has."""
    return shake_256(str(next(_NUMBERS)).encode()).digest(size)


@dataclass
class WholeHub:
    """A hub, its clock, and a copy of yesterday.

    Attributes:
        accepting: Its rule; known-bad ones are tried, too.
        draws_early: Numbers of a feed are drawn as a sequence does: whoever draws first may
            commit last.
        was_put_back: Since a backup was put in place, and nobody told the hub, or keys were lost.
        photos_kind: Takes photos in; known-bad ones are tried, too.
    """

    hub: Hub
    blobs: Blobs
    blank: Copies = field(default_factory=Copies)
    yesterday: Copies = field(default_factory=Copies)
    accepting: Accepting = accept
    draws_early: bool = False
    now_ms: int = START_MS
    was_put_back: bool = False
    slow: tuple[int, Change] | None = None
    photos_kind: type[HubPhotos] = HubPhotos
    starts: int = 0

    @property
    def database(self) -> HubDatabase:
        return self.hub.database

    def begin(self) -> None:
        """Begin a new history."""
        self.blank.put_back(("records", "keys", "photos"), self.database, self.blobs)
        shutil.rmtree(self.hub.home / "photo-parts", ignore_errors=True)
        self._start()
        self.now_ms, self.was_put_back, self.slow = START_MS, False, None
        self.hub.feeds.subscribe(SITE, FEED)
        self.put(FEED, Change("merchant", "ds", b"{}"))

    def _start(self) -> None:
        """Begin as a process does, which remembers nothing."""
        self.starts += 1
        self.hub.followers = Followers(self.database)
        sealed = SealedBlobs(self.blobs, self.hub.subject_keys)
        self.hub.photos = self.photos_kind(self.database, sealed, self.hub.home / "photo-parts")

    def back_up(self) -> None:
        self.yesterday.take(self.database, self.blobs.kept)

    def enrol(self, name: str, key: bytes) -> None:
        row: dict[str, object] = {"station": name, "site": SITE, "name": name, "key": key}
        row |= {"enrolled_ms": self.now_ms, "first_number": 1, "last_number": 9}
        with self.database.work() as connection:
            connection.execute(insert(STATION), row)

    def restore(self, parts: Collection[str], *, is_told: bool) -> None:
        """Put copies back, as it is done by the book, or by somebody who stops in the middle."""
        self.yesterday.put_back(parts, self.database, self.blobs)
        self._start()
        loses_keys = "keys" in parts and "records" not in parts
        self.was_put_back = self.was_put_back or loses_keys or not is_told
        if is_told:
            if loses_keys:
                give_up(self.database, self.now_ms)
            forget_again(self.database, self.now_ms)
            begin_anew(self.database, some_bytes(8).hex())
            self.database.generation = self.database.about("generation")

    def take(self, name: str, content: bytes) -> Reply:
        if self.accepting is accept:
            return self.hub.take(Sender(name), content)
        batch = unpack_batch(content)
        with self.database.work() as connection:
            reply = self.accepting(SqlStationLog(connection, name, self.now_ms), batch)
        if not isinstance(reply, Acked):
            return reply
        about = (self.database.hub_id, self.database.generation)
        return Acked(
            reply.head, reply.taken, self.hub.keys.receipt(reply.head, name, about, self.now_ms)
        )

    def take_keys(self, name: str, keys: Mapping[str, bytes]) -> TakenKeys:
        return KeyIntake(self.hub).take(Sender(name), pack_keys(keys))

    def page(self, shard: str, after: Cursor) -> Page:
        with self.database.look() as connection:
            found = page(connection, shard, after, _PAGE, self.database.generation)
        return unpacked(packed(found), Page, _LARGEST_PAGE)

    def page_for(self, name: str, shard: str, after: Cursor) -> Page:
        found = self.page(shard, after)
        self.hub.followers.note(name, shard, after.n)
        return found

    def put(self, shard: str, change: Change) -> None:
        with self.database.work() as connection:
            Records(connection, shard, self.now_ms, next(_NUMBERS)).put([change])

    def begin_to_put(self, change: Change) -> None:
        """Begin what somebody else may overtake."""
        number = 0
        if self.draws_early:
            with self.database.work() as connection:
                drawing = FEED_CLOCK.update().where(FEED_CLOCK.c.shard == FEED)
                drawing = drawing.values(last=FEED_CLOCK.c.last + 1).returning(FEED_CLOCK.c.last)
                number = int(connection.execute(drawing).scalar_one())
        self.slow = (number, change)

    def end_to_put(self) -> None:
        if self.slow is None:
            return
        (number, change), self.slow = self.slow, None
        self.put(FEED, change)
        if number:
            mine = (RECORD.c.shard == FEED) & (RECORD.c.key == change.key)
            with self.database.work() as connection:
                connection.execute(RECORD.update().where(mine).values(n=number))

    def forget_deleted(self) -> None:
        with self.database.work() as connection:
            Records(connection, FEED, self.now_ms, next(_NUMBERS)).prune(self.now_ms + 1)

    def snapshot(self) -> tuple[Snapshot, Rows]:
        rows, cursors, generation = self.hub.feeds.whole(SITE)
        kept = {(row.kind, row.key): row.body for row in rows}
        told = Snapshot(
            name=some_bytes(4).hex(),
            format=1,
            generation=generation,
            cursors=dict(cursors),
            size=1,
            raw_size=1,
            sha256="",
        )
        return told, kept

    def project(self, most: int = 1000) -> int:
        publish = ConflictRecords(lambda: START_MS, lambda: next(_NUMBERS)).publish
        return Projector(self.database, publish=publish, now_ms=lambda: START_MS).step(most)

    def project_all(self) -> None:
        while self.project():
            pass

    def asked(self) -> Rows:
        """The oracle: what a direct question to the hub answers."""
        with self.database.look() as connection:
            mine = RECORD.c.shard.in_(shards_of(connection, SITE))
            wanted = select(RECORD).where(mine, RECORD.c.is_deleted.is_(False))
            wanted = wanted.where(RECORD.c.kind != ERASURE_KIND)
            found = connection.execute(wanted).all()
        stored = [Stored(row.kind, row.key, bytes(row.body)) for row in found]
        bodies = opened(self.hub.subject_keys, stored)
        both = zip(found, bodies, strict=True)
        return {(row.kind, row.key): body for row, body in both if body is not None}

    def hashes(self) -> set[bytes]:
        with self.database.look() as connection:
            return {bytes(each) for each in connection.scalars(select(FACT.c.hash))}

    def check_chains(self) -> None:
        """Every branch goes on from another, or from the start, without a hole."""
        with self.database.look() as connection:
            for station in connection.scalars(select(STATION.c.station)):
                log = SqlStationLog(connection, station, 0)
                for head in log.heads():
                    made = log.hashes(head.branch, 0, head.seq)
                    assert len(made) == head.seq + 1
                    assert made[-1] == head.hash or not head.seq
            for row, fact in self._facts(connection):
                before = SqlStationLog(connection, row.station, 0).hashes(
                    row.branch, row.seq - 1, row.seq - 1
                )
                assert chain_hash(fact.entry(), before[0] if row.seq > 1 else FIRST) == row.hash

    def check_words(self, erased: Collection[str]) -> None:
        """Whatever was typed can be read: keys came before the facts that need them.

        Args:
            erased: Cases that may have been forgotten.
        """
        told = select(FACT.c.subject, FACT.c.type, FACT.c.version).distinct()
        with self.database.look() as connection:
            facts = connection.execute(told).all()
        sealed = {
            CASE_SUBJECT + fact.subject
            for fact in facts
            if may_be_sealed(fact.type, fact.version) and fact.subject not in erased
        }
        assert not sealed - self.hub.subject_keys.keys_of(sealed).keys()

    def batches(self) -> dict[tuple[str, int], list[tuple[str, int, bytes]]]:
        """Return all facts of each branch, one by one as a station would send them, and when."""
        left: dict[tuple[str, int], list[tuple[str, int, bytes]]] = {}
        with self.database.look() as connection:
            for row, fact in self._facts(connection):
                batch = Batch(branch=row.branch, before=self._before(row), facts=(fact,))
                told = (row.station, row.received_ms, pack_batch(batch))
                left.setdefault((row.station, row.branch), []).append(told)
        return left

    def take_again(self, name: str, received_ms: int, content: bytes) -> Reply:
        self.now_ms = received_ms
        return self.take(name, content)

    def _before(self, row: Any) -> bytes:
        with self.database.look() as connection:
            log = SqlStationLog(connection, row.station, 0)
            return bytes(log.hashes(row.branch, row.seq - 1, row.seq - 1)[0])

    def rows(self) -> dict[str, list[tuple[object, ...]]]:
        with self.database.look() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in PROJECTED
            }

    def forget_facts(self) -> None:
        """Be a hub that knows its stations, and nothing they told."""
        with self.database.work() as connection:
            for table in (*PROJECTED, FACT, BRANCH, CASE_CLOCK, DIRTY, QUARANTINE):
                connection.execute(delete(table))

    @staticmethod
    def _facts(connection: Any) -> list[tuple[Any, SentFact]]:
        found = connection.execute(select(FACT).order_by(FACT.c.station, FACT.c.branch, FACT.c.seq))
        return [(row, _sent(row)) for row in found]


def _sent(row: Any) -> SentFact:
    assert fact_from(row.type, row.version, bytes(row.body)) is not None
    return SentFact(
        row.seq,
        row.label,
        row.epoch,
        bytes(row.fact_id),
        row.hlc,
        row.type,
        row.version,
        row.subject,
        row.by_user,
        bytes(row.body),
    )


@contextmanager
def a_whole_hub(home: Path) -> Iterator[WholeHub]:
    """Open a hub that many histories use, one after the other."""
    database = HubDatabase(f"sqlite:///{home}/hub.db", "hub-a")
    for engine in (database.engine, database.subject_keys.engine):
        hurried(engine)

    def clock() -> datetime:
        return datetime.fromtimestamp(whole.now_ms / 1000, UTC)

    blobs = Blobs()
    whole = WholeHub(Hub(database, home, clock, some_bytes, blobs), blobs)
    assert whole.hub.keys.public
    for word in (RECORDS, PHOTOS, LINKS):
        database.keep_about(word, DONE)
    whole.blank.take(database, {})
    try:
        yield whole
    finally:
        database.close()
        for copy in (*whole.blank.files, *whole.yesterday.files):
            copy.close()
