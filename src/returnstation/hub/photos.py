"""Photos on their way in, beside the facts that name them: whole, in pieces, or on a stick.

How much of a photo is there is the size of its part file, so that a hub that was killed needs
to remember nothing else. A newer request simply goes on where the file ends; pieces are written
at their place, so that two that overlap write the same bytes twice.
"""

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec
from sqlalchemy import select, update

from returnstation.application.troubles import Trouble
from returnstation.domain.facts import PhotoTaken, type_name
from returnstation.hub.database import HubDatabase
from returnstation.hub.photos_index import PhotoIndex
from returnstation.hub.photos_sealed import THUMBNAIL, WHOLE, SealedBlobs
from returnstation.hub.refusing import NotDone
from returnstation.hub.tables_erasing import PHOTO_ERASED
from returnstation.wire.batches import SentFact
from returnstation.wire.packing import UNREADABLE
from returnstation.wire.photos import (
    LARGEST_PHOTO,
    LARGEST_THUMBNAIL,
    LARGEST_WHOLE,
    MOST_ASKED,
    Lacking,
    PhotosLacking,
    PhotoState,
    is_digest,
)

_OLD_PART_MS = 30 * 86_400_000
_REMOVED_AT_ONCE = 100
_SEALED_AT_ONCE = 20
_AT_ONCE = 1 << 20
JPEG = b"\xff\xd8\xff"
"""How a thumbnail begins."""

_PHOTO_TAKEN = type_name(PhotoTaken)


class _Named(msgspec.Struct):
    digest: str


class Elsewhere(Exception):
    """A piece belongs elsewhere.

    Attributes:
        state: Says where to go on.
    """

    def __init__(self, state: PhotoState) -> None:
        super().__init__(str(state.offset))
        self.state = state


