"""Facts on their way up: contiguous pieces of a station's log, and the hub's answers.

The hub keeps the very bytes that were hashed, so that its copy of the chain can be proved like
the station's own. A piece travels on a *branch*: a random number the station draws when it is
enrolled, restored from a backup, or told that somebody else writes under its name. A branch
continues the log of another at any point, so that nothing written is ever written anew.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias
from uuid import UUID

import msgspec

from returnstation.wire.facts import FIRST, Entry, chain_hash
from returnstation.wire.packing import BadMessage, packed, unpacked

FORMAT = 1
MOST_FACTS = 500
MOST_BYTES = 1 << 20
"""Bodies a station puts into one batch; a single larger fact travels alone."""

LARGEST = 8 << 20
"""Bytes a batch may have unpacked; more is refused."""

LONGEST_SUBJECT = 512
"""Characters of a fact's subject, which hubs look facts up by.

A code that can be scanned is no longer, and ids of cases, people and conflicts are far shorter.
PostgreSQL has room in an index for 2,704 bytes: for as many characters of four bytes each.
"""

_HASH = 32
_ID = 16
_BEYOND = 1 << 63
_BEYOND_VERSIONS = 1 << 31  # PostgreSQL's COPY cuts a larger one, and keeps what was not hashed


class SentFact(msgspec.Struct, frozen=True, array_like=True):
    """One entry of the log, without its hash: whoever gets it reckons it again."""

    seq: int
    station: str
    epoch: int
    fact_id: bytes
    hlc: int
    type: str
    version: int
    subject: str
    user: str | None
    body: bytes

    @property
    def id_text(self) -> str:
        """Its id as it is hashed; ``UUID`` would take as long as all the rest."""
        digits = self.fact_id.hex()
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def entry(self, made: bytes = b"") -> Entry:
        """Return it as the log has it, with the hash it was reckoned to have."""
        return Entry(
            seq=self.seq,
            station=self.station,
            epoch=self.epoch,
            fact_id=UUID(bytes=self.fact_id),
            hlc=self.hlc,
            type=self.type,
            version=self.version,
            subject=self.subject,
            user=self.user,
            body=self.body,
            hash=made,
        )


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A contiguous piece of a log.

    Attributes:
        before: Hash of the entry before the first one.
    """

    branch: int
    before: bytes
    facts: tuple[SentFact, ...]
    format: int = FORMAT

    @property
    def first(self) -> int:
        """Number of its first fact."""
        return self.facts[0].seq


class Head(msgspec.Struct, frozen=True):
    """How far a branch goes: its last fact and that fact's hash."""

    branch: int
    seq: int
    hash: bytes


NOTHING = Head(0, 0, FIRST)
"""Where every log begins."""


class Acked(msgspec.Struct, frozen=True, tag="acked"):
    """The hub has everything up to here, for good.

    Attributes:
        taken: Facts of the batch that were new.
        receipt: The same, signed by the hub.
    """

    head: Head
    taken: int
    receipt: bytes = b""


class Gap(msgspec.Struct, frozen=True, tag="gap"):
    """What comes before the batch is not at the hub; ``heads`` is all it has of the station."""

    heads: tuple[Head, ...]


class Fork(msgspec.Struct, frozen=True, tag="fork"):
    """The branch goes on differently at the hub after ``common``: somebody else wrote on it."""

    common: Head


Reply: TypeAlias = Acked | Gap | Fork


def sent(entry: Entry) -> SentFact:
    """Return an entry of the log as it travels."""
    return SentFact(
        entry.seq,
        entry.station,
        entry.epoch,
        entry.fact_id.bytes,
        entry.hlc,
        entry.type,
        entry.version,
        entry.subject,
        entry.user,
        entry.body,
    )


def pack_batch(batch: Batch) -> bytes:
    """Return a batch as it travels."""
    return packed(batch)


def unpack_batch(content: bytes) -> Batch:
    """Return the batch that was sent.

    Raises:
        BadMessage: It is none, is too large, or is no contiguous piece of a log.
    """
    batch = unpacked(content, Batch, LARGEST)
    if batch.format > FORMAT:
        raise BadMessage("batch-too-new", str(batch.format))
    if not 0 < len(batch.facts) <= MOST_FACTS:
        raise BadMessage("batch-size", str(len(batch.facts)))
    if len(batch.before) != _HASH or not 0 < batch.branch < _BEYOND:
        raise BadMessage("batch-malformed")
    expected = batch.facts[0].seq
    for fact in batch.facts:
        if fact.seq != expected or not _is_sound(fact):
            raise BadMessage("batch-malformed", str(fact.seq))
        expected += 1
    return batch


def hashes(batch: Batch) -> Iterator[bytes]:
    """Yield the hash of each fact of a batch."""
    before = batch.before
    for fact in batch.facts:
        before = chain_hash(fact, before)
        yield before


def pieces(facts: Sequence[SentFact]) -> Sequence[SentFact]:
    """Return as many of the first facts as may travel together, at least one."""
    size = 0
    for place, fact in enumerate(facts[:MOST_FACTS]):
        size += len(fact.body)
        if place and size > MOST_BYTES:
            return facts[:place]
    return facts[:MOST_FACTS]


def _is_sound(fact: SentFact) -> bool:
    return (
        0 < fact.seq < _BEYOND
        and len(fact.fact_id) == _ID
        and 0 <= fact.epoch < _BEYOND
        and 0 <= fact.hlc < _BEYOND
        and 0 <= fact.version < _BEYOND_VERSIONS
        and len(fact.subject) <= LONGEST_SUBJECT
        and "\0" not in f"{fact.station}{fact.type}{fact.subject}{fact.user}"
    )
