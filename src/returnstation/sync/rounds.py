"""One meeting of station and hub: agree on what the hub has, then send what it lacks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from returnstation.application.troubles import Trouble
from returnstation.sync.client import HubRefused
from returnstation.sync.giving import Giving
from returnstation.sync.uploading import Learned, OwnLog, Progress, agree, learn, next_batch
from returnstation.wire.batches import MOST_FACTS, Batch, Reply
from returnstation.wire.messages import Hello

_TOO_LARGE = frozenset({"message-too-large", "body-too-large", "batch-size"})
_PATIENCE = 5
"""Answers in a row by which nothing moved, after which the meeting ends and trouble is told."""


class UploadLog(OwnLog, Protocol):
    """The station's log, and how far the hub has it."""

    def progress(self) -> tuple[int, int, bytes]:
        """Return branch, number of the last fact the hub has, and its receipt."""

    def keep_progress(self, branch: int, acked: int, receipt: bytes) -> None:
        """Keep all three at once, for good."""

    def heard_ms(self) -> int:
        """Return the hub's time of what it said last of how far it has the log."""

    def keep_heard(self, time_ms: int) -> None:
        """Keep the hub's time of what it said."""


class Hub(Protocol):
    """The hub as a meeting needs it."""

    def hello(self) -> Hello:
        """Return how the hub is."""

    def send(self, batch: Batch) -> Reply:
        """Send facts."""


@dataclass(slots=True)
class Upload:
    """Brings the hub up to date.

    Attributes:
        new_branch: Draws a random number and makes it the epoch everything is written under.
        giving: Gives the keys that facts need; None where there are none.
        most: Facts per batch; halved when the hub finds a batch too large, and doubled again.
    """

    log: UploadLog
    hub: Hub
    new_branch: Callable[[], int]
    giving: Giving | None = None
    most: int = 200

    def meet(self) -> Hello:
        """Agree with the hub on how far it has the log, and return what it said.

        Raises:
            Trouble: It cannot be reached.
            HubRefused: It does not know us.
        """
        hello = self.hub.hello()
        before = self._progress()
        progress, learned = agree(self.log, before, hello.heads, self.new_branch)
        if learned is not Learned.ACKED:
            self._keep(progress)
            self.log.keep_heard(hello.time_ms)  # there is no receipt that says when
        if self.giving is not None:
            is_behind = progress.acked < before.acked or learned is Learned.BRANCHED
            self.giving.meet(hello.generation, is_behind=is_behind)
        return hello

    def send_all(self, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Send what the hub lacks; return how many facts it acknowledged.

        Raises:
            Trouble: It cannot be reached, or nothing moves: ``sync-stuck``.
            HubRefused: It does not take a fact.
        """
        sent, idle = 0, 0
        while not should_stop():
            before = self._progress()
            batch = next_batch(self.log, before, self.most)
            if self.giving is not None:
                self.giving.give()  # after the facts were read: no fact is ahead of its key
            if batch is None:
                return sent
            try:
                after, learned = self._exchange(batch, before)
            except HubRefused as refused:
                if refused.code not in _TOO_LARGE or len(batch.facts) == 1:
                    raise
                self.most = len(batch.facts) // 2
                continue
            if after.acked <= before.acked or learned is not Learned.ACKED:
                idle += 1
                if idle >= _PATIENCE:
                    raise Trouble("sync-stuck", seq=before.acked + 1)
                continue
            sent, idle = sent + after.acked - before.acked, 0
        return sent

    def _exchange(self, batch: Batch, before: Progress) -> tuple[Progress, Learned]:
        reply = self.hub.send(batch)
        self.most = min(self.most * 2, MOST_FACTS)
        after, learned = learn(self.log, before, reply, self.new_branch)
        if learned is not Learned.NONSENSE:
            self._keep(after)
        return after, learned

    def _progress(self) -> Progress:
        return Progress(*self.log.progress())

    def _keep(self, progress: Progress) -> None:
        self.log.keep_progress(progress.branch, progress.acked, progress.receipt)
