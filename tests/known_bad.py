"""Ways of doing it that look right and are not; the tests must catch each."""

from collections.abc import Mapping
from dataclasses import replace

from returnstation.hub.accepting import StationLog, accept
from returnstation.hub.log import SqlStationLog
from returnstation.hub.photos import HubPhotos, Piece
from returnstation.sync.rotating import Rotation
from returnstation.wire.batches import Acked, Batch, Head, Reply, hashes
from returnstation.wire.photos import PhotoState
from whole_erasing import Forgetting


def by_number_only(log: StationLog, batch: Batch) -> Reply:
    """Take a fact for known when its number is; the commonest mistake."""
    made = tuple(hashes(batch))
    head = next((each for each in log.heads() if each.branch == batch.branch), None)
    if head is None or batch.first > head.seq + 1:
        return accept(log, batch)
    skip = head.seq + 1 - batch.first
    if skip < len(made):
        log.append(batch, made, skip)
    last = max(head.seq, batch.facts[-1].seq)
    return Acked(Head(batch.branch, last, log.hashes(batch.branch, last, last)[0]), 1)


def last_write_wins(log: StationLog, batch: Batch) -> Reply:
    """Put what came last in place of what was there."""
    assert isinstance(log, SqlStationLog)
    made = tuple(hashes(batch))
    if batch.branch not in {head.branch for head in log.heads()}:
        log.begin(batch.branch, None, 0)
    log.forget_beyond(batch.branch, batch.first - 1)
    log.append(batch, made, 0)
    return Acked(Head(batch.branch, batch.facts[-1].seq, made[-1]), len(made))


class HastyRotation(Rotation):
    """Forgets the old key before the hub has said that it knows the new one."""

    def renew(self, fresh: bytes, last_seq: int, now_ms: int) -> None:
        asking = self.hub.key
        self._kept(replace(asking, secret=fresh, made_ms=now_ms, next=b"", old=()))
        self.hub.key = asking
        self._ask(asking, fresh, last_seq)
        self.hub.key = replace(asking, secret=fresh, made_ms=now_ms, next=b"", old=())


class HastyPhotos(HubPhotos):
    """Counts a photo as stored while pieces of it are on their way."""

    def append(self, station: str, digest: str, piece: Piece, now_ms: int) -> PhotoState:
        super().append(station, digest, piece, now_ms)
        self.index.note(station, digest, {"size": piece.size, "stored_ms": now_ms})
        return PhotoState(piece.size, is_stored=True)


class HastyForgetting(Forgetting):
    """Says that an order is forgotten before it is."""

    def begin(self, told: Mapping[str, int]) -> None:
        files = self.machine.files
        done = {(key, at) for name, key, at in files.forgotten if name == self.machine.name}
        for key, at in told.items():
            if not at or (key, at) not in done:
                files.erasures[key] = at
                self.tell(key)
                self.forget_cases({key: at}, ())


class ThoroughForgetting(Forgetting):
    """Forgets what was opened of an order that was sold again, too."""

    def not_to_stay(self, key: str, erased_ms: int) -> set[str]:
        return super().not_to_stay(key, 0)
