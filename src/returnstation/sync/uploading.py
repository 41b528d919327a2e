"""What a station sends next, and what it learns from the answer; without network or clock.

The station follows the hub's word on how far it has the log, backwards too: a hub restored from
an older copy asks for what it lost, and gets it, because a station forgets nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from returnstation.wire.batches import (
    NOTHING,
    Acked,
    Batch,
    Fork,
    Gap,
    Head,
    Reply,
    SentFact,
    pieces,
)


class OwnLog(Protocol):
    """The station's log as the upload reads it."""

    def after(self, seq: int, most: int) -> Sequence[SentFact]:
        """Return the facts after a number, at most so many."""

    def hash_at(self, seq: int) -> bytes | None:
        """Return the hash of a fact, ``FIRST`` for number 0; None when there is none."""


class Learned(StrEnum):
    """What an answer meant."""

    ACKED = "acked"
    REWOUND = "rewound"
    BRANCHED = "branched"
    NONSENSE = "nonsense"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the hub has this station's log.

    Attributes:
        branch: Number under which facts travel.
        acked: Number of the last fact the hub has.
        receipt: The hub's signed word for it.
    """

    branch: int
    acked: int = 0
    receipt: bytes = b""


def next_batch(log: OwnLog, progress: Progress, most: int) -> Batch | None:
    """Return the next piece to send, of at most so many facts; None when the hub has all."""
    facts = pieces(log.after(progress.acked, most))
    before = log.hash_at(progress.acked)
    if not facts or before is None:
        return None
    return Batch(branch=progress.branch, before=before, facts=tuple(facts))


def agree(
    log: OwnLog, progress: Progress, heads: Sequence[Head], new_branch: Callable[[], int]
) -> tuple[Progress, Learned]:
    """Return what is true after the hub said how far it has each branch.

    Asked whenever the two meet: a hub restored to yesterday must get what it lost even from a
    station that has nothing new, and a PC copied with its disk must learn of its twin.
    """
    shared = max(
        (head.seq for head in heads if log.hash_at(head.seq) == head.hash), default=NOTHING.seq
    )
    own = next((head for head in heads if head.branch == progress.branch), None)
    if own is not None and log.hash_at(own.seq) != own.hash:
        return Progress(new_branch(), shared), Learned.BRANCHED
    # A branch the hub does not have begins where both still agree.
    acked = shared if own is None else own.seq
    if acked == progress.acked:
        return progress, Learned.ACKED
    return replace(progress, acked=acked), Learned.REWOUND


def learn(
    log: OwnLog, progress: Progress, reply: Reply, new_branch: Callable[[], int]
) -> tuple[Progress, Learned]:
    """Return what is true after the hub's answer.

    Args:
        log: The station's own.
        progress: What was true before.
        reply: The hub's answer to the last batch.
        new_branch: Draws a random number above 0, below 2**63.
    """
    match reply:
        case Acked(head):
            if head.branch != progress.branch or log.hash_at(head.seq) != head.hash:
                return progress, Learned.NONSENSE
            return replace(progress, acked=head.seq, receipt=reply.receipt), Learned.ACKED
        case Fork(common):
            if log.hash_at(common.seq) != common.hash:
                return progress, Learned.NONSENSE
            return Progress(new_branch(), common.seq), Learned.BRANCHED
        case Gap(heads):
            return agree(log, progress, heads, new_branch)
