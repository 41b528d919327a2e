"""Photos of a station in memory, their way to the hub, and the store they lie in there."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from returnstation.application.troubles import Trouble
from returnstation.hub.hub import Hub
from returnstation.hub.intake import Sender
from returnstation.hub.photos import JPEG, Elsewhere, HubPhotos, Piece
from returnstation.hub.photos_finding import PhotoFinding
from returnstation.hub.photos_proving import STEP_NAME, PhotoProving
from returnstation.hub.refusing import NotDone
from returnstation.wire.photos import PhotosLacking, PhotoState

if TYPE_CHECKING:
    from whole_station import Way

PIECE = 8
"""Bytes sent at once."""

Act = Callable[[], PhotoState]


def picture(number: int) -> bytes:
    """Return one of a few pictures, of one to three pieces; two stations may have the same."""
    return JPEG + hashlib.sha256(bytes([number])).digest()[: PIECE * (1 + number % 3) - len(JPEG)]


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


PICTURES = {name_of(picture(number)): picture(number) for number in range(4)}


@dataclass
class Blobs:
    """A store of photos in memory."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def put(self, key: str, source: bytes | Path) -> None:
        self.kept[key] = source if isinstance(source, bytes) else source.read_bytes()

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def remove(self, key: str) -> None:
        self.kept.pop(key, None)


@dataclass
class PhotosHere:
    """The photos of one PC; they lie beside its database, and no backup has them."""

    kept: dict[str, bytes] = field(default_factory=dict)
    marked: set[str] = field(default_factory=set)

    def keep(self, content: bytes) -> str:
        self.kept[name_of(content)] = content
        return name_of(content)

    def waiting(self) -> Sequence[str]:
        return [digest for digest in self.kept if digest not in self.marked]

    def sent(self) -> Sequence[str]:
        return [digest for digest in self.kept if digest in self.marked]

    def open(self, digest: str) -> BinaryIO:
        if digest not in self.kept:
            raise Trouble("photo-missing", digest=digest)
        return BytesIO(self.kept[digest])

    def thumbnail(self, digest: str) -> bytes:
        return JPEG + b"small" + self.open(digest).read()[-2:]

    def mark_sent(self, digest: str) -> None:
        self.marked.add(digest)

    def forget_sent(self, digest: str) -> None:
        self.marked.discard(digest)

    def drop_sent(self) -> None:
        for digest in self.sent():
            del self.kept[digest]

    def forget(self, digest: str) -> None:
        self.kept.pop(digest, None)
        self.marked.discard(digest)


@dataclass(frozen=True)
class PhotoWay:
    """The hub as photos are sent to it, over the line of a meeting.

    Attributes:
        starts: How often the hub was started by then: a newer process gets nothing of it.
    """

    way: "Way"
    starts: int

    def lacking(self, digests: Sequence[str]) -> PhotosLacking:
        told = self.way.asked(
            lambda: self._photos().missing(self._name, digests, self.way.hub.now_ms)
        )
        self._said(set(digests) - {each.digest for each in told.photos})
        return told

    def put(self, digest: str, content: bytes) -> PhotoState:
        now_ms = self.way.hub.now_ms
        return self._sent(digest, lambda: self._photos().put(self._name, digest, content, now_ms))

    def append(self, digest: str, offset: int, size: int, content: bytes) -> PhotoState:
        piece, now_ms = Piece(offset, size, content), self.way.hub.now_ms

        def act() -> PhotoState:
            try:
                return self._photos().append(self._name, digest, piece, now_ms)
            except Elsewhere as elsewhere:
                return elsewhere.state

        return self._sent(digest, act)

    def put_thumbnail(self, digest: str, content: bytes) -> None:
        now_ms = self.way.hub.now_ms
        self.way.asked(lambda: self._photos().put_thumbnail(self._name, digest, content, now_ms))

    def _sent(self, digest: str, act: Act) -> PhotoState:
        state = self.way.asked(act)
        if state.is_stored:
            self._said({digest})
        return state

    def _said(self, digests: set[str]) -> None:
        self.way.machine.world.stored |= digests

    def _photos(self) -> HubPhotos:
        if self.way.hub.starts != self.starts:
            raise NotDone("hub-unreachable")
        hub = self.way.hub.hub
        hub.site_of(Sender(self._name))  # who is not known sends none
        return hub.photos

    @property
    def _name(self) -> str:
        return self.way.machine.name


def is_whole(hub: Hub, digest: str) -> bool:
    """Tell whether a photo lies at the hub as its name says."""
    try:
        content = hub.photos.read(digest)
    except (Trouble, NotDone):
        return False
    return content is not None and name_of(content) == digest


def prove_all(hub: Hub) -> None:
    """Look at every photo, as it is done each week."""
    hub.database.keep_about(STEP_NAME, "")
    for _ in range(3):
        PhotoProving(hub).step()


def find_all(hub: Hub) -> None:
    """Look for every photo that is wanted, as it is done each hour."""
    finding = PhotoFinding(hub, patience_ms=0)
    for _ in range(3):
        finding.step()
