"""Photos as files named by the SHA-256 of their bytes, without the metadata they came with."""

import hashlib
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from returnstation.application.troubles import Refused, Trouble

if TYPE_CHECKING:
    from PIL import Image

LARGEST_BYTES = 30_000_000
LONGEST_SIDE = 2400
"""Pixels; enough to read a serial number on a desk photo."""

THUMBNAIL_SIDE = 640
"""Pixels; larger than any place for a photo on a page."""

_QUALITY = 88
_NO_PICTURE = (OSError, ValueError, SyntaxError)


class PhotoFolder:
    """A folder of photos, two letters of the digest per subfolder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Store a picture without its metadata and return its digest.

        Raises:
            Refused: ``photo-unreadable`` or ``photo-too-large``.
            Trouble: ``disk-full`` or ``photos-unwritable``.
        """
        if len(content) > LARGEST_BYTES:
            raise Refused("photo-too-large")
        clean = _clean(content)
        digest = hashlib.sha256(clean).hexdigest()
        target = self._path(digest)
        if not target.exists():
            # The photo comes last: where it lies, both do.
            self._write(self._thumbnail(digest), _small(clean))
            self._write(target, clean)
        return digest

    def read(self, digest: str) -> bytes:
        """Return a stored picture; the small one, when the large one is at the hub only.

        Raises:
            Trouble: ``photo-missing``.
        """
        for path in (self._path(digest), self._thumbnail(digest)):
            with suppress(OSError):
                return path.read_bytes()
        raise Trouble("photo-missing", digest=digest[:12])

    def thumbnail(self, digest: str) -> bytes:
        """Return a stored picture, small enough for a page.

        Raises:
            Trouble: ``photo-missing``.
        """
        try:
            return self._thumbnail(digest).read_bytes()
        except OSError:
            pass  # stored before there were thumbnails
        try:
            return _small(self.read(digest))
        except _NO_PICTURE as error:
            raise Trouble("photo-missing", digest=digest[:12]) from error

    def open(self, digest: str) -> BufferedReader:
        """Open a stored picture for reading in pieces.

        Raises:
            Trouble: ``photo-missing``.
        """
        try:
            return self._path(digest).open("rb")
        except OSError as error:
            raise Trouble("photo-missing", digest=digest[:12]) from error

    def has(self, digest: str) -> bool:
        """Tell whether anything of a picture is here."""
        return self._path(digest).exists() or self._thumbnail(digest).exists()

    def waiting(self) -> Sequence[str]:
        """Return the photos that are not known to be at the hub, oldest first."""
        return [digest for digest, is_sent in self._all() if not is_sent]

    def sent(self) -> Sequence[str]:
        """Return the photos that are here and at the hub, oldest first."""
        return [digest for digest, is_sent in self._all() if is_sent]

    def mark_sent(self, digest: str) -> None:
        """Note that the hub has a photo for good; only then may it ever be dropped here.

        Raises:
            Trouble: ``disk-full`` or ``photos-unwritable``.
        """
        mark = self._mark(digest)
        if not mark.exists():
            self._write(mark, b"")

    def forget_sent(self, digest: str) -> None:
        """Note that the hub lost a photo."""
        self._mark(digest).unlink(missing_ok=True)

    def drop_sent(self, before: datetime) -> int:
        """Drop photos that went to the hub before a moment, and return how many.

        The small pictures stay, so that pages still show something.
        """
        old = [
            digest
            for digest in self.sent()
            if self._mark(digest).stat().st_mtime < before.timestamp()
        ]
        for digest in old:
            self._path(digest).unlink(missing_ok=True)
        return len(old)

    def forget(self, digest: str) -> None:
        """Remove everything there is of a photo, sent or not.

        Raises:
            Trouble: ``photos-unwritable``.
        """
        photo = self._path(digest)
        try:
            for path in (photo, self._thumbnail(digest), self._mark(digest)):
                path.unlink(missing_ok=True)
                path.with_suffix(".part").unlink(missing_ok=True)
        except OSError as error:
            raise Trouble("photos-unwritable", file=photo.name) from error

    def make_room(self, has_room: Callable[[], bool]) -> int:
        """Drop photos that are at the hub, the oldest first, until there is room.

        What is nowhere else is never dropped.
        """
        dropped = 0
        for digest in self.sent():
            if has_room():
                break
            self._path(digest).unlink(missing_ok=True)
            self._thumbnail(digest).unlink(missing_ok=True)
            dropped += 1
        return dropped

    def _all(self) -> Iterator[tuple[str, bool]]:
        """Yield each photo that is here, and whether the hub has it, oldest first."""
        names = []
        for file in self._folder.glob("??/*.jpg"):
            with suppress(FileNotFoundError):  # forgotten meanwhile, by another thread
                names.append((file.stat().st_mtime, file.name))
        for _, name in sorted(names):
            digest, _, kind = name.partition(".")
            if kind == "jpg":
                yield digest, self._mark(digest).exists()

    def _mark(self, digest: str) -> Path:
        return self._path(digest).with_suffix(".sent")

    def _thumbnail(self, digest: str) -> Path:
        return self._path(digest).with_suffix(".small.jpg")

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.jpg"

    def _write(self, target: Path, content: bytes) -> None:
        part = target.with_suffix(".part")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as error:
            code = "disk-full" if error.errno in {28, 122} else "photos-unwritable"
            raise Trouble(code, file=target.name) from error


def _clean(content: bytes) -> bytes:
    """Return the picture as a plain JPEG: upright, bounded in size, with no metadata."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # odd metadata is left out anyway
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content)) as picture:
                upright = _upright(picture).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("photo-too-large") from error
    except (UnidentifiedImageError, *_NO_PICTURE) as error:
        raise Refused("photo-unreadable") from error
    return _packed(upright, LONGEST_SIDE)


def _small(clean: bytes) -> bytes:
    from PIL import Image

    with Image.open(BytesIO(clean)) as picture:
        # A JPEG can be read at half or a quarter of its size at once.
        picture.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return _packed(picture.convert("RGB"), THUMBNAIL_SIDE)


def _packed(picture: "Image.Image", longest_side: int) -> bytes:
    picture.thumbnail((longest_side, longest_side))
    picture.info.clear()  # a comment would be written into the JPEG again
    out = BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _upright(picture: "Image.Image") -> "Image.Image":
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return picture  # metadata nobody can read says nothing of which way is up
