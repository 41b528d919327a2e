"""Volumes as files on a stick: each whole under its name, or not there at all.

A stick is pulled out at any moment, and a cheap one keeps something else than it was given: each
file is written under another name, read again from the medium, and only then gets its own.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from returnstation.wire.bundles import BLOCK, SUFFIX, Content, Seal, pack
from returnstation.wire.manifests import (
    LARGEST_VOLUME,
    MOST_MEMBERS,
    MOST_VOLUMES,
    BadBundle,
    Manifest,
)

VOLUME_SIZE = 1_900_000_000
"""Bytes of a file: sticks come with FAT32, where 4 GB end, and old readers at 2 GB."""

_MEMBER_COST = 2 * BLOCK + 160
"""Bytes around a member at worst: tar header, padding, its line in the manifest."""

_SPARE = 16 << 10
"""Bytes of a volume that are no member's."""


def volumes_of(contents: Iterable[Content], largest: int) -> Sequence[Sequence[Content]]:
    """Return members cut into volumes in their order; one volume where there are none.

    Args:
        contents: What is to be written.
        largest: Bytes a file may have.

    Raises:
        BadBundle: ``volume-too-small``: a member does not fit into one.
    """
    room = min(largest, LARGEST_VOLUME) - largest // 1000 - _SPARE
    volumes: list[list[Content]] = [[]]
    left = room
    for content in contents:
        cost = content.member.size + _MEMBER_COST
        if cost > room:
            raise BadBundle("volume-too-small", content.member.name)
        if cost > left or len(volumes[-1]) == MOST_MEMBERS:
            volumes.append([])
            left = room
        volumes[-1].append(content)
        left -= cost
    if len(volumes) > MOST_VOLUMES:
        raise BadBundle("volume-too-small", str(len(volumes)))
    return volumes


def write_volumes(
    folder: Path, stem: str, volumes: Sequence[Sequence[Content]], draft: Manifest, seal: Seal
) -> Sequence[Path]:
    """Write volumes into a folder and return their files.

    Args:
        folder: On the stick.
        stem: How their names begin.
        volumes: The members of each.
        draft: What the manifests have in common.
        seal: Who writes, and who may read.

    Raises:
        BadBundle: ``stick-differs``: what was read again is not what was written;
            ``bundle-member-changed`` or ``recipient-wrong``.
        OSError: The stick cannot be written, or is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, contents in enumerate(volumes, start=1):
        manifest = msgspec.structs.replace(
            draft,
            volume=number,
            volumes=len(volumes),
            members=tuple(content.member for content in contents),
        )
        target = folder / f"{stem}-{number:03}-of-{len(volumes):03}{SUFFIX}"
        _write(target, manifest, contents, seal)
        files.append(target)
    return files


def _write(target: Path, manifest: Manifest, contents: Sequence[Content], seal: Seal) -> None:
    part = target.with_suffix(".part")
    sources = {content.member.name: content.source for content in contents}
    try:
        with part.open("wb") as file:
            hashing = _Hashing(file)
            pack(hashing, manifest, sources, seal)
            file.flush()
            os.fsync(file.fileno())
            _forget(file)
        with part.open("rb") as again:
            if hashlib.file_digest(again, "sha256").digest() != hashing.digest.digest():
                raise BadBundle("stick-differs", target.name)
        part.replace(target)
        settle(target.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


class _Hashing:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, some: bytes) -> int:
        self.digest.update(some)
        return self._file.write(some)


def _forget(file: BinaryIO) -> None:
    """Have the system forget what it wrote, so that it is read from the medium."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def settle(folder: Path) -> None:
    """Have the new names in a folder on the medium, where the system can promise that."""
    with suppress(OSError):
        at = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(at)
        finally:
            os.close(at)
