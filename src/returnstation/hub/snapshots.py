"""Whole caches on the hub's disk, one per site, made now and then."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from returnstation.wire.feeds import Cursor, Row, Snapshot

Build: TypeAlias = Callable[[Path, Iterable[Row], str, Mapping[str, Cursor]], Snapshot]
"""Writes records into a packed cache: the file, its records, their generation and cursors."""

CHORE = "snapshots"
"""Name of the chore that makes them."""

_ONCE_BYTES = 4
_BEGUN_SECONDS = 3600
"""What nobody wrote into for so long nobody is writing any more."""


class SnapshotShelf:
    """The newest snapshot of each site.

    Args:
        folder: Where they are.
        now_ms: The hub's clock.
        random: Returns so many random bytes.
    """

    def __init__(
        self, folder: Path, now_ms: Callable[[], int], random: Callable[[int], bytes]
    ) -> None:
        self._folder = folder
        self._now_ms = now_ms
        self._random = random

    def newest(self, site: str) -> Snapshot | None:
        """Return what describes the snapshot of a site; None when there is none."""
        try:
            return msgspec.json.decode(self._about(site).read_bytes(), type=Snapshot)
        except FileNotFoundError:
            return None

    def file(self, site: str, name: str) -> Path | None:
        """Return the file of a snapshot; None when it is not the site's newest."""
        told = self.newest(site)
        return None if told is None or told.name != name else self._folder / name

    def renew(
        self,
        site: str,
        whole: tuple[Iterable[Row], Mapping[str, Cursor], str],
        build: Build,
    ) -> Snapshot:
        """Make a new snapshot of a site; the old one goes once the new one is there."""
        rows, cursors, generation = whole
        self._folder.mkdir(parents=True, exist_ok=True)
        self._forget_leftovers()
        number = sum(cursor.n for cursor in cursors.values())
        # A command may be making the same one just now, and stations fetch the one before.
        once = self._random(_ONCE_BYTES).hex()
        target = self._folder / f"{site}-{generation}-{number}-{once}.zst"
        told = build(target, rows, generation, cursors)
        part = target.with_suffix(".part")
        part.write_bytes(msgspec.json.encode(told))
        before = self.newest(site)
        part.replace(self._about(site))
        if before is not None:
            (self._folder / before.name).unlink(missing_ok=True)
        return told

    def forget(self, site: str) -> None:
        """Remove the snapshot of a site; until there is a new one, stations follow the feeds."""
        told = self.newest(site)
        if told is not None:
            self._about(site).unlink(missing_ok=True)
            (self._folder / told.name).unlink(missing_ok=True)
        self._forget_leftovers()

    def _forget_leftovers(self) -> None:
        """Remove what was begun and never finished: it names customers, and is not sealed."""
        kept = {about.name for about in self._folder.glob("*.json")}
        for site in [name.removesuffix(".json") for name in kept]:
            told = self.newest(site)
            if told is not None:
                kept.add(told.name)
        before = self._now_ms() / 1000 - _BEGUN_SECONDS
        for file in self._folder.glob("*"):
            with suppress(FileNotFoundError):
                if file.name not in kept and file.stat().st_mtime < before:
                    file.unlink()

    def _about(self, site: str) -> Path:
        return self._folder / f"{site}.json"
