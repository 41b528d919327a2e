"""A new cache beside the one the desk works with: fetched whole, or begun empty."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from returnstation.application.troubles import Trouble
from returnstation.storage.cache import CACHE_FORMAT, CacheDatabase
from returnstation.storage.feeding import Feeding
from returnstation.storage.generations import CacheFiles
from returnstation.storage.snapshots import unpack_snapshot
from returnstation.wire.feeds import Snapshot

LEFT_FOR_FACTS = 256 << 20
"""Bytes of the disk a snapshot leaves to the desk."""


class Usage(Protocol):
    """How full a disk is."""

    @property
    def free(self) -> int:
        """Bytes left."""


class Parts(Protocol):
    """Where a snapshot comes from, some megabytes at a time."""

    def part(self, name: str, start: int) -> bytes:
        """Return what follows a byte; empty at the end."""


@dataclass(slots=True)
class CacheRenewal:
    """Makes the next cache file and puts it in place.

    Attributes:
        folder: Where a snapshot is kept while it comes in; what is there when the line breaks
            need not come again.
        cache: The one in use.
        usage: Tells how full the disk of a folder is.
    """

    source: Parts
    files: CacheFiles
    folder: Path
    cache: CacheDatabase
    usage: Callable[[Path], Usage] = shutil.disk_usage
    _next: CacheDatabase | None = None

    def fetch(self, told: Snapshot) -> Feeding | None:
        """Return a new cache out of a snapshot; None when it is of another format.

        Raises:
            Trouble: The hub cannot be reached, there is no room (``orders-no-room``), or it came
                damaged.
            HubRefused: There is a newer one by now.
        """
        if told.format != CACHE_FORMAT:
            return None
        target = self._new_path()  # what a broken try left there makes room first
        packed = self._fetched(told)
        try:
            unpack_snapshot(packed, told, target)
        finally:
            packed.unlink(missing_ok=True)  # damaged or taken over: not wanted any more
        return self._opened()

    def begin(self) -> Feeding:
        """Return a new cache with nothing in it."""
        self._new_path()
        return self._opened()

    def adopt(self) -> None:
        """Work with the new cache from now on."""
        self._close()
        self.files.adopt(self.cache)

    def leave(self) -> None:
        """Remove the new cache unless it was adopted: it is begun anew in any case."""
        if self._next is not None:
            self._close()
            with suppress(Trouble):  # Windows, while somebody looks at it: the next try removes it
                self.files.begin_next()

    def _fetched(self, told: Snapshot) -> Path:
        part = self.folder / f"{Path(told.name).name}.part"
        try:
            for other in self.folder.glob("*.zst.part"):
                if other != part:
                    other.unlink(missing_ok=True)
            self._check_room(told, part)
            with part.open("ab") as out:
                size = out.tell()
                while size < told.size:
                    some = self.source.part(told.name, size)
                    if not some:
                        break
                    size += out.write(some)
                out.flush()
                os.fsync(out.fileno())
        except OSError as odd:
            code = "disk-full" if odd.errno in {28, 122} else "disk-trouble"
            raise Trouble(code, file=part.name) from odd
        return part

    def _check_room(self, told: Snapshot, part: Path) -> None:
        """Begin nothing for which there is no room: a desk on a full disk cannot work."""
        have = part.stat().st_size if part.exists() else 0
        if self.usage(self.folder).free < told.size - have + told.raw_size + LEFT_FOR_FACTS:
            part.unlink(missing_ok=True)
            raise Trouble("orders-no-room")

    def _new_path(self) -> Path:
        self._close()
        return self.files.begin_next()

    def _opened(self) -> Feeding:
        self._next = CacheDatabase(self.files.path(self.files.generation + 1))
        return Feeding(self._next)

    def _close(self) -> None:
        if self._next is not None:
            self._next.close()
            self._next = None
