"""A disk that forgets what was not synced: every write of SQLite is logged, and cut anywhere.

What was synced is there after a cut; of what was not, any sectors may be, in any combination.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw
from numpy.random import Generator

SECTOR = 512


@dataclass
class Disk:
    """What happened on the disk, in order: writes, cuts to size, syncs, removals, confirmations."""

    log: list[tuple[Any, ...]] = field(default_factory=list)

    def confirm(self, what: int) -> None:
        """Note that somebody was told something is done."""
        self.log.append(("confirmed", what))


class LoggedVfs(apsw.VFS):
    """The usual file system, with every change logged."""

    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        super().__init__(name, "")

    def opened(self, name: Any, flags: list[int]) -> "LoggedFile":
        return LoggedFile(name, flags, self.disk)

    def deleted(self, filename: str, *rest: Any) -> None:
        self.disk.log.append(("deleted", Path(filename).name))
        super().xDelete(filename, *rest)


class LoggedFile(apsw.VFSFile):
    """A file that logs what is changed in it."""

    def __init__(self, name: Any, flags: list[int], disk: Disk) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = Path(path or "").name
        self._disk = disk
        super().__init__("", name, flags)

    def write(self, data: bytes, offset: int) -> None:
        self._disk.log.append(("wrote", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def truncate(self, newsize: int) -> None:
        self._disk.log.append(("cut", self._name, newsize))
        super().xTruncate(newsize)

    def sync(self, flags: int) -> None:
        self._disk.log.append(("synced", self._name))
        super().xSync(flags)


_CALLED = (
    (LoggedVfs, {"xOpen": LoggedVfs.opened, "xDelete": LoggedVfs.deleted}),
    (
        LoggedFile,
        {"xWrite": LoggedFile.write, "xTruncate": LoggedFile.truncate, "xSync": LoggedFile.sync},
    ),
)
for kind, methods in _CALLED:  # SQLite calls them by names of its own
    for name, method in methods.items():
        setattr(kind, name, method)


@dataclass(frozen=True)
class AfterCut:
    """What is found when the power is back.

    Attributes:
        files: Content by name.
        confirmed: What somebody had been told is done.
    """

    files: dict[str, bytes]
    confirmed: Sequence[int]


@dataclass
class _File:
    safe: bytearray
    loose: list[tuple[Any, ...]] = field(default_factory=list)

    def sync(self) -> None:
        for change in self.loose:
            _apply(self.safe, change)
        self.loose = []

    def after_cut(self, random: Generator) -> bytes:
        found = bytearray(self.safe)
        for change in self.loose:
            parts = list(_sectors(change))
            for part, is_there in zip(parts, random.random(len(parts)) < 0.5, strict=True):
                if is_there:
                    _apply(found, part)
        return bytes(found)


def cuts(
    disk: Disk, before: dict[str, bytes], how_many: int, random: Generator
) -> Iterator[AfterCut]:
    """Yield what is left after the power is cut at so many moments."""
    moments = sorted(int(at) for at in random.integers(1, len(disk.log) + 1, how_many))
    files = {name: _File(bytearray(content)) for name, content in before.items()}
    confirmed: list[int] = []
    done = 0
    for moment in moments:
        for entry in disk.log[done:moment]:
            _happen(entry, files, confirmed)
        done = moment
        found = {name: file.after_cut(random) for name, file in files.items()}
        yield AfterCut(found, tuple(confirmed))


def _happen(entry: tuple[Any, ...], files: dict[str, _File], confirmed: list[int]) -> None:
    kind = entry[0]
    if kind == "confirmed":
        confirmed.append(entry[1])
    elif kind == "deleted":
        files.pop(entry[1], None)
    else:
        file = files.setdefault(entry[1], _File(bytearray()))
        if kind == "synced":
            file.sync()
        else:
            file.loose.append(entry)


def _sectors(change: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if change[0] != "wrote":
        yield change
        return
    _, name, offset, content = change
    start = 0
    while start < len(content):
        end = min(len(content), start + SECTOR - (offset + start) % SECTOR)
        yield ("wrote", name, offset + start, content[start:end])
        start = end


def _apply(content: bytearray, change: tuple[Any, ...]) -> None:
    if change[0] == "cut":
        del content[change[2] :]
        return
    _, _, offset, part = change
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(part)] = part
