"""Photos as they lie in the store: sealed, each under a key of its own."""

import hashlib
from dataclasses import dataclass

from returnstation.application.troubles import Trouble
from returnstation.hub.photos_stores import BlobStore
from returnstation.hub.refusing import NotDone
from returnstation.hub.subject_keys import PHOTO, SubjectKeys
from returnstation.wire.sealing import Unsealable, seal, unseal

MARK = b"\x00sealed\x01"
"""How a sealed one begins; no picture does."""

WHOLE, THUMBNAIL = "blobs", "thumbnails"
"""Kinds of pictures, and the folders they are in."""


@dataclass(frozen=True, slots=True)
class SealedBlobs:
    """Pictures by the SHA-256 of the photo; the small one has the key of its photo."""

    store: BlobStore
    keys: SubjectKeys

    def put(self, kind: str, digest: str, content: bytes, now_ms: int) -> bool:
        """Keep a picture; tell whether it was, for one that was erased is not.

        Raises:
            Trouble: ``photos-unwritable``.
        """
        subject = PHOTO + digest
        key = self.keys.made((subject,), now_ms).get(subject)
        if key is None:
            return False
        sealed = MARK + seal(key, content, *_context(kind, digest)) if content else b""
        self.store.put(_name(kind, digest), sealed)
        if not self.keys.is_forgotten(subject):
            return True
        self.store.remove(_name(kind, digest))  # it was erased while we wrote
        return False

    def get(self, kind: str, digest: str) -> bytes | None:
        """Return a picture; None when there is none.

        Raises:
            NotDone: ``photo-erased``.
            Trouble: ``photos-unreachable``, or ``hub-keys-missing``.
        """
        subject = PHOTO + digest
        key = self.keys.keys_of((subject,)).get(subject)
        if key is None and self.keys.is_forgotten(subject):
            raise NotDone("photo-erased", digest)
        content = self.store.get(_name(kind, digest))
        if content is None or not content.startswith(MARK):
            return content
        if key is None:
            raise Trouble("hub-keys-missing")
        try:
            return unseal(key, content[len(MARK) :], *_context(kind, digest))
        except Unsealable as odd:
            raise Trouble("hub-keys-missing") from odd

    def has(self, kind: str, digest: str) -> bool:
        """Tell whether a picture need not be put: it can be opened, or was erased.

        Raises:
            Trouble: ``photos-unreachable``.
        """
        try:
            return self.get(kind, digest) is not None
        except NotDone:
            return True
        except Trouble as odd:
            if odd.code != "hub-keys-missing":
                raise
            return False

    def is_erased(self, digest: str) -> bool:
        """Tell whether a photo was forgotten for good."""
        return self.keys.is_forgotten(PHOTO + digest)

    def is_whole(self, digest: str) -> bool:
        """Tell whether a photo is what its name says; one without a key is not doubted.

        Raises:
            Trouble: ``photos-unreachable``.
        """
        subject = PHOTO + digest
        key = self.keys.keys_of((subject,)).get(subject)
        content = self.store.get(_name(WHOLE, digest))
        if content is None or content.startswith(MARK):
            if key is None:
                return True  # it was erased, or the keys are away: nothing is said of the photo
            content = _opened(key, content, digest)
        return content is not None and hashlib.sha256(content).hexdigest() == digest

    def opens(self, digest: str) -> bool:
        """Tell whether a photo that is missed need not be: it can be seen, or was erased.

        Raises:
            Trouble: ``photos-unreachable``.
        """
        return self.is_erased(digest) or self.size(digest) is not None

    def size(self, digest: str) -> int | None:
        """Return the bytes of a photo that opens and is what its name says; None for any other.

        Raises:
            Trouble: ``photos-unreachable``.
        """
        subject = PHOTO + digest
        key = self.keys.keys_of((subject,)).get(subject)
        sealed = self.store.get(_name(WHOLE, digest)) if key else None
        if key is None or sealed is None or not sealed.startswith(MARK):
            return None
        content = _opened(key, sealed, digest)
        is_right = content is not None and hashlib.sha256(content).hexdigest() == digest
        return len(content) if content is not None and is_right else None

    def seal_old(self, digest: str, now_ms: int) -> None:
        """Seal the pictures of a photo that lie there as they were sent.

        Raises:
            Trouble: The store cannot be reached or written.
        """
        for kind in (WHOLE, THUMBNAIL):
            content = self.store.get(_name(kind, digest))
            if content is not None and not content.startswith(MARK):
                self.put(kind, digest, content, now_ms)

    def remove(self, digest: str) -> None:
        """Remove a photo and its small picture.

        Raises:
            Trouble: ``photos-unwritable``.
        """
        for kind in (WHOLE, THUMBNAIL):
            self.store.remove(_name(kind, digest))


def _name(kind: str, digest: str) -> str:
    return f"{kind}/{digest[:2]}/{digest}.jpg"


def _opened(key: bytes, content: bytes | None, digest: str) -> bytes | None:
    if content is None:
        return None
    try:
        return unseal(key, content[len(MARK) :], *_context(WHOLE, digest))
    except Unsealable:
        return None


def _context(kind: str, digest: str) -> tuple[bytes, bytes]:
    return kind.encode(), digest.encode()
