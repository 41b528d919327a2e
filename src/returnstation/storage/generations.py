"""The cache files of a station: the one in use, and the next one on its way."""

from contextlib import closing
from pathlib import Path

from returnstation.application.troubles import Trouble
from returnstation.storage.cache import CacheDatabase
from returnstation.storage.station import StationDatabase

_SIDE_FILES = ("", "-wal", "-shm")


class CacheFiles:
    """Knows which file is the cache, and exchanges it while the desk works.

    Args:
        home: The station's folder.
        database: Where it is kept which generation is in use.
    """

    def __init__(self, home: Path, database: StationDatabase) -> None:
        self._home = home
        self._database = database

    @property
    def generation(self) -> int:
        """Number of the file in use."""
        return int(self._database.setting("cache_generation") or 1)

    def path(self, generation: int) -> Path:
        """Return the file of a generation."""
        return self._home / f"cache-{generation}.db"

    def begin_next(self) -> Path:
        """Return the name of the next file, after removing what a broken try left there."""
        path = self.path(self.generation + 1)
        self._remove(path)
        self._remove(path.with_suffix(".part"))
        return path

    def adopt(self, cache: CacheDatabase) -> None:
        """Read from the next file from now on, for good; the one before the old one goes.

        Raises:
            Trouble: The file is not fit; everything stays as it was.
        """
        new = self.generation + 1
        with closing(CacheDatabase(self.path(new))):
            pass  # whoever cannot read it must not be told to
        self._database.keep_setting("cache_generation", str(new))
        cache.switch(self.path(new))
        for old in range(1, new - 1):
            self._remove(self.path(old))

    def drop_before(self) -> None:
        """Remove every file before the one in use.

        Raises:
            Trouble: Somebody still has one open.
        """
        for old in range(1, self.generation):
            self._remove(self.path(old))

    def _remove(self, path: Path) -> None:
        try:
            for side in _SIDE_FILES:
                path.with_name(path.name + side).unlink(missing_ok=True)
        except OSError as odd:  # Windows keeps a file somebody still has open
            raise Trouble("disk-trouble", file=path.name) from odd
