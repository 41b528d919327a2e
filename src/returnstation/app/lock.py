"""One process at a time works at a desk: two would tell one case two ways."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from returnstation.application.troubles import Trouble

LOCK_FILE = "desk.lock"


class DeskLock:
    """A lock the operating system holds for a process and frees when it ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Hold the desk.

        Raises:
            Trouble: ``desk-in-use``.
        """
        file = self._path.open("ab")
        try:
            _lock(file.fileno())
        except OSError as error:
            file.close()
            raise Trouble("desk-in-use", file=str(self._path.parent)) from error
        self._file = file

    def release(self) -> None:
        """Free the desk."""
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def desk_held(home: Path) -> Generator[None]:
    """Hold the desk of a station while something is done that its window must know of.

    Args:
        home: The station's folder; made when it is not there.

    Raises:
        Trouble: ``desk-in-use`` or ``file-unreadable``.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = DeskLock(home / LOCK_FILE)
        lock.take()
    except OSError as error:
        raise Trouble("file-unreadable", file=str(home)) from error
    try:
        yield
    finally:
        lock.release()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
