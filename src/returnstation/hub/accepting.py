"""Whether a piece of a station's log continues what the hub has; the rule, without a database.

A well-formed piece is never refused for its content: what cannot be understood is kept aside
and confirmed all the same, for a refused fact would block every one after it for ever.
"""

from collections.abc import Sequence
from typing import Protocol

from returnstation.wire.batches import NOTHING, Acked, Batch, Fork, Gap, Head, Reply, hashes


class StationLog(Protocol):
    """What the hub has of one station, locked against others for the length of a transaction."""

    def heads(self) -> Sequence[Head]:
        """Return how far each branch goes."""

    def branch_with(self, seq: int, made: bytes) -> int | None:
        """Return a branch on which fact number ``seq`` has this hash."""

    def hashes(self, branch: int, first: int, last: int) -> Sequence[bytes]:
        """Return the hashes of the facts ``first`` to ``last`` as the branch has them.

        What lies before a branch began is that of the branch it continues; number 0 is
        ``FIRST``.
        """

    def begin(self, branch: int, parent: int | None, after: int) -> None:
        """Open a branch that continues another after a fact."""

    def append(self, batch: Batch, made: Sequence[bytes], skip: int) -> None:
        """Keep the facts of a batch, the first ``skip`` left out, and move the head."""


def accept(log: StationLog, batch: Batch) -> Reply:
    """Take in what is new of a batch, and return how far the hub has it."""
    made = tuple(hashes(batch))
    heads = log.heads()
    head = next((each for each in heads if each.branch == batch.branch), None)
    if head is None:
        head = _begun(log, batch)
    if head is None or batch.first > head.seq + 1:
        return Gap(tuple(heads))
    return _appended(log, batch, made, head)


def _begun(log: StationLog, batch: Batch) -> Head | None:
    after = batch.first - 1
    if (after, batch.before) == (NOTHING.seq, NOTHING.hash):
        log.begin(batch.branch, None, 0)
        return Head(batch.branch, after, batch.before)
    parent = log.branch_with(after, batch.before) if after else None
    if parent is None:
        return None
    log.begin(batch.branch, parent, after)
    return Head(batch.branch, after, batch.before)


def _appended(log: StationLog, batch: Batch, made: Sequence[bytes], head: Head) -> Reply:
    last = batch.first + len(made) - 1
    if batch.first == head.seq + 1:  # nearly always: there is nothing to look up
        before, known = head.hash, []
    else:
        before, *known = log.hashes(batch.branch, batch.first - 1, min(last, head.seq))
    if before != batch.before:
        return Gap(tuple(log.heads()))
    common = before
    for place, (mine, theirs) in enumerate(zip(known, made, strict=False)):
        if mine != theirs:
            return Fork(Head(batch.branch, batch.first + place - 1, common))
        common = mine
    if last > head.seq:
        log.append(batch, made, len(known))
    # What others wrote on the branch beyond the batch is not for the sender to acknowledge.
    return Acked(Head(batch.branch, last, made[-1]), len(made) - len(known))
