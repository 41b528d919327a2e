"""Take in batches of facts, whichever way they came: by network or on a stick.

What several stations send at the same moment is taken in together: one transaction, a few
statements and one wait for the disk serve all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from returnstation.application.troubles import Refused
from returnstation.hub.accepting import accept
from returnstation.hub.database import AlreadyThere, HubDatabase
from returnstation.hub.log import LockedLog, SqlStationLog, locked_logs
from returnstation.hub.together import Together
from returnstation.hub.writing import Writing
from returnstation.wire.batches import Acked, Batch, Head, Reply

_MOST_BATCHES = 16


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, once the signature was checked.

    Attributes:
        is_trusted: The key was not revoked.
        channel: ``network`` or ``bundle``.
        key: 32 bytes it signed with.
        is_sure: The key was looked up just now; otherwise it is what was seen last.
    """

    station: str
    is_trusted: bool = True
    channel: str = "network"
    key: bytes = b""
    is_sure: bool = True


class SenderChanged(Exception):
    """A sender that was not sure has another key by now, or was locked out or let in again."""


@dataclass(slots=True)
class _Coming:
    """A batch, and the answer to it; None while nobody took it in."""

    sender: Sender
    batch: Batch
    now_ms: int
    reply: Reply | None = None


class Signs(Protocol):
    """Has a key of the hub."""

    def receipt(self, head: Head, station: str, about: tuple[str, str], at_ms: int) -> bytes:
        """Return a signed word that the hub has a log up to here; see ``HubKeys``."""


class Intake:
    """Takes in what stations send.

    Args:
        database: The hub's.
        keys: Sign receipts.
    """

    def __init__(self, database: HubDatabase, keys: Signs) -> None:
        self.database = database
        self._keys = keys
        self._together = Together(self._take, _MOST_BATCHES)
        # Stations that would fail what others send: one whose server is away, for example.
        self._apart: set[str] = set()

    @property
    def waiting(self) -> int:
        """How many batches nobody has begun to take in."""
        return self._together.waiting

    def take(self, sender: Sender, batch: Batch, now_ms: int) -> Reply:
        """Keep what is new of a batch, for good, before answering.

        Raises:
            Refused: ``station-unknown``.
            SenderChanged: Nothing was kept; look the sender up, and come again.
        """
        mine = _Coming(sender, batch, now_ms)
        if sender.station not in self._apart:
            self._together.do(mine)
        reply = mine.reply or self._alone(mine)
        if not isinstance(reply, Acked):
            return reply
        about = (self.database.hub_id, self.database.generation)
        receipt = self._keys.receipt(reply.head, sender.station, about, now_ms)
        return Acked(reply.head, reply.taken, receipt)

    def _take(self, group: Sequence[_Coming]) -> None:
        """Take in what can be; what is left without an answer goes alone, and hears why not."""
        firsts = {each.sender.station: each for each in reversed(group)}
        try:
            replies = self._taken(firsts)
        except (AlreadyThere, DBAPIError):
            return
        for station, reply in replies.items():
            firsts[station].reply = reply

    def _taken(self, coming: Mapping[str, _Coming]) -> Mapping[str, Reply]:
        with self.database.work() as connection:
            writing = Writing()
            logs = locked_logs(connection, coming)
            replies = {
                station: accept(
                    _log(connection, coming[station], log, writing), coming[station].batch
                )
                for station, log in logs.items()
                if _is_known(coming[station].sender, log)
            }
            writing.keep(connection)
        return replies

    def _alone(self, coming: _Coming) -> Reply:
        station, batch = coming.sender.station, coming.batch
        self._apart.add(station)
        with self.database.work() as connection:
            known = locked_logs(connection, [station]).get(station)
            if known is None:
                raise Refused("station-unknown", station=station)
            if not _is_known(coming.sender, known):
                raise SenderChanged(station)
            log = _log(connection, coming, known, None)
            heads = {head.branch: head.seq for head in log.heads()}
            log.forget_beyond(batch.branch, heads.get(batch.branch, 0))
            reply = accept(log, batch)
        self._apart.discard(station)
        return reply


def _is_known(sender: Sender, log: LockedLog) -> bool:
    return sender.is_sure or (sender.key, sender.is_trusted) == (log.key, log.is_trusted)


def _log(
    connection: Connection, coming: _Coming, known: LockedLog, writing: Writing | None
) -> SqlStationLog:
    sender = coming.sender
    return SqlStationLog(
        connection,
        sender.station,
        coming.now_ms,
        sender.channel,
        sender.is_trusted,
        writing=writing,
        lines=known.lines,
    )