@dataclass(frozen=True)
class HubPhotos:
    """The photos of a hub.

    Attributes:
        parts: Folder of what is not whole yet, on this machine's disk.
    """

    database: HubDatabase
    store: SealedBlobs
    parts: Path

    @cached_property
    def index(self) -> PhotoIndex:
        """Which photos stations named and sent."""
        return PhotoIndex(self.database)

    def missing(self, station: str, digests: Sequence[str], now_ms: int) -> PhotosLacking:
        """Return which photos are not here, and how much of each is.

        Raises:
            NotDone: ``photo-name-wrong`` or ``photos-too-many``.
        """
        if len(digests) > MOST_ASKED:
            raise NotDone("photos-too-many", str(len(digests)))
        for digest in digests:
            _check_name(digest)
        self._forget_old_parts(station, now_ms)
        here = self.stored(digests, station)
        return PhotosLacking(
            tuple(
                Lacking(digest, self._there(station, digest))
                for digest in dict.fromkeys(digests)
                if digest not in here
            )
        )

    def stored(self, digests: Collection[str], station: str = "") -> set[str]:
        """Return which of some photos are here, or were erased, whoever sent them.

        Args:
            digests: Of the photos.
            station: That asks. What only another station sent is not found while the server is
                away that has that station's rows; it may be sent again.
        """
        return self.index.stored(digests, station)

    def state(self, station: str, digest: str) -> PhotoState:
        """Return how far a photo is here.

        Raises:
            NotDone: ``photo-name-wrong``.
        """
        _check_name(digest)
        if self.stored((digest,), station):
            return PhotoState(0, is_stored=True)
        return PhotoState(self._there(station, digest))

    def put(self, station: str, digest: str, content: bytes, now_ms: int) -> PhotoState:
        """Keep a whole photo.

        Raises:
            NotDone: ``photo-name-wrong``, ``photo-too-large``, or ``photo-wrong``: it is not
                what its name says.
            Trouble: It cannot be written.
        """
        _check_name(digest)
        if len(content) > LARGEST_WHOLE:
            raise NotDone("photo-too-large")
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotDone("photo-wrong", digest)
        if not self.index.own(station, (digest,)):
            self._keep(station, digest, content, now_ms)
        return PhotoState(len(content), is_stored=True)

    def append(self, station: str, digest: str, piece: "Piece", now_ms: int) -> PhotoState:
        """Keep a piece, and the photo once the last one is there.

        Raises:
            Elsewhere: The piece does not begin where the photo ends here; nothing changed.
            NotDone: ``photo-name-wrong``, ``photo-too-large`` or ``photo-wrong``.
            Trouble: It cannot be written.
        """
        _check_name(digest)
        ends = piece.offset + len(piece.content)
        if piece.size > LARGEST_PHOTO or ends > piece.size:
            raise NotDone("photo-too-large")
        if self.index.own(station, (digest,)):
            return PhotoState(0, is_stored=True)
        before = PhotoState(self._there(station, digest))
        if piece.offset != before.offset:
            raise Elsewhere(before)
        part = self._part(station, digest)
        try:
            _write_at(part, piece.offset, piece.content)
            if self.store.is_erased(digest):  # nobody comes back for what lies there in pieces
                part.unlink(missing_ok=True)
                return PhotoState(ends, is_stored=True)
            if ends < piece.size:
                return PhotoState(ends)
            return self.take_file(station, digest, part, now_ms)
        except OSError as odd:
            raise Trouble("photos-unwritable", file=part.name) from odd

    def take_file(self, station: str, digest: str, file: Path, now_ms: int) -> PhotoState:
        """Keep what a file holds, and remove the file, whatever it holds.

        Raises:
            NotDone: ``photo-wrong``.
            Trouble: It cannot be written.
        """
        with file.open("rb") as content:
            is_right = hashlib.file_digest(content, "sha256").hexdigest() == digest
            size = content.tell()
        if is_right and not self.index.own(station, (digest,)):
            self._keep(station, digest, file, now_ms)
        file.unlink(missing_ok=True)
        if not is_right:
            raise NotDone("photo-wrong", digest)
        return PhotoState(size, is_stored=True)

    def put_thumbnail(self, station: str, digest: str, content: bytes, now_ms: int) -> PhotoState:
        """Keep a small picture of a photo, the first that came.

        Raises:
            NotDone: ``photo-name-wrong``, ``photo-too-large`` or ``photo-wrong``.
            Trouble: It cannot be written.
        """
        _check_name(digest)
        if len(content) > LARGEST_THUMBNAIL:
            raise NotDone("photo-too-large")
        if not content.startswith(JPEG):
            raise NotDone("photo-wrong", digest)
        # The store is asked, not the index: it may have been put back since.
        if not self.store.has(THUMBNAIL, digest):
            self.store.put(THUMBNAIL, digest, content, now_ms)
        self.index.note(station, digest, {"thumbnail_ms": now_ms})
        return PhotoState(len(content), is_stored=True)

    def named(self, station: str, facts: Iterable[SentFact]) -> None:
        """Note which photos facts name, so that the hub knows what it still waits for."""
        digests = set(_named(facts))
        if digests:
            self.index.name(station, digests)

    def wanted(self, station: str) -> int:
        """Return how many photos a station named that are not here."""
        return self.index.wanted(station)

    def read(self, digest: str) -> bytes | None:
        """Return a photo; None when it is not here.

        Raises:
            NotDone: ``photo-erased``.
            Trouble: ``photos-unreachable`` or ``hub-keys-missing``.
        """
        return self._read(WHOLE, digest)

    def thumbnail(self, digest: str) -> bytes | None:
        """Return the small picture of a photo; None when it is not here.

        Raises:
            NotDone: ``photo-erased``.
            Trouble: ``photos-unreachable`` or ``hub-keys-missing``.
        """
        return self._read(THUMBNAIL, digest)

    def _read(self, kind: str, digest: str) -> bytes | None:
        try:
            return self.store.get(kind, digest)
        except Trouble as odd:
            if odd.code != "hub-keys-missing" or self.stored((digest,)):
                raise
            return None  # its key was lost, and it is asked for again

    def remove_erased(self, now_ms: int, most: int = _REMOVED_AT_ONCE) -> int:
        """Remove what nobody can open any more from the store, and return how many photos.

        Raises:
            Trouble: ``photos-unwritable``; it is tried again.
        """
        wanted = select(PHOTO_ERASED.c.digest).where(PHOTO_ERASED.c.removed_ms.is_(None))
        with self.database.glance() as connection:
            digests = list(connection.scalars(wanted.order_by(PHOTO_ERASED.c.digest).limit(most)))
        for digest in digests:
            self.store.remove(digest)
            for part in self.parts.glob(f"*/{digest}.*"):
                part.unlink(missing_ok=True)
        with self.database.work() as connection:
            gone = PHOTO_ERASED.c.digest.in_(digests)
            connection.execute(update(PHOTO_ERASED).where(gone).values(removed_ms=now_ms))
        return len(digests)

    def seal_old(self, after: str, now_ms: int, most: int = _SEALED_AT_ONCE) -> str | None:
        """Seal some of the photos that lie there from before there were keys.

        Returns:
            After which photo to go on; None when there are no more.

        Raises:
            Trouble: The store cannot be reached or written.
        """
        digests = self.index.after(after, most)
        for digest in digests:
            self.store.seal_old(digest, now_ms)
        return digests[-1] if digests else None

    def _keep(self, station: str, digest: str, source: bytes | Path, now_ms: int) -> None:
        # In one piece: the largest photo is no more than a process can hold.
        content = source if isinstance(source, bytes) else source.read_bytes()
        self.store.put(WHOLE, digest, content, now_ms)
        # Only what is on the disk is said to be here, and what was erased: it need not be sent.
        self.index.note(station, digest, {"size": len(content), "stored_ms": now_ms})
        self._part(station, digest).unlink(missing_ok=True)

    def _there(self, station: str, digest: str) -> int:
        try:
            return self._part(station, digest).stat().st_size
        except FileNotFoundError:
            return 0

    def _part(self, station: str, digest: str) -> Path:
        # Of each station its own, so that none can spoil what another sends.
        return self.parts / station / f"{digest}.part"

    def _forget_old_parts(self, station: str, now_ms: int) -> None:
        for part in (self.parts / station).glob("*.*"):
            with suppress(FileNotFoundError):  # it became whole, or was erased just now
                if now_ms - part.stat().st_mtime * 1000 > _OLD_PART_MS:
                    part.unlink()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of a photo.

    Attributes:
        offset: Where they begin.
        size: Of the whole photo.
    """

    offset: int
    size: int
    content: bytes


def _check_name(digest: str) -> None:
    if not is_digest(digest):
        raise NotDone("photo-name-wrong")


def _named(facts: Iterable[SentFact]) -> Iterable[str]:
    for fact in facts:
        if fact.type != _PHOTO_TAKEN:
            continue
        try:
            digest = msgspec.json.decode(fact.body, type=_Named).digest
        except UNREADABLE:
            continue  # in quarantine: a person looks at it
        if is_digest(digest):
            yield digest


def _write_at(part: Path, offset: int, content: bytes) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    at = os.open(part, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(at, "wb") as file:
        file.seek(offset)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
