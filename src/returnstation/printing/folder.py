"""Papers as files in a folder: for PDF archives, other programs, demos and tests."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from returnstation.domain.papers import JobState, Trouble
from returnstation.printing.transports import NotReached


@dataclass(frozen=True, slots=True)
class FolderTransport:
    """Writes each job as one file; a reader of the folder never sees half of one."""

    folder: Path

    @contextmanager
    def connect(self) -> "Iterator[FolderTransport]":
        """Make the folder when it is not there."""
        with _as_not_reached():
            self.folder.mkdir(parents=True, exist_ok=True)
        yield self

    def send(self, payload: bytes, name: str) -> None:
        """Write the file; a job that is sent again replaces it."""
        with _as_not_reached():
            _write_whole(self.folder / name, payload)

    def outcome(self) -> tuple[JobState, Trouble | None]:
        """Return that the file is on the disk."""
        return JobState.CONFIRMED, None


@contextmanager
def _as_not_reached() -> Iterator[None]:
    try:
        yield
    except OSError as odd:
        is_full = odd.errno in {errno.ENOSPC, errno.EDQUOT}
        trouble = Trouble.DISK_FULL if is_full else Trouble.FOLDER_UNUSABLE
        raise NotReached(trouble) from odd


def _write_whole(target: Path, payload: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    written = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        written.replace(target)
    except OSError:
        written.unlink(missing_ok=True)
        raise
