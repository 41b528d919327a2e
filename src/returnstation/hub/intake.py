"""Take in batches of facts, whichever way they came: by network or on a stick."""

from dataclasses import dataclass

from returnstation.application.troubles import Refused
from returnstation.hub.accepting import accept
from returnstation.hub.database import AlreadyThere, HubDatabase
from returnstation.hub.keys import HubKeys
from returnstation.hub.log import SqlStationLog
from returnstation.wire.batches import Acked, Batch, Reply


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, once the signature was checked.

    Attributes:
        is_trusted: The key was not revoked.
        channel: ``network`` or ``bundle``.
        key: 32 bytes it signed with.
    """

    station: str
    is_trusted: bool = True
    channel: str = "network"
    key: bytes = b""


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes in what stations send."""

    database: HubDatabase
    keys: HubKeys

    def take(self, sender: Sender, batch: Batch, now_ms: int) -> Reply:
        """Keep what is new of a batch, for good, before answering.

        Raises:
            Refused: ``station-unknown``.
        """
        try:
            reply = self._accepted(sender, batch, now_ms, is_again=False)
        except AlreadyThere:
            reply = self._accepted(sender, batch, now_ms, is_again=True)
        if not isinstance(reply, Acked):
            return reply
        about = (self.database.hub_id, self.database.generation)
        receipt = self.keys.receipt(reply.head, sender.station, about, now_ms)
        return Acked(reply.head, reply.taken, receipt)

    def _accepted(self, sender: Sender, batch: Batch, now_ms: int, *, is_again: bool) -> Reply:
        with self.database.work() as connection:
            log = SqlStationLog(
                connection, sender.station, now_ms, sender.channel, sender.is_trusted
            )
            if not log.lock():
                raise Refused("station-unknown", station=sender.station)
            if is_again:
                heads = {head.branch: head.seq for head in log.heads()}
                log.forget_beyond(batch.branch, heads.get(batch.branch, 0))
            return accept(log, batch)
