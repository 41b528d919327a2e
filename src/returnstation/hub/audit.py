"""All facts of a hub as lines of JSON that anybody can prove, and the proof.

The first line names the branches, each line after it is a fact with its hash and the hash before
it, and the last has the digest of all lines before it, signed by the hub.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Row

from returnstation.application.troubles import Trouble
from returnstation.hub.chains import ChainProof, Start, entry_of, facts_of, starts_of
from returnstation.hub.hub import Hub
from returnstation.hub.subject_keys import CASE
from returnstation.wire.facts import Entry, Lock, UnknownFact, may_be_sealed, opened_words
from returnstation.wire.hub_keys import HubKeyChange, changes_after
from returnstation.wire.packing import UNREADABLE

FORMAT = "returnstation-audit-1"

_LONGEST_LINE = 32 << 20
_AT_ONCE = 1000


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """The first line."""

    format: str
    hub: str
    generation: str
    made_ms: int
    branches: tuple[Start, ...]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A fact, as it was hashed.

    Attributes:
        log: Name of the station whose log it is in; ``station`` is what it called itself.
        body: Canonical JSON, as bytes in base64; what a person typed is sealed in it.
        words: What was typed, by field, as far as the key of the case is still there; beside what
            was hashed, and proved by the hub's signature only.
    """

    log: str
    branch: int
    seq: int
    station: str
    epoch: int
    fact_id: UUID
    hlc: int
    type: str
    version: int
    subject: str
    user: str | None
    body: bytes
    before: str
    hash: str
    received_ms: int
    channel: str
    words: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """The last line.

    Attributes:
        changes: How the hub came to its key, so that whoever has an older one can follow.
    """

    facts: int
    sha256: str
    key: str
    signature: str
    changes: tuple[HubKeyChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check of a file found.

    Attributes:
        facts: How many were right.
        bad: Number of the first wrong line; None when all are right.
        why: ``malformed``, ``missing``, ``altered``, ``unsigned`` or ``cut``.
    """

    facts: int
    bad: int | None = None
    why: str | None = None


def export(hub: Hub, target: Path) -> int:
    """Write all facts of a hub into a file, and return how many.

    Raises:
        Trouble: ``file-unwritable``.
    """
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as file:
            digest, count = hashlib.sha256(), -1  # the first line is no fact
            for line in _lines(hub):
                file.write(line)
                digest.update(line)
                count += 1
            keys = hub.keys
            ending = Ending(
                facts=count,
                sha256=digest.hexdigest(),
                key=keys.public.hex(),
                signature=keys.signing.sign(digest.digest()).hex(),
                changes=keys.changes,
            )
            file.write(msgspec.json.encode(ending) + b"\n")
        part.replace(target)
    except OSError as error:
        raise Trouble("file-unwritable", file=str(target)) from error
    return count


def verify(lines: Iterable[bytes], key: str = "") -> Proof:
    """Prove a file.

    Args:
        lines: Of the file.
        key: The hub's public key in hex, now or before, where it is known; else the file's own
            is believed.
    """
    digest, count, last = hashlib.sha256(), 0, b""
    reading = _Reading()
    for number, line in enumerate(lines, start=1):
        if last:
            digest.update(last)
            why = reading.take(last)
            if why is not None:
                return Proof(max(count - 1, 0), number - 1, why)
            count += 1
        last = line
    facts = max(count - 1, 0)
    why = _ended(last, facts, digest.digest(), (reading.hub, key))
    return Proof(facts) if why is None else Proof(facts, count + 1, why)


class _Reading:
    def __init__(self) -> None:
        self._starts: dict[tuple[str, int], Start] | None = None
        self._proof = ChainProof(())
        self._at: tuple[str, int] | None = None
        self.hub = ""

    def take(self, line: bytes) -> str | None:
        """Go one line further; return what is wrong with it."""
        try:
            if self._starts is None:
                beginning = msgspec.json.decode(line, type=Beginning)
                self._starts = {(s.station, s.branch): s for s in beginning.branches}
                self._proof, self.hub = ChainProof(beginning.branches), beginning.hub
                return None if beginning.format == FORMAT else "malformed"
            return self._fact(msgspec.json.decode(line, type=Line), self._starts)
        except (*UNREADABLE, ValueError):
            return "malformed"

    def _fact(self, line: Line, starts: dict[tuple[str, int], Start]) -> str | None:
        place = (line.log, line.branch)
        if place != self._at:
            start = starts.get(place)
            bad = None if start is None else self._proof.begin(start)
            if start is None or bad is not None:
                return "missing"
            self._at = place
        if bytes.fromhex(line.before) != self._proof.hash:
            return "altered"
        bad = self._proof.take(_entry(line))
        return None if bad is None else bad.why


def _lines(hub: Hub) -> Iterator[bytes]:
    with hub.database.look() as connection:
        starts = starts_of(connection)
        beginning = Beginning(
            format=FORMAT,
            hub=hub.database.hub_id,
            generation=hub.database.generation,
            made_ms=hub.now_ms(),
            branches=tuple(starts),
        )
        yield msgspec.json.encode(beginning) + b"\n"
        proof = ChainProof(starts)
        for start in starts:
            proof.begin(start)
            for some in _batched(facts_of(connection, start), _AT_ONCE):
                keys = _keys_for(hub, some)
                for row in some:
                    entry = entry_of(row)
                    line = _line(start, entry, proof.hash, (row.received_ms, row.channel))
                    opened = _words(entry, keys.get(CASE + entry.subject))
                    whole = msgspec.structs.replace(line, words=opened or msgspec.UNSET)
                    yield msgspec.json.encode(whole) + b"\n"
                    # Whoever gets the file proves it; broken or not, it goes out.
                    proof.believe(entry)


def _keys_for(hub: Hub, rows: Sequence[Row[Any]]) -> Mapping[str, bytes]:
    sealed = {CASE + row.subject for row in rows if may_be_sealed(row.type, row.version)}
    return hub.subject_keys.keys_of(sealed)


def _words(entry: Entry, key: bytes | None) -> dict[str, str]:
    if key is None:
        return {}
    try:
        lock = Lock(entry.fact_id, key)
        return opened_words(entry.type, entry.version, entry.body, lock)
    except UnknownFact:
        return {}  # of a newer program, or damaged


def _batched(rows: Iterable[Row[Any]], size: int) -> Iterator[Sequence[Row[Any]]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some


def _line(start: Start, entry: Entry, before: bytes, came: tuple[int, str]) -> Line:
    return Line(
        log=start.station,
        branch=start.branch,
        seq=entry.seq,
        station=entry.station,
        epoch=entry.epoch,
        fact_id=entry.fact_id,
        hlc=entry.hlc,
        type=entry.type,
        version=entry.version,
        subject=entry.subject,
        user=entry.user,
        body=entry.body,
        before=before.hex(),
        hash=entry.hash.hex(),
        received_ms=came[0],
        channel=came[1],
    )


def _entry(line: Line) -> Entry:
    return Entry(
        seq=line.seq,
        station=line.station,
        epoch=line.epoch,
        fact_id=line.fact_id,
        hlc=line.hlc,
        type=line.type,
        version=line.version,
        subject=line.subject,
        user=line.user,
        body=line.body,
        hash=bytes.fromhex(line.hash),
    )


def _ended(line: bytes, facts: int, digest: bytes, known: tuple[str, str]) -> str | None:
    hub, key = known
    try:
        ending = msgspec.json.decode(line, type=Ending)
        public = bytes.fromhex(key or ending.key)
        for change in changes_after(ending.changes, hub, public):
            public = change.key
        Ed25519PublicKey.from_public_bytes(public).verify(bytes.fromhex(ending.signature), digest)
    except InvalidSignature:
        return "unsigned"
    except (*UNREADABLE, ValueError):
        return "cut"
    is_whole = (ending.facts, ending.sha256) == (facts, digest.hex())
    return None if is_whole else "altered"
