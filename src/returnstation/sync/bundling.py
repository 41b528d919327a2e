"""The station's side of a stick: what is written onto it, and the hub as its answer tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import msgspec

from returnstation.application.troubles import Refused
from returnstation.sync.following import FeedGone
from returnstation.sync.rounds import Upload, UploadLog
from returnstation.sync.uploading import Learned, OwnLog, Progress, learn, next_batch
from returnstation.wire.batches import MOST_FACTS, Acked, Batch, Reply, pack_batch
from returnstation.wire.bundles import Content, kept
from returnstation.wire.feeds import START, Cursor, Page, Snapshot
from returnstation.wire.manifests import Answers, StickPage
from returnstation.wire.messages import Hello
from returnstation.wire.packing import UNREADABLE
from returnstation.wire.subject_keys import MOST_KEYS, TakenKeys, pack_keys

MOST_BYTES = 256 << 20
"""Packed facts of one writing; what is left waits for the next stick."""

_PART = 4 << 20
_SIGNATURE = 64


class _Receipt(msgspec.Struct):
    at_ms: int = 0


def fact_contents(log: OwnLog, progress: Progress) -> tuple[list[Content], int]:
    """Return the batches the hub lacks as members, and the number of the last fact in them.

    Nothing counts as sent for it: the hub's answer alone says what it has.
    """
    contents: list[Content] = []
    size = 0
    while size < MOST_BYTES:
        batch = next_batch(log, progress, MOST_FACTS)
        if batch is None:
            break
        packed = pack_batch(batch)
        contents.append(kept(f"facts-{len(contents) + 1:06}.batch", packed))
        size += len(packed)
        progress = replace(progress, acked=batch.facts[-1].seq)
    return contents, progress.acked


def key_contents(keys: Mapping[str, bytes]) -> list[Content]:
    """Return keys of cases, by subject, as members."""
    left = iter(keys.items())
    contents: list[Content] = []
    while some := dict(islice(left, MOST_KEYS)):
        contents.append(kept(f"keys-{len(contents) + 1:06}.keys", pack_keys(some)))
    return contents


@dataclass(frozen=True, slots=True)
class StickHub:
    """The hub as it was when it wrote its answer."""

    told: Hello

    def hello(self) -> Hello:
        """Return how it was."""
        return self.told

    def send(self, batch: Batch) -> Reply:
        """Take nothing in: this is only paper.

        Raises:
            Refused: Always.
        """
        raise Refused("bundle-one-way", seq=batch.first)

    def give_keys(self, keys: Mapping[str, bytes]) -> TakenKeys | None:
        """Take nothing in: this is only paper.

        Raises:
            Refused: Always.
        """
        raise Refused("bundle-one-way", keys=len(keys))


def take_answer(upload: Upload, hello: Hello, said: Answers) -> int:
    """Learn from the hub's answer how far it has the log, and return that number.

    An answer older than the hub's last word teaches nothing: since then it may have got more
    over the network.

    Args:
        upload: Whose hub is a ``StickHub``.
        hello: What the hub says.
        said: To what it was brought.
    """
    log = upload.log
    if hello.time_ms < last_word_ms(log):
        return log.progress()[1]
    upload.meet()
    if upload.giving is not None:
        for taken in said.keys:
            upload.giving.learn(taken)
    for reply in said.replies:
        progress = Progress(*log.progress())
        if not isinstance(reply, Acked) or reply.head.seq != progress.acked:
            continue  # the heads have said it already
        after, learned = learn(log, progress, reply, upload.new_branch)
        if learned is Learned.ACKED:
            log.keep_progress(after.branch, after.acked, after.receipt)
    return log.progress()[1]


def last_word_ms(log: UploadLog) -> int:
    """Return the hub's time of the last it said; 0 when it never did."""
    return max(_said_ms(log.progress()[2]), log.heard_ms())


@dataclass(frozen=True, slots=True)
class StickFeeds:
    """The hub's feeds as far as they are on a stick.

    Attributes:
        pages: Of each feed, in their order.
        told: Describes the whole cache that is on it, too.
        file: That cache.
        is_late: The station has newer news: no feed is begun anew from these.
    """

    generation: str
    pages: Mapping[str, Sequence[StickPage]]
    told: Snapshot | None = None
    file: Path | None = None
    is_late: bool = False

    def page(self, shard: str, after: Cursor) -> Page:
        """Return what changed in a feed after a cursor.

        Rows come whole, so a page that begins before the cursor may be taken in again.

        Raises:
            FeedGone: What comes after it is not on the stick.
        """
        if self.is_late and after == START:
            raise FeedGone(shard)
        for each in self.pages.get(shard, ()):
            if each.after == after or each.after.n <= after.n < each.page.n:
                return each.page
        if shard in self.pages and after.n >= self.pages[shard][-1].page.n:
            return self._nothing(shard, after)
        raise FeedGone(shard)

    def snapshot(self) -> Snapshot | None:
        """Return what describes the whole cache on the stick; None when there is none."""
        return None if self.is_late else self.told

    def part(self, name: str, start: int) -> bytes:
        """Return some megabytes of the whole cache; empty at its end."""
        if self.file is None or self.told is None or name != self.told.name:
            return b""
        with self.file.open("rb") as file:
            file.seek(start)
            return file.read(_PART)

    def _nothing(self, shard: str, after: Cursor) -> Page:
        return Page(
            generation=self.generation,
            shard=shard,
            rows=(),
            n=after.n,
            mark=after.mark,
            is_last=True,
        )


def _said_ms(receipt: bytes) -> int:
    try:
        return msgspec.json.decode(receipt[_SIGNATURE:], type=_Receipt).at_ms
    except UNREADABLE:
        return 0
