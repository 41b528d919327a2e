"""Photos on their way to the hub: a lane of their own, which never holds up a fact.

Small pictures go first, so that a supervisor sees something; then each photo, in pieces as large
as the line carries in some seconds. What the hub has of a photo it says itself, so nothing is
remembered here, and a photo that cannot be sent is passed over.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, Protocol, TypeVar

import msgspec

from returnstation.application.troubles import Trouble
from returnstation.sync.client import HubClient, HubRefused
from returnstation.wire.messages import PATHS
from returnstation.wire.packing import UNREADABLE
from returnstation.wire.photos import (
    LARGEST_WHOLE,
    MOST_ASKED,
    PhotosAsked,
    PhotosLacking,
    PhotoState,
)

_logger = logging.getLogger(__name__)

SMALLEST_PIECE = 16 << 10
_FIRST_PIECE = 256 << 10
_FAST_SECONDS, _SLOW_SECONDS = 1.0, 8.0
_PATIENCE = 3
"""Answers in a row by which nothing moved, after which a photo is passed over."""

_OK, _CONFLICT = 200, 409
_SMALLER = frozenset({"body-too-slow", "message-too-large"})
"""Codes after which the next piece is a smaller one: the line is slow, or a proxy takes no more."""

_NO_FAULT_OF_IT = frozenset(
    {
        "hub-unreachable",
        "hub-untrusted",
        "hub-busy",
        "hub-odd",
        "disk-full",
        "photos-unwritable",
    }
)

_T = TypeVar("_T")


class OwnPhotos(Protocol):
    """The photos of this station."""

    def waiting(self) -> Sequence[str]:
        """Return those the hub is not known to have, oldest first."""

    def sent(self) -> Sequence[str]:
        """Return those that are here and were sent."""

    def open(self, digest: str) -> BinaryIO:
        """Open one."""

    def thumbnail(self, digest: str) -> bytes:
        """Return the small picture of one."""

    def mark_sent(self, digest: str) -> None:
        """Note that the hub has one for good."""

    def forget_sent(self, digest: str) -> None:
        """Note that the hub lost one."""


class PhotoHub(Protocol):
    """The hub as photos are sent to it."""

    def lacking(self, digests: Sequence[str]) -> PhotosLacking:
        """Return which of some photos it lacks."""

    def put(self, digest: str, content: bytes) -> PhotoState:
        """Send a whole photo."""

    def append(self, digest: str, offset: int, size: int, content: bytes) -> PhotoState:
        """Send a piece of one; the answer says where to go on."""

    def put_thumbnail(self, digest: str, content: bytes) -> None:
        """Send the small picture of one."""


@dataclass(frozen=True, slots=True)
class PhotoClient:
    """Sends photos over a connection of its own."""

    client: HubClient

    def lacking(self, digests: Sequence[str]) -> PhotosLacking:
        """Return which of some photos the hub lacks.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: It does not know us.
        """
        body = msgspec.json.encode(PhotosAsked(tuple(digests)))
        answer = self.client.raw("POST", PATHS["missing_photos"], body)
        if answer.status != _OK:
            raise self.client.refusal(answer)
        return _decoded(answer.data, PhotosLacking)

    def put(self, digest: str, content: bytes) -> PhotoState:
        """Send a whole photo.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: It does not take it.
        """
        return self._sent("PUT", PATHS["photo"] + digest, content)

    def append(self, digest: str, offset: int, size: int, content: bytes) -> PhotoState:
        """Send a piece of a photo; the answer says where to go on.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: It does not take it.
        """
        path = f"{PATHS['photo']}{digest}?offset={offset}&size={size}"
        return self._sent("PATCH", path, content)

    def put_thumbnail(self, digest: str, content: bytes) -> None:
        """Send the small picture of a photo.

        Raises:
            Trouble: ``hub-unreachable``, ``hub-untrusted``, ``hub-busy`` or ``hub-odd``.
            HubRefused: It does not take it.
        """
        self._sent("PUT", f"{PATHS['photo']}{digest}/thumbnail", content)

    def _sent(self, method: str, path: str, content: bytes) -> PhotoState:
        answer = self.client.raw(method, path, content)
        if answer.status == _OK or (answer.status == _CONFLICT and method == "PATCH"):
            return _decoded(answer.data, PhotoState)
        raise self.client.refusal(answer)


@dataclass(slots=True)
class PhotoUpload:
    """Sends what waits.

    Attributes:
        seconds: A clock that never jumps.
        give_way: Called before each piece; waits a little while facts want to go first.
        piece: Bytes sent at once, as many as the line carries in some seconds.
        stuck: Photos that could not be sent; they are tried again when the program starts.
    """

    own: OwnPhotos
    hub: PhotoHub
    seconds: Callable[[], float]
    give_way: Callable[[], None] = lambda: None
    piece: int = _FIRST_PIECE
    stuck: set[str] = field(default_factory=set)
    _shown: set[str] = field(default_factory=set)
    _looked_for: int = 0

    def send_all(self, should_stop: Callable[[], bool] = lambda: False) -> int:
        """Send every photo that waits, and return how many the hub has now.

        Raises:
            Trouble: The hub cannot be reached.
            HubRefused: It does not know us.
        """
        lacking = list(self._asked())
        new = {digest for digest, _ in lacking} - self._shown
        for digest, _ in lacking:
            if should_stop():
                return 0
            if digest in new:
                self._try(digest, self._show)
        sent = 0
        for digest, offset in lacking:
            if should_stop():
                return sent
            if digest not in new:  # the hub may have been put back since it got the small picture
                self._try(digest, self._show)
            sent += self._try(digest, partial(self._send, offset=offset, should_stop=should_stop))
        return sent

    def look_again(self, wanted: int) -> None:
        """Ask anew for photos that were sent, when the hub misses some: it may have lost them.

        Args:
            wanted: How many it misses; asked once for each number.

        Raises:
            Trouble: The hub cannot be reached.
            HubRefused: It does not know us.
        """
        if wanted and wanted != self._looked_for:
            if not self.stuck.issuperset(self.own.waiting()):
                return  # taken meanwhile: asked after it was sent
            for some in _lots(self.own.sent()):
                for each in self.hub.lacking(some).photos:
                    self.own.forget_sent(each.digest)
        self._looked_for = wanted

    def _asked(self) -> Iterator[tuple[str, int]]:
        waiting = [digest for digest in self.own.waiting() if digest not in self.stuck]
        for some in _lots(waiting):
            lacking = {each.digest: each.offset for each in self.hub.lacking(some).photos}
            for digest in some:
                if digest in lacking:
                    yield digest, lacking[digest]
                else:
                    self.own.mark_sent(digest)

    def _try(self, digest: str, act: Callable[[str], bool]) -> bool:
        """Do something for a photo; when it cannot be done, go on with the others."""
        try:
            return act(digest)
        except Trouble as trouble:
            if trouble.code in _NO_FAULT_OF_IT:
                raise
            why = trouble.code
        except OSError as odd:  # the disk does not give it back
            why = str(odd)
        except HubRefused as refused:
            if not refused.code.startswith("photo-"):
                raise
            why = refused.code
        _logger.warning("photo %s is passed over: %s", digest[:12], why)
        self.stuck.add(digest)
        return False

    def _show(self, digest: str) -> bool:
        self.hub.put_thumbnail(digest, self.own.thumbnail(digest))
        self._shown.add(digest)
        return True

    def _send(self, digest: str, offset: int, should_stop: Callable[[], bool]) -> bool:
        with self.own.open(digest) as file:
            size = file.seek(0, 2)
            idle = 0
            while idle < _PATIENCE and not should_stop():
                self.give_way()
                file.seek(offset)
                state = self._timed(digest, offset, size, file.read(self.piece))
                if state is not None and state.is_stored:
                    self.own.mark_sent(digest)
                    return True
                after = offset if state is None else state.offset
                idle = 0 if after > offset else idle + 1
                offset = min(after, size)
        if not should_stop():
            raise Trouble("photo-stuck", digest=digest[:12])
        return False

    def _timed(self, digest: str, offset: int, size: int, content: bytes) -> PhotoState | None:
        """Send a piece, and learn how large the next one may be; None when it was too large."""
        began = self.seconds()
        try:
            if len(content) == size:
                state = self.hub.put(digest, content)
            else:
                state = self.hub.append(digest, offset, size, content)
        except HubRefused as refused:
            if refused.code not in _SMALLER or self.piece <= SMALLEST_PIECE:
                raise
            self.piece = max(SMALLEST_PIECE, self.piece // 2)
            return None
        except Trouble:
            self.piece = max(SMALLEST_PIECE, self.piece // 2)
            raise
        took = self.seconds() - began
        if took < _FAST_SECONDS:
            self.piece = min(LARGEST_WHOLE, self.piece * 2)
        elif took > _SLOW_SECONDS:
            self.piece = max(SMALLEST_PIECE, self.piece // 2)
        return state


def send_again(own: OwnPhotos, wanted: Collection[str]) -> None:
    """Count photos as not sent that the hub waits for, if they are here.

    What came there meanwhile is sent once more, which does no harm.
    """
    for digest in set(own.sent()).intersection(wanted) if wanted else ():
        own.forget_sent(digest)


def _lots(digests: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(digests), MOST_ASKED):
        yield digests[start : start + MOST_ASKED]


def _decoded(content: bytes, kind: type[_T]) -> _T:
    try:
        return msgspec.json.decode(content, type=kind)
    except UNREADABLE as odd:
        raise Trouble("hub-odd", why=str(odd)[:120]) from odd
